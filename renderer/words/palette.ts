import { sayList } from '../../main/model/say.ts'
import { barViews } from '../shell/bar-views.ts'
import { sayShell } from './shell.ts'

/** Find or run. */
export const sayPalette = {
  label: 'Find or run',
  placeholder: 'A service, an address, something to do',
  groups: { services: 'Services', actions: 'Actions', elsewhere: 'Elsewhere' },
  opens: (url: string) => `open ${url}`,
  details: (reason: string) => (reason === '' ? 'details' : reason),
  copy: (title: string) => `Copy address of ${title}`,
  logs: (title: string) => `Logs of ${title}`,
  restart: (title: string) => `Restart ${title}`,
  start: (title: string) => `Start ${title}`,
  stop: (title: string) => `Stop ${title}`,
  remove: (title: string) => `Delete ${title}…`,
  detailsOf: (title: string) => `Details of ${title}`,
  neededBy: (needing: readonly string[], using: readonly string[]) =>
    needing.length > 0
      ? `needed by ${sayList(needing, 2)}`
      : using.length > 0
        ? `used by ${sayList(using, 2)}`
        : 'nothing depends on it',
  startSet: (name: string) => `Start the set ${name}`,
  stopSet: (name: string) => `Stop the set ${name}`,
  startAll: 'Start all',
  stopAll: 'Stop all…',
  look: 'Check again',
  setUp: 'Set up this machine…',
  createSnapshot: 'Create a snapshot…',
  copyLink: 'Copy link to this view',
  about: 'About Macula Desktop',
  keys: 'All shortcuts',
  search: (query: string) => `Search all logs for “${query}”`,
  choose: 'choose',
  run: 'run',
  close: 'close',
  allKeys: 'all shortcuts',
  found: (count: number) => `${count} found`,
} as const

/** The overlay with all shortcuts. */
export const sayKeys = {
  title: 'All shortcuts',
  note: 'Single letters work while the list has focus. They can be turned off in Settings.',
  groups: [
    {
      title: 'Everywhere',
      keys: [
        ['Ctrl K', 'find or run'],
        [`1 to ${barViews.length}`, barViews.map((view) => sayShell.views[view]).join(', ')],
        ['F6', 'next part: top, list, explanation'],
        ['/', 'search in this view'],
        ['?', 'all shortcuts'],
        ['Alt Left, Alt Right', 'back, forward'],
        ['Esc', 'close, clear the search, home'],
      ],
    },
    {
      title: 'Activity',
      keys: [
        ['Up, Down, Home, End', 'move between entries'],
        ['Enter', 'the service of the entry'],
        ['L', 'its logs at that time'],
      ],
    },
    {
      title: 'Logs',
      keys: [
        ['Space', 'pause, follow'],
        ['G, End', 'go to the newest'],
        ['N, Shift N', 'next, previous match'],
        ['Shift Up, Shift Down', 'mark lines; Copy and Save take what is marked'],
        ['Esc', 'unmark'],
      ],
    },
    {
      title: 'Services',
      keys: [
        ['Up, Down, Home, End', 'move between rows'],
        ['Left, Right', 'collapse, expand a tier'],
        ['Enter', 'open details'],
        ['O', 'open in browser'],
        ['C', 'copy the address that works; Shift C: choose what'],
        ['L', 'logs of this service'],
        ['S', 'start or stop'],
        ['R', 'restart'],
        ['F', 'the row’s fix'],
        ['N, Shift N', 'next, previous problem'],
        ['Menu, Shift F10', 'everything that can be done with the row'],
      ],
    },
  ],
} as const
