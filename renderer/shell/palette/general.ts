import { asksToStop, createdBy, meant } from '../../../main/model/may.ts'
import type { Sets } from '../../../main/model/service.ts'
import { allSets, setView } from '../../../main/model/sets.ts'
import type { Snapshot } from '../../../main/model/snapshot.ts'
import type { Actions } from '../../actions.ts'
import type { Place } from '../../store/state.ts'
import type { IconName } from '../../parts/icon.tsx'
import { sayCommon } from '../../words/common.ts'
import { sayPalette } from '../../words/palette.ts'
import { sayShell } from '../../words/shell.ts'
import { barViews } from '../bar-views.ts'
import { unfit, type Entry } from './entry.ts'

/** What concerns everything, a tier, or another view. */
export function generalEntries(
  snapshot: Snapshot | null,
  place: Place,
  sets: Sets,
  actions: Actions,
): readonly Entry[] {
  const entry = (
    id: string,
    group: Entry['group'],
    icon: IconName,
    text: string,
    run: () => void,
    key?: string,
  ): Entry => ({ id, group, text, fit: unfit, mark: { icon }, run, ...(key === undefined ? {} : { key }) })
  const views = snapshot?.services ?? []
  const tiers = (snapshot?.tiers ?? []).flatMap((tier) => {
    const { id, title } = tier
    const starts = meant(views, id, 'start')
    const stops = meant(views, id, 'stop')
    return [
      ...(starts.length > 0
        ? [
            entry(
              `start tier ${id}`,
              'actions',
              'play',
              sayCommon.asking(sayPalette.start(title), createdBy(views, starts).length > 0),
              () => actions.start(starts),
            ),
          ]
        : []),
      ...(stops.length > 0
        ? [
            entry(
              `stop tier ${id}`,
              'actions',
              'stop',
              sayCommon.asking(sayPalette.stop(title), asksToStop(views, stops)),
              () => actions.stop(stops, title),
            ),
          ]
        : []),
    ]
  })
  const named = allSets(sets, views).flatMap((set) => {
    const { name, starts, stops } = setView(set)
    return [
      ...(starts.length > 0
        ? [
            entry(`start set ${name}`, 'actions', 'play', sayPalette.startSet(name), () =>
              actions.start(starts),
            ),
          ]
        : []),
      ...(stops.length > 0
        ? [
            entry(`stop set ${name}`, 'actions', 'stop', sayPalette.stopSet(name), () =>
              actions.stop(stops, name),
            ),
          ]
        : []),
    ]
  })
  return [
    ...(meant(views, 'all', 'start').length > 0
      ? [entry('start all', 'actions', 'play', sayPalette.startAll, actions.startAll)]
      : []),
    ...(meant(views, 'all', 'stop').length > 0
      ? [entry('stop all', 'actions', 'stop', sayPalette.stopAll, actions.stopAll)]
      : []),
    entry('look', 'actions', 'restart', sayPalette.look, actions.look),
    ...tiers,
    ...named,
    ...barViews.map((view, index) =>
      entry(
        `view ${view}`,
        'elsewhere',
        view,
        sayShell.views[view],
        () => actions.go({ view }),
        String(index + 1),
      ),
    ),
    entry('link', 'actions', 'copy', sayPalette.copyLink, () => actions.copyLink(place)),
    entry('wizard', 'elsewhere', 'check', sayPalette.setUp, () => actions.go({ view: 'wizard' })),
    entry('snapshots', 'elsewhere', 'save', sayShell.views.snapshots, () =>
      actions.go({ view: 'snapshots' }),
    ),
    entry('create snapshot', 'actions', 'save', sayPalette.createSnapshot, () => {
      actions.go({ view: 'snapshots' })
      actions.ask({ kind: 'snapshot', about: { does: 'create' } })
    }),
    entry('about', 'elsewhere', 'services', sayPalette.about, () => actions.go({ view: 'about' })),
    entry('keys', 'elsewhere', 'search', sayPalette.keys, () => actions.ask({ kind: 'keys' }), '?'),
  ]
}
