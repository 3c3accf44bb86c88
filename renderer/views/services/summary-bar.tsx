import { useState, type ReactNode } from 'react'
import { Button } from '../../parts/button.tsx'
import { useTold } from '../../parts/check-again.tsx'
import { DeedClock } from '../../parts/deed.tsx'
import { EngineFix } from '../../parts/engine-fix.tsx'
import { MenuButton } from '../../parts/menu-button.tsx'
import type { MenuLine } from '../../parts/menu-line.ts'
import { StateShape } from '../../parts/state-shape.tsx'
import { meant } from '../../../main/model/may.ts'
import type { Sets } from '../../../main/model/service.ts'
import type { State } from '../../../main/model/snapshot.ts'
import { useActions, useShellState } from '../../store/use-shell.ts'
import { sayServices, saySummary } from '../../words/services.ts'
import { saySets } from '../../words/sets.ts'
import { sayShell } from '../../words/shell.ts'
import { sayCalm } from './calm.ts'
import { nothingRuns } from './choose.ts'
import { FilterField } from './filter-field.tsx'
import { setLines } from './set-lines.ts'

const noSets: Sets = {}

/** The one sentence, and what can be done about everything at once. */
export function SummaryBar(): ReactNode {
  const actions = useActions()
  const summary = useShellState((state) => state.shown?.summary)
  const down = useShellState((state) => state.shown !== null && state.shown.docker.kind === 'down')
  const nothing = useShellState((state) => state.shown !== null && nothingRuns(state.shown))
  const startable = useShellState((state) => meant(state.shown?.services ?? [], 'all', 'start').length > 0)
  const stoppable = useShellState((state) => meant(state.shown?.services ?? [], 'all', 'stop').length > 0)
  const run = useShellState((state) => state.runs.find((one) => one.verb === 'start')?.run)
  const calm = useShellState((state) => (state.shown === null ? '' : sayCalm(state.shown)))
  const lost = useShellState((state) => !state.connected)
  const says = lost ? sayShell.lost : nothing ? saySummary.stopped : (summary?.says ?? saySummary.loading)
  const told = useTold()
  const snapshot = useShellState((state) => state.shown)
  const sets = useShellState((state) => state.settings?.settings.sets) ?? noSets
  const isFiltered = useShellState((state) => (state.place.search ?? '') !== '')
  // Narrow, the field stands in place of the sentence while it is used.
  const [asked, setFiltering] = useState(false)
  const filtering = asked || isFiltered
  const more = lost
    ? sayShell.lostTodo
    : told !== ''
      ? told
      : nothing
        ? saySummary.stoppedMore
        : summary === undefined
          ? saySummary.loadingMore
          : summary.more === ''
            ? calm
            : summary.more
  const state: State = lost
    ? 'unknown'
    : down
      ? 'failed'
      : nothing
        ? 'stopped'
        : (summary?.state ?? 'unknown')
  const lines: readonly MenuLine[] = [
    {
      id: 'start',
      text: sayServices.startAll,
      icon: 'play',
      disabled: down || !startable,
      run: actions.startAll,
    },
    {
      id: 'stop',
      text: sayServices.stopAll,
      icon: 'stop',
      disabled: down || !stoppable,
      run: actions.stopAll,
    },
    { id: 'look', text: sayServices.checkAgain, icon: 'restart', run: actions.look },
    { id: 'filter', text: sayServices.filterLine, icon: 'search', run: () => setFiltering(true) },
    null,
    ...setLines(sets, snapshot, actions),
  ]
  return (
    <div className={filtering ? 'summary filtering' : 'summary'}>
      <StateShape state={state} />
      <div className="grow" aria-live="polite">
        <h1 className="cut" title={says}>
          {says}
        </h1>
        <p className="cut" title={more}>
          {more}
          {lost || told === '' ? null : <DeedClock />}
        </p>
      </div>
      {lost ? null : <FilterField onLeft={() => setFiltering(false)} focus={asked} />}
      {lost || Object.keys(sets).length === 0 ? null : (
        <MenuButton
          label={saySets.menu}
          text={saySets.menu}
          className="setsmenu"
          lines={setLines(sets, snapshot, actions)}
        />
      )}
      {run !== undefined && !lost ? (
        <Button onPress={() => actions.cancel(run)}>{sayServices.cancelRun}</Button>
      ) : down && !lost ? (
        // Its primary button is the strip's, which says why; here it is at hand for the whole.
        <EngineFix />
      ) : (
        <Button disabled={lost || !startable} onPress={actions.startAll}>
          {sayServices.startAll}
        </Button>
      )}
      <Button disabled={lost || down || !stoppable} onPress={actions.stopAll}>
        {sayServices.stopAll}
      </Button>
      {lost ? null : <MenuButton label={sayServices.more} icon="more" className="narrow" lines={lines} />}
    </div>
  )
}
