import { describe, expect, test } from 'vitest'
import { forwardersCause } from '../../../main/model/causes/forwarders.ts'
import { portsCause } from '../../../main/model/causes/ports.ts'
import type { Holder, ListenerSeen } from '../../../main/model/observation.ts'
import type { Access, ServiceView } from '../../../main/model/snapshot.ts'
import { endpointRow, frameOf, row, rung, spec } from './rows.ts'

/** Listeners that do not work for many at once: ours that are ended, hang or lead elsewhere; ports of others; low ports. */

const services = [
  spec('a', 1),
  spec('beside-a', 1),
  spec('b', 2),
  spec('c', 3),
  spec('inside', 4, { address: null }),
]
const free: ListenerSeen = { kind: 'free', ms: 1 }
const astray: ListenerSeen = { kind: 'astray', pid: 41, to: '172.23.0.9:80', ms: 1 }
const hung = (how: 'suspended' | 'deaf'): ListenerSeen => ({
  kind: 'hung',
  pid: 4,
  program: 'socat',
  hung: how,
  ms: 1,
})
const ours: ListenerSeen = { kind: 'ours', pid: 4, program: 'socat', ms: 1 }

describe('forwarders of ours', () => {
  const off = (id: string, state: 'round' | 'stop' | 'unknown' = 'round'): ServiceView =>
    row(id, { ladder: [rung('name', 'ok'), rung('forwarder', state, { cause: 'forwarders' })] })
  const of = (
    listeners: Readonly<Record<string, ListenerSeen>>,
    views = [off('a'), off('b', 'stop'), row('c')],
  ) => forwardersCause(frameOf(services, { listeners: new Map(Object.entries(listeners)) }), views)

  test.each<readonly [string, Readonly<Record<string, ListenerSeen>>, string, string]>([
    [
      'one of each kind; what is not of these rows, and what works, is not counted',
      {
        '127.0.0.1:80': free,
        '127.0.0.1:81': hung('deaf'),
        '127.0.0.1:82': ours,
        '127.0.0.2:80': astray,
        '127.0.0.3:80': free,
        'null:80': free,
      },
      '1 is missing, 1 takes no connection and 1 forwards elsewhere',
      'What is missing was stopped, not by Macula. What they were started for has moved: containers have other addresses, or the ingress was started or stopped.',
    ],
    [
      'two of each kind, both suspended',
      {
        '127.0.0.1:80': free,
        '127.0.0.1:81': hung('suspended'),
        '127.0.0.1:82': astray,
        '127.0.0.2:80': free,
        '127.0.0.2:81': hung('suspended'),
        '127.0.0.2:82': astray,
      },
      '2 are missing, 2 take no connection and 2 forward elsewhere',
      'What is missing was stopped, not by Macula. A signal suspended what takes none (SIGSTOP). What they were started for has moved: containers have other addresses, or the ingress was started or stopped.',
    ],
    [
      'one of two that hang is suspended',
      { '127.0.0.1:80': hung('deaf'), '127.0.0.2:80': hung('suspended') },
      '2 take no connection',
      'A signal suspended 1 of them (SIGSTOP).',
    ],
    [
      'those that hang are only deaf',
      { '127.0.0.1:80': hung('deaf'), '127.0.0.2:80': hung('deaf') },
      '2 take no connection',
      '',
    ],
  ])('%s', (_, listeners, how, why) => {
    expect(of(listeners)).toStrictEqual({
      id: 'forwarders',
      headline: {
        what: `Forwarders of 2 services do not work: ${how}.`,
        why,
        todo: 'Restart the forwarders; Open and Copy use what works until then.',
        fix: { label: 'Restart forwarders', command: 'maculactl up', action: { kind: 'forward' } },
      },
      services: ['a', 'b'],
    })
  })

  test('one row’s is its own; what was not looked at is none', () => {
    expect(of({ '127.0.0.1:80': free }, [off('a'), row('b')])).toBeUndefined()
    expect(of({ '127.0.0.1:80': free }, [off('a'), off('b', 'unknown')])).toBeUndefined()
  })
})

describe('ports below 1024 that are closed to this user', () => {
  const access = (kind: Access['kind'], port: number): Access => ({
    kind,
    port,
    host: 'h',
    url: `http://${kind}:${port}`,
    works: true,
  })
  const off = (id: string, endpoints: ServiceView['endpoints'] = []): ServiceView =>
    row(id, { ladder: [rung('forwarder', 'round', { cause: 'ports' }), rung('service', 'ok')], endpoints })
  const headline = (what: string) => ({
    what,
    why: 'This machine lets only root listen on ports below 1024.',
    todo: 'Run set-up; it asks for the password once.',
    fix: {
      label: 'Allow low ports…',
      command: 'maculactl setup',
      action: { kind: 'setup', changes: ['low-ports'] },
    },
  })
  const native = [access('address', 3000)]

  test.each<readonly [string, ServiceView['endpoints'], string]>([
    [
      'the first address with a port is the example',
      [
        endpointRow({
          accesses: [access('clean', 80), access('named', 3000), access('address', 80), ...native],
        }),
      ],
      ': http://address:3000',
    ],
    ['a program’s port is no example', [endpointRow({ opens: false, accesses: native })], ''],
    ['nor is one that no browser opens', [endpointRow({ scheme: 'tcp', accesses: native })], ''],
    [
      'nor is port 80 itself',
      [endpointRow({ accesses: [access('address', 80), access('direct', 3000)] })],
      '',
    ],
  ])('%s', (_, endpoints, example) => {
    expect(portsCause(frameOf(services), [off('a', endpoints), row('c'), off('b')])).toStrictEqual({
      id: 'ports',
      headline: headline(`Port 80 is closed to this user. Services open with their port${example}.`),
      services: ['a', 'b'],
    })
  })

  test('one of them is its row’s own', () => {
    expect(portsCause(frameOf(services), [off('a'), row('b')])).toBeUndefined()
  })
})

describe('a program that has a port of many', () => {
  const nginx: Holder = { pid: 812, program: 'nginx' }
  const by = (holder: Holder): ListenerSeen => ({ kind: 'foreign', holder, ms: 1 })
  const off = (id: string, state: 'round' | 'stop' = 'round'): ServiceView =>
    row(id, { ladder: [rung('forwarder', state)] })
  const of = (listeners: Readonly<Record<string, ListenerSeen>>, views: readonly ServiceView[]) =>
    portsCause(frameOf(services, { listeners: new Map(Object.entries(listeners)) }), views)
  const nginxOf = (...addresses: readonly number[]) =>
    Object.fromEntries(addresses.map((one) => [`127.0.0.${one}:80`, by(nginx)]))

  test('is named with its port, once', () => {
    expect(
      of({ ...nginxOf(2, 1), '127.0.0.3:80': free }, [off('a'), off('b', 'stop'), off('c')]),
    ).toStrictEqual({
      id: 'ports',
      headline: {
        what: 'nginx (pid 812) has port 80 of A and B.',
        why: 'It listens there, probably on all addresses of this machine; it is not ours, so it is left alone.',
        todo: 'Stop it by its own means, or move it to another port, then the forwarders come by themselves (without a window: maculactl up).',
        fix: { label: 'Check port 80 again', command: 'maculactl up', action: { kind: 'forward' } },
      },
      services: ['a', 'b'],
    })
  })

  test('is named as the service of ours that it is, and what did not help is not offered', () => {
    const pub = by({ container: 'macula-pub-1', service: { id: 'pub', title: 'Pub' } })
    expect(of({ '127.0.0.1:80': pub, '127.0.0.2:80': pub }, [off('a'), off('b')])?.headline).toStrictEqual({
      what: 'Pub (its container macula-pub-1) has port 80 of A and B.',
      why: 'It listens there, probably on all addresses of this machine; its compose file publishes that port (ports), and Docker does that past our forwarders.',
      todo: 'Remove that port from ports in the compose files of pub and recreate it (maculactl up pub), or stop it (maculactl down pub), then the forwarders come by themselves (without a window: maculactl up).',
    })
  })

  const other = by({ pid: 9, program: 'caddy' })
  test.each<
    readonly [
      string,
      Readonly<Record<string, ListenerSeen>>,
      readonly ServiceView[],
      readonly string[] | undefined,
    ]
  >([
    ['nobody has any', {}, [off('a'), off('b')], undefined],
    ['one port of one row', nginxOf(1), [off('a'), off('b')], undefined],
    ['two ports of one row', { ...nginxOf(1), '127.0.0.1:81': by(nginx) }, [off('a'), off('b')], undefined],
    [
      'another port of each row',
      { ...nginxOf(1), '127.0.0.2:81': by(nginx) },
      [off('a'), off('b')],
      undefined,
    ],
    ['another program at each', { ...nginxOf(1), '127.0.0.2:80': other }, [off('a'), off('b')], undefined],
    [
      'rows that do not need the port now',
      nginxOf(1, 2),
      [off('a'), row('b', { ladder: [rung('forwarder', 'ok')] })],
      undefined,
    ],
    [
      'rows with another trouble',
      nginxOf(1, 2),
      [off('a'), row('b', { ladder: [rung('name', 'round')] })],
      undefined,
    ],
    [
      'the one that has most is told',
      { '127.0.0.1:81': other, '127.0.0.2:81': other, ...nginxOf(1, 2, 3) },
      [off('a'), off('b'), off('c')],
      ['a', 'b', 'c'],
    ],
  ])('%s', (_, listeners, views, hit) => expect(of(listeners, views)?.services).toEqual(hit))
})
