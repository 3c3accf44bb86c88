import { describe, expect, test } from 'vitest'
import { missedBy } from '../../../main/model/missed.ts'
import { ranBefore } from '../../../main/model/ran-before.ts'
import { endpointView, isLoud, serviceView, silentLadder } from '../../../main/model/service-view.ts'
import type { Access, ServiceView, State } from '../../../main/model/snapshot.ts'
import { greenWorld, snapshotOf } from '../cli/worlds.ts'
import { endpoint, frameOf, row, rung, spec } from './rows.ts'

/** How a row is put together: what its faces are sent, and nothing that is not known. */

const states: readonly State[] = [
  'works',
  'degraded',
  'starting',
  'stopping',
  'failed',
  'stopped',
  'not set up',
  'unknown',
]

test('a row tells its reason while it fails, has a problem or starts', () => {
  expect(states.filter(isLoud)).toEqual(['degraded', 'starting', 'failed'])
})

test('what answers nothing stands by what runs it alone', () => {
  const runs = rung('container', 'stop')
  expect(silentLadder(runs).map(({ id, state }) => `${id} ${state}`)).toEqual([
    'name unused',
    'address unused',
    'forwarder unused',
    'container stop',
    'service unused',
  ])
  expect(silentLadder(runs)[3]).toBe(runs)
})

describe('an endpoint', () => {
  const access = (kind: Access['kind'], part: Partial<Access> = {}): Access => ({
    kind,
    url: `http://${kind}`,
    host: kind,
    port: 80,
    works: false,
    ...part,
  })
  const slow = access('clean', { reason: 'name takes 5.0 s', slow: true })
  const off = access('clean', { reason: 'name is not known' })
  const direct = access('direct', { works: true })
  const address = access('address', { works: true })
  const of = (accesses: readonly Access[], byNameOnly: boolean) =>
    endpointView(endpoint({ name: 'a' }), 'macula.local', {
      accesses,
      byNameOnly,
      ladder: [],
      answerMs: undefined,
    })

  test('is sent with what is known of it', () => {
    const ladder = [rung('name', 'ok')]
    const judged = { accesses: [address], byNameOnly: false, ladder, answerMs: 4 }
    expect(endpointView(endpoint({ name: 'a', open: '/' }), 'macula.local', judged)).toStrictEqual({
      id: 'web',
      scheme: 'http',
      name: 'a.macula.local',
      accesses: [address],
      best: 0,
      byNameOnly: false,
      opens: true,
      ladder,
      answerMs: 4,
    })
  })

  test('without a name, a page and an answer has none', () => {
    const judged = { accesses: [], byNameOnly: true, ladder: [], answerMs: undefined }
    expect(endpointView(endpoint({ scheme: 'tcp' }), 'macula.local', judged)).toStrictEqual({
      id: 'web',
      scheme: 'tcp',
      name: null,
      accesses: [],
      best: -1,
      byNameOnly: true,
      opens: false,
      ladder: [],
    })
  })

  test.each<readonly [string, readonly Access[], boolean, number, readonly boolean[]]>([
    ['by name only, its name is slow: it opens by it all the same', [slow], true, 0, [true]],
    ['the container itself is no way for a person: the slow name is', [slow, direct], true, 0, [true, true]],
    ['the others stay as they are', [slow, off, direct], true, 0, [true, false, true]],
    ['by name only, its name is not known', [off], true, -1, [false]],
    ['its name is not known, the container answers', [off, direct], true, 1, [false, true]],
    ['an address is quicker than a slow name', [slow, address], true, 1, [false, true]],
    ['it has a port of its own', [slow, direct], false, 1, [false, true]],
  ])('%s', (_, accesses, byNameOnly, best, works) => {
    const view = of(accesses, byNameOnly)
    expect(view.best).toBe(best)
    expect(view.accesses.map((one) => one.works)).toEqual(works)
  })
})

describe('a row', () => {
  const db = spec('db', 1, {
    endpoints: [endpoint({ name: 'db' }), endpoint({ id: 'bare' })],
    warnings: ['w'],
  })
  const web = spec('web', 2, { needs: ['db'], uses: ['cache'], origin: 'user' })
  const frame = frameOf([db, web])
  const judged = {
    state: 'works',
    address: '127.0.0.1:80',
    endpoints: [],
    ladder: [],
    reason: '',
    headline: undefined,
    since: undefined,
    container: undefined,
  } as const

  test('has no more than what is known', () => {
    expect(serviceView(frame, db, judged)).toStrictEqual({
      id: 'db',
      tier: 'tools',
      title: 'DB',
      purpose: 'db',
      origin: 'ours',
      state: 'works',
      address: '127.0.0.1:80',
      endpoints: [],
      ladder: [],
      reason: '',
      names: ['db.macula.local'],
      needs: [],
      uses: [],
      neededBy: ['web'],
      warnings: ['w'],
    })
  })

  test('has all that is known; the slowest of its answers counts', () => {
    const at = (answerMs?: number) =>
      endpointView(endpoint(), 'macula.local', { accesses: [], byNameOnly: false, ladder: [], answerMs })
    const container = { id: 'c1', name: 'n', image: 'i', address: '172.23.0.9', restarts: 2 }
    const headline = { what: 'x', why: 'y', todo: 'z' }
    const view = serviceView(frame, web, {
      ...judged,
      cluster: 'application',
      endpoints: [at(3), at(9), at()],
      headline,
      since: 7,
      // What inspect tells besides is not sent.
      container: { ...container, state: 'running' } as NonNullable<ServiceView['container']>,
    })
    expect(view).toMatchObject({
      cluster: 'application',
      answerMs: 9,
      since: 7,
      headline,
      needs: ['db'],
      uses: ['cache'],
    })
    expect(view.container).toStrictEqual(container)
    expect(view.neededBy).toEqual([])
  })
})

test('what ran before and does not run now is what failed', () => {
  expect(ranBefore(states.map((state) => ({ id: state, state })))).toEqual(['failed'])
})

describe('who misses a service that is stopped', () => {
  const green = snapshotOf(greenWorld())
  const snapshot = {
    ...green,
    services: [
      row('db', { state: 'stopped' }),
      row('needs', { needs: ['db'] }),
      row('uses', { uses: ['db'], state: 'failed' }),
      row('neither', { needs: ['x'], uses: ['y'] }),
      row('off', { needs: ['db'], state: 'stopped' }),
      row('unmade', { uses: ['db'], state: 'not set up' }),
    ],
  }
  test.each<readonly [State, readonly string[]]>([
    ['stopped', ['NEEDS', 'USES']],
    ['failed', []],
    ['works', []],
    ['not set up', []],
  ])('%s', (state, titles) => expect(missedBy(snapshot, row('db', { state }))).toEqual(titles))
})
