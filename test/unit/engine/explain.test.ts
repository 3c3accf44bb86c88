import { expect, test } from 'vitest'
import { explain } from '../../../main/engine/look/explain.ts'
import { nothingSeen, type Seen } from '../../../main/engine/look/seen.ts'
import type { Adapters } from '../../../main/engine/adapters.ts'
import type { AnswerSeen } from '../../../main/model/observation.ts'
import { services } from '../cli/fixture.ts'
import { greenWorld } from '../cli/worlds.ts'

/** Why something does not answer is looked for where the reason lies, and only when something does not answer. */

const good: AnswerSeen = { kind: 'answer', says: 'HTTP 200', ms: 3 }
const late: AnswerSeen = { kind: 'timeout', ms: 3000 }
const unmade: AnswerSeen = { ...late, unmade: true }

function setting(answers: Readonly<Record<string, AnswerSeen>>) {
  const { docker, containers } = greenWorld()
  const seen: Seen = { ...nothingSeen(), docker, containers, answers: new Map(Object.entries(answers)) }
  const counts = { ways: 0, listeners: 0 }
  let now = 1_000_000
  const adapters = {
    clock: { now: () => now },
    host: {
      wayTo: async () => {
        counts.ways += 1
        return await Promise.resolve({ kind: 'right', device: 'br-1' })
      },
    },
  } as unknown as Adapters
  const run = async (native = true, asked = services): Promise<void> =>
    await explain(adapters, seen, asked, native, async () => {
      counts.listeners += 1
      await Promise.resolve()
    })
  return { seen, counts, run, wait: (ms: number) => (now += ms) }
}

test('all is well, or a program hangs or refuses: nothing more is looked at', async () => {
  for (const answer of [good, late, { kind: 'closed', ms: 1 } as const]) {
    const { run, counts } = setting({ 'grafana/web/front': answer, 'grafana/web/direct': answer })
    await run()
    expect(counts).toEqual({ ways: 0, listeners: 0 })
  }
})

test('a container that is lost: its way is looked at, once in a while, and forgotten when it is found again', async () => {
  const { run, counts, seen, wait } = setting({ 'grafana/web/direct': unmade })
  await run()
  expect(seen.way).toEqual({ kind: 'right', device: 'br-1' })
  wait(5000)
  await run()
  expect(counts.ways).toBe(1)
  wait(6000)
  await run()
  expect(counts.ways).toBe(2)
  seen.answers.set('grafana/web/direct', good)
  await run()
  expect(seen.way).toBeUndefined()
})

test('an engine elsewhere has no way of this machine', async () => {
  const { run, counts } = setting({ 'grafana/web/direct': unmade })
  await run(false)
  expect(counts.ways).toBe(0)
})

test('a forwarder that took nothing while its service answers past it: listeners are looked at again', async () => {
  const { run, counts } = setting({ 'grafana/web/front': good, 'grafana/web/native': late })
  await run()
  expect(counts.listeners).toBe(1)
})

test('while another one is lost, its way stays known, whoever was asked just now', async () => {
  const { run, seen, counts } = setting({ 'grafana/web/direct': unmade, 'loki/web/direct': good })
  await run()
  const others = services.filter(({ id }) => id !== 'grafana')
  await run(true, others)
  expect(seen.way).toEqual({ kind: 'right', device: 'br-1' })
  expect(counts.ways).toBe(1)
  // Lost for people, though not past its forwarder: that is no way to its container.
  seen.answers.delete('grafana/web/direct')
  seen.answers.set('grafana/web/front', unmade)
  await run(true, others)
  expect(seen.way).toBeUndefined()
})

test('one that has no address is looked for nowhere', async () => {
  const { run, seen, counts } = setting({ 'grafana/web/direct': unmade })
  const container = seen.containers.get('grafana')
  if (!container) throw new Error('no grafana')
  seen.containers.set('grafana', { ...container, address: '' })
  await run()
  seen.containers.delete('grafana')
  await run()
  expect(counts.ways).toBe(0)
})
