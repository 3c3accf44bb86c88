import type { ReactNode } from 'react'
import { Copy } from '../parts/copy.tsx'
import { IconButton } from '../parts/icon-button.tsx'
import { StateShape } from '../parts/state-shape.tsx'
import { useActions, useShellState } from '../store/use-shell.ts'
import { sayCommon } from '../words/common.ts'
import { sayShell } from '../words/shell.ts'

/** Notes and a lost connection in views that have no strip; home says them in its own. */
export function NoteBar(): ReactNode {
  const actions = useActions()
  const note = useShellState((state) => state.note)
  const connected = useShellState((state) => state.connected)
  const home = useShellState((state) => state.place.view === 'services' && state.place.service === undefined)
  if (home) return null
  if (!connected)
    return (
      <div className="notebar" role="alert">
        <StateShape state="unknown" />
        <p className="grow">
          <b>{sayShell.lost}.</b> {sayShell.lostTodo}
        </p>
      </div>
    )
  if (note === null) return null
  return (
    <div className="notebar" role="alert">
      <StateShape state={note.kind === 'failed' ? 'failed' : 'degraded'} />
      <p className="grow">
        <b>{note.title}.</b> {[note.what, note.why, note.todo].filter((part) => part !== '').join(' ')}
      </p>
      {note.command === undefined ? null : <Copy text={note.command} what={note.command} />}
      <IconButton icon="x" label={sayCommon.dismiss} onPress={() => actions.tell(null)} />
    </div>
  )
}
