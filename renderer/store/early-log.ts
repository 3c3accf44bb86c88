import type { LogLine } from '../../main/model/log-line.ts'
import type { Trouble } from '../../main/model/errors.ts'
import type { Shell } from './shell.ts'

/** Lines that are read at first of one service: a screen of them must be there at once. */
export const FIRST_LINES = 200

/** A log that nobody took so long is closed again: its view did not come (ms). */
export const UNTAKEN_MS = 5000

/** A stream that was asked for before the view of logs was there. */
export interface EarlyLog {
  readonly stream: string
  /** Resolves when it is open; rejects when it cannot be. */
  readonly opened: Promise<unknown>
  /** Tells what came meanwhile; from here on whoever took it listens. */
  readonly handOver: (
    lines: (lines: readonly LogLine[]) => void,
    end: (trouble: Trouble | undefined) => void,
  ) => void
}

interface Kept extends EarlyLog {
  readonly service: string
  readonly leave: () => void
}

const early = new WeakMap<Shell, Kept>()

/**
 * Asks for the last lines of a service with the press that leads to them: while its view is drawn they are read. `stream`: the
 * name that it has from now on.
 */
export function openEarly(shell: Shell, service: string, stream: string): void {
  early.get(shell)?.leave()
  const came: LogLine[][] = []
  let ended: { readonly trouble: Trouble | undefined } | undefined
  const undo = [
    shell.on('log', (told) => {
      if (told.stream === stream) came.push([...told.lines])
    }),
    shell.on('streamEnd', (told) => {
      if (told.stream === stream) ended = { trouble: told.trouble }
    }),
  ]
  const opened = shell.request('openLogs', { stream, services: [service], tail: FIRST_LINES, follow: true })
  // Whoever takes it hears of a refusal.
  opened.catch(() => undefined)
  const over = (): void => {
    clearTimeout(timer)
    early.delete(shell)
    for (const one of undo) one()
  }
  const leave = (): void => {
    over()
    // Never before it is open: the two may travel by different ways.
    opened.then(async () => await shell.request('closeStream', { stream })).catch(() => undefined)
  }
  const timer = setTimeout(leave, UNTAKEN_MS)
  early.set(shell, {
    service,
    stream,
    opened,
    leave,
    handOver(lines, end) {
      over()
      for (const some of came) lines(some)
      if (ended) end(ended.trouble)
    },
  })
}

/** The stream that was asked for early, for whoever wants just that; its `handOver` must be called next. */
export function takeEarly(shell: Shell, services: readonly string[], tail: number): EarlyLog | undefined {
  const kept = early.get(shell)
  return kept && services.length === 1 && services[0] === kept.service && tail === FIRST_LINES
    ? kept
    : undefined
}
