import { allSets, setView } from '../../../main/model/sets.ts'
import type { Sets } from '../../../main/model/service.ts'
import type { Snapshot } from '../../../main/model/snapshot.ts'
import type { Actions } from '../../actions.ts'
import type { MenuLine } from '../../parts/menu-line.ts'
import { saySets } from '../../words/sets.ts'

/** What can be done with a person's sets now, as lines of a menu. */
export function setLines(sets: Sets, snapshot: Snapshot | null, actions: Actions): readonly MenuLine[] {
  const down = snapshot?.docker.kind !== 'up'
  return [
    ...allSets(sets, snapshot?.services ?? []).flatMap((set): readonly MenuLine[] => {
      const { name, says, starts, stops } = setView(set)
      return [
        {
          id: `start ${name}`,
          text: saySets.start(name),
          icon: 'play',
          detail: says,
          disabled: down || starts.length === 0,
          run: () => actions.start(starts),
        },
        {
          id: `stop ${name}`,
          text: saySets.stop(name),
          icon: 'stop',
          disabled: down || stops.length === 0,
          run: () => actions.stop(stops, name),
        },
        null,
      ]
    }),
    { id: 'edit', text: saySets.edit, icon: 'settings', run: () => actions.go({ view: 'settings' }) },
  ]
}
