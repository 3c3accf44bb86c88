import { expect, test } from 'vitest'
import { hostGateway } from '../../../main/app/engine-host.ts'
import type { FromEngine } from '../../../main/app/frames.ts'
import type { Listener } from '../../../main/gateway/context.ts'
import type { Gateway } from '../../../main/gateway/open-gateway.ts'
import type { Snapshot } from '../../../main/model/snapshot.ts'
import { greenWorld, snapshotOf } from '../cli/worlds.ts'

/** The engine's end of the link over a gateway that only listens. */
function fixture() {
  const listeners: Listener[] = []
  let closed = 0
  let woken = 0
  let ended = 0
  const gateway: Gateway = {
    connect(listener) {
      listeners.push(listener)
      // As the real gateway does for a face that comes while something is under way.
      listener.push({ event: 'runs', payload: [] })
      return {
        request: async (name, input) => await Promise.resolve({ ok: true, value: [name, input] }),
        close: () => {
          closed += 1
        },
      }
    },
    underWay: () => [],
    settled: () => Promise.resolve(),
    wake: async () => {
      woken += 1
      await Promise.reject(new Error('a look that fails'))
    },
    close: async () => await Promise.resolve(),
  }
  const sent: FromEngine[] = []
  const take = hostGateway(
    gateway,
    (frame) => void sent.push(frame),
    () => {
      ended += 1
    },
  )
  return { take, sent, listeners, counts: () => ({ closed, woken, ended }) }
}

const snapshotless = { event: 'connected', payload: true } as const

test('requests are answered to their connection by their id; unknown connections get nothing', async () => {
  const { take, sent } = fixture()
  take({ kind: 'connect', connection: 7 })
  take({ kind: 'ask', connection: 7, id: 3, name: 'about', input: {} })
  take({ kind: 'ask', connection: 8, id: 4, name: 'about', input: {} })
  await Promise.resolve()
  await Promise.resolve()
  expect(sent).toEqual([
    { kind: 'told', connection: 7, told: { event: 'runs', payload: [] } },
    { kind: 'reply', connection: 7, id: 3, reply: { ok: true, value: ['about', {}] } },
  ])
})

test('streams wait when 32 events are on their way, and go on when they have arrived', async () => {
  const { take, listeners } = fixture()
  take({ kind: 'connect', connection: 1 })
  const [listener] = listeners
  if (!listener) throw new Error('no connection')
  for (let index = 0; index < 30; index += 1) listener.push(snapshotless)
  await listener.ready()
  listener.push(snapshotless)
  let ready = false
  const waits = listener.ready().then(() => {
    ready = true
    return undefined
  })
  await Promise.resolve()
  expect(ready).toBe(false)
  take({ kind: 'took', connection: 1, count: 1 })
  await waits
  expect(ready).toBe(true)
})

test('a face that goes lets its waiting streams end', async () => {
  const { take, listeners, counts } = fixture()
  take({ kind: 'connect', connection: 1 })
  const [listener] = listeners
  for (let index = 0; index < 40; index += 1) listener?.push(snapshotless)
  const waits = listener?.ready()
  take({ kind: 'close', connection: 1 })
  await waits
  expect(counts().closed).toBe(1)
})

test('fault 24: waking looks again, and a look that fails ends nothing', async () => {
  const { take, counts } = fixture()
  take({ kind: 'wake' })
  await Promise.resolve()
  take({ kind: 'end' })
  expect(counts()).toEqual({ closed: 0, woken: 1, ended: 1 })
})

test('a face that takes nothing is told the newest snapshot once there is room, as changes of what it has', () => {
  const { take, sent, listeners } = fixture()
  take({ kind: 'connect', connection: 1 })
  const [listener] = listeners
  const snapshot = (rev: number): Snapshot => ({ ...snapshotOf(greenWorld(), rev), at: rev })
  for (let rev = 1; rev <= 500; rev += 1) listener?.push({ event: 'snapshot', payload: snapshot(rev) })
  // One is told what is under way, then so many as may be on their way.
  expect(sent).toHaveLength(32)
  take({ kind: 'took', connection: 1, count: 1 })
  const told = sent.flatMap((frame) => (frame.kind === 'told' ? [frame.told] : []))
  expect(told.slice(1).map(({ event }) => event)).toEqual(['snapshot', ...Array(31).fill('changes')])
  expect(told.at(-1)).toMatchObject({ event: 'changes', payload: { from: { rev: 31 }, rev: 500 } })
  take({ kind: 'took', connection: 1, count: 1 })
  expect(sent).toHaveLength(33)
  // What was missed is told whole.
  listener?.anew?.()
  listener?.push({ event: 'snapshot', payload: snapshot(501) })
  expect(sent.at(-1)).toMatchObject({ told: { event: 'snapshot', payload: { rev: 501 } } })
})

test('a snapshot that waits is not told while events before it fill the line still', () => {
  const { take, sent, listeners } = fixture()
  take({ kind: 'connect', connection: 1 })
  const [listener] = listeners
  for (let index = 0; index < 40; index += 1) listener?.push(snapshotless)
  listener?.push({ event: 'snapshot', payload: snapshotOf(greenWorld(), 1) })
  const before = sent.length
  take({ kind: 'took', connection: 1, count: 9 })
  expect(sent).toHaveLength(before)
  take({ kind: 'took', connection: 1, count: 1 })
  expect(sent.slice(before)).toMatchObject([{ told: { event: 'snapshot', payload: { rev: 1 } } }])
})
