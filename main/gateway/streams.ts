import { MaculaError, troubleOf } from '../model/errors.ts'
import type { LogLine } from '../model/log-line.ts'
import type { TerminalEnd } from '../model/terminal.ts'
import type { EventName, Parsed, Payload } from '../../preload/contract.ts'
import type { Listener, GatewayContext } from './context.ts'

/** Lines that go together in one event, and how long the first of them waits for others (ms). */
const BATCH = 500
const PATIENCE_MS = 40
/** Characters that go together: 500 lines may be 32 MB. */
const BATCH_CHARACTERS = 256 * 1024

/** Streams that one connection may have open at a time. */
const MOST = 16

type Tell = <Name extends EventName>(event: Name, payload: Payload<Name>) => void

/** The log and load streams of one connection, by the names it gave them. */
export function createStreams(context: GatewayContext, listener: Listener, tell: Tell) {
  const open = new Map<string, AbortController>()

  function begin(stream: string, work: (signal: AbortSignal) => Promise<TerminalEnd | void>): void {
    if (open.has(stream))
      throw new MaculaError({ kind: 'usage', what: `A stream named ${stream} is open already.` })
    if (open.size >= MOST)
      throw new MaculaError({
        kind: 'usage',
        what: `More than ${MOST} streams at a time are not open to one face.`,
      })
    const abort = new AbortController()
    open.set(stream, abort)
    void end(stream, abort, work)
  }

  async function end(
    stream: string,
    abort: AbortController,
    work: (signal: AbortSignal) => Promise<TerminalEnd | void>,
  ): Promise<void> {
    const how = await work(abort.signal).then(
      (ended) => (ended ? { ended } : {}),
      async (error: unknown) => {
        await context.clean().learn()
        return { trouble: context.clean().deep(troubleOf(error)) }
      },
    )
    if (open.get(stream) === abort) open.delete(stream)
    if (!abort.signal.aborted) tell('streamEnd', { stream, ...how })
  }

  return {
    logs({ stream, services, tail, since, follow }: Parsed<'openLogs'>): void {
      begin(stream, async (signal) => {
        const lines = context.system().engine.logs(services, {
          follow,
          tail,
          complete: true,
          signal,
          ...(since === undefined ? {} : { since }),
        })
        // What is asked of one log is all there when so many lines are; nothing more has to be waited for.
        const first = services.length === 1 ? tail : undefined
        await inBatches(lines, signal, first, async (batch) => {
          // A secret is written down before any program has it, so none is in a line before it can be known.
          await context.clean().learn()
          if (signal.aborted) return
          tell('log', { stream, lines: safeLines(context, batch) })
          await listener.ready()
        })
      })
    },
    stats({ stream, service }: Parsed<'openStats'>): void {
      begin(stream, async (signal) => {
        for await (const sample of context.system().engine.stats(service, signal)) {
          if (signal.aborted) return
          tell('stats', { stream, sample })
          await listener.ready()
        }
      })
    },
    /** A terminal: `work` reads it, and how it ended is told with the end of its stream. */
    terminal(
      stream: string,
      work: (signal: AbortSignal, print: (text: string) => void) => Promise<TerminalEnd>,
    ): void {
      begin(
        stream,
        async (signal) =>
          await work(signal, (text) => {
            if (!signal.aborted) tell('terminal', { stream, text })
          }),
      )
    },
    closeStream(stream: string): void {
      open.get(stream)?.abort()
      open.delete(stream)
    },
    closeAll(): void {
      for (const abort of open.values()) abort.abort()
      open.clear()
    },
  }
}

export type Streams = ReturnType<typeof createStreams>

/** Log lines without secrets and control characters. */
export function safeLines(context: GatewayContext, lines: readonly LogLine[]): readonly LogLine[] {
  const clean = context.clean()
  return lines.map((line) => ({ ...line, text: clean.text(line.text) }))
}

/**
 * Gathers lines that come close together; a lone line goes out after a moment. One batch is on its way at a time: while
 * the other side takes no more, at most one more batch is gathered and then nothing is read. `first`: so many lines are known to
 * come at once, and go as soon as they are there.
 */
async function inBatches(
  lines: AsyncIterable<LogLine>,
  signal: AbortSignal,
  first: number | undefined,
  send: (batch: readonly LogLine[]) => Promise<void>,
): Promise<void> {
  let most = Math.min(BATCH, first ?? BATCH) || BATCH
  let batch: LogLine[] = []
  let characters = 0
  let timer: NodeJS.Timeout | undefined
  let sending: Promise<void> | undefined
  const flush = (): void => {
    clearTimeout(timer)
    timer = undefined
    if (sending || batch.length === 0 || signal.aborted) return
    const full = batch
    most = BATCH
    batch = []
    characters = 0
    sending = send(full).finally(() => {
      sending = undefined
      if (batch.length > 0) timer ??= setTimeout(flush, PATIENCE_MS)
    })
  }
  for await (const line of lines) {
    if (signal.aborted) break
    batch.push(line)
    characters += line.text.length
    timer ??= setTimeout(flush, PATIENCE_MS)
    if (batch.length >= most || characters >= BATCH_CHARACTERS) {
      await sending
      flush()
    }
  }
  await sending
  flush()
  await sending
}
