import { sayCount, sayDay } from '../../main/model/say.ts'

/** The timeline. */
export const sayActivity = {
  title: 'Activity',
  looking: 'Reading the activity…',
  list: 'What happened, newest first',
  /** "142 entries since 28 Oct 10:42" */
  kept: (count: number, since: number | undefined, now: number) =>
    count === 0 || since === undefined
      ? 'No entries yet.'
      : `${sayCount(count, 'entry', 'entries')} since ${sayDay(since, now)}.`,
  shown: (shown: number, all: number) => `${shown} of ${sayCount(all, 'entry', 'entries')} shown.`,
  broken: (lines: number) =>
    `${sayCount(lines, 'line')} of activity.jsonl cannot be read and ${lines === 1 ? 'is' : 'are'} left out.`,
  search: 'Search the activity',
  place: 'Search',
  service: 'Service',
  allServices: 'All services',
  kind: 'Kind',
  allKinds: 'All kinds',
  none: 'Nothing happened yet',
  noneSays:
    'Starts, stops, failures and changes of this machine are listed here from now on, whether they come from a window, the tray or a terminal. Entries are kept for 30 days.',
  noMatch: 'No entry matches',
  noMatchSays: (count: number) => `${sayCount(count, 'entry is', 'entries are')} kept.`,
  showAll: 'Show all entries',
  again: 'Try again',
  openService: (title: string) => `Show ${title}`,
  logs: (title: string) => `Logs of ${title} at this time`,
  explore: (title: string) => `Logs of ${title} at this time in Grafana`,
  inGrafana: 'In Grafana',
  noGrafana: (label: string) => `${label} (Grafana does not work now)`,
  exploreNow: (title: string) => `In Grafana: logs of ${title}`,
  of: (title: string) => `Activity of ${title}`,
} as const
