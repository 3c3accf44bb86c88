import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createEngineLink, type WireEvents } from '../../../main/app/engine-link.ts'
import type { ToEngine } from '../../../main/app/frames.ts'
import type { Reply, Told } from '../../../preload/contract.ts'

/** The shell's end of the link over stand-ins for the engine's process. */

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function fixture() {
  const lives: { readonly sent: ToEngine[]; readonly events: WireEvents; killed: boolean }[] = []
  const logged: string[] = []
  const link = createEngineLink({
    start(events) {
      const life = { sent: [] as ToEngine[], events, killed: false }
      lives.push(life)
      return {
        send: (frame) => void life.sent.push(frame),
        kill: () => {
          life.killed = true
        },
      }
    },
    log: (says) => void logged.push(says),
    now: () => Date.now(),
  })
  const at = (index: number) => {
    const life = lives[index]
    if (!life) throw new Error(`there was no life ${index}`)
    return life
  }
  return { link, lives, logged, at }
}

const fine = (value: unknown): Reply => ({ ok: true, value })

test('what is asked before the engine is open waits for it', async () => {
  const { link, at } = fixture()
  const answer = link.connect(() => undefined).request('about', {})
  expect(at(0).sent).toEqual([])
  at(0).events.frame({ kind: 'open' })
  expect(at(0).sent).toEqual([
    { kind: 'connect', connection: 1 },
    { kind: 'ask', connection: 1, id: 1, name: 'about', input: {} },
  ])
  at(0).events.frame({ kind: 'reply', connection: 1, id: 1, reply: fine('a') })
  expect(await answer).toEqual(fine('a'))
})

test('fault 17: the engine dies: what was asked fails in words, faces are told, a new one is watched again', async () => {
  const { link, lives, at, logged } = fixture()
  const told: Told[] = []
  const face = link.connect((one) => void told.push(one))
  at(0).events.frame({ kind: 'open' })
  void face.request('watch', { closely: true })
  void face.request('openLogs', { stream: 's1', services: ['tempo'], tail: 10, follow: true })
  const lost = face.request('start', { run: 'r', services: [] })
  told.length = 0
  at(0).events.end('signal SIGKILL')
  expect(await lost).toMatchObject({ ok: false, trouble: { kind: 'outside' } })
  expect(told.map((one) => one.event)).toEqual(['streamEnd', 'connected'])
  expect(logged[0]).toContain('SIGKILL')
  vi.advanceTimersByTime(0)
  expect(lives).toHaveLength(2)
  at(1).events.frame({ kind: 'open' })
  expect(at(1).sent).toEqual([
    { kind: 'connect', connection: 1 },
    { kind: 'ask', connection: 1, id: 0, name: 'watch', input: { closely: true } },
  ])
  expect(told.at(-1)).toEqual({ event: 'connected', payload: true })
})

test('an engine that dies at its start is started again ever more slowly', () => {
  const { lives } = fixture()
  for (const [deaths, pause] of [0, 500, 2000, 5000, 15_000, 30_000, 30_000].entries()) {
    lives[deaths]?.events.end('exit code 1')
    vi.advanceTimersByTime(Math.max(0, pause - 1))
    if (pause > 0) expect(lives).toHaveLength(deaths + 1)
    vi.advanceTimersByTime(1)
    expect(lives).toHaveLength(deaths + 2)
  }
})

test('one that cannot be opened tells its reason to who asks', async () => {
  const { link, at } = fixture()
  const answer = link.connect(() => undefined).request('about', {})
  at(0).events.frame({ kind: 'broken', trouble: { kind: 'failed', what: 'No home folder.' } })
  vi.advanceTimersByTime(20_000)
  expect(await answer).toEqual({ ok: false, trouble: { kind: 'failed', what: 'No home folder.' } })
})

test('frames of a dead process change nothing', () => {
  const { link, at } = fixture()
  const told: Told[] = []
  link.connect((one) => void told.push(one))
  at(0).events.frame({ kind: 'open' })
  at(0).events.end('exit code 0')
  told.length = 0
  at(0).events.frame({ kind: 'told', connection: 1, told: { event: 'connected', payload: true } })
  at(0).events.end('again')
  expect(told).toEqual([])
})

test('closing asks it to end, and ends it after the deadline', async () => {
  const { link, at, lives } = fixture()
  at(0).events.frame({ kind: 'open' })
  const closed = link.close(1000)
  expect(at(0).sent.at(-1)).toEqual({ kind: 'end' })
  vi.advanceTimersByTime(1000)
  await closed
  expect(at(0).killed).toBe(true)
  at(0).events.end('killed')
  vi.advanceTimersByTime(60_000)
  expect(lives).toHaveLength(1)
})
