import type { Releasable } from '../../main/model/ladder.ts'
import { sayCount, sayList } from '../../main/model/say.ts'

/** Questions before everything else. */
export const sayDialogs = {
  stopTitle: (title: string) => `Stop ${title}?`,
  stop: (title: string) => `Stop ${title}`,
  stopOnly: (title: string) => `Stop ${title} only`,
  stopAlso: (title: string, others: readonly string[]) => `Stop ${sayList([title, ...others], 4)}`,
  stopAll: (count: number) => `Stop ${sayCount(count, 'service')}`,
  stopAllSays: (count: number) =>
    `${sayCount(count, 'service')} will be stopped, in the order in which nothing loses what it needs.`,
  failing: (title: string, because: string) => `${title} ${because} and will fail.`,
  missing: (titles: string, count: number, title: string) =>
    `${titles} ${count === 1 ? 'goes' : 'go'} on and ${count === 1 ? 'misses' : 'miss'} ${title}.`,
  release: (what: Releasable, key: string) =>
    `${what.name} is not of Macula and has ${key}. It is ${what.kind === 'container' ? 'stopped by Docker' : 'stopped by systemd'}; nothing of it is removed.`,
  releaseThen: {
    container: 'It starts again when somebody starts it; the forwarder is there before it then.',
    unit: 'It starts again with the machine, where it is set to. Your password may be asked for.',
  },
  noData: 'No data is removed.',
  closeTitle: 'Close the window?',
  closeSays: 'There is no tray to come back from. Your services keep running;',
  closeSaysOn: 'or the app menu opens this window again.',
  stopAndQuit: 'Stop all and quit',
  keepOpen: 'Keep open',
  close: 'Close',
  noTrayTitle: 'This desktop has no tray',
  noTraySays:
    'GNOME shows tray icons with the AppIndicator extension. Everything in the tray menu is in this window too.',
  noTrayHow: 'How to add it',
  noTrayHowSays:
    'Install the package gnome-shell-extension-appindicator, turn the extension on in Extensions, then sign out and in.',
  noTrayOk: 'OK',
} as const
