import type { ContainerSeen } from '../../model/observation.ts'
import type { LogLine } from '../../model/log-line.ts'
import { createMerge } from '../../model/merge-streams.ts'
import type { DockerAdapter, Adapters } from '../adapters.ts'

/** Lines kept to be put in order when several streams end; more come out as they are. */
const MERGE_AT_MOST = 200_000

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
  /** Its lines come by time, also while it is followed. */
  readonly ordered: boolean
  readonly read: (options: Parameters<DockerAdapter['logs']>[1]) => AsyncIterable<LogLine>
}

export function containerLog(docker: DockerAdapter, container: ContainerSeen): LogSource {
  return { service: container.service, ordered: true, read: (options) => docker.logs(container, options) }
}

/** The log of whichever container a service has when it is read. */
export function serviceLog(docker: DockerAdapter, service: string): LogSource {
  return {
    service,
    ordered: true,
    async *read(options) {
      const container = (await docker.containers()).find((one) => one.service === service)
      if (container) yield* docker.logs(container, options)
    },
  }
}

/** Lines of several services: what is there already by time, then, when following, as they come. */
export async function* mergedLogs(
  adapters: Pick<Adapters, 'clock'>,
  sources: readonly LogSource[],
  options: LogOptions,
): AsyncGenerator<LogLine> {
  const { follow, complete, ...rest } = options
  const [only, ...others] = sources
  if (follow && options.until === undefined && only?.ordered === true && others.length === 0) {
    yield* only.read({ ...rest, follow })
    return
  }
  const { tail, until } = options
  const lines: LogLine[] = []
  const before = adapters.clock.now()
  let horizon = 0
  await Promise.all(
    sources.map(async (source) => {
      let count = 0
      let first = 0
      for await (const line of source.read({ ...rest, follow: false })) {
        count += 1
        first ||= line.at
        if (lines.length < MERGE_AT_MOST) lines.push(line)
      }
      // There may be more of it before its first line: only from there on all are told whole.
      if (complete === true && tail !== undefined && count >= tail) horizon = Math.max(horizon, first)
    }),
  )
  lines.sort((one, two) => one.at - two.at)
  const told =
    tail === undefined || until === undefined
      ? lines.filter((line) => line.at >= horizon)
      : lines.slice(-tail || lines.length)
  const newest = new Map<string, number>()
  for (const line of told) {
    newest.set(line.service, line.at)
    yield line
  }
  if (!follow || until !== undefined) return
  yield* followAll(sources, newest, before, options)
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
    merge.add(followOne(source, told ?? before, told !== undefined, options.signal))
  }
  options.signal.addEventListener('abort', merge.close, { once: true })
  yield* merge.values()
}

/** The lines after an instant, as they come. `told`: there is a line of that instant, by which a hole is known. */
async function* followOne(
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
