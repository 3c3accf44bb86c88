import { expect, test } from 'vitest'
import { hostGateway } from '../../../main/app/engine-host.ts'
import type { FromEngine } from '../../../main/app/frames.ts'
import type { Listener } from '../../../main/gateway/context.ts'
import type { Gateway } from '../../../main/gateway/open-gateway.ts'

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
