import type { ClusterSeen } from '../cluster.ts'
import { fqdn } from '../access.ts'
import type { Rung } from '../ladder.ts'
import type { AnswerSeen } from '../observation.ts'
import type { Runtime, ServiceSpec } from '../service.ts'
import { sayAnswer } from './service.ts'

/** The page that the ingress shows for an application without a pod says so by this status. */
const PLACEHOLDER_STATUS = 503

const isPlaceholder = (seen: AnswerSeen | undefined): boolean =>
  seen?.kind === 'wrong' && seen.status === PLACEHOLDER_STATUS

/** The fifth rung of an application: what its URL answers, through the forwarder and the cluster's ingress. */
export function answerRung(
  service: ServiceSpec,
  runtime: Extract<Runtime, { kind: 'cluster' }>,
  suffix: string,
  seen: ClusterSeen | undefined,
  pod: Rung,
  front: AnswerSeen | undefined,
  direct: AnswerSeen | undefined,
): Rung {
  const base = { id: 'service' } as const
  const { host, port } = runtime.cluster
  const way = front ? `${service.address ?? ''}:80` : `${host}:${port}`
  const first = front ?? direct
  if (first?.kind === 'answer')
    return pod.state === 'stop' || pod.state === 'unreached'
      ? { ...base, state: 'unreached', says: `${sayAnswer(first)} through ${way}, not by a pod of it` }
      : { ...base, state: 'ok', ms: first.ms, says: `${sayAnswer(first)} through ${way}` }
  if (direct?.kind === 'answer')
    return { ...base, state: 'ok', ms: direct.ms, says: `${sayAnswer(direct)} through ${host}:${port}` }
  if (pod.state === 'stop' || pod.state === 'unreached')
    return {
      ...base,
      state: 'unreached',
      says: isPlaceholder(first) ? `its placeholder page answers through ${way}` : 'not reached',
    }
  if (pod.state === 'progress') return { ...base, state: 'progress', says: 'not asked before it is ready' }
  if (pod.state === 'unknown') return { ...base, state: 'unknown', says: pod.says }
  if (!first) return { ...base, state: 'unknown', says: 'not asked yet' }
  const app = seen?.kind === 'up' && runtime.app ? seen.apps.get(runtime.app.id) : undefined
  const name = service.endpoints[0] && fqdn(service.endpoints[0], suffix)
  const noRoute = app && name !== undefined && !app.hosts.includes(name)
  const noIngress = seen?.kind === 'up' && !seen.ingress.some((one) => one.ready)
  return {
    ...base,
    state: 'stop',
    ms: first.ms,
    says: `${way}: ${sayAnswer(first)}`,
    reason: noIngress ? 'the cluster’s ingress is not ready' : noRoute ? 'no route to it' : sayAnswer(first),
    why: noIngress
      ? 'All applications are reached through the cluster’s ingress controller, which is not ready.'
      : noRoute
        ? `No ingress of the cluster routes ${name}.`
        : 'Its pod is ready, but what answers is not what is expected.',
    todo: noRoute
      ? `Give its manifests an Ingress with the host ${name}, then maculactl up ${service.id}.`
      : `Its log may say more: maculactl logs ${service.id}`,
    ...(noIngress ? { cause: 'cluster' } : {}),
  }
}
