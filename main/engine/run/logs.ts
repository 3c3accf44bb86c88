import type { ContainerSeen } from '../../model/observation.ts'
import type { LogLine } from '../../model/log-line.ts'
import { MaculaError } from '../../model/errors.ts'
import { mergeByTime } from '../../model/merge-by-time.ts'
import { createMerge } from '../../model/merge-streams.ts'
import type { DockerAdapter, Adapters } from '../adapters.ts'

export interface LogOptions {
  readonly follow: boolean
  readonly since?: number
  readonly until?: number
  readonly tail?: number
  readonly complete?: boolean
  readonly signal: AbortSignal
}

/**
 * The last lines that are read once more when a stream goes on from what was told: Docker looks for an instant from the
 * log's beginning, which keeps it busy for many seconds on a large log, and for lines from its end.
 */
export const OVERLAP_LINES = 1000

/** Less than the distance of two lines, and more than an instant loses on its way (ms). */
const HAIR_MS = 0.001

/** Where the lines of one service come from: a container, or the pods of an application. */
export interface LogSource {
  readonly service: string
  /** Its lines come by time, also while it is followed; those that are there come by time in any case. */
  readonly ordered: boolean
  readonly read: (options: Parameters<DockerAdapter['logs']>[1]) => AsyncIterable<LogLine>
}

export function containerLog(docker: DockerAdapter, container: ContainerSeen): LogSource {
  return { service: container.service, ordered: true, read: (options) => docker.logs(container, options) }
}

/**
 * The log of whichever container a service has when it is read. `known`: what is seen of it now by whoever watches; while that
 * runs it is read at once, because looking at all containers takes longer than the lines.
 */
export function serviceLog(
  docker: DockerAdapter,
  service: string,
  known: () => ContainerSeen | undefined = () => undefined,
): LogSource {
  return {
    service,
    ordered: true,
    async *read(options) {
      const seen = known()
      if (seen?.state === 'running') {
        let isTold = false
        try {
          for await (const line of docker.logs(seen, options)) {
            isTold = true
            yield line
          }
          return
        } catch (error) {
          // It may have been made anew this very moment; then there is another.
          if (isTold || options.signal.aborted) throw error
        }
      }
      const container = (await docker.containers()).find((one) => one.service === service)
      if (container) yield* docker.logs(container, options)
    },
  }
}

/**
 * Lines of several services: what is there already by time, then, when following, as they come. What is there is told while
 * it is read, so that memory stays bounded whatever the logs hold; only a count of last lines is held (at most `tail`
 * of each). Throws MaculaError `failed` when `signal` runs out of time before it is all: fewer lines are no beginning.
 */
export async function* mergedLogs(
  adapters: Pick<Adapters, 'clock'>,
  sources: readonly LogSource[],
  options: LogOptions,
): AsyncGenerator<LogLine> {
  const { follow, complete: _, ...rest } = options
  const [only, ...others] = sources
  if (follow && options.until === undefined && only?.ordered === true && others.length === 0) {
    yield* only.read({ ...rest, follow })
    return
  }
  const before = adapters.clock.now()
  const newest = new Map<string, number>()
  const there = sources.map((source) => source.read({ ...rest, follow: false }))
  for await (const line of theirLines(there, options)) {
    newest.set(line.service, Math.max(line.at, newest.get(line.service) ?? 0))
    yield line
  }
  inTime(options.signal)
  if (!follow || options.until !== undefined) return
  yield* followAll(sources, newest, before, options)
}

/** What is there, by time; as much of it as was asked for. */
async function* theirLines(
  there: readonly AsyncIterable<LogLine>[],
  { tail, until, complete, signal }: LogOptions,
): AsyncGenerator<LogLine> {
  if (tail !== undefined && until !== undefined) {
    const last: LogLine[] = []
    for await (const line of mergeByTime(there)) {
      last.push(line)
      if (last.length > tail * 2) last.splice(0, last.length - tail)
    }
    inTime(signal)
    yield* last.slice(-tail || last.length)
  } else if (tail !== undefined && complete === true) {
    const logs = await Promise.all(there.map(all))
    // There may be more of a log before its first line: only from there on all are told whole.
    const horizon = Math.max(0, ...logs.map((lines) => (lines.length >= tail ? (lines[0]?.at ?? 0) : 0)))
    for (const line of logs.flat().sort((one, two) => one.at - two.at)) if (line.at >= horizon) yield line
  } else yield* mergeByTime(there)
}

async function all(lines: AsyncIterable<LogLine>): Promise<readonly LogLine[]> {
  const found: LogLine[] = []
  for await (const line of lines) found.push(line)
  return found
}

/** A reading that a deadline ended has told less than there is; one that a person ended is what they wanted. */
function inTime({ aborted, reason }: AbortSignal): void {
  if (!aborted || !(reason instanceof DOMException) || reason.name !== 'TimeoutError') return
  throw new MaculaError({
    kind: 'failed',
    what: 'The log could not be read to its end in time.',
    why: 'It is long, or Docker is busy. The older lines are not lost.',
    todo: 'Try again, or choose fewer services.',
  })
}

/** Follows all at once; a slow reader holds the streams back, nothing piles up. */
async function* followAll(
  sources: readonly LogSource[],
  newest: ReadonlyMap<string, number>,
  before: number,
  options: LogOptions,
): AsyncGenerator<LogLine> {
  const merge = createMerge<LogLine>(true)
  for (const source of sources) {
    const told = newest.get(source.service)
    merge.add(readOn(source, told ?? before, told !== undefined, options.signal))
  }
  options.signal.addEventListener('abort', merge.close, { once: true })
  yield* merge.values()
}

/**
 * The lines of a log after an instant, as they come: none lost, none twice. `told`: a line of that instant was told, by which
 * a hole is known. What follows a log, at first or over the end of what writes it, goes on by this.
 */
export async function* readOn(
  source: LogSource,
  from: number,
  told: boolean,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const since = from - HAIR_MS
  let joins = !told || !source.ordered
  for await (const line of source.read({ follow: true, since, tail: OVERLAP_LINES, signal })) {
    // What was told already comes once more.
    if (line.at <= from) joins = true
    else if (joins) yield line
    // So much was written meanwhile that the overlap was too short: from the instant on, however long it takes.
    else break
  }
  if (joins || signal.aborted) return
  for await (const line of source.read({ follow: true, since, signal })) if (line.at > from) yield line
}
