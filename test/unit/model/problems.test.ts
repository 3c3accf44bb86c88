import { describe, expect, test } from 'vitest'
import { makeAnew } from '../../../main/model/fixes.ts'
import { headlineRung, type Ladder } from '../../../main/model/ladder.ts'
import { headlineOf, mergeLadders } from '../../../main/model/merge.ts'
import { troubleOfServer } from '../../../main/model/name-server.ts'
import { problemsOf, problemsOfService } from '../../../main/model/problems.ts'
import type { ServiceView, SharedCause, Snapshot } from '../../../main/model/snapshot.ts'
import type { World } from '../../../main/model/world.ts'
import { greenWorld, snapshotOf } from '../cli/worlds.ts'
import { row, rung, up } from './rows.ts'

/** From ladders to what a person is told: which rung a row is about, and everything that is wrong, worst first. */

const green = snapshotOf(greenWorld())
const cause = (id: SharedCause['id'], ...services: readonly string[]): SharedCause => ({
  id,
  headline: { what: `${id}.`, why: '', todo: '' },
  services,
})
const of = (services: readonly ServiceView[], causes: readonly SharedCause[] = []): Snapshot => ({
  ...green,
  services,
  causes,
})
const failed = (id: string, ladder: Ladder = [rung('container', 'stop')]): ServiceView =>
  row(id, { state: 'failed', ladder })
const degraded = (id: string, ladder: Ladder = [rung('name', 'round')]): ServiceView =>
  row(id, { state: 'degraded', ladder })

test.each<readonly [Ladder, string | undefined]>([
  [
    [
      rung('name', 'unknown'),
      rung('address', 'round'),
      rung('forwarder', 'progress'),
      rung('container', 'stop'),
    ],
    'container',
  ],
  [[rung('name', 'unknown'), rung('address', 'round'), rung('forwarder', 'progress')], 'forwarder'],
  [[rung('name', 'unknown'), rung('address', 'round')], 'address'],
  [[rung('name', 'ok'), rung('address', 'unknown'), rung('forwarder', 'unknown')], 'address'],
  [[rung('name', 'ok'), rung('address', 'unused'), rung('service', 'unreached')], undefined],
])('a row is about the worst of its rungs (%#): %s', (ladder, id) => {
  expect(headlineRung(ladder)?.id).toBe(id)
})

describe('the ladder of several endpoints', () => {
  const order = ['stop', 'progress', 'unknown', 'round', 'unreached', 'ok', 'unused'] as const
  test.each(order.slice(1).map((less, at) => [order[at] ?? less, less] as const))(
    '%s goes before %s',
    (worse, less) => {
      const [name] = mergeLadders([[rung('name', less)], [rung('name', worse)], [rung('name', less)]])
      expect(name).toStrictEqual(rung('name', worse))
    },
  )
  test('a rung that none has is not used', () => {
    expect(mergeLadders([])).toStrictEqual(
      (['name', 'address', 'forwarder', 'container', 'service'] as const).map((id) => ({
        id,
        state: 'unused',
        says: '',
      })),
    )
  })
  test('a ladder that is short has no part in what it lacks', () => {
    expect(mergeLadders([[], [rung('name', 'round')]])[0]?.state).toBe('round')
  })
  test('of rungs that are as bad the first is told', () => {
    expect(mergeLadders([[rung('name', 'stop', { says: 'one' })], [rung('name', 'stop')]])[0]?.says).toBe(
      'one',
    )
  })
})

describe('the words of a rung', () => {
  test.each([
    ['nothing listens there', 'Nothing listens there.'],
    ['ended: exit code 1', 'Ended: exit code 1.'],
    ['paused', 'paused.'],
    ['grafana.macula.local is not known', 'grafana.macula.local is not known.'],
    ['127.0.0.1:80 is free', '127.0.0.1:80 is free.'],
    ['https://a.macula.local is refused', 'https://a.macula.local is refused.'],
    ['Docker does not answer!', 'Docker does not answer!'],
    ['it waits… and ends…', 'It waits… and ends…'],
    ['what is it? nobody knows', 'What is it? nobody knows.'],
    ['it is IP of macula', 'It is IP of macula.'],
    ['Docker is down', 'Docker is down.'],
  ])('"%s" is told as "%s"', (says, what) => {
    expect(headlineOf(rung('name', 'stop', { says }))).toStrictEqual({ what, why: '', todo: '' })
  })
  test('with all that is known of it', () => {
    const fix = makeAnew('tempo', 'Tempo')
    expect(
      headlineOf(rung('name', 'stop', { says: 'It is off.', why: 'Why.', todo: 'Do.', fix })),
    ).toStrictEqual({
      what: 'It is off.',
      why: 'Why.',
      todo: 'Do.',
      fix: {
        label: 'Recreate Tempo',
        command: 'maculactl up tempo --anew',
        action: { kind: 'start', services: ['tempo'], anew: true },
      },
    })
  })
})

describe('a trouble of a service’s own', () => {
  const byName = rung('name', 'stop', { cause: 'names' })
  test.each<readonly [string, ServiceView, readonly SharedCause[], string | undefined]>([
    ['fails', failed('a'), [], 'failed Container is stop.'],
    ['has a problem', degraded('a'), [], 'degraded Name is round.'],
    [
      'fails by what is told for all, and has a problem besides',
      failed('a', [byName, rung('service', 'round')]),
      [cause('names', 'a')],
      'degraded Service is round.',
    ],
    ['fails by what is told for all', failed('a', [byName]), [cause('names', 'a')], undefined],
    [
      'fails by what others suffer from too, which is not told',
      failed('a', [byName]),
      [cause('ports')],
      'failed Name is stop.',
    ],
    ['was stopped', row('a', { state: 'stopped', ladder: [rung('container', 'stop')] }), [], undefined],
    ['starts', row('a', { state: 'starting', ladder: [rung('container', 'stop')] }), [], undefined],
    ['fails while something is on its way', failed('a', [rung('container', 'progress')]), [], undefined],
    ['fails, nobody knows why', failed('a', [rung('container', 'unknown')]), [], undefined],
    ['fails with nothing wrong', failed('a', [rung('container', 'ok')]), [], undefined],
  ])('%s', (_, view, causes, says) => {
    const [own] = problemsOfService(of([view], causes), view).filter(({ service }) => service !== undefined)
    expect(own && `${own.state} ${own.headline.what}`).toBe(says)
    if (own) expect(own).toMatchObject({ title: 'A', service: 'a', hits: [] })
  })

  test('comes before the causes that hit it, and no others', () => {
    const view = degraded('a')
    const snapshot = of([view, failed('b')], [cause('ports', 'b'), cause('network', 'a', 'b')])
    expect(problemsOfService(snapshot, view)).toStrictEqual([
      {
        state: 'degraded',
        title: 'A',
        service: 'a',
        about: 'names',
        headline: { what: 'Name is round.', why: '', todo: '' },
        hits: [],
      },
      {
        state: 'degraded',
        title: 'Network',
        cause: 'network',
        headline: cause('network').headline,
        hits: [],
      },
    ])
    expect(problemsOfService(of([row('c')]), row('c'))).toStrictEqual([])
  })
})

describe('everything that is wrong', () => {
  test('Docker first, then what fails, then the other causes, then what only goes round', () => {
    const services = [degraded('a'), failed('b'), row('c'), row('d', { state: 'unknown' })]
    const causes = [cause('names', 'a', 'c'), cause('docker', 'd')]
    expect(problemsOf(of(services, causes))).toStrictEqual([
      { state: 'failed', title: 'Docker', cause: 'docker', headline: cause('docker').headline, hits: ['D'] },
      {
        state: 'failed',
        title: 'B',
        service: 'b',
        headline: { what: 'Container is stop.', why: '', todo: '' },
        hits: [],
      },
      {
        state: 'degraded',
        title: 'Names',
        cause: 'names',
        headline: cause('names').headline,
        hits: ['A', 'C'],
      },
      {
        state: 'degraded',
        title: 'A',
        service: 'a',
        about: 'names',
        headline: { what: 'Name is round.', why: '', todo: '' },
        hits: [],
      },
    ])
  })

  test('what one cause explains is not told again for its row', () => {
    const services = [degraded('a', [rung('name', 'round', { cause: 'names' })]), degraded('b')]
    expect(problemsOf(of(services, [cause('names', 'a')])).map(({ title }) => title)).toEqual(['Names', 'B'])
  })

  const stopped = rung('service', 'stop', { cause: 'route' })
  test.each<readonly [string, SharedCause, readonly ServiceView[], string]>([
    ['Docker’s is a failure', cause('docker'), [], 'failed'],
    ['another owner is one', cause('owner'), [], 'failed'],
    ['it hits nobody', cause('route'), [failed('b', [stopped])], 'degraded'],
    [
      'it stops one of those that it hits',
      cause('route', 'a', 'b'),
      [row('a'), failed('b', [rung('name', 'ok'), stopped])],
      'failed',
    ],
    [
      'another rung stops what it hits',
      cause('route', 'b'),
      [failed('b', [rung('service', 'round', { cause: 'route' }), rung('container', 'stop')])],
      'degraded',
    ],
    [
      'what it stops is meant to be off',
      cause('route', 'b'),
      [row('b', { state: 'stopped', ladder: [stopped] })],
      'degraded',
    ],
  ])('how bad a cause is: %s', (_, one, views, state) => {
    const [shared] = problemsOf(of(views, [one])).filter(({ service }) => service === undefined)
    expect(shared?.state).toBe(state)
  })
})

describe('what our name server has to do with a name', () => {
  const route = { kind: 'in place', id: 'x', title: 'x', needsServer: true } as const
  test.each<readonly [string, World['route'], World['nameServer'], string | undefined]>([
    ['it runs', route, { kind: 'runs', pid: 1, port: 5354, names: new Map() }, undefined],
    ['it is stopped', route, { kind: 'stopped' }, 'Our name server (dnsmasq) is not running.'],
    ['it is not known how names go', { kind: 'unknown' }, { kind: 'no-tool' }, 'dnsmasq is not installed.'],
    ['its port is taken', route, { kind: 'port-taken', says: 'x has it.' }, 'x has it.'],
    [
      'it is silent',
      route,
      { kind: 'hung', pid: 7, port: 5354, hung: 'silent' },
      'Our name server (dnsmasq, pid 7) lives, but answers nothing on 127.0.0.1:5354.',
    ],
    [
      'it is suspended',
      route,
      { kind: 'hung', pid: 7, port: 5354, hung: 'suspended' },
      'Our name server (dnsmasq, pid 7) is suspended: a signal stopped it (SIGSTOP), so it answers nothing on 127.0.0.1:5354.',
    ],
    ['names are not led to it', { kind: 'absent' }, { kind: 'stopped' }, undefined],
    ['names go by a file', { ...route, needsServer: false }, { kind: 'stopped' }, undefined],
  ])('%s', (_, by, nameServer, says) => expect(troubleOfServer({ route: by, nameServer })).toBe(says))
})

test('a snapshot has every row as it was judged, and every tier', () => {
  const { services, tiers } = snapshotOf(greenWorld())
  expect(services.find(({ id }) => id === 'grafana')?.state).toBe('works')
  expect(tiers.map(({ id, says }) => `${id}: ${says}`)).toEqual([
    'host: 6 of 6',
    'applications: not set up. The hub cluster has not been created on this machine.',
    'observability: 5 of 5',
    'tools: 1 of 1',
    'data: 2 of 2',
  ])
})

test('another person’s Macula leaves every row without a trouble of its own', () => {
  const other = {
    uid: 1000,
    project: 'macula',
    has: '1 network',
    bySudo: false,
    beside: { project: 'b', subnet: '172.31.240.0/24', addresses: '127.0.1.0/24', dnsPort: 5355 },
    file: '/x',
  }
  const draft = greenWorld()
  draft.docker = { ...up, other }
  const { services, causes } = snapshotOf(draft)
  expect(causes.map(({ id }) => id)).toEqual(['owner'])
  for (const view of services) {
    expect(view).toMatchObject({ state: 'not set up', reason: '' })
    expect(view).not.toHaveProperty('headline')
    expect(view.endpoints.flatMap(({ accesses }) => accesses.filter(({ works }) => works))).toEqual([])
    expect(view.container).toBeUndefined()
  }
})
