import { StringDecoder } from 'node:string_decoder'
import type { ClusterPort } from '../../engine/ports.ts'
import type { AppSpec, ClusterSpec } from '../../model/cluster.ts'
import type { LogLine } from '../../model/log-line.ts'
import type { Api } from './api.ts'
import { podsOf } from './objects.ts'
import type { Yard } from './yard.ts'

/** Longer lines are cut, as those of containers are. */
const MAX_LINE = 64 * 1024

/** "2026-11-24T07:11:55.123456789Z text" in our words; undefined for what has no time. */
export function podLine(service: string, line: string): LogLine | undefined {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d) ?(.*)$/s.exec(line)
  if (!match) return undefined
  const second = Date.parse(`${match[1] ?? ''}${match[3] ?? ''}`)
  if (Number.isNaN(second)) return undefined
  const micros = Number((match[2] ?? '').padEnd(9, '0').slice(0, 6))
  const text = match[4] ?? ''
  const bytes = Buffer.byteLength(text)
  return {
    service,
    at: second + micros / 1000,
    stream: 'out',
    text: bytes > MAX_LINE ? `${text.slice(0, MAX_LINE)}… (cut, ${bytes} bytes)` : text,
  }
}

async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  for await (const chunk of stream) {
    const lines = (rest + decoder.write(chunk)).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
    // A line without end must not fill memory: its rest comes as a line of its own.
    if (rest.length > 4 * MAX_LINE) {
      yield rest
      rest = ''
    }
  }
  if (rest !== '') yield rest
}

type Options = Parameters<ClusterPort['logs']>[3]

async function* onePod(api: Api, path: string, service: string, options: Options): AsyncGenerator<LogLine> {
  const query = new URLSearchParams({ timestamps: 'true' })
  if (options.follow) query.set('follow', 'true')
  // The last lines before an instant cannot be asked for: all since the begin are read then, and cut here.
  if (options.tail !== undefined && options.until === undefined) query.set('tailLines', String(options.tail))
  if (options.since !== undefined) query.set('sinceTime', new Date(Math.floor(options.since)).toISOString())
  const stream = await api.stream(`${path}?${query.toString()}`, options.signal)
  const kept: LogLine[] = []
  for await (const text of linesOf(stream as AsyncIterable<Buffer>)) {
    const line = podLine(service, text)
    if (!line || (options.since !== undefined && line.at < options.since)) continue
    if (options.until === undefined) yield line
    else if (line.at < options.until) {
      kept.push(line)
      if (options.tail !== undefined && kept.length > options.tail) kept.shift()
    }
  }
  yield* kept
}

/** The log of an application's pods (of the ingress controller for a cluster's own row), one pod after the other; all at once when following. */
export async function* readPodLogs(
  yard: Yard,
  cluster: ClusterSpec,
  service: string,
  app: AppSpec | undefined,
  options: Options,
): AsyncGenerator<LogLine> {
  const api = await yard.api(cluster)
  if (!api) return
  const namespace = app ? cluster.namespace : cluster.ingress.namespace
  const base = `/api/v1/namespaces/${namespace}/pods`
  const label = app ? `dev.macula/app=${app.id}` : `app=${cluster.ingress.app}`
  const pods = podsOf(await api.get(`${base}?labelSelector=${encodeURIComponent(label)}`))
  const streams = pods
    .filter(({ value }) => value.container !== '' && value.startedAt > 0)
    .map(({ value }) => onePod(api, `${base}/${value.name}/log`, service, options))
  try {
    if (!options.follow) {
      for (const stream of streams) yield* quietly(stream)
      return
    }
    yield* merged(streams.map(quietly))
  } catch (error) {
    if (!options.signal.aborted) throw error
  }
}

/** A pod that has no log (its image is missing, it is gone) is as one that said nothing. */
async function* quietly(stream: AsyncGenerator<LogLine>): AsyncGenerator<LogLine> {
  try {
    yield* stream
  } catch {
    return
  }
}

async function* merged(streams: readonly AsyncGenerator<LogLine>[]): AsyncGenerator<LogLine> {
  const next = async (index: number) => ({ index, result: await streams[index]?.next() })
  const pending = new Map(streams.map((_, index) => [index, next(index)] as const))
  while (pending.size > 0) {
    const { index, result } = await Promise.race(pending.values())
    if (!result || result.done === true) {
      pending.delete(index)
      continue
    }
    pending.set(index, next(index))
    yield result.value
  }
}
