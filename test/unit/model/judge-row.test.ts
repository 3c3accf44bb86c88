import { describe, expect, test } from 'vitest'
import { askedAccesses, judgeService, portsOfEndpoint } from '../../../main/model/judge.ts'
import type { AnswerSeen } from '../../../main/model/observation.ts'
import type { EndpointSpec, ServiceSpec } from '../../../main/model/service.ts'
import { services, suffix } from '../cli/fixture.ts'
import { change, greenWorld, now, silence, snapshotOf, type Draft } from '../cli/worlds.ts'
import { all, away, closed, ended, forwards, free, good, judged, lost, rungsOf, specOf } from './grafana.ts'

/** One row beside its state: its ways in, its address, times and words. */

describe('what opens by name only', () => {
  const unknown = (world: Draft): void =>
    void world.names.set('registry.macula.local', { kind: 'none', code: 'ENOTFOUND', ms: 2 })
  const quiet = (world: Draft): void => silence(world, 'registry-ui')
  const stopped = (world: Draft): void => {
    quiet(world)
    world.wanted.delete('registry-ui')
    change(world, 'registry-ui', { state: 'exited', stoppedOnPurpose: true, address: '' })
  }

  const asked =
    (front: AnswerSeen, direct?: AnswerSeen) =>
    (world: Draft): void => {
      quiet(world)
      world.answers.set('registry-ui/web/front', front)
      if (direct) world.answers.set('registry-ui/web/direct', direct)
    }

  test.each<readonly [string, (world: Draft) => void, string, string]>([
    ['fails by a name that is not known where nothing answers', asked(closed, closed), 'stop', 'failed'],
    ['has a way round while its container answers', () => undefined, 'round', 'degraded'],
    ['works while it answers at its address alone', asked(good(2), closed), 'round', 'degraded'],
    ['works while its container was not asked', asked(good(2)), 'round', 'degraded'],
    ['is not judged by its name before anybody asked it', quiet, 'round', 'unknown'],
    ['is not kept from anybody while it is stopped on purpose', stopped, 'round', 'stopped'],
  ])('%s', (_, broken, rung, state) => {
    const view = judged('registry-ui', all(unknown, broken))
    expect([view.ladder[0]?.state, view.state]).toEqual([rung, state])
  })

  test('names that go away while all run, before answers were read again: nothing is told as failed', () => {
    const gone = (world: Draft): void => {
      for (const name of world.names.keys()) world.names.set(name, { kind: 'none', code: 'ENOTFOUND', ms: 1 })
    }
    const all14 = (broken: (world: Draft) => void) => services.map(({ id }) => judged(id, broken).state)
    const unread = (world: Draft): void => world.answers.clear()
    for (const broken of [gone, all(gone, unread)]) expect(all14(broken)).not.toContain('failed')
  })

  test('names are put back where the resolver is led to us, and set up where it is not', () => {
    const fixWith = (broken: (world: Draft) => void) =>
      judged('registry-ui', all(unknown, broken)).ladder[0]?.fix
    expect(fixWith(() => undefined)?.action.kind).toBe('forward')
    expect(fixWith((world) => void (world.route = { kind: 'absent' }))?.action.kind).toBe('setup')
  })

  const front =
    (seen: AnswerSeen) =>
    (world: Draft): void =>
      void world.answers.set('registry-ui/web/front', seen)
  const wrong: AnswerSeen = { kind: 'wrong', says: 'answers HTTP 404', status: 404, ms: 2 }

  test.each<readonly [string, (world: Draft) => void, string]>([
    ['the ingress works', () => undefined, 'not through its clean URL'],
    [
      'the ingress answers past our forwarder alone',
      (world) => {
        world.answers.set('ingress/http/front', closed)
        world.answers.set('ingress/http/native', closed)
      },
      'not through its clean URL',
    ],
    [
      'the ingress answers nothing',
      (world) => {
        for (const access of ['front', 'native', 'direct'])
          world.answers.set(`ingress/http/${access}`, closed)
      },
      'Ingress cannot reach it, no clean URL',
    ],
    [
      'the ingress was not asked',
      (world) => silence(world, 'ingress'),
      'Ingress cannot reach it, no clean URL',
    ],
    [
      'the ingress does not run',
      (world) => change(world, 'ingress', { state: 'exited' }),
      'Ingress cannot reach it, no clean URL',
    ],
    [
      'the ingress is gone',
      (world) => void world.containers.delete('ingress'),
      'Ingress cannot reach it, no clean URL',
    ],
  ])('misses through the ingress: %s', (_, broken, reason) => {
    expect(judged('registry-ui', all(front(wrong), broken)).reason).toBe(reason)
  })

  test('port 80 that leads through the ingress alone is missing with it: nobody ended a forwarder, and the ingress is to start', () => {
    const frees = (key: string) => (world: Draft) => void world.listeners.set(key, free)
    const off = all((world) => change(world, 'ingress', { state: 'exited' }), frees('127.0.0.1:80'))
    const view = judged('registry', off)
    expect(view.ladder.find(({ id }) => id === 'forwarder')).toMatchObject({
      state: 'round',
      reason: 'Ingress does not run, no port 80',
      fix: { command: 'maculactl up ingress', action: { kind: 'start', services: ['ingress'] } },
    })
    expect(view.ladder.some(({ cause }) => cause === 'forwarders')).toBe(false)
    // Its own port that is missing is a forwarder’s matter all the same, and so is port 80 while the ingress runs.
    const own = all((world) => change(world, 'ingress', { state: 'exited' }), frees('127.0.0.1:5000'))
    for (const broken of [own, frees('127.0.0.1:80')])
      expect(judged('registry', broken).ladder.some(({ cause }) => cause === 'forwarders')).toBe(true)
  })

  test('what fails at its own port is no fault of the ingress', () => {
    const view = judged('registry', (world) => void world.answers.set('registry/api/native', closed))
    expect([view.reason, view.headline?.fix?.action.kind]).toEqual(['not through 127.0.0.1:5000', 'forward'])
  })

  test('without an ingress in the catalog nothing is blamed on it', () => {
    const world = greenWorld()
    front(wrong)(world)
    const frame = { world, suffix, services: services.filter(({ id }) => id !== 'ingress') }
    expect(judgeService(frame, specOf('registry-ui')).reason).toBe('not through registry.macula.local:80')
  })

  test('a clean URL goes by the ingress while that runs, and is no fault of it while it does not', () => {
    const fails = (world: Draft) => void world.answers.set('grafana/web/front', wrong)
    expect(judged('grafana', fails).reason).toBe('not through its clean URL')
    const without = all(fails, (world) => change(world, 'ingress', { state: 'exited' }))
    expect(judged('grafana', without).reason).toBe('not through grafana.macula.local:80')
  })
})

describe('the words beside a row', () => {
  test.each<readonly [string, string, (world: Draft) => void, Partial<ServiceSpec>, string | null]>([
    ['its native port', 'grafana', () => undefined, {}, '127.0.0.4:3000'],
    ['port 80, where it has only that', 'registry-ui', () => undefined, {}, '127.0.0.1:80'],
    ['its address alone, without an endpoint', 'grafana', () => undefined, { endpoints: [] }, '127.0.0.4'],
    [
      'its address alone, without a forwarder',
      'grafana',
      () => undefined,
      {
        endpoints: [
          { id: 'x', scheme: 'tcp', target: 9, clean: false, probe: { path: '/', expect: [], headers: {} } },
        ],
      },
      '127.0.0.4',
    ],
    ['its container’s address, inside Docker only', 'powerdns-db', () => undefined, {}, '172.23.0.14:5432'],
    ['none, inside Docker without an endpoint', 'powerdns-db', () => undefined, { endpoints: [] }, null],
    [
      'none, inside Docker while it does not run',
      'powerdns-db',
      (world) => change(world, 'powerdns-db', { address: '' }),
      {},
      null,
    ],
    [
      'none, inside Docker without a container',
      'powerdns-db',
      (world) => void world.containers.delete('powerdns-db'),
      {},
      null,
    ],
  ])('its address is %s', (_, id, broken, part, address) => {
    expect(judged(id, broken, part).address).toBe(address)
  })

  test('what answers nothing stands by its container alone', () => {
    const view = judged('grafana', () => undefined, { endpoints: [] })
    expect([view.state, rungsOf(view)]).toEqual(['works', 'unused unused unused ok unused'])
    // As `up` says: what runs a moment and has nothing to ask works.
    const young = (world: Draft) => change(world, 'grafana', { health: 'none', startedAt: now - 300 })
    expect(judged('grafana', young, { endpoints: [] }).state).toBe('works')
    const gone = judged('grafana', away, { endpoints: [] })
    expect([gone.state, rungsOf(gone)]).toEqual(['failed', 'unused unused unused stop unused'])
  })

  test('what answers nothing and fails its health check fails', () => {
    const ill = (world: Draft): void => change(world, 'grafana', { health: 'unhealthy' })
    expect(judged('grafana', ill, { endpoints: [] }).state).toBe('failed')
  })

  test('what is inside Docker only has no forwarder, whatever port it names', () => {
    const endpoints = specOf('powerdns-db').endpoints.map((one) => ({ ...one, listen: 5432 }))
    expect(rungsOf(judged('powerdns-db', () => undefined, { endpoints }))).toBe('unused unused unused ok ok')
  })

  test('what is inside Docker only has no forwarder, whether it runs or not', () => {
    const off = (world: Draft): void => {
      silence(world, 'powerdns-db')
      world.containers.delete('powerdns-db')
    }
    expect(rungsOf(judged('powerdns-db', () => undefined))).toBe('unused unused unused ok ok')
    expect(rungsOf(judged('powerdns-db', off))).toBe('unused unused unused stop unreached')
    expect(
      rungsOf(
        judged(
          'powerdns-db',
          all(off, (world) => void world.wanted.delete('powerdns-db')),
        ),
      ),
    ).toBe('unused unused unused unreached unreached')
  })

  test('what stands still for long is not up since its start', () => {
    expect(judged('grafana', () => undefined).since).toBe(now - (3 * 24 + 4) * 3_600_000)
    expect(judged('grafana', ended).since).toBeUndefined()
    expect(judged('grafana', away).since).toBeUndefined()
    expect(judged('grafana', away)).not.toHaveProperty('container')
  })

  test('the time of an answer is that of the first way that answers', () => {
    const times = (broken: (world: Draft) => void) => judged('grafana', broken).answerMs
    const each = (world: Draft): void => {
      world.answers.set('grafana/web/front', good(7))
      world.answers.set('grafana/web/native', good(8))
      world.answers.set('grafana/web/direct', good(9))
    }
    expect(times(each)).toBe(7)
    expect(times(all(each, (world) => void world.answers.set('grafana/web/front', closed)))).toBe(8)
    expect(times((world) => silence(world, 'grafana'))).toBeUndefined()
  })

  test('a way that fails is named as a person would write it', () => {
    const says = (id: string, key: string): string | undefined =>
      judged(id, (world) => {
        silence(world, id)
        world.answers.set(key, closed)
      }).ladder[4]?.says
    const cut = 'the connection was closed without an answer'
    expect(says('grafana', 'grafana/web/front')).toBe(`grafana.macula.local:80: ${cut}`)
    expect(says('grafana', 'grafana/web/native')).toBe(`127.0.0.4:3000: ${cut}`)
    expect(says('grafana', 'grafana/web/direct')).toMatch(/^172\.23\.0\.\d+:3000: /)
    expect(says('ingress', 'ingress/http/front')).toBe(`127.0.0.1:80: ${cut}`)
  })

  test('a name that leads elsewhere is no way that was asked: the address is told', () => {
    const view = judged('grafana', (world) => {
      const before = world.names.get('grafana.macula.local')
      if (before?.kind !== 'answer') throw new Error('no name')
      world.names.set('grafana.macula.local', { ...before, addresses: ['127.9.9.9'] })
    })
    expect(view.ladder[4]?.says).toContain('through 127.0.0.4:80')
  })

  test('an answer of a container that is gone is told without an address', () => {
    const view = judged('grafana', (world) => void world.containers.delete('grafana'))
    expect(view.ladder[4]?.says).toContain('HTTP 200 through grafana.macula.local:80')
    const direct = judged(
      'grafana',
      all(forwards(free), (world) => {
        away(world)
        world.answers.set('grafana/web/direct', good(1))
      }),
    )
    expect(direct.ladder[4]?.says).toBe('HTTP 200 through the container:3000')
  })
})

describe('a container that is lost on its way', () => {
  const stray = (world: Draft): void => {
    silence(world, 'grafana')
    world.answers.set('grafana/web/native', closed)
    world.answers.set('grafana/web/direct', lost)
    change(world, 'grafana', { address: '172.23.0.22' })
    world.way = { kind: 'elsewhere', device: 'tun0', says: 'dev tun0' }
  }

  test('is told with where its packets go and which network is to be left out', () => {
    expect(judged('grafana', stray).headline).toMatchObject({
      why: 'This machine sends 172.23.0.22 to tun0, not to the Docker network (dev tun0).',
      todo: expect.stringContaining('leave out 172.23.0.0/24') as string,
    })
  })

  test.each<readonly [string, (world: Draft) => void]>([
    [
      'on an engine of another machine',
      (world) => {
        world.docker = { kind: 'up', version: '29', apiVersion: '1.54', native: false }
      },
    ],
    [
      'by its program, which takes connections',
      (world) => void world.answers.set('grafana/web/direct', { kind: 'timeout', ms: 3000 }),
    ],
  ])('is not told so of one that is silent %s', (_, broken) => {
    expect(judged('grafana', all(stray, broken)).reason).toMatch(/^no (?:answer|connection)/)
  })
})

describe('the ports and ways of an endpoint', () => {
  const endpoint = (part: Partial<EndpointSpec>): EndpointSpec => ({
    id: 'web',
    scheme: 'http',
    target: 3000,
    clean: false,
    probe: { path: '/', expect: [], headers: {} },
    ...part,
  })
  test.each<readonly [string, Partial<EndpointSpec>, readonly number[], readonly string[]]>([
    ['nothing of its own', {}, [], ['direct']],
    ['a native port', { listen: 3000 }, [3000], ['native', 'direct']],
    ['a native port and port 80', { listen: 3000, clean: true }, [80, 3000], ['front', 'native', 'direct']],
    ['port 80 as its native one', { listen: 80 }, [80], ['front', 'direct']],
    [
      'port 80 as its native one, of another protocol',
      { scheme: 'tcp', listen: 80 },
      [80],
      ['native', 'direct'],
    ],
    ['a name alone', { ingress: '/' }, [80], ['front', 'direct']],
  ])('%s', (_, part, ports, accesses) => {
    expect(portsOfEndpoint(endpoint(part))).toEqual(ports)
    expect(askedAccesses(specOf('grafana'), endpoint(part))).toEqual(accesses)
    expect(askedAccesses({ ...specOf('grafana'), address: null }, endpoint(part))).toEqual(['direct'])
  })
})

test('what was stopped from here to be started again is not told as failing', () => {
  const world = greenWorld()
  change(world, 'grafana', { state: 'exited', stoppedOnPurpose: true, finishedAt: now - 1000 })
  expect(snapshotOf(world).summary.says).toMatch(/ Grafana fails\.$/)
  world.resting = new Set(['grafana'])
  const { summary, tiers } = snapshotOf(world)
  expect(summary.says).toMatch(/ Grafana is not started again\.$/)
  expect(tiers.map(({ says }) => says).join()).toContain(', Grafana is not started again')
})
