import type { ClusterSeen } from '../cluster.ts'
import { fqdn } from '../access.ts'
import type { Rung } from '../ladder.ts'
import type { AnswerSeen } from '../observation.ts'
import type { EndpointSpec, Runtime, ServiceSpec } from '../service.ts'
import { sayAnswer } from './service.ts'

/** The page that the ingress shows for an application without a pod says so by this status. */
const PLACEHOLDER_STATUS = 503
/** What the ingress answers for a host or path that no ingress routes. */
const NO_ROUTE_STATUS = 404

const isPlaceholder = (seen: AnswerSeen | undefined): boolean =>
  seen?.kind === 'wrong' && seen.status === PLACEHOLDER_STATUS

/** What an ingress answers where no pod takes the connection: our placeholder page, or its own words for an Ingress of others. */
const nobody: ReadonlySet<number> = new Set([502, PLACEHOLDER_STATUS, 504])
const isNobody = (seen: AnswerSeen): boolean => seen.kind === 'wrong' && nobody.has(seen.status ?? 0)

/** Whether one of some routes (`host`, `*.host`, `host/path`) leads a path of a name somewhere. */
export function isRouted(routes: readonly string[], name: string, path: string): boolean {
  return routes.some((route) => {
    const [host = '', ...parts] = route.split('/')
    const prefix = ['', ...parts].join('/').replace(/\/$/, '')
    const isHost = host === name || (host.startsWith('*.') && name.slice(name.indexOf('.')) === host.slice(1))
    return isHost && (path === prefix || path.startsWith(`${prefix}/`) || path.startsWith(`${prefix}?`))
  })
}

export interface AppAnswerLook {
  readonly service: ServiceSpec
  readonly runtime: Extract<Runtime, { kind: 'cluster' }>
  readonly endpoint: EndpointSpec
  readonly suffix: string
  readonly seen: ClusterSeen | undefined
  /** The rung of its pods. */
  readonly pod: Rung
  /** What its URL answers through our forwarder. */
  readonly front: AnswerSeen | undefined
  /** What the cluster's published port answers for its name. */
  readonly direct: AnswerSeen | undefined
}

/** The fifth rung of an application: what its URL answers, through the forwarder and the cluster's ingress. */
export function answerRung(look: AppAnswerLook): Rung {
  const { service, runtime, endpoint, suffix, seen, pod, front, direct } = look
  const base = { id: 'service' } as const
  const { host, port } = runtime.cluster
  const way = front ? `${service.address ?? ''}:80` : `${host}:${port}`
  const first = front ?? direct
  const app = seen?.kind === 'up' && runtime.app ? seen.apps.get(runtime.app.id) : undefined
  const name = fqdn(endpoint, suffix)
  const { path } = endpoint.probe
  const noRoute = app !== undefined && name !== undefined && !isRouted(app.hosts, name, path)
  // Its own 404 is an answer; the ingress' 404 for what nothing routes is none.
  const lost = noRoute && first?.kind === 'answer' && first.status === NO_ROUTE_STATUS
  if (first?.kind === 'answer' && !lost)
    return pod.state === 'stop' || pod.state === 'unreached'
      ? { ...base, state: 'unreached', says: `${sayAnswer(first)} through ${way}, not by a pod of it` }
      : { ...base, state: 'ok', ms: first.ms, says: `${sayAnswer(first)} through ${way}` }
  // What answers past our forwarder makes a detour of it: its URL goes through it.
  if (front && direct?.kind === 'answer' && !lost)
    return {
      ...base,
      state: 'round',
      ms: direct.ms,
      says: `${sayAnswer(direct)} through ${host}:${port}; ${way}: ${sayAnswer(front)}`,
      reason: 'not through its URL',
      why: `The cluster answers past our forwarder, but not through it: ${sayAnswer(front)}.`,
      todo: 'Restart the forwarder.',
      fix: { label: 'Restart forwarder', command: 'maculactl up', action: { kind: 'forward' } },
    }
  if (pod.state === 'stop' || pod.state === 'unreached')
    return {
      ...base,
      state: 'unreached',
      says: isPlaceholder(first) ? `its placeholder page answers through ${way}` : 'not reached',
    }
  if (pod.state === 'progress') return { ...base, state: 'progress', says: 'not checked until it is ready' }
  if (pod.state === 'unknown') return { ...base, state: 'unknown', says: pod.says }
  if (!first) return { ...base, state: 'unknown', says: 'not checked yet' }
  // Its manifests say nothing of HTTP there: a port that nobody answers is then as it is meant.
  if (endpoint.quiet === true && isNobody(first))
    return { ...base, state: 'unused', says: 'nothing answers HTTP behind its Ingress; its pods decide' }
  const noIngress = seen?.kind === 'up' && !seen.ingress.some((one) => one.ready)
  const wanted = `${name ?? ''}${path === '/' ? '' : path}`
  const isPart = noRoute && app.hosts.some((route) => route.startsWith(`${name}/`))
  return {
    ...base,
    state: 'stop',
    ms: first.ms,
    says: `${way}: ${sayAnswer(first)}`,
    reason: noIngress ? 'the cluster’s ingress is not ready' : noRoute ? 'no route to it' : sayAnswer(first),
    why: noIngress
      ? 'All applications are reached through the cluster’s ingress controller, which is not ready.'
      : isPart
        ? `Its ingress routes ${app.hosts.filter((route) => route.startsWith(`${name}/`)).join(', ')} only, not ${name}${path}.`
        : noRoute
          ? `No ingress of the cluster routes ${wanted}.`
          : isPlaceholder(first)
            ? 'The ingress reaches no pod of it: none is behind its Service, or it refuses the connection.'
            : 'Its pod is ready, but what answers is not what is expected.',
    todo: isPart
      ? `Name a path that it routes in its app.yaml (open, probe: { path: … }), or route all of ${name}, then maculactl up ${service.id}.`
      : noRoute
        ? `Give its manifests an Ingress with the host ${name}, then maculactl up ${service.id}.`
        : isPlaceholder(first)
          ? `Compare the selector and port of its Service with its pods (kubectl get endpointslices), then maculactl up ${service.id}.`
          : `Its log may say more: maculactl logs ${service.id}`,
    ...(noIngress ? { cause: 'cluster' } : {}),
  }
}
