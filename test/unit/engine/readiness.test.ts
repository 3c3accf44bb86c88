import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Adapters } from '../../../main/engine/adapters.ts'
import type { Asking } from '../../../main/engine/look/asking.ts'
import { untilReady } from '../../../main/engine/run/readiness.ts'
import type { AnswerSeen, ContainerSeen } from '../../../main/model/observation.ts'
import type { ServiceSpec } from '../../../main/model/service.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { endpoint, service } from '../stack/fixture.ts'
import { newContainer } from './fake-container.ts'

/** What a service that was just started is waited for, over a clock of its own. */

beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }))
afterEach(() => vi.useRealTimers())

const good: AnswerSeen = { kind: 'answer', says: 'HTTP 200', ms: 1 }
const refused: AnswerSeen = { kind: 'refused', code: 'ECONNREFUSED', ms: 1 }
const fresh = newContainer('web', { id: 'c1', image: 'i', imageId: 's', config: 'c' })
const running: ContainerSeen = {
  ...fresh,
  state: 'running',
  address: '172.23.0.9',
  ...(fresh.made ? { made: { ...fresh.made, networks: { macula: 'net-1' } } } : {}),
}

interface Part {
  readonly spec?: Partial<ServiceSpec>
  /** What the port says at each asking; the last one again and again. */
  readonly answers?: (port: number, count: number) => AnswerSeen
  /** What the container is at each look; the last one again and again. */
  readonly states?: readonly (ContainerSeen | undefined)[]
  readonly container?: ContainerSeen
  readonly deadlineMs?: number
  readonly interruptAt?: number
}

/** Waits until the end, however long it takes: what came of it, and when was asked and looked (ms). */
async function waited({ spec, answers = () => refused, states = [running], ...part }: Part) {
  const began = Date.now()
  const asked: { port: number; at: number; deadline: number }[] = []
  const looked: number[] = []
  const stop = new AbortController()
  const container = part.container ?? running
  if (part.interruptAt !== undefined) setTimeout(() => stop.abort(), part.interruptAt)
  const web = service('web', { title: 'Web', endpoints: [endpoint()], ...spec })
  const adapters = {
    clock: { now: () => Date.now() },
    docker: {
      inspect: () => {
        looked.push(Date.now() - began)
        return Promise.resolve(states[Math.min(looked.length, states.length) - 1])
      },
    },
  } as unknown as Adapters
  const asking = {
    host: {
      ask: ({ port, deadline }: { port: number; deadline: number }) => {
        asked.push({ port, at: Date.now() - began, deadline })
        return Promise.resolve(answers(port, asked.length))
      },
    },
    settings: { ...defaultSettings, project: 'macula' },
    secrets: new Map(),
    listeners: new Map(),
    containers: new Map([['web', container]]),
    clusters: new Map(),
    native: true,
  } as unknown as Asking
  const { deadlineMs } = part
  const slow: string[] = []
  const ends: { readonly tookMs?: number; readonly error?: unknown }[] = []
  const done = untilReady({
    adapters,
    service: web,
    container,
    asking,
    signal: stop.signal,
    onSlow: (says) => slow.push(says),
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
  }).then(
    (tookMs) => ends.push({ tookMs }),
    (error: unknown) => ends.push({ error }),
  )
  // What answers at once waits for no timer.
  for (let round = 0; round < 50 && ends.length === 0; round += 1) await Promise.resolve()
  const isAtOnce = ends.length > 0
  // Longer than any deadline, and not for ever.
  for (let ms = 0; ms < 200_000 && ends.length === 0; ms += 10) await vi.advanceTimersByTimeAsync(10)
  if (ends.length > 0) await done
  return { ...ends[0], isAtOnce, asked, looked, slow, endedAt: Date.now() - began }
}

describe('what takes long is said, with what is waited for', () => {
  const endpoints = [endpoint(), endpoint({ id: 'api', target: 8081 })]
  const answers = (port: number): AnswerSeen => (port === 80 ? good : refused)
  test('after ten seconds, and every thirty from then on', async () => {
    const { slow } = await waited({ spec: { endpoints }, answers, deadlineMs: 75_000 })
    expect(slow).toEqual(
      [10, 40, 70].map(
        (seconds) =>
          expect.stringMatching(
            new RegExp(
              `^nothing listens on its port 8081 yet, after ${seconds === 70 ? '1 min 10 s' : `${seconds}(\\.\\d)? s`}$`,
            ),
          ) as unknown,
      ),
    )
  })
  test('what answers before is not spoken of', async () => {
    const { slow } = await waited({ spec: { endpoints }, answers, deadlineMs: 9000 })
    expect(slow).toEqual([])
  })
})

describe('until it answers', () => {
  test('one that answers at once is not waited for', async () => {
    const { tookMs, isAtOnce, asked, looked } = await waited({ answers: () => good })
    expect({ tookMs, isAtOnce, looked }).toEqual({ tookMs: 0, isAtOnce: true, looked: [] })
    expect(asked).toEqual([{ port: 80, at: 0, deadline: 2000 }])
  })

  test('one without anything to ask is not waited for', async () => {
    expect(await waited({ spec: { endpoints: [] } })).toMatchObject({ tookMs: 0, asked: [] })
  })

  test('one without anything to ask is waited for until its health check is through, as its row is judged', async () => {
    const container = { ...running, health: 'starting' } as const
    const states = [container, container, { ...running, health: 'healthy' } as const]
    const { tookMs, asked, looked } = await waited({ spec: { endpoints: [] }, container, states })
    expect({ asked, count: looked.length }).toEqual({ asked: [], count: 3 })
    expect(tookMs).toBeLessThan(5000)
    const { error, slow } = await waited({
      spec: { endpoints: [] },
      container,
      states: [container],
      deadlineMs: 15_000,
    })
    expect(slow).toEqual([expect.stringMatching(/^its own health check does not pass yet, after 10/)])
    expect(error).toMatchObject({ trouble: { what: 'Web was not ready within 15.0 s.' } })
  })

  test('one without anything to ask that ended is told as such', async () => {
    const gone = { ...running, state: 'exited', exitCode: 3 } as const
    const { error } = await waited({ spec: { endpoints: [] }, container: gone, states: [gone] })
    expect(error).toMatchObject({ trouble: { what: 'Web stops right after it starts: exit code 3.' } })
  })

  test('every endpoint must answer; one that did is not asked again', async () => {
    const endpoints = [endpoint(), endpoint({ id: 'api', target: 81 })]
    const { asked, tookMs } = await waited({
      spec: { endpoints },
      answers: (port, count) => (port === 80 || count > 3 ? good : refused),
    })
    expect(asked.map(({ port }) => port)).toEqual([80, 81, 81, 81])
    expect(tookMs).toBeGreaterThan(0)
  })

  test('it is asked soon at first, then less and less often; its container about twice a second', async () => {
    const { asked, looked, tookMs } = await waited({
      answers: (_, count) => (count < 60 ? refused : good),
    })
    const pauses = asked.slice(1).map(({ at }, index) => at - (asked[index]?.at ?? 0))
    expect(pauses[0]).toBeLessThanOrEqual(20)
    expect(pauses).toEqual(pauses.map((_, index) => expect.closeTo(Math.min(10 * 1.15 ** index, 250), -1.5)))
    expect(tookMs).toBe(asked.at(-1)?.at)
    expect(looked.length).toBeGreaterThan((tookMs ?? 0) / 1000)
    expect(looked.length).toBeLessThan((tookMs ?? 0) / 500)
    expect(looked[0]).toBeGreaterThan(500)
  })
})

const but = (part: Partial<ContainerSeen>): ContainerSeen => ({ ...running, ...part })
const off = but(running.made ? { made: { ...running.made, networks: {} } } : {})
const log = 'Read its log (maculactl logs web), repair what it names, then run maculactl up web.'

describe('one that will never answer is not waited for', () => {
  test.each<readonly [string, readonly (ContainerSeen | undefined)[], readonly (string | undefined)[]]>([
    [
      'its container is gone',
      [undefined],
      ['Web stops right after it starts: its container is gone.', 'It left no line in its log.', log],
    ],
    [
      'it ended',
      [but({ state: 'exited', exitCode: 3, lastLine: 'no such file\u001b[31m' })],
      ['Web stops right after it starts: exit code 3.', 'Its last line: no such file', log],
    ],
    [
      'it is dead',
      [but({ state: 'dead', exitCode: 4 })],
      ['Web stops right after it starts: exit code 4.', 'It left no line in its log.', log],
    ],
    [
      'Docker restarts it',
      [but({ state: 'restarting', exitCode: 5 })],
      ['Web stops right after it starts: exit code 5.', 'It left no line in its log.', log],
    ],
    [
      'it runs again after an end: its next end tells why',
      [but({ restarts: 1 }), but({ restarts: 1 }), but({ state: 'exited', exitCode: 6, lastLine: 'x' })],
      ['Web stops right after it starts: exit code 6.', 'Its last line: x', log],
    ],
    [
      'it ran again and was removed meanwhile',
      [but({ restarts: 1 }), undefined],
      ['Web stops right after it starts: its container is gone.', 'It left no line in its log.', log],
    ],
    [
      'its own health check fails: its last word',
      [but({ health: 'unhealthy', healthOutput: 'one try\nno route' })],
      [
        'Web runs, but does not answer.',
        'Its own health check says: no route',
        'Restart it: maculactl restart web',
      ],
    ],
    [
      'its own health check fails, without one',
      [but({ health: 'unhealthy' })],
      ['Web runs, but does not answer.', 'Its own health check fails.', 'Restart it: maculactl restart web'],
    ],
    [
      'it was paused',
      [but({ state: 'paused' })],
      [
        'Web was paused while it started, not by Macula.',
        'A paused program does not answer.',
        'Run maculactl up web again: it goes on.',
      ],
    ],
    [
      'it was taken off its network',
      [off],
      [
        'Web is not on the docker network macula, so nobody reaches it.',
        'It was taken off the network while it started, not by Macula.',
        'Run maculactl up web again: its container is recreated.',
      ],
    ],
  ])('%s', async (_, states, [what, why, todo]) => {
    const { error, endedAt } = await waited({ states: [running, ...states] })
    expect(error).toMatchObject({ trouble: { kind: 'failed', what, why, todo } })
    expect(endedAt).toBeLessThan(2500)
  })

  test('one that is off its network from the first is not even asked', async () => {
    const { error, asked } = await waited({ container: off, answers: () => good })
    expect(error).toMatchObject({
      trouble: { what: 'Web is not on the docker network macula, so nobody reaches it.' },
    })
    expect(asked).toEqual([])
  })

  test('one that keeps running after an end is waited for three seconds more, not longer', async () => {
    const { error, endedAt } = await waited({ states: [but({ restarts: 1 })] })
    expect(error).toMatchObject({ trouble: { what: 'Web stops right after it starts: exit code 0.' } })
    expect(endedAt).toBeGreaterThan(3000)
    expect(endedAt).toBeLessThan(4500)
  })

  test.each<readonly [string, Partial<ServiceSpec>, string]>([
    ['of ours', { origin: 'ours' }, 'docker update --memory 128m'],
    [
      'of one’s own: its file is named',
      { origin: 'user', folder: '/home/ann/web' },
      '/home/ann/web/compose.yaml',
    ],
  ])('one that ran out of memory says so: %s', async (_, spec, word) => {
    const states = [but({ state: 'exited', exitCode: 137, oomKilled: true, memoryLimit: 64 * 1024 * 1024 })]
    const { error } = await waited({ spec, states })
    expect(JSON.stringify(error)).toContain(word)
    expect(JSON.stringify(error)).toMatch(/memory/)
    expect(JSON.stringify(error).includes('compose.yaml')).toBe(spec.origin === 'user')
  })

  test('an interruption ends the waiting', async () => {
    const { error, endedAt } = await waited({ interruptAt: 700 })
    expect(error).toMatchObject({
      trouble: {
        kind: 'refused',
        what: 'The wait for Web was interrupted.',
        why: 'The start was interrupted.',
        todo: 'maculactl up continues where it stopped.',
      },
    })
    expect(endedAt).toBeLessThan(800)
  })
})

describe('one that may still answer is waited for', () => {
  const other = but(running.made ? { made: { ...running.made, mode: 'host', networks: {} } } : {})
  const { made: _, ...unknown } = running

  test.each<readonly [string, ContainerSeen]>([
    ['it was restarted before it was started by us', but({ restarts: 0 })],
    ['its health check has not passed yet', but({ health: 'starting' })],
    ['its health check passes already', but({ health: 'healthy' })],
    ['it is on another network on purpose', other],
    ['nothing is known of its networks', unknown],
  ])('%s', async (_name, state) => {
    const { tookMs } = await waited({
      container: state,
      states: [state],
      answers: (_port, count) => (count < 30 ? refused : good),
    })
    expect(tookMs).toBeGreaterThan(1000)
  })

  test.each<readonly [string, Partial<Part>, string]>([
    ['it refuses', {}, 'The last try: the connection was refused (ECONNREFUSED).'],
    ['it has no address yet', { container: but({ address: '' }) }, 'The last try: it has no address yet.'],
  ])('but not for ever, and the last reason is told: %s', async (_name, part, why) => {
    const { error, endedAt } = await waited({ ...part, deadlineMs: 5000 })
    expect(error).toMatchObject({
      trouble: {
        kind: 'failed',
        what: 'Web did not answer within 5.0 s.',
        why,
        todo: 'Its log says more: maculactl logs web',
      },
    })
    expect(endedAt).toBeGreaterThan(5000)
    expect(endedAt).toBeLessThan(5500)
  })

  test('three minutes, when nothing else is said', async () => {
    const { endedAt } = await waited({})
    expect(endedAt).toBeGreaterThan(180_000)
    expect(endedAt).toBeLessThan(181_000)
  })
})
