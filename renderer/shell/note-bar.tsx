import type { ReactNode } from 'react'
import { useTold } from '../parts/check-again.tsx'
import { Copy } from '../parts/copy.tsx'
import { DeedClock } from '../parts/deed.tsx'
import { IconButton } from '../parts/icon-button.tsx'
import { StateShape } from '../parts/state-shape.tsx'
import { isBrowser } from '../store/state.ts'
import { useActions, useShellState } from '../store/use-shell.ts'
import { sayCommon } from '../words/common.ts'
import { sayStrip } from '../words/services.ts'
import { sayShell } from '../words/shell.ts'

/** Notes and a lost connection in views that have no strip; home says them in its own. */
export function NoteBar(): ReactNode {
  const actions = useActions()
  const note = useShellState((state) => state.note)
  const connected = useShellState((state) => state.connected)
  const home = useShellState((state) => state.place.view === 'services' && state.place.service === undefined)
  const browser = useShellState(isBrowser)
  const told = useTold()
  if (home) return null
  if (!connected)
    return (
      // The view's own landmark and heading are out of reach with the view.
      <main className="notebar">
        <StateShape state="unknown" />
        <div className="grow" role="alert">
          <h1>{sayShell.lost}</h1>
          <p>{browser ? sayShell.endedTodo : sayShell.lostTodo}</p>
        </div>
        {browser ? (
          <Copy text={sayShell.uiCommand} what={sayShell.uiCommand} button={sayStrip.copyCommand} />
        ) : null}
      </main>
    )
  if (note === null)
    return told === '' ? null : (
      <output className="notebar">
        <p className="grow">
          {told}
          <DeedClock />
        </p>
      </output>
    )
  return (
    <div className="notebar" role="alert">
      <StateShape state={note.kind === 'failed' ? 'failed' : 'degraded'} />
      <p className="grow">
        <b>{note.title}.</b>{' '}
        {[note.what === note.title ? '' : note.what, note.why, note.command === undefined ? note.todo : '']
          .filter((part) => part !== '')
          .join(' ')}
        {note.command === undefined ? null : <code>{sayStrip.inTerminal(note.command)}</code>}
      </p>
      {note.command === undefined ? null : <Copy text={note.command} what={note.command} />}
      <IconButton icon="x" label={sayCommon.dismiss} onPress={() => actions.tell(null)} />
    </div>
  )
}
