import type { ReactNode } from 'react'
import { stateWords } from '../../main/model/say.ts'
import { useShellState } from '../store/use-shell.ts'
import { sayRow, sayServices } from '../words/services.ts'
import { sayShell } from '../words/shell.ts'

/**
 * Says to a screen reader what just happened, politely: what was copied, a note, a lost connection, and the selected
 * service when it changes. The summary is live on its own; log lines are not said.
 */
export function Announcer(): ReactNode {
  const copied = useShellState((state) => state.copied?.text)
  const note = useShellState((state) => state.note)
  const connected = useShellState((state) => state.connected)
  const selected = useShellState((state) => {
    const view = state.shown?.services.find((one) => one.id === state.selected)
    return view === undefined ? '' : sayRow(view, stateWords[view.state])
  })
  const says = !connected
    ? `${sayShell.lost}. ${sayShell.lostTodo}`
    : copied !== undefined
      ? sayServices.copied(copied)
      : note
        ? [note.title, note.what, note.why, note.todo].filter((part) => part !== '').join('. ')
        : ''
  return (
    <>
      <output className="vh">{says}</output>
      <output className="vh">{selected}</output>
    </>
  )
}
