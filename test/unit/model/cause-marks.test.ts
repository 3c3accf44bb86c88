import { describe, expect, test } from 'vitest'
import { markCauses, sharedCauses } from '../../../main/model/causes.ts'
import type { ListenerSeen, NameSeen } from '../../../main/model/observation.ts'
import type { ServiceView, SharedCause } from '../../../main/model/snapshot.ts'
import { greenWorld } from '../cli/worlds.ts'
import { catalog, suffix } from '../cli/fixture.ts'
import { makeSnapshot } from '../../../main/model/make-snapshot.ts'
import { frameOf, row, rung, up } from './rows.ts'

/** What one cause explains is marked in each row that it hits; a row keeps the trouble that is its own. */

const cause = (id: SharedCause['id'], ...services: readonly string[]): SharedCause => ({
  id,
  headline: { what: 'x', why: '', todo: '' },
  services,
})
const marksOf = ({ ladder }: ServiceView): string =>
  ladder.map((one) => `${one.id}:${one.cause ?? '-'}`).join(' ')

const whole = (['name', 'address', 'forwarder', 'container', 'service'] as const).map((id) =>
  rung(id, 'stop'),
)

test.each<readonly [SharedCause['id'], string]>([
  ['docker', 'container'],
  ['owner', ''],
  ['names', 'name'],
  ['ports', 'forwarder'],
  ['forwarders', 'forwarder'],
  ['route', 'service'],
  ['network', 'address service'],
  ['limits', 'service'],
  ['cluster', 'container'],
])('%s explains these rungs: %s', (id, rungs) => {
  const marked = markCauses(row('a', { ladder: whole }), [cause(id, 'a')])
  expect(
    marked.ladder
      .filter((one) => one.cause === id)
      .map((one) => one.id)
      .join(' '),
  ).toBe(rungs)
})

describe('a row with a shared cause', () => {
  test('what is well, and what it has not, is not marked', () => {
    const ladder = [rung('name', 'ok'), rung('address', 'unused'), rung('service', 'unreached')]
    const causes = [cause('names', 'a'), cause('network', 'a')]
    expect(marksOf(markCauses(row('a', { ladder }), causes))).toBe('name:- address:- service:network')
  })

  test('a row that no cause hits stays as it is', () => {
    const view = row('a', {
      state: 'degraded',
      reason: 'nginx has port 80',
      ladder: [rung('forwarder', 'round', { cause: 'ports' }), rung('service', 'round')],
    })
    expect(markCauses(view, [])).toBe(view)
    expect(markCauses(view, [cause('ports', 'b')])).toBe(view)
  })

  const name = rung('name', 'round', { reason: 'name takes 5.0 s' })
  const own = rung('service', 'round', { reason: 'HTTP 404', why: 'Why.', todo: 'Do.' })
  const view = (part: Partial<ServiceView>): ServiceView =>
    row('a', { state: 'degraded', reason: 'name takes 5.0 s', ladder: [name, own], ...part })

  test('its own trouble goes before the shared one', () => {
    const marked = markCauses(view({}), [cause('docker', 'a'), cause('names', 'a')])
    expect(marked.reason).toBe('HTTP 404')
    expect(marked.headline).toStrictEqual({ what: 'Service is round.', why: 'Why.', todo: 'Do.' })
    expect(marksOf(marked)).toBe('name:names service:-')
  })

  test('its own trouble without few words is told by what was found', () => {
    const marked = markCauses(view({ ladder: [name, rung('service', 'round')] }), [cause('names', 'a')])
    expect(marked.reason).toBe('service is round')
  })

  test.each<readonly [string, Partial<ServiceView>]>([
    ['has no trouble of its own', { ladder: [name, rung('service', 'ok')] }],
    ['has one that is only not known', { ladder: [name, rung('service', 'unknown')] }],
    ['fails', { state: 'failed' }],
    ['starts', { state: 'starting' }],
  ])('that %s keeps its reason', (_, part) => {
    const marked = markCauses(view(part), [cause('names', 'a')])
    expect(marked.reason).toBe('name takes 5.0 s')
    expect(marked.headline).toBeUndefined()
    expect(marked.ladder[0]?.cause).toBe('names')
  })
})

test('causes come in the order in which they are to be repaired', () => {
  const world = greenWorld()
  const closed: ListenerSeen = { kind: 'refused', code: 'EACCES', ms: 1 }
  const none: NameSeen = { kind: 'none', code: 'ENOTFOUND', ms: 2 }
  for (const name of world.names.keys()) world.names.set(name, none)
  for (const key of world.listeners.keys())
    world.listeners.set(key, key.endsWith(':80') ? closed : { kind: 'free', ms: 1 })
  world.answers.clear()
  world.files = { open: 3, most: 64 }
  expect(makeSnapshot(catalog, suffix, world, 1).causes.map(({ id }) => id)).toEqual([
    'limits',
    'names',
    'ports',
    'forwarders',
  ])
})

test('where everything is another person’s, nothing else is told', () => {
  const other = {
    uid: 1000,
    project: 'macula',
    has: '1 network',
    bySudo: false,
    beside: { project: 'b', subnet: '172.31.240.0/24', addresses: '127.0.1.0/24', dnsPort: 5355 },
    file: '/x',
  }
  const told = sharedCauses(frameOf([], { docker: { ...up, other }, files: { open: 3, most: 64 } }), [])
  expect(told.map(({ id }) => id)).toEqual(['owner'])
})
