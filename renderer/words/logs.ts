import { sayBytes, sayCount, saySecond } from '../../main/model/say.ts'

/** 1234567 as "1,234,567". */
const many = (count: number): string => String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',')

/** The logs. */
export const sayLogs = {
  title: 'Logs',
  pick: 'Services in the stream',
  picked: (count: number) => (count === 0 ? 'No service' : sayCount(count, 'service')),
  choose: (count: number) =>
    `${count === 0 ? 'No service' : sayCount(count, 'service')} in the stream: choose others`,
  all: 'All',
  none: 'None',
  runningOnly: 'All running',
  allOf: (tier: string) => `All of ${tier}`,
  onlyThis: (title: string) => `Only ${title}`,
  count: (count: number) =>
    count < 1000 ? String(count) : `${(count / 1000).toFixed(count < 10_000 ? 1 : 0)}k`,
  countSays: (count: number) => `, ${sayCount(count, 'line')} kept`,

  search: 'Search the logs',
  place: 'Search',
  hits: (now: number, all: number) => `${many(now)} of ${many(all)}`,
  noHit: 'no match',
  wrong: (says: string) => `This expression cannot be used: ${says}.`,
  previous: 'Previous match',
  next: 'Next match',
  regex: 'Regular expression',
  only: 'Only lines that match',
  least: 'Lowest level shown',
  levels: { error: 'Error', warning: 'Warning', info: 'Info', all: 'All' },
  since: 'Time range',
  sinces: {
    begin: 'Any time',
    start: 'Since the last start',
    five: 'Last 5 min',
    thirty: 'Last 30 min',
    hour: 'Last hour',
    day: 'Last 24 hours',
  },
  wrap: 'Wrap long lines',
  copyShown: 'lines that are shown',
  copySelected: (count: number) => sayCount(count, 'selected line'),
  save: 'Save what is shown',
  saved: (name: string) => `Saved as ${name}`,

  lines: 'Lines of the log',
  error: 'error',
  warning: 'warning',
  left: (count: number) => `… ${many(count)} more characters`,
  hole: (from: number, to: number) => `lines between ${saySecond(from)} and ${saySecond(to)} may be missing`,
  begin: 'The log begins here',
  beginSince: (since: number) => `Shown from ${saySecond(since)} on`,
  loading: 'Reading older lines…',
  more: 'Read older lines',
  pastFailed: 'Older lines cannot be read.',
  again: 'Try again',

  following: 'Follows the newest lines.',
  opening: 'Opening the logs…',
  pausedBySpace: 'Paused.',
  pausedByScroll: 'Paused because you scrolled.',
  waiting: (lines: number, errors: number) =>
    lines === 0
      ? 'No new line.'
      : `${many(lines)} new ${lines === 1 ? 'line waits' : 'lines wait'} below${errors === 0 ? '' : `, ${many(errors)} of them ${errors === 1 ? 'an error' : 'errors'}`}.`,
  waitingFar: (lines: number) =>
    `${many(lines)} new lines arrived; they are not kept while you read this far back.`,
  kept: (lines: number, bytes: number) =>
    `${many(lines)} ${lines === 1 ? 'line' : 'lines'}, ${sayBytes(bytes)} kept`,
  keptFull: (bytes: number) => `last ${sayBytes(bytes)} kept`,
  pause: 'Pause',
  newest: 'Go to the newest',
  ended: (names: string, one: boolean) =>
    `${names} ${one ? 'is' : 'are'} not running. The stream continues when ${one ? 'it starts' : 'they start'}.`,

  nothingChosen: 'No service is chosen',
  nothingChosenSays: 'Choose one or more services; their lines appear in one stream, ordered by time.',
  nothingRuns: 'No service is running',
  nothingRunsSays: 'Lines appear here as soon as a service starts.',
  startAll: 'Start all services',
  noLine: 'No line yet',
  noLineSays: (names: string) => `${names}: no lines in the chosen time.`,
  noneMatches: (text: string) => `No line matches “${text}”`,
  noneMatchesSays: (services: number, bytes: number) =>
    `${sayCount(services, 'service')}, ${sayBytes(bytes)} searched. Check the spelling, or search more services.`,
  searchAll: 'Search all services',
  noneOfLevel: 'No line of this level',
  noneOfLevelSays: (lines: number) => `All ${many(lines)} kept lines are below it.`,
  showAll: 'Show all levels',
  docker: 'Docker does not answer',
  failed: 'The logs cannot be read',
  onlyOwn: 'Only our own checks',
  onlyOwnSays: (lines: number) =>
    `${sayCount(lines, 'line')} only ${lines === 1 ? 'shows' : 'show'} that Macula checked whether the service answers; hidden by default.`,
  showOwn: 'Show our own checks',
  ownShown: (count: number) => sayCount(count, 'own check'),
  showOwnShort: 'Show',
  hideOwnShort: 'Hide',
  activityAt: (title: string) => `Activity of ${title} at this time`,
  exploreAt: (title: string) => `Logs of ${title} at this time in Grafana`,
  noLineChosen: 'Select a line first: what happened at its time',
  noLineChosenExplore: 'Select a line first: its time in Grafana',
} as const
