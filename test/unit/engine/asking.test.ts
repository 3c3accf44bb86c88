import { expect, test } from 'vitest'
import { askService, type Asking } from '../../../main/engine/look/asking.ts'
import type { HostAdapter } from '../../../main/engine/adapters.ts'
import type { AnswerSeen } from '../../../main/model/observation.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { services } from '../cli/fixture.ts'
import { greenWorld } from '../cli/worlds.ts'

const never = (): never => {
  throw new Error('not asked for here')
}

/** Grafana with both its accesses; what they answer is given by port. */
async function asked(
  answers: Readonly<Record<number, AnswerSeen>>,
  before?: ReadonlyMap<string, AnswerSeen>,
  turn?: number,
): Promise<{ readonly ports: readonly number[]; readonly seen: ReadonlyMap<string, AnswerSeen> }> {
  const world = greenWorld()
  const service = services.find(({ id }) => id === 'grafana')
  if (!service) throw new Error('no grafana')
  const ports: number[] = []
  const host: HostAdapter = {
    lookup: never,
    nameLines: never,
    wayTo: never,
    openFiles: never,
    canBind: never,
    listener: never,
    lowestPort: never,
    tool: never,
    ask: async ({ address, port }) => {
      if (address === service.address) ports.push(port)
      return await Promise.resolve(answers[port] ?? { kind: 'timeout', ms: 3000 })
    },
  }
  const asking: Asking = {
    host,
    settings: defaultSettings,
    secrets: new Map(),
    listeners: world.listeners,
    containers: world.containers,
    clusters: new Map(),
    native: true,
  }
  return { seen: await askService(asking, service, before, turn), ports }
}

const good: AnswerSeen = { kind: 'answer', says: 'HTTP 200', ms: 3 }
const wrong: AnswerSeen = { kind: 'wrong', says: 'answers HTTP 502', status: 502, ms: 3 }
const known = new Map<string, AnswerSeen>([
  ['grafana/web/front', good],
  ['grafana/web/native', good],
])

test('nothing known: every access is asked', async () => {
  expect((await asked({ 80: good, 3000: good })).ports).toEqual([80, 3000])
})

test('all was well: one access is asked, and the other counts as before', async () => {
  const { ports, seen } = await asked({ 80: { ...good, ms: 9 } }, known)
  expect(ports).toEqual([80])
  expect(seen).toEqual(new Map([...known, ['grafana/web/front', { ...good, ms: 9 }]]))
})

test('all was well: each access has its turn, so that one that went silent is found, with no more questions', async () => {
  const silent: AnswerSeen = { kind: 'timeout', ms: 3000 }
  expect((await asked({ 80: good, 3000: silent }, known, 2)).ports).toEqual([80])
  const { ports, seen } = await asked({ 80: good, 3000: silent }, known, 3)
  expect(ports).toEqual([3000, 80])
  expect(seen.get('grafana/web/native')).toEqual(silent)
  expect(seen.get('grafana/web/front')).toEqual(good)
})

test('all was well and is not: every other access is asked, none twice', async () => {
  const { ports, seen } = await asked({ 80: wrong, 3000: good }, known)
  expect(ports).toEqual([80, 3000])
  expect(seen.get('grafana/web/front')).toEqual(wrong)
  expect(seen.get('grafana/web/native')).toEqual(good)
})

test('an access that did not answer is asked every time', async () => {
  const before = new Map(known).set('grafana/web/native', wrong)
  expect((await asked({ 80: good, 3000: good }, before)).ports).toEqual([80, 3000])
})
