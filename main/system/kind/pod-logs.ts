import { coalesce } from '../../model/coalesce.ts'
import { StringDecoder } from 'node:string_decoder'
import type { ClusterAdapter } from '../../engine/adapters.ts'
import type { AppSpec, ClusterSpec, PodSeen } from '../../model/cluster.ts'
import type { LogLine } from '../../model/log-line.ts'
import { mergeByTime } from '../../model/merge-by-time.ts'
import { createMerge } from '../../model/merge-streams.ts'
import { watchPath, type Api } from './api.ts'
import { podsOf } from './objects.ts'
import type { KindContext } from './context.ts'

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

type Options = Parameters<ClusterAdapter['logs']>[3]

/** The log of one container of a pod. */
async function* onePod(
  api: Api,
  path: string,
  container: string,
  service: string,
  options: Options,
): AsyncGenerator<LogLine> {
  // Of a pod with several, the API server gives none unless it is told which.
  const query = new URLSearchParams({ timestamps: 'true', container })
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

/** The log of an application's pods (of the ingress controller for a cluster's own row), by time; as they come when following. */
export async function* readPodLogs(
  context: KindContext,
  cluster: ClusterSpec,
  service: string,
  app: AppSpec | undefined,
  options: Options,
): AsyncGenerator<LogLine> {
  const api = await context.api(cluster)
  if (!api) return
  // Without a Service that chooses pods there are none to be read.
  if (app?.found && app.found.selector === undefined) return
  const namespace = app?.found?.namespace ?? (app ? cluster.namespace : cluster.ingress.namespace)
  const base = `/api/v1/namespaces/${namespace}/pods`
  // What lies where its people have it may be in several namespaces.
  const where = app?.place ? '/api/v1/pods' : base
  const label = app?.found?.selector ?? (app ? `dev.macula/app=${app.id}` : `app=${cluster.ingress.app}`)
  const source: PodSource = {
    api,
    base,
    list: `${where}?labelSelector=${encodeURIComponent(label)}`,
    service,
  }
  try {
    if (options.follow) yield* followPods(source, options)
    else
      yield* mergeByTime(
        podsOf(await api.get(source.list))
          .map(({ value }) => value)
          .filter(hasLog)
          .flatMap((pod) =>
            containersOf(pod).map((container) =>
              quietly(onePod(api, logOf(base, pod), container, service, options)),
            ),
          ),
      )
  } catch (error) {
    if (!options.signal.aborted) throw error
  }
}

interface PodSource {
  readonly api: Api
  readonly base: string
  readonly list: string
  readonly service: string
}

const logOf = (base: string, pod: PodSeen): string =>
  `${pod.namespace === undefined ? base : `/api/v1/namespaces/${pod.namespace}/pods`}/${pod.name}/log`

/** Pods of one name may be in two namespaces. */
const keyOf = ({ namespace = '', name }: PodSeen, container: string): string =>
  `${namespace} ${name} ${container}`

function containersOf(pod: PodSeen): readonly string[] {
  return pod.containers ?? [pod.container]
}

/** Whether a container of a pod has run: before, there is nothing to read. */
function hasLog(pod: PodSeen): boolean {
  return (
    pod.container !== '' &&
    (pod.ready ||
      pod.exitCode !== undefined ||
      pod.restarts > 0 ||
      (pod.phase === 'Running' && pod.reason === ''))
  )
}

/** All pods at once, those that come later too, and a container that is started again in its pod; ends with the API server. */
async function* followPods(
  { api, base, list, service }: PodSource,
  options: Options,
): AsyncGenerator<LogLine> {
  const over = new AbortController()
  const signal = AbortSignal.any([options.signal, over.signal])
  const merge = createMerge<LogLine>(false)
  signal.addEventListener('abort', merge.close, { once: true })
  /** What is read of each container, by `keyOf`: after how many restarts of its pod, and up to which line. */
  const known = new Map<string, { readonly run: number; last: number; readonly stop: AbortController }>()

  async function* read(pod: PodSeen, container: string, isFirst: boolean): AsyncGenerator<LogLine> {
    const key = keyOf(pod, container)
    const before = known.get(key)
    before?.stop.abort()
    const told = before?.last ?? 0
    const mine = { run: pod.restarts, last: told, stop: new AbortController() }
    known.set(key, mine)
    const stream = onePod(api, logOf(base, pod), container, service, {
      // Of a pod that came later, everything: it is younger than what was asked for.
      ...(isFirst ? options : { follow: true, ...(told > 0 ? { since: told } : {}) }),
      signal: AbortSignal.any([signal, mine.stop.signal]),
    })
    for await (const line of quietly(stream)) {
      mine.last = Math.max(mine.last, line.at)
      if (line.at > told) yield line
    }
  }
  const look = async (isFirst: boolean): Promise<void> => {
    for (const { value: pod } of podsOf(await api.get(list, signal)))
      for (const container of hasLog(pod) ? containersOf(pod) : [])
        if (known.get(keyOf(pod, container))?.run !== pod.restarts) merge.add(read(pod, container, isFirst))
  }
  const again = coalesce(async () => await look(false).catch(() => over.abort()))

  try {
    await look(true)
    void watchOn(api, list, signal, () => void again()).catch(() => over.abort())
    yield* merge.values()
  } finally {
    over.abort()
  }
}

/** Watches until `signal` aborts; the server ends a watch after its own time. Throws when it cannot be begun again. */
async function watchOn(api: Api, list: string, signal: AbortSignal, onChange: () => void): Promise<void> {
  while (!signal.aborted) await watchPath(api, list, signal, onChange)
}

/** A pod that has no log (its image is missing, it is gone) is as one that said nothing. */
async function* quietly(stream: AsyncGenerator<LogLine>): AsyncGenerator<LogLine> {
  try {
    yield* stream
  } catch {
    return
  }
}
