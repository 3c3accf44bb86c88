import type { ClusterAdapter } from '../../engine/adapters.ts'
import type { ClusterSpec } from '../../model/cluster.ts'
import { jsonLines } from '../docker/json-lines.ts'
import { CALL_DEADLINE_MS, within } from '../docker/link.ts'
import { watchPath } from './api.ts'
import { KIND_LABEL } from './nodes.ts'
import type { KindContext } from './context.ts'

/** Changes come in bursts (a deployment moves ten objects); one look for all that came within this (ms). */
const CALM_MS = 100
const pauses = {
  first: 500,
  longest: 10_000,
  /** No node runs: its start is told by Docker, so this only catches what was missed. */
  idle: 300_000,
} as const

/** Waits `ms`, until `signal` aborts, or until `wake` is called; a call while nobody waits ends the next wait. */
function nap(signal: AbortSignal) {
  let end: (() => void) | undefined
  let isDue = false
  return {
    wake(): void {
      isDue = true
      end?.()
    },
    async pause(ms: number): Promise<void> {
      if (!signal.aborted && !isDue)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(done, ms)
          signal.addEventListener('abort', done)
          end = done
          function done(): void {
            clearTimeout(timer)
            signal.removeEventListener('abort', done)
            resolve()
          }
        })
      isDue = false
      end = undefined
    },
  }
}

/** Tells of every change of a cluster: its nodes by Docker's events, its objects by the API server's watches. */
export async function watchCluster(
  context: KindContext,
  cluster: ClusterSpec,
  { signal, onChange }: Parameters<ClusterAdapter['watch']>[1],
): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const soon = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined
      if (!signal.aborted) onChange()
    }, CALM_MS)
  }
  signal.addEventListener('abort', () => clearTimeout(timer))
  const objects = nap(signal)
  await Promise.all([
    followNodes(context, cluster, signal, () => {
      soon()
      objects.wake()
    }),
    followObjects(context, cluster, signal, soon, objects),
  ])
}

async function followNodes(
  context: KindContext,
  cluster: ClusterSpec,
  signal: AbortSignal,
  onChange: () => void,
): Promise<void> {
  const rest = nap(signal)
  let wait: number = pauses.first
  while (!signal.aborted) {
    try {
      const link = await context.link()
      const stream = await within(
        CALL_DEADLINE_MS,
        async (abortSignal) =>
          await link.long.getEvents({
            filters: {
              type: ['container'],
              event: ['create', 'start', 'die', 'destroy', 'pause', 'unpause'],
              label: [`${KIND_LABEL}=${cluster.name}`],
            },
            abortSignal,
          }),
        signal,
      )
      wait = pauses.first
      onChange()
      for await (const _ of jsonLines(stream as AsyncIterable<Buffer>)) {
        if (signal.aborted) return
        onChange()
      }
    } catch {
      // Docker is down: its own watcher tells so; this one comes back by itself.
    }
    await rest.pause(wait)
    wait = Math.min(wait * 2, pauses.longest)
  }
}

/** The collections whose changes a person sees. */
function pathsOf(): readonly string[] {
  return [
    // An Ingress of any namespace gives a name, and its row tells of its pods; applications of a person's own are anywhere.
    '/api/v1/pods',
    '/api/v1/services',
    '/apis/networking.k8s.io/v1/ingresses',
    '/api/v1/events',
    '/apis/apps/v1/deployments',
  ]
}

async function followObjects(
  context: KindContext,
  cluster: ClusterSpec,
  signal: AbortSignal,
  onChange: () => void,
  rest: ReturnType<typeof nap>,
): Promise<void> {
  let wait: number = pauses.first
  while (!signal.aborted) {
    const round = new AbortController()
    const both = AbortSignal.any([signal, round.signal])
    let isIdle = false
    try {
      const runs = (await context.nodes(cluster)).some((node) => node.running)
      isIdle = !runs
      const api = runs ? await context.api(cluster) : undefined
      if (api) {
        await api.get('/readyz', both)
        wait = pauses.first
        // The first that ends takes the others along: the server went, or cut all after its own time.
        await Promise.race(pathsOf().map(async (path) => await watchPath(api, path, both, onChange)))
        onChange()
      }
    } catch {
      // Not up now; a node's event or the pause brings the next try.
      onChange()
    } finally {
      round.abort()
    }
    await rest.pause(isIdle ? pauses.idle : wait)
    wait = Math.min(wait * 2, pauses.longest)
  }
}
