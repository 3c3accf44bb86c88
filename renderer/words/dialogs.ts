import type { Releasable } from '../../main/model/ladder.ts'
import { sayClusters } from '../../main/model/cluster-price.ts'
import { sayCount, sayList } from '../../main/model/say.ts'

/** Questions before everything else. */
export const sayDialogs = {
  stopTitle: (title: string) => `Stop ${title}?`,
  stop: (title: string) => `Stop ${title}`,
  stopOnly: (title: string) => `Stop ${title} only`,
  stopAlso: (title: string, others: readonly string[]) => `Stop ${sayList([title, ...others], 4)}`,
  stopAll: (count: number) => `Stop ${sayCount(count, 'service')}`,
  stopAllSays: (count: number) =>
    `${sayCount(count, 'service')} will be stopped, each before the services that it needs.`,
  failing: (title: string, because: string) => `${title} ${because} and will fail.`,
  missing: (titles: string, count: number, title: string) =>
    `${titles} ${count === 1 ? 'keeps' : 'keep'} running without ${title}.`,
  release: (what: Releasable, key: string) =>
    `${what.name} is not part of Macula and holds ${key}. ${what.kind === 'container' ? 'Docker' : 'systemd'} stops it; nothing is removed.`,
  releaseThen: {
    container: 'It stays stopped until somebody starts it; by then the forwarder has the port.',
    unit: 'If it is enabled, it starts again at the next boot. Your password may be asked for.',
  },
  createTitle: (clusters: readonly string[]) => `Create ${sayClusters(clusters)}?`,
  create: (clusters: readonly string[]) => `Create ${sayClusters(clusters)}`,
  /** `title`: what was to start. */
  createSays: (title: string, clusters: readonly string[]) =>
    clusters.includes(title)
      ? 'There is none on this machine yet. It is a Kubernetes cluster (KinD) for your own applications.'
      : `Starting ${title} creates ${sayClusters(clusters)} first: there is none on this machine yet.`,
  createThen: 'Its page stops and deletes it again; the other services do not need it.',
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
