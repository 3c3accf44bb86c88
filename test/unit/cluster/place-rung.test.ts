import { describe, expect, test } from 'vitest'
import { foundNames, foundRows } from '../../../main/model/found.ts'
import type { AppSeen, IngressSeen } from '../../../main/model/cluster.ts'
import { answerRung } from '../../../main/model/rungs/app-answer.ts'
import { podRung } from '../../../main/model/rungs/pod.ts'
import { toPutIn } from '../../../main/engine/cluster/follow-apps.ts'
import type { Catalog } from '../../../main/model/service.ts'
import { lookAt } from './pods.ts'
import { clusterRuntime } from './spec.ts'
import { app, catalog, pod, up } from './world.ts'

/** Applications that are used where they lie, as their rows tell them. */

const place = (follow: boolean) => ({
  path: '/home/ada/shop',
  namespace: 'default',
  namespaces: ['default'],
  sum: 'now',
  follow,
  watched: [],
})
const runtimeOf = (follow = false) => {
  const runtime = clusterRuntime('console')
  return {
    ...runtime,
    app: { ...runtime.app, id: 'console', cluster: 'hub', image: '', folder: '/x', place: place(follow) },
  }
}
const rung = (seen: AppSeen, follow = false) =>
  podRung({ ...lookAt(up({ console: seen })), runtime: runtimeOf(follow) })

describe('files that changed since they were put in', () => {
  test('the row says so and offers to put it in; a followed one says that it is done by itself', () => {
    expect(rung(app({ sum: 'now' })).state).toBe('ok')
    expect(rung(app()).state).toBe('ok')
    expect(rung(app({ sum: 'before' }))).toMatchObject({
      state: 'round',
      reason: 'changed since it was applied',
      todo: 'maculactl up console applies it.',
      fix: { command: 'maculactl up console' },
    })
    expect(rung(app({ sum: 'before' }), true).todo).toMatch(/^It is applied by itself/)
  })

  test('what is worse is told first', () => {
    expect(
      rung(app({ sum: 'before', pods: [pod({ ready: false, reason: 'CrashLoopBackOff' })] })).state,
    ).toBe('stop')
  })

  test('only what follows, is wanted and is in its cluster is put in by itself', () => {
    const services = catalog.services.map((one) =>
      one.id === 'console' ? { ...one, runtime: runtimeOf(true) } : one,
    )
    const of = (seen: AppSeen, wanted: readonly string[], all: Catalog = { ...catalog, services }) =>
      toPutIn(all, new Map([['hub', up({ console: seen })]]), new Set(wanted))
    expect(of(app({ sum: 'before' }), ['console'])).toEqual(['console'])
    expect(of(app({ sum: 'now' }), ['console'])).toEqual([])
    expect(of(app({ sum: 'before' }), [])).toEqual([])
    expect(of(app(), ['console'])).toEqual([])
    expect(of(app({ sum: 'before' }), ['console'], catalog)).toEqual([])
  })
})

describe('an Ingress behind which nothing speaks HTTP', () => {
  const answer = (quiet: boolean, status: number) => {
    const service = catalog.services.find(({ id }) => id === 'console')
    const endpoint = service?.endpoints[0]
    if (!service || !endpoint) throw new Error('no console')
    return answerRung({
      service,
      runtime: runtimeOf(),
      endpoint: { ...endpoint, ...(quiet ? { quiet: true } : {}) },
      suffix: 'macula.local',
      seen: up({ console: app() }),
      pod: { id: 'container', state: 'ok', says: 'pod ready' },
      front: { kind: 'wrong', ms: 1, status, says: `HTTP ${status}` },
      direct: undefined,
    })
  }
  test('its pods decide, and only there', () => {
    expect(answer(true, 503).state).toBe('unused')
    expect(answer(false, 503).state).toBe('stop')
    expect(answer(true, 500).state).toBe('stop')
  })
})

describe('an application that does not run keeps no host', () => {
  const ingress = (part: Partial<IngressSeen> = {}): IngressSeen => ({
    namespace: 'default',
    name: 'theirs',
    hosts: ['console.macula.local'],
    routes: ['console.macula.local'],
    pods: [pod({})],
    selector: 'app=theirs',
    ...part,
  })
  const found = (seen: AppSeen | undefined, one = ingress()) => {
    const clusters = new Map([['hub', up(seen ? { console: seen } : {}, { ingresses: [one] })]])
    return [
      foundRows(catalog, clusters, 'macula.local').map(({ id }) => id),
      [...foundNames(catalog, clusters, 'macula.local').keys()],
    ]
  }
  const given = [['default-theirs'], ['console.macula.local']]
  const kept = [[], []]

  test.each([
    ['it was never put in', undefined, given],
    ['it is stopped', app({ replicas: 0, pods: [] }), given],
    ['its objects are gone', app({ applied: false }), given],
    ['it runs', app(), kept],
  ])('%s', (_, seen, is) => {
    expect(found(seen)).toEqual(is)
  })

  test('its own Ingress is no row of its own while it is stopped', () => {
    expect(found(app({ replicas: 0, pods: [] }), ingress({ app: 'console' }))).toEqual(kept)
  })
})
