import type { Readable } from 'node:stream'
import { z } from 'zod'
import { MaculaError } from '../../model/errors.ts'
import type { LogLine } from '../../model/log-line.ts'
import { lineReader } from './frames.ts'
import { CALL_DEADLINE_MS, get, within, type Link } from './link.ts'
import { daemonWords, dockerTrouble } from './trouble.ts'

const ttySchema = z.object({ Config: z.object({ Tty: z.boolean() }) })

export interface LogWish {
  readonly follow: boolean
  /** Epoch ms. */
  readonly since?: number
  /** Epoch ms, exclusive. */
  readonly until?: number
  readonly tail?: number
  readonly signal: AbortSignal
}

interface Source {
  readonly id: string
  readonly name: string
  readonly service: string
}

/** Epoch ms as the daemon wants instants: seconds and nanoseconds. `less`: nanoseconds before it. */
export function daemonInstant(ms: number, less = 0): string {
  const nanos = BigInt(Math.round(ms * 1000)) * 1000n - BigInt(less)
  return `${nanos / 1_000_000_000n}.${String(nanos % 1_000_000_000n).padStart(9, '0')}`
}

/** The lines of one container as they come; in bounded memory, because dockerode's own verb reads an unfollowed log whole. */
export async function* readLogs(link: Link, container: Source, wish: LogWish): AsyncGenerator<LogLine> {
  const { signal } = wish
  try {
    // Asked beside its log, which is there as soon.
    const tty = hasTerminal(link, container.id, signal)
    tty.catch(() => undefined)
    const read = (part: Omit<LogWish, 'signal'>): AsyncGenerator<LogLine> =>
      readStream(link, container, tty, { ...part, signal })
    if (wish.until === undefined || wish.tail === undefined) yield* read(wish)
    else yield* readBefore(read, { ...wish, until: wish.until, tail: wish.tail })
  } catch (error) {
    if (!signal.aborted) throw logTrouble(container.name, error)
  }
}

function logTrouble(name: string, error: unknown): MaculaError {
  // dockerd (daemon/logs.go) of the driver "none"; of all others it keeps a copy that can be read.
  if (!/does not support reading/.test(daemonWords(error)))
    return dockerTrouble(`The log of ${name} cannot be read`, error)
  return new MaculaError({
    kind: 'failed',
    what: `${name} keeps no log.`,
    why: 'Its compose.yaml says logging: none.',
    todo: 'Leave logging out, or write driver: json-file; maculactl up recreates it.',
  })
}

/** What was asked of an engine, by container: it never changes. */
const terminals = new WeakMap<Link, Map<string, boolean>>()

/** Whether a container has a terminal: its log is then one stream, without frames. */
async function hasTerminal(link: Link, id: string, signal: AbortSignal): Promise<boolean> {
  const known = terminals.get(link) ?? new Map<string, boolean>()
  terminals.set(link, known)
  const before = known.get(id)
  if (before !== undefined) return before
  const info = ttySchema.parse(
    await within(
      CALL_DEADLINE_MS,
      async (call) => await get(link.calls, `/containers/${id}/json`, { signal: call }),
      signal,
    ),
  )
  known.set(id, info.Config.Tty)
  return info.Config.Tty
}

async function* readStream(
  link: Link,
  container: Source,
  tty: Promise<boolean>,
  { follow, since, until, tail, signal }: LogWish,
): AsyncGenerator<LogLine> {
  const query = {
    stdout: true,
    stderr: true,
    timestamps: true,
    follow,
    ...(since === undefined ? {} : { since: daemonInstant(since) }),
    ...(until === undefined ? {} : { until: daemonInstant(until, 1) }),
    ...(tail === undefined ? {} : { tail }),
  }
  const stream = (await within(
    CALL_DEADLINE_MS,
    async (call) =>
      await get(link.long, `/containers/${container.id}/logs`, { signal: call, stream: true, query }),
    signal,
  )) as Readable
  const isText = await tty.catch((error: unknown) => {
    stream.destroy()
    throw error
  })
  const reader = lineReader(container.service, isText)
  // A consumer that stops early ends this loop, and that closes the stream.
  for await (const chunk of stream) yield* reader.push(chunk as Buffer)
  yield* reader.end()
}

/** Nobody scrolls back further than this many lines. */
const DEEPEST = 100_000_000

/**
 * The last `tail` lines before `until`. The daemon counts its tail from the end of the log and leaves out what is after
 * `until` from that, so the tail is widened until it reaches far enough; a log is never read from its beginning.
 */
async function* readBefore(
  read: (part: Omit<LogWish, 'signal'>) => AsyncGenerator<LogLine>,
  { until, since, tail }: { readonly until: number; readonly since?: number; readonly tail: number },
): AsyncGenerator<LogLine> {
  const from = since === undefined ? {} : { since }
  let wide = tail
  let before = -1
  for (;;) {
    const last: LogLine[] = []
    let count = 0
    for await (const line of read({ follow: false, ...from, until, tail: wide })) {
      count += 1
      last.push(line)
      if (last.length > tail * 2) last.splice(0, last.length - tail)
    }
    // The same lines from a wider tail: the log begins there.
    if (count >= tail || wide > DEEPEST || (count > 0 && count === before)) {
      yield* last.slice(-tail)
      return
    }
    if (count === 0 && !(await isAny(read({ follow: false, ...from, until })))) return
    wide = count === 0 ? Math.ceil(wide * 1.5) : wide + tail - count
    before = count
  }
}

async function isAny(lines: AsyncGenerator<LogLine>): Promise<boolean> {
  for await (const _ of lines) return true
  return false
}

/** The newest line of a container's log; empty when there is none or it does not come in time. Never throws. */
export async function lastLine(link: Link, container: Source): Promise<string> {
  const signal = AbortSignal.timeout(2000)
  let last = ''
  try {
    for await (const line of readLogs(link, container, { follow: false, tail: 1, signal })) last = line.text
  } catch {
    // A help in telling why, nothing more.
  }
  return last
}
