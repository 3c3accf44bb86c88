import { describe, expect, test } from 'vitest'
import { accessesOf } from '../../../main/model/access.ts'
import { isHeldByBefore } from '../../../main/model/causes/before.ts'
import { judgeService, portsOfEndpoint } from '../../../main/model/judge.ts'
import { listenerKey, listenersOf } from '../../../main/model/listeners.ts'
import type { AnswerSeen, ListenerSeen } from '../../../main/model/observation.ts'
import { carriedBy, portText, protocolOf, schemes, type Scheme } from '../../../main/model/protocol.ts'
import { forwarderRung } from '../../../main/model/rungs/forwarder.ts'
import { sayAnswer } from '../../../main/model/rungs/service.ts'
import { answerKey, type World } from '../../../main/model/world.ts'
import { newContainer } from '../engine/fake-container.ts'
import { endpoint, service } from '../stack/fixture.ts'

/** What is carried by UDP, from its words to its row. */

test('quic and udp are carried by UDP, all others by TCP', () => {
  expect(schemes.filter((scheme) => protocolOf(scheme) === 'udp')).toEqual(['quic', 'udp'])
  expect(carriedBy('quic')).toEqual({ protocol: 'udp' })
  expect(carriedBy('https')).toEqual({})
  expect([portText(4433, 'udp'), portText(4433, 'tcp'), portText(80)]).toEqual(['4433/udp', '4433', '80'])
})

test('the same port of both is two listeners, each with its key', () => {
  const both = service('mesh', {
    address: '127.0.0.20',
    endpoints: [
      endpoint({ id: 'api', scheme: 'https', target: 4433, listen: 4433 }),
      endpoint({ id: 'mesh', name: 'mesh', scheme: 'quic', target: 4433, listen: 4433 }),
    ],
  })
  const catalog = {
    services: [both],
    forwards: [
      {
        address: '127.0.0.2',
        listen: 4433,
        host: '127.0.0.1',
        port: 4434,
        tier: 'applications' as const,
        cluster: 'hub',
        protocol: 'udp' as const,
      },
    ],
    problems: [],
  }
  const keys = listenersOf(catalog).map(listenerKey)
  expect(keys).toEqual(['127.0.0.20:4433', '127.0.0.20:4433/udp', '127.0.0.2:4433/udp'])
})

const own = '127.0.0.20'
const key = `${own}:4433/udp`

/** A service with one endpoint that works, as far as `part` does not say otherwise. */
function seen(scheme: Scheme, answers: Readonly<Record<string, AnswerSeen>>, listener: ListenerSeen) {
  const one = service('mesh', {
    address: own,
    endpoints: [endpoint({ id: 'mesh', name: 'mesh', scheme, target: 4433, listen: 4433 })],
  })
  const world: World = {
    at: 1_000_000,
    docker: { kind: 'up', version: '28', apiVersion: '1.48', native: true },
    names: new Map([['mesh.macula.local', { kind: 'answer', addresses: [own], ms: 1 }]]),
    addresses: new Map([[own, { kind: 'ok', ms: 1 }]]),
    listeners: new Map([[key, listener]]),
    containers: new Map([
      [
        'mesh',
        {
          ...newContainer('mesh', { id: 'c', image: 'i', imageId: 's', config: 'c' }),
          state: 'running',
          address: '172.23.0.40',
        },
      ],
    ]),
    answers: new Map(
      Object.entries(answers).map(([access, answer]) => [
        answerKey('mesh', 'mesh', access as 'native' | 'direct'),
        answer,
      ]),
    ),
    nameServer: { kind: 'stopped' },
    route: { kind: 'in place', id: 'hosts', title: 'the hosts file', needsServer: false },
    wanted: new Set(['mesh']),
    acting: new Map(),
  }
  const frame = { world, services: [one], suffix: 'macula.local' }
  const view = judgeService(frame, one)
  return { view, accesses: accessesOf(one, one.endpoints[0] ?? endpoint({}), 'macula.local', world) }
}

const ours: ListenerSeen = { kind: 'ours', pid: 41, program: 'macula-forward', ms: 1 }
const quic: AnswerSeen = { kind: 'answer', says: 'QUIC answers, version 1', ms: 2 }
const silent: AnswerSeen = { kind: 'timeout', ms: 3000 }
const refused: AnswerSeen = { kind: 'refused', code: 'ECONNREFUSED', ms: 1, datagram: true }
const open: AnswerSeen = { kind: 'answer', says: 'not refused (UDP shows no more)', ms: 300 }

const rung = (view: ReturnType<typeof seen>['view'], id: string) => view.ladder.find((one) => one.id === id)

describe('the row of what speaks QUIC', () => {
  test('works by its name and its address, each with its port of UDP', () => {
    const { view, accesses } = seen('quic', { native: quic, direct: quic }, ours)
    expect(view).toMatchObject({ state: 'works', address: key })
    expect(rung(view, 'forwarder')?.says).toBe(`${key} is ours: macula-forward, pid 41`)
    expect(rung(view, 'service')?.says).toBe(`QUIC answers, version 1 through ${key}`)
    expect(accesses.map(({ kind, url, works }) => [kind, url, works])).toEqual([
      ['named', 'https://mesh.macula.local:4433', true],
      ['address', `https://${own}:4433`, true],
      ['direct', 'https://172.23.0.40:4433', true],
    ])
  })
  test('a program that is not there is told as that, not as a fault of the forwarder', () => {
    const { view } = seen('quic', { native: silent, direct: refused }, ours)
    expect(view.state).toBe('failed')
    expect(rung(view, 'service')).toMatchObject({
      says: 'nothing listens on 172.23.0.40:4433/udp in the container',
      why: 'The container runs, but no program in it takes datagrams on that port.',
    })
  })
  test('what answers past the forwarder makes a detour of it', () => {
    const { view } = seen('quic', { native: silent, direct: quic }, ours)
    expect(view.state).toBe('degraded')
    expect(rung(view, 'service')?.reason).toBe(`not through ${key}`)
  })
  test('a foreign holder of its port of UDP is named', () => {
    const foreign: ListenerSeen = { kind: 'foreign', holder: { pid: 812, program: 'beam.smp' }, ms: 1 }
    const { view, accesses } = seen('quic', { direct: quic }, foreign)
    expect(rung(view, 'forwarder')?.reason).toBe('beam.smp (pid 812) has port 4433/udp')
    expect(accesses.find(({ works }) => works)?.kind).toBe('direct')
    expect(accesses[0]).toMatchObject({ works: false, elsewhere: true })
  })
  test('a forwarder that is suspended takes no datagram', () => {
    const hung: ListenerSeen = {
      kind: 'hung',
      hung: 'suspended',
      pid: 41,
      program: 'macula-forward',
      ms: 1,
    }
    expect(forwarderRung([{ address: own, port: 4433, protocol: 'udp', seen: hung }], false)).toMatchObject({
      says: `${key} is ours (macula-forward, pid 41), but takes no datagram`,
      reason: 'forwarder on port 4433/udp is suspended',
    })
  })
})

describe('the row of plain UDP says what can be known', () => {
  test('not refused by its container: all ways are taken for good', () => {
    const { view, accesses } = seen('udp', { direct: open }, ours)
    expect(view.state).toBe('works')
    expect(rung(view, 'service')?.says).toBe('not refused (UDP shows no more) through 172.23.0.40:4433/udp')
    expect(accesses.map(({ url, works }) => [url, works])).toEqual([
      ['mesh.macula.local:4433', true],
      [`${own}:4433`, true],
      ['172.23.0.40:4433', true],
    ])
  })
  test('refused: no way works, whatever the forwarder takes', () => {
    const { view, accesses } = seen('udp', { direct: refused }, ours)
    expect(view.state).toBe('failed')
    expect(accesses.every(({ works }) => !works)).toBe(true)
    expect(sayAnswer(refused)).toBe('the datagram was refused (ECONNREFUSED)')
  })
})

test('an endpoint of UDP has no port 80', () => {
  expect(portsOfEndpoint(endpoint({ scheme: 'quic', target: 80, listen: 80 }))).toEqual([80])
  expect(portsOfEndpoint(endpoint({ scheme: 'udp', target: 53 }))).toEqual([])
})

test('what ran before Macula holds a port of one protocol, not the same of the other', () => {
  const parts = [
    {
      id: 'clusters' as const,
      title: 'The KinD cluster macula-dev',
      holds: [],
      costs: '',
      listens: [
        { address: '0.0.0.0', port: 4433, protocol: 'udp' as const },
        { address: '0.0.0.0', port: 8080 },
      ],
    },
  ]
  const held = ['127.0.0.2:4433/udp', '127.0.0.2:4433', '127.0.0.2:8080', '127.0.0.2:8080/udp']
  expect(held.map((one) => isHeldByBefore(parts, one))).toEqual([true, false, true, false])
})
