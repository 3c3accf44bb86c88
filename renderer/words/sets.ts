import { sayList } from '../../main/model/say.ts'

/** Sets: names for services that are needed together. */
export const saySets = {
  menu: 'Sets',
  start: (name: string) => `Start ${name}`,
  stop: (name: string) => `Stop ${name}`,
  edit: 'Edit sets…',
  favour: 'Add to favourites',
  unfavour: 'Remove from favourites',
  notSaved: 'The set was not saved',
  over: (name: string, saved: readonly string[], before: readonly string[]) =>
    ({
      kind: 'told',
      title: `Set ${name}`,
      what: `The set was changed elsewhere at the same time. What you saved is in use: ${sayList(saved, 12)}.`,
      why:
        before.length === 0
          ? 'Just before, it had been removed.'
          : `Just before, it had been saved with ${sayList(before, 12)}.`,
      todo: '',
    }) as const,
  section: 'Sets',
  says: 'Services that you need together, started and stopped by one name here, in the tray and in a terminal.',
  none: 'There are no sets yet.',
  add: 'Add a set…',
  editOne: (name: string) => `Edit ${name}…`,
  remove: (name: string) => `Remove ${name}`,
  editShort: 'Edit…',
  removeShort: 'Remove',
  members: (titles: readonly string[]) => (titles.length === 0 ? 'no service' : sayList(titles, 12)),
  command: (name: string) => `maculactl up @${name}`,
  newTitle: 'New set',
  title: (name: string) => `Set ${name}`,
  name: 'Name',
  nameHint: 'a-z, 0-9 and hyphens between them, like frontend',
  badName: 'Use a-z, 0-9 and hyphens between them.',
  taken: (name: string) => `There is already a set named ${name}.`,
  services: 'Services',
  needs: 'What they need is started too; it need not be chosen.',
  noMember: 'Choose at least one service.',
  goneMember: (id: string) => `${id} (there is no such service)`,
  goneTitle: 'No longer there',
  save: 'Save set',
} as const
