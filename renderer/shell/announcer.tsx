import type { ReactNode } from 'react'
import { sentence, stateWords } from '../../main/model/say.ts'
import type { Note } from '../store/state.ts'
import { useShellState } from '../store/use-shell.ts'
import { sayRow, sayServices } from '../words/services.ts'
import { sayShell } from '../words/shell.ts'

/** A note as it is read aloud: each part a sentence of its own, whether or not it ends as one. */
export function sayNote({ title, what, why, todo }: Pick<Note, 'title' | 'what' | 'why' | 'todo'>): string {
  return [title, what, why, todo]
    .filter((part) => part !== '')
    .map(sentence)
    .join(' ')
}

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
        ? [note.title, note.what, note.why, note.todo]
            .filter((part) => part !== '')
            .map(sentence)
            .join(' ')
        : ''
  return (
    <>
      <output className="vh">{says}</output>
      <output className="vh">{selected}</output>
    </>
  )
}
