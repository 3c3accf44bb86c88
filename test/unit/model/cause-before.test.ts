import { describe, expect, test } from 'vitest'
import { beforeCause } from '../../../main/model/causes/before.ts'
import type { ListenerSeen } from '../../../main/model/observation.ts'
import type { State } from '../../../main/model/snapshot.ts'
import { frameOf, row, rung, spec } from './rows.ts'

/** What ran here before Macula and holds its ports: told once, and also before anything of ours is started. */

const foreign: ListenerSeen = { kind: 'foreign', holder: { pid: 7, program: 'socat' }, ms: 1 }
const before = [
  {
    id: 'forwarders' as const,
    title: 'Forwarders (socat)',
    holds: [],
    costs: '',
    listens: [{ address: '127.0.0.1', port: 3000 }],
  },
]
const services = [spec('s1', 1), spec('s2', 2)]
const causeOf = (listeners: ReadonlyMap<string, ListenerSeen>, state: State, isHit = false) =>
  beforeCause(
    frameOf(services, { listeners, before }),
    services.map(({ id }) =>
      row(id, { state, ladder: isHit && id === 's1' ? [rung('forwarder', 'round')] : [] }),
    ),
  )
const held = new Map([['127.0.0.1:3000', foreign]])

describe('what ran before Macula', () => {
  test('hits whom it keeps the port from', () => {
    const cause = causeOf(held, 'degraded', true)
    expect(cause?.services).toEqual(['s1'])
    expect(cause?.headline.todo).toContain('maculactl migrate')
  })
  test('is told while all is stopped, though it hits nobody yet', () => {
    const cause = causeOf(held, 'stopped')
    expect(cause?.services).toEqual([])
    expect(cause?.headline.what).toBe('What this machine ran before Macula holds a port of S1.')
    expect(cause?.headline.fix?.command).toBe('maculactl migrate')
  })
  test('one thing and several are told as such', () => {
    const whyOf = (parts: typeof before) =>
      beforeCause(
        frameOf(services, { listeners: held, before: parts }),
        services.map(({ id }) => row(id, { state: 'stopped', ladder: [] })),
      )?.headline.why
    const cluster = { ...before[0]!, title: 'The KinD cluster macula-dev' }
    expect(whyOf(before)).toBe('Forwarders (socat). It is not Macula’s, so it is left alone.')
    expect(whyOf([...before, cluster])).toBe(
      'Forwarders (socat) and the KinD cluster macula-dev. They are not Macula’s, so they are left alone.',
    )
  })
  test.each<readonly [string, ReadonlyMap<string, ListenerSeen>, State]>([
    ['its ports are none of ours', new Map([['127.0.0.9:3000', foreign]]), 'stopped'],
    ['others hold a port', new Map([['127.0.0.2:4000', foreign]]), 'stopped'],
    ['what it would keep from runs and is not hit', held, 'works'],
    ['nothing holds any', new Map(), 'stopped'],
  ])('is not told where %s', (_, listeners, state) => {
    expect(causeOf(listeners, state)).toBeUndefined()
  })
})
