import { asksSnapshot, cutAsks, cutSnapshots, snapshots } from './backups.ts'
import { ofData, ofImages } from './data.ts'
import * as dialogs from './dialogs.ts'
import { menus, setDialogs, setsOfSettings } from './menus.ts'
import { homes, pages } from './services.ts'
import type { Part, Scene } from './scene.ts'
import * as views from './views.ts'
import { wizards } from './wizards.ts'

/**
 * Every state of the window that is looked at, by the view or question it belongs to. A view of the contract, or a
 * question of the shell, that has none does not compile (`scenes.test.ts` counts them at run time too).
 */
export const scenes: Readonly<Record<Part, readonly [Scene, ...(readonly Scene[])]>> = {
  services: some([...homes, ...menus]),
  service: some([...pages, ...dialogs.ofServices, ...ofData]),
  logs: some(views.logs),
  activity: some(views.activity),
  doctor: some(views.doctor),
  changes: some(views.changes),
  settings: some([...views.settings, ...setsOfSettings]),
  about: some([...views.about, ...ofImages]),
  snapshots: some([...snapshots, ...cutSnapshots]),
  wizard: some(wizards),
  'asks stop': some(dialogs.stops),
  'asks create': some(dialogs.creates),
  'asks release': some(dialogs.releases),
  'asks delete': some(dialogs.deletes),
  'asks set': some([...dialogs.sets, ...setDialogs]),
  'asks terminal': some(dialogs.terminals),
  'asks snapshot': some([...asksSnapshot, ...cutAsks]),
  'asks closing': some(dialogs.closings),
  'asks no tray': some(dialogs.noTrays),
  'asks palette': some(dialogs.palettes),
  'asks keys': some(dialogs.keys),
}

function some(all: readonly Scene[]): readonly [Scene, ...(readonly Scene[])] {
  const [first, ...others] = all
  if (!first) throw new Error('a view without a scene')
  return [first, ...others]
}
