import type { ReactNode } from 'react'
import type { LedgerEntry } from '../../../main/model/change.ts'
import { checkStates, type CheckResult } from '../../../main/model/check.ts'
import { Button } from '../../parts/button.tsx'
import { DeedButton } from '../../parts/deed.tsx'
import { Command } from '../../parts/command.tsx'
import { StateShape } from '../../parts/state-shape.tsx'
import { useActions } from '../../store/use-shell.ts'
import { sayDoctor } from '../../words/doctor.ts'

/** One thing that is not as it should be: what, why, what to do, and the button that does it. */
export function Finding(props: {
  readonly check: CheckResult
  /** The worst one has the view's primary button. */
  readonly first: boolean
  readonly undo: readonly LedgerEntry[]
  readonly onUndo: (entries: readonly LedgerEntry[]) => void
}): ReactNode {
  const actions = useActions()
  const { check, undo } = props
  const { fix, title } = check
  // What only a person can do has no button, its command is copied.
  const does = fix !== undefined && fix.action.kind !== 'none'
  return (
    <article className="finding">
      <StateShape state={checkStates[check.result]} />
      <div>
        <h3>
          {check.what}
          {title.toLowerCase() === check.group ? null : <span className="t3 sm"> {title}</span>}
        </h3>
        <div className="two">
          <div>
            {check.why === '' ? null : (
              <>
                <span className="label">{sayDoctor.why}</span>
                <p className="t2">{check.why}</p>
              </>
            )}
          </div>
          <div>
            {check.todo === '' && !fix ? null : <span className="label">{sayDoctor.todo}</span>}
            {check.todo === '' ? null : <p className="t2">{check.todo}</p>}
            {fix ? <Command text={fix.command} what={sayDoctor.command} /> : null}
          </div>
        </div>
      </div>
      <div className="do">
        {fix && does ? (
          <DeedButton
            of={fix.label}
            kind={props.first ? 'primary' : 'normal'}
            label={sayDoctor.fixOf(fix.label, title)}
            onPress={() => actions.fix(fix)}
          >
            {fix.label}
          </DeedButton>
        ) : null}
        {undo.length > 0 ? (
          <Button label={sayDoctor.undoOf(title)} onPress={() => props.onUndo(undo)}>
            {sayDoctor.undo}
          </Button>
        ) : null}
      </div>
    </article>
  )
}
