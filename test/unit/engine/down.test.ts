import { beforeEach, describe, expect, test } from 'vitest'
import { consequencesOf } from '../../../main/engine/run/down.ts'
import { MaculaError } from '../../../main/model/errors.ts'
import type { ServiceSpec } from '../../../main/model/service.ts'
import type { Snapshot } from '../../../main/model/snapshot.ts'
import { endpoint } from '../stack/fixture.ts'
import { newContainer } from './fake-container.ts'
import { fakeStack } from './fake-stack.ts'

/** app needs db and uses mail, page needs app, report uses db and needs nothing. */
const parts: Readonly<Record<string, Partial<ServiceSpec>>> = {
  app: { needs: ['db'], uses: ['mail'], address: '127.0.0.8' },
  page: { needs: ['app'], uses: ['db'] },
  report: { uses: ['db'] },
}
const all = ['db', 'mail', 'app', 'page', 'report']

let stack: ReturnType<typeof fakeStack>
beforeEach(async () => {
  stack = fakeStack(all, (id) => ({ endpoints: [endpoint({ listen: 80 })], ...parts[id] }))
  await stack.up()
  stack.forget()
})

describe('what else is touched is told before', () => {
  const told = (ids: readonly string[], alive: readonly string[] = all) => {
    const { services } = stack
    const { failing, missing } = consequencesOf({ services, forwards: [], problems: [] }, ids, new Set(alive))
    return { failing: failing.map(Object.values), missing: missing.map(Object.values) }
  }

  test.each<readonly [string, readonly string[], readonly string[], ReturnType<typeof told>]>([
    [
      'what needs it, directly or through others, and what only uses it',
      ['db'],
      all,
      {
        failing: [
          ['app', 'APP', 'needs DB'],
          ['page', 'PAGE', 'needs APP'],
        ],
        missing: [['report', 'REPORT', 'uses DB']],
      },
    ],
    [
      'only what runs or is wanted counts',
      ['db'],
      ['db', 'app'],
      { failing: [['app', 'APP', 'needs DB']], missing: [] },
    ],
    ['one that is used', ['mail'], all, { failing: [], missing: [['app', 'APP', 'uses MAIL']] }],
    [
      'several at once: each hangs on what is stopped',
      ['mail', 'db'],
      all,
      {
        failing: [
          ['app', 'APP', 'needs DB'],
          ['page', 'PAGE', 'needs APP'],
        ],
        missing: [['report', 'REPORT', 'uses DB']],
      },
    ],
    ['nothing hangs on it', ['page'], all, { failing: [], missing: [] }],
  ])('%s', (_, ids, alive, expected) => {
    expect(told(ids, alive)).toEqual(expected)
  })
})

describe('what is told while services stop', () => {
  test('each step of each service, and nothing of one that was never made', async () => {
    stack.world.containers.delete('mail')
    const { ok, done, failed, skipped } = await stack.down(undefined, { remove: true })
    expect({ ok, done: done.toSorted(), failed, skipped }).toEqual({
      ok: true,
      done: all.toSorted(),
      failed: [],
      skipped: [],
    })
    for (const id of all)
      expect(stack.said(id)).toEqual(id === 'mail' ? [] : ['stopping', 'stopped', 'removed'])
    expect(stack.told).toContainEqual(
      expect.objectContaining({ kind: 'removed', service: 'db', what: 'container' }),
    )
  })

  test('of one that did not run no stop is told, and all of them in one line', async () => {
    await stack.down(['page'])
    stack.forget()
    // Nothing was stopped.
    expect((await stack.down(['page'])).done).toEqual([])
    expect(stack.said('page')).toEqual([])
    expect(stack.notes()).toEqual(['PAGE was not running.'])
    expect(stack.did).toEqual([])
    await stack.down(['app'])
    stack.forget()
    await stack.down(['page', 'app', 'db'], { remove: true })
    expect(stack.notes()).toEqual([
      expect.stringMatching(/^(?:PAGE and APP|APP and PAGE) were not running[.]$/),
    ])
    expect(stack.said('page')).toEqual(['removed'])
    expect(stack.said('db')).toEqual(['stopping', 'stopped', 'removed'])
  })

  test('what was stopped is done, also what crashed and is given up; what rests already is not', async () => {
    await stack.down(['app', 'page'])
    stack.change('db', () => ({ state: 'exited' }))
    expect((await stack.down()).done).toEqual(expect.arrayContaining(['db']))
    expect((await stack.down()).done).toEqual([])
    expect((await stack.down(['page'], { remove: true })).done).toEqual(['page'])
  })

  test('one that does not stop fails with its reason', async () => {
    stack.world.stuck.add('page')
    await stack.down()
    expect(stack.said('page')).toEqual(['stopping', 'failed'])
    expect(stack.told).toContainEqual(
      expect.objectContaining({ service: 'page', trouble: { kind: 'failed', what: 'It does not stop.' } }),
    )
  })

  test('times are those since it began', async () => {
    const { ms } = await stack.down()
    const times = stack.told.map((event) => event.ms)
    expect(Math.min(...times)).toBeGreaterThan(0)
    expect(ms).toBeGreaterThanOrEqual(Math.max(...times))
    expect(ms).toBeLessThan(60_000)
    for (const event of stack.told)
      if (event.kind === 'stopped') {
        expect(event.tookMs).toBeGreaterThan(0)
        expect(event.tookMs).toBeLessThan(ms)
      }
  })
})

describe('what is done', () => {
  test('what does not need the one that stops is not waited for', async () => {
    await stack.down(['db', 'mail'])
    expect(stack.did.toSorted()).toEqual(['stop db', 'stop mail'])
    expect(stack.world.ranAtStop.get('mail')).toContain('db')
    expect(stack.world.ranAtStop.get('db')).toContain('mail')
  })

  test('interrupted, what still waits is left running', async () => {
    const { docker } = stack.context.adapters
    const stop = docker.stop.bind(docker)
    Object.assign(stack.context.adapters.docker, {
      stop: async (id: string) => {
        await stop(id)
        stack.interrupt()
      },
    })
    const { done } = await stack.down(['db', 'app', 'page'])
    expect(done).toEqual(['page'])
    expect(stack.did).toEqual(['stop page'])
    expect([...stack.truth.seen.acting]).toEqual([])
  })

  test('what leads to a service goes with it; with nothing wanted any more the name server goes too', async () => {
    expect([...stack.world.forwards.keys()]).toEqual(['127.0.0.8:80'])
    await stack.down(['page', 'app'])
    expect([[...stack.world.forwards.keys()], stack.world.nameServer]).toEqual([[], true])
    await stack.down()
    expect(stack.world.nameServer).toBe(false)
  })

  test('what is only restarted stays wanted, and names go on to be answered', async () => {
    stack.world.wanted.clear()
    stack.world.wanted.add('db')
    await stack.down(undefined, { keepWanted: true })
    expect([[...stack.world.wanted], stack.world.nameServer]).toEqual([['db'], true])
    // Also when none of it was noted as wanted.
    stack.world.wanted.clear()
    await stack.down(undefined, { keepWanted: true })
    expect(stack.world.nameServer).toBe(true)
  })

  test('what was removed is gone at once, while others still stop', async () => {
    const there: unknown[] = []
    const { docker } = stack.context.adapters
    const stop = docker.stop.bind(docker)
    Object.assign(docker, {
      stop: async (id: string) => {
        there.push([id.split('-')[0], stack.truth.seen.containers.has('page')])
        await stop(id)
      },
    })
    await stack.down(['page', 'app'], { remove: true })
    expect(there).toEqual([
      ['page', true],
      ['app', false],
    ])
  })

  test('the network stays while a container of another service is there', async () => {
    await stack.down(['page'], { remove: true })
    expect(stack.did).toEqual(['stop page', 'remove page'])
  })
})

test('what is being stopped is shown as that, and what it is at the end', async () => {
  let last: Snapshot | undefined
  const leave = stack.truth.subscribe((snapshot) => void (last = snapshot))
  const state = (id: string) => last?.services.find((one) => one.id === id)?.state
  await stack.truth.look()
  expect([state('db'), state('page')]).toEqual(['works', 'works'])
  const seen: unknown[] = []
  const { docker } = stack.context.adapters
  const stop = docker.stop.bind(docker)
  Object.assign(stack.context.adapters.docker, {
    stop: async (id: string) => {
      seen.push([id.split('-')[0], state('page'), state('app')])
      await stop(id)
    },
  })
  await stack.down(['page', 'app'])
  expect(seen).toEqual([
    ['page', 'stopping', 'stopping'],
    // One that has stopped is not shown to be stopping any more.
    ['app', expect.not.stringMatching('stopping'), 'stopping'],
  ])
  expect([state('page'), state('app'), state('db')]).toEqual(['stopped', 'stopped', 'works'])
  leave()
})

describe('a full disk', () => {
  beforeEach(() => {
    Object.assign(stack.context.adapters.intent, {
      unwant: () => Promise.reject(new MaculaError({ kind: 'failed', what: 'The disk is full.' })),
    })
  })

  test.each([
    ['all of them: nothing of ours is left', all, false],
    ['one of them: names of the others are answered on', ['page'], true],
  ])('what is stopped counts as not wanted all the same, %s', async (_, ids, names) => {
    expect((await stack.down(ids)).ok).toBe(true)
    expect(stack.world.nameServer).toBe(names)
    expect(stack.notes()).toEqual([
      'It could not be recorded that they are stopped on purpose: The disk is full.',
    ])
  })

  test('what was not wanted needs no note', async () => {
    stack.world.wanted.delete('page')
    await stack.down(['page'])
    expect(stack.notes()).toEqual([])
  })
})

describe('an image that keeps data in a volume without a name', () => {
  const volume = 'a1'.repeat(32)
  const says =
    `PAGE starts with an empty /x next time: its image keeps it in an anonymous volume, which only the removed container pointed to. ` +
    `What was in it stays in the Docker volume ${volume}. Give it a named volume in compose.yaml to keep what comes.`
  beforeEach(() => stack.change('page', () => ({ nameless: [{ volume, path: '/x' }] })))

  test('once its container is removed, it is said where the data is', async () => {
    await stack.down(['page'], { remove: true })
    expect(stack.notes()).toEqual([says])
  })

  test('of one that is only stopped nothing is said, and of others neither', async () => {
    await stack.down(['page'])
    await stack.down(['report'], { remove: true })
    expect(stack.notes()).toEqual([])
  })

  test('several are told at once', async () => {
    stack.change('page', () => ({
      nameless: [
        { volume: '1', path: '/x' },
        { volume: '2', path: '/y' },
      ],
    }))
    await stack.down(['page'], { remove: true })
    expect(stack.notes()[0]).toContain('an empty /x and /y next time: its image keeps them')
    expect(stack.notes()[0]).toContain('stays in the Docker volumes 1 and 2.')
  })
})

describe('containers of ours that the catalog does not have', () => {
  const orphan = {
    ...newContainer('gone', { id: 'gone-1', image: 'gone:1', imageId: 'sha256:gone', config: 'c' }),
    state: 'running' as const,
    address: '172.23.0.77',
  }
  beforeEach(() => void stack.world.containers.set('gone', orphan))

  test('are stopped for good with everything, and not wanted any more', async () => {
    stack.world.wanted = new Set([...stack.world.wanted, 'gone'])
    const { ok, done } = await stack.down()
    expect([ok, done.includes('gone')]).toEqual([true, true])
    expect(stack.did).toContain('stop gone for good')
    expect(stack.said('gone')).toEqual(['stopping', 'stopped'])
    expect([...stack.world.wanted]).toEqual([])
  })

  test('are removed with everything, then the network', async () => {
    await stack.down(undefined, { remove: true })
    expect(stack.did).toContain('remove gone')
    expect(stack.did.at(-1)).toBe('remove the network')
    expect(stack.world.containers.size).toBe(0)
  })

  test('one with data in a volume without a name says so when it is removed', async () => {
    stack.world.containers.set('gone', { ...orphan, nameless: [{ volume: 'a1', path: '/x' }] })
    await stack.down(['gone'], { remove: true })
    expect(stack.notes()).toEqual([
      expect.stringMatching(/^gone starts with an empty \/x next time.* volume a1\./),
    ])
  })

  test('one alone is stopped by its name, or removed; nothing else is touched', async () => {
    await stack.down(['gone'])
    expect(stack.did).toEqual(['stop gone for good'])
    stack.forget()
    await stack.down(['gone'], { remove: true })
    expect(stack.did).toEqual(['remove gone'])
  })

  test('the network goes with the last of all', async () => {
    for (const id of all) stack.world.containers.delete(id)
    await stack.down(['gone'], { remove: true })
    expect(stack.did).toEqual(['stop gone for good', 'remove gone', 'remove the network'])
  })

  test('are left by the stop of others, and by a restart of everything', async () => {
    await stack.down(['page'])
    await stack.restart()
    expect(stack.did.filter((one) => one.includes('gone'))).toEqual([])
  })

  test('one that does not stop is a failure of its own', async () => {
    stack.world.stuck.add('gone')
    const { ok, done, failed } = await stack.down()
    expect([ok, done.toSorted(), failed.map(({ service }) => service)]).toEqual([
      false,
      all.toSorted(),
      ['gone'],
    ])
  })

  test('a name that nothing has is refused, and nothing is stopped', async () => {
    await expect(stack.down(['gone', 'nobody'])).rejects.toMatchObject({
      trouble: { kind: 'usage', what: 'There is no service nobody.' },
    })
    expect(stack.did).toEqual([])
  })
})

test('clean URLs go straight while the ingress is stopped, and by it again when it runs', async () => {
  const own = fakeStack(['ingress', 'page'], (id) =>
    id === 'ingress'
      ? { address: '127.0.0.1', endpoints: [endpoint({ listen: 80 })] }
      : { address: '127.0.0.9', endpoints: [endpoint({ name: 'page', target: 3000, clean: true })] },
  )
  own.world.started = (container) => ({
    ...container,
    address: container.service === 'ingress' ? '172.23.0.10' : '172.23.0.9',
  })
  const leads = (): string => {
    const { host, toPort } = own.world.forwards.get('127.0.0.9:80') ?? {}
    return `${host}:${toPort}`
  }
  await own.up()
  expect(leads()).toBe('172.23.0.10:80')
  await own.down(['ingress'])
  expect(leads()).toBe('172.23.0.9:3000')
  await own.up(['ingress'])
  expect(leads()).toBe('172.23.0.10:80')
})
