import type { ReactNode } from 'react'
import type { LedgerEntry } from '../../../main/model/change.ts'
import { hasDrift, sayEntry } from '../../../main/model/say-change.ts'
import { Button } from '../../parts/button.tsx'
import { Command } from '../../parts/command.tsx'
import { Diff } from '../../parts/diff.tsx'
import { StateShape } from '../../parts/state-shape.tsx'
import { useAsked } from '../../store/use-asked.ts'
import { useActions } from '../../store/use-shell.ts'
import { sayChanges } from '../../words/changes.ts'

const sayNoChange: Readonly<Partial<Record<LedgerEntry['verb'], string>>> = {
  reload: sayChanges.noFile,
  packages: sayChanges.noFile,
  remove: sayChanges.noDiffTaken,
  lines: sayChanges.noDiffTaken,
  'unit-off': sayChanges.noDiffTaken,
  end: sayChanges.noDiffTaken,
  install: sayChanges.noFile,
  enable: sayChanges.noFile,
  group: sayChanges.noFile,
  stop: sayChanges.noFile,
}

/** Why there is no difference to show. */
function sayNoDiff(entry: LedgerEntry): string {
  if (entry.state === 'undone') return sayChanges.wasUndone
  if (entry.state === 'unfinished') return sayChanges.unfinished
  switch (entry.drift) {
    case 'missing':
      return sayChanges.gone
    case 'unreadable':
      return sayChanges.notReadable
    case 'changed':
      return sayChanges.noFile
    case 'none':
      return sayNoChange[entry.verb] ?? sayChanges.noDiff
  }
}

/** One change in full: how it differs from what we wrote, what undo would do, the ways on. */
export function Detail(props: { readonly entry: LedgerEntry; readonly onUndo: () => void }): ReactNode {
  const actions = useActions()
  const { entry } = props
  const [state, says] = sayEntry(entry)
  const drifted = entry.state !== 'undone' && hasDrift(entry)
  const open = entry.state !== 'undone'
  // Only when set-up would write it: what holds in another way is not written again.
  const { value: plan } = useAsked('setupPlan')
  const toDo = plan?.items.some((item) => item.change.id === entry.change && item.state === 'to do') ?? false
  const writeAgain = toDo && (drifted || entry.state === 'unfinished')
  const { facts } = sayChanges
  return (
    <section className="cdetail" aria-label={sayChanges.details}>
      <div tabIndex={-1}>
        <div className="flex head">
          <h2 className="h grow mono">{entry.target}</h2>
          {entry.diff ? <span className="t3 sm">{sayChanges.oursNow}</span> : null}
        </div>
        {entry.diff ? (
          <Diff label={sayChanges.difference} lines={entry.diff} />
        ) : (
          <p className="sm t2">{sayNoDiff(entry)}</p>
        )}
        {open ? (
          <>
            <h3 className="h would">{drifted ? sayChanges.would : sayChanges.wouldUndo}</h3>
            <ol className="todo sm t2">
              {entry.drift === 'changed' ? <li>{sayChanges.keepNow(entry.target)}</li> : null}
              <li>{sayChanges.putBack[entry.verb](entry.target)}</li>
            </ol>
          </>
        ) : null}
      </div>
      <aside>
        <div>
          <div className="flex">
            <StateShape state={state} quiet />
            <b>{says.charAt(0).toUpperCase() + says.slice(1)}</b>
          </div>
          {open && entry.drift !== 'none' ? (
            <p className="sm t2">{sayChanges.driftSays[entry.drift]}</p>
          ) : null}
        </div>
        {open ? (
          <div className="ways">
            {writeAgain ? (
              <Button
                kind="primary"
                onPress={() => actions.go({ view: 'wizard', step: 'review', changes: [entry.change] })}
              >
                {sayChanges.writeAgain}
              </Button>
            ) : null}
            <Button disabled={!entry.undoable} onPress={props.onUndo}>
              {drifted ? sayChanges.undoOurs : sayChanges.undo}
            </Button>
          </div>
        ) : null}
        <dl className="cfacts">
          <dt>{facts.change}</dt>
          <dd>{entry.title}</dd>
          <dt>{facts.kind}</dt>
          <dd>{sayChanges.kinds[entry.verb]}</dd>
          <dt>{facts.written}</dt>
          <dd>{sayChanges.when(entry.at)}</dd>
          <dt>{facts.entry}</dt>
          <dd className="mono">{entry.id}</dd>
        </dl>
        {open && entry.undoable ? (
          <div>
            <span className="t3 sm">{facts.terminal}</span>
            <Command text={`maculactl undo ${entry.change}`} what={sayChanges.command} />
          </div>
        ) : null}
      </aside>
    </section>
  )
}
