import type { Face, Session } from './face.ts'
import { setNotes } from './targets.ts'

/** Says, beside what is done, which sets among some words name services that are gone. */
export function tellSets(face: Face, { engine, clean }: Session, words: readonly string[]): void {
  for (const note of setNotes(engine.catalog(), engine.settings.suffix, words))
    face.err.line(`${face.err.style().paint.yellow('Note:')} ${clean.text(note)}`)
}
