import { useState, type ReactNode } from 'react'
import type { LedgerEntry } from '../../../main/model/change.ts'
import { hasDrift, sayEntry } from '../../../main/model/say-change.ts'
import { Button } from '../../parts/button.tsx'
import { DangerButtons } from '../../parts/danger-buttons.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { StateShape } from '../../parts/state-shape.tsx'
import { Checkbox } from '../../parts/switch.tsx'
import { takeBack } from '../../store/root-work.ts'
import { useActions, useShell } from '../../store/use-shell.ts'
import { sayChanges } from '../../words/changes.ts'
import { sayCommon } from '../../words/common.ts'

function Entries({ entries }: { readonly entries: readonly LedgerEntry[] }): ReactNode {
  return (
    <ul className="entries">
      {entries.map((entry) => (
        <li key={entry.id}>
          <StateShape state={sayEntry(entry)[0]} />
          <span className="mono">{entry.target}</span>
          <span className="t2 sm">
            {entry.elsewhere === true && entry.project !== undefined
              ? sayChanges.ofProject(entry.title, entry.project)
              : entry.title}
          </span>
        </li>
      ))}
    </ul>
  )
}

/**
 * Asks before anything is taken back. What somebody else changed since is only touched after a yes of its own. How it
 * goes is shown by the changes view, which it leads to.
 */
export function UndoDialog(props: {
  readonly entries: readonly LedgerEntry[]
  /** Nothing was named: what is of another project of the same person stays. */
  readonly all?: boolean
  readonly onClose: () => void
}): ReactNode {
  const shell = useShell()
  const actions = useActions()
  const [also, setAlso] = useState(false)
  const isMeant = (entry: LedgerEntry): boolean =>
    entry.undoable && !(props.all === true && entry.elsewhere === true)
  const undoable = props.entries.filter(isMeant)
  const stays = props.entries.filter((entry) => !isMeant(entry))
  const drifted = undoable.filter(hasDrift)
  const plain = undoable.filter((entry) => !hasDrift(entry))
  const doing = also ? undoable : plain
  const undo = (): void => {
    props.onClose()
    actions.go({ view: 'changes' })
    void takeBack(
      shell,
      doing.map((entry) => entry.id),
      also,
    )
  }
  return (
    <Dialog
      title={undoable.length === 0 ? sayChanges.nothingToUndo : sayChanges.ask(undoable.length)}
      wide
      onClose={props.onClose}
      buttons={
        undoable.length === 0 ? (
          <Button focus onPress={props.onClose}>
            {sayCommon.close}
          </Button>
        ) : (
          <DangerButtons
            go={sayChanges.doUndo(doing.length)}
            disabled={doing.length === 0}
            onGo={undo}
            keep={sayChanges.leave}
            onKeep={props.onClose}
          />
        )
      }
    >
      {undoable.length === 0 ? null : (
        <p>
          {sayChanges.askSays} {sayChanges.askPassword}
        </p>
      )}
      {plain.length > 0 ? <Entries entries={plain} /> : null}
      {drifted.length > 0 ? (
        <div className="drifted">
          <p>{sayChanges.drifted(drifted.length)}</p>
          <Entries entries={drifted} />
          <Checkbox on={also} onChange={setAlso} label={sayChanges.alsoDrifted(drifted.length)} />
        </div>
      ) : null}
      {stays.map((entry) => (
        <p key={entry.id}>
          {entry.undoable && entry.project !== undefined
            ? sayChanges.staysOf(entry.target, entry.project)
            : sayChanges.stays(entry.target)}
        </p>
      ))}
    </Dialog>
  )
}
