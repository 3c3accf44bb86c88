import type { DataProgress, MigrationEvent } from '../../model/migration.ts'
import { sayBytes } from '../../model/say.ts'
import { drawStep } from '../draw/change.ts'
import { createJournal } from '../draw/progress.ts'
import type { Face, Session } from '../face.ts'
import { INTERRUPTED } from '../interrupted.ts'
import { cut, oneLine } from '../layout.ts'
import { createLive } from '../live.ts'
import { stateSign } from '../style.ts'

/** On a terminal a copy's bytes are told this often (ms); elsewhere at each tenth of it. */
const TICK_MS = 100

/**
 * Shows a take-over as it goes: a line for each thing done, and the bytes of a copy in place. `signal` aborts at the first
 * Ctrl-C; a second one ends the process.
 */
export function followMigration(
  face: Face,
  { engine, clean }: Session,
  /** Root gives back what it changed. */
  undoing: boolean,
): {
  readonly tell: (event: MigrationEvent) => void
  readonly signal: AbortSignal
  readonly end: () => void
} {
  const style = face.err.style()
  const { services } = engine.catalog()
  const journal = createJournal((id) =>
    clean.text(services.find((service) => service.id === id)?.title ?? id),
  )
  const live = face.err.tty ? createLive(face.err) : undefined
  let drawnAt = 0
  let tenth = -1
  let drawn = false

  function line(text: string): void {
    if (drawn) live?.clear()
    drawn = false
    face.err.line(cut(style, oneLine(clean.text(text)), style.width))
  }

  function bytes(progress: DataProgress): void {
    const { doneBytes, totalBytes, says } = progress
    const part = totalBytes === 0 ? 0 : doneBytes / totalBytes
    const text = `  ${clean.text(says)}: ${sayBytes(doneBytes)} of ${sayBytes(totalBytes)} (${Math.floor(part * 100)} %)`
    if (live) {
      const now = face.host.now()
      if (now - drawnAt < TICK_MS && doneBytes < totalBytes) return
      drawnAt = now
      drawn = true
      live.draw([oneLine(text)])
      return
    }
    const reached = Math.floor(part * 10)
    if (reached === tenth) return
    tenth = reached
    line(text)
  }

  const abort = new AbortController()
  const undo = face.host.onInterrupt(() => {
    if (abort.signal.aborted) return face.host.endAtOnce(INTERRUPTED)
    line('Stopping after what is under way; Ctrl-C again quits at once.')
    abort.abort()
  }, 'outlived')

  return {
    signal: abort.signal,
    tell(event) {
      if (face.json && event.kind !== 'bytes') return
      switch (event.kind) {
        case 'begins':
          tenth = -1
          return line(`${event.title}…`)
        case 'tells':
          return line(`  ${event.says}`)
        case 'bytes':
          return face.json ? undefined : bytes(event.progress)
        case 'done':
          return line(`${stateSign(style, 'works')} ${event.says}`)
        case 'root':
          return face.err.lines(drawStep(style, clean, event.step, undoing))
        case 'run': {
          const says = journal(clean.deep(event.event))
          return says === undefined ? undefined : line(`  ${says}`)
        }
      }
    },
    end() {
      undo()
      if (drawn) live?.leave()
    },
  }
}
