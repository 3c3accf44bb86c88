import { beforeEach, describe, expect, test } from 'vitest'
import type { DataAdapter, DataHands, TakeKept } from '../../../main/engine/adapters.ts'
import { createMove } from '../../../main/engine/migration/data/take.ts'
import { FILL, type Kind } from '../../../main/engine/migration/data/kind.ts'
import { MaculaError, type ErrorKind } from '../../../main/model/errors.ts'
import type { ComposeProjectSeen } from '../../../main/model/migration.ts'
import { fakeStack } from '../engine/fake-stack.ts'

/** What all stores have in common, over an outside that is a few values: order, going on, putting back, refusals. */

const from: ComposeProjectSeen = {
  project: 'infrastructure',
  folder: '/old',
  files: [],
  networks: [],
  containers: [
    {
      id: 'old-1',
      name: 'macula-registry',
      service: 'registry',
      image: 'registry:2',
      imageId: 'sha256:old',
      running: false,
      volumes: [{ name: 'old_data', at: '/var/lib/registry' }],
      ports: [],
    },
  ],
}

let stack: ReturnType<typeof fakeStack>
let did: string[]
let kept: Map<string, TakeKept>
let outside: {
  users: { id: string; name: string; running: boolean; startedAt: number }[]
  room: number
  own: { id: string; name: string; running: boolean; startedAt: number }[]
  made: string | undefined
  loaded: () => string
  prepared: () => void
}
const stop = () => new AbortController()

beforeEach(async () => {
  stack = fakeStack(['side'])
  await stack.up(['side'])
  did = []
  kept = new Map()
  outside = {
    users: [],
    own: [],
    room: 1e12,
    made: '2026-01-01T00:00:00Z',
    loaded: () => 'all equal',
    prepared: () => undefined,
  }
  const { adapters } = stack.context
  Object.assign(adapters.stack, {
    resolved: () => Promise.resolve({ volumes: [{ key: 'side', name: 'macula_side' }] }),
  })
  const { volumes } = adapters.docker
  for (const name of ['keep', 'remove', 'discard'] as const) {
    const work = volumes[name] as (...args: unknown[]) => Promise<unknown>
    Object.assign(volumes, {
      [name]: async (...args: unknown[]) => {
        did.push(name)
        return await work(...args)
      },
    })
  }
  const hands = {
    open: (name: string) => Promise.resolve({ name }),
    close: () => Promise.resolve(),
    make: (name: string) => Promise.resolve(void (did.push('make'), stack.world.volumes.add(name))),
    copy: () => Promise.resolve(void did.push('copy back')),
  } as unknown as DataHands
  Object.assign(adapters, {
    data: {
      room: () => Promise.resolve(outside.room),
      volumes: () =>
        Promise.resolve([
          { name: 'old_data', bytes: 1000 },
          { name: 'macula_side', bytes: 500 },
        ]),
      made: () => Promise.resolve(outside.made),
      hasImage: () => Promise.resolve(true),
      users: (name: string) =>
        Promise.resolve(structuredClone(name === 'old_data' ? outside.users : outside.own)),
      session: async (work: (one: DataHands) => Promise<unknown>) => await work(hands),
      sweep: () => Promise.resolve(),
      kept: (id: string) => Promise.resolve(kept.get(id)),
      keep: (id: string, one: TakeKept | undefined) =>
        Promise.resolve(void (one ? kept.set(id, one) : kept.delete(id))),
    } as unknown as DataAdapter,
  })
})

const move = () =>
  createMove(stack.context, {
    id: 'registry',
    title: 'Images',
    service: 'side',
    scratch: [],
    passes: 1,
    room: 1,
    measure: () => Promise.resolve('3 tags'),
    async prepare(work) {
      did.push(work.has('read') ? 'goes on' : 'prepare')
      outside.prepared()
      if (!work.has('read')) await work.mark('read', 400)
    },
    async load(work) {
      did.push(work.has(`${FILL}one`) ? 'loads on' : 'load')
      if (!work.has(`${FILL}one`)) await work.mark(`${FILL}one`, 300)
      return outside.loaded()
    },
  } satisfies Kind)

const fails = (kind: ErrorKind) => () => {
  throw new MaculaError({ kind, what: 'It broke.' })
}
const take = async (control = stop()) => await move().take(from, () => undefined, control.signal)

test('theirs is read first, ours is moved aside and only then filled', async () => {
  const told: number[] = []
  const done = await move().take(from, ({ doneBytes }) => told.push(doneBytes), stop().signal)
  expect(did).toEqual(['prepare', 'keep', 'remove', 'make', 'load'])
  expect(done).toEqual({
    says: 'all equal',
    movedAside: [{ from: 'macula_side', to: expect.stringMatching(/^macula_side_before-/) as string }],
  })
  expect(kept.size).toBe(0)
  expect(told).toEqual(told.toSorted((one, two) => one - two))
})

test('what is measured: bytes, room with what is moved aside, and that something is', async () => {
  expect(await move().measure(from)).toEqual({
    kind: 'found',
    bytes: 1000,
    needsBytes: 1500,
    says: '3 tags',
    replaces: true,
  })
})

test('who else has their volume and runs is measured too; containers of the project, and what rests, are no such', async () => {
  const user = (id: string, running: boolean) => ({ id, name: `the-${id}`, running, startedAt: 1 })
  outside.users.push(user('old-1', true), user('backup', true), user('resting', false))
  expect(await move().measure(from)).toMatchObject({ kind: 'found', writers: ['the-backup'] })
})

test.each<readonly [string, (user: { running: boolean; startedAt: number }) => void, boolean]>([
  ['runs', (user) => (user.running = true), true],
  ['ran, and ended again', (user) => (user.startedAt = 9), true],
  ['rests as before', () => undefined, false],
])('who %s while it is copied is told, and ours is put back', async (_, meanwhile, isTold) => {
  const user = { id: 'backup', name: 'backup', running: false, startedAt: 1 }
  outside.users.push(user)
  outside.loaded = () => {
    outside.users[0] = { ...user }
    meanwhile(outside.users[0])
    return 'all equal'
  }
  const end = take()
  if (!isTold) return await expect(end).resolves.toMatchObject({ says: 'all equal' })
  await expect(end).rejects.toThrow('Images are not taken over: backup ran while they were copied')
  expect(did).toContain('copy back')
})

describe('refused before ours is touched', () => {
  test.each<[string, () => void, RegExp]>([
    ['theirs is not whole', () => (outside.prepared = fails('failed')), /It broke/],
    [
      'it runs',
      () => outside.users.push({ id: 'old-1', name: 'macula-registry', running: true, startedAt: 1 }),
      /docker stop macula-registry/,
    ],
    ['there is no room', () => (outside.room = 1000), /There is not enough space for this: Images/],
  ])('%s', async (_, change, says) => {
    change()
    await expect(take()).rejects.toThrow(says)
    expect(did.filter((one) => one !== 'prepare')).toEqual([])
    expect(kept.size).toBe(0)
  })
})

test('a failure while it is filled puts ours back, and forgets', async () => {
  outside.loaded = fails('failed')
  await expect(take()).rejects.toThrow('It broke. Macula’s own data is back where it was')
  expect(did).toEqual(['prepare', 'keep', 'remove', 'make', 'load', 'remove', 'make', 'copy back', 'discard'])
  expect(kept.size).toBe(0)
})

test('Docker that goes away while theirs is read costs nothing of what was read', async () => {
  const control = stop()
  kept.set('registry', {
    source: 'old_data',
    since: 1e15,
    users: [],
    scratch: [],
    done: ['read'],
    bytes: 400,
    moved: [],
  })
  outside.prepared = fails('outside')
  await expect(take(control)).rejects.toThrow('It broke')
  expect(kept.get('registry')?.done).toEqual(['read'])
})

describe('interrupted, it goes on', () => {
  async function interrupted(): Promise<void> {
    const control = stop()
    outside.loaded = () => {
      control.abort()
      throw new Error('aborted')
    }
    await expect(take(control)).rejects.toThrow(
      /interrupted\. What Macula had is kept: macula_side as .* continues where it stopped\. Where macula-registry was started meanwhile, .* it starts over/,
    )
    outside.loaded = () => 'all equal'
    did.length = 0
  }
  test('with what it had filled, and what was moved aside is told at the end', async () => {
    await interrupted()
    expect((await take()).movedAside).toHaveLength(1)
    expect(did).toEqual(['goes on', 'make', 'loads on'])
  })
  const theirs = (startedAt: number, id = 'old-1') => [
    { id, name: 'macula-registry', running: false, startedAt },
  ]
  test.each<[string, () => void]>([
    ['theirs ran meanwhile', () => (outside.users = theirs(stack.world.now + 1e9))],
    ['their container is gone: it may have run before', () => (outside.users = [])],
    ['their container was made anew', () => (outside.users = theirs(0, 'old-2'))],
    ['it is another volume', () => kept.set('registry', { ...kept.get('registry')!, source: 'other' })],
    [
      'it is not known who had it',
      () => kept.set('registry', { ...kept.get('registry')!, users: undefined }),
    ],
  ])('anew, when %s; what was half filled is emptied, not kept once more', async (_, change) => {
    outside.users = theirs(5)
    await interrupted()
    change()
    const { movedAside } = await take()
    expect(movedAside).toEqual([
      { from: 'macula_side', to: expect.stringMatching(/^macula_side_before-/) as string },
    ])
    expect(did).toEqual(['prepare', 'remove', 'make', 'load'])
  })
  test.each<[string, () => unknown]>([
    ['was made anew meanwhile', () => (outside.made = '2026-02-02T00:00:00Z')],
    [
      'was up meanwhile and down with --remove',
      async () => {
        await stack.up(['side'])
        await stack.down(['side'], { remove: true })
        expect(stack.world.containers.has('side')).toBe(false)
        did.length = 0
      },
    ],
    ['has no record: nobody knows who had it', () => stack.world.record.delete('side')],
    ['ran meanwhile', () => (outside.own = theirs(Date.parse('2026-01-01T00:00:01Z')))],
  ])('with a new store, when ours %s: that one is moved aside too', async (_, change) => {
    await interrupted()
    await change()
    expect((await take()).movedAside).toHaveLength(2)
    expect(did).toEqual(['goes on', 'keep', 'remove', 'make', 'load'])
  })
  test('ours that ran meanwhile is moved aside before it is emptied, also when nothing of it goes on', async () => {
    await interrupted()
    outside.users = theirs(stack.world.now + 1e9)
    stack.world.record.delete('side')
    expect((await take()).movedAside).toHaveLength(2)
    expect(did).toEqual(['prepare', 'keep', 'remove', 'make', 'load'])
  })
})

test('what was moved aside is on disk before the original goes: killed in between, it is told', async () => {
  const { volumes } = stack.context.adapters.docker
  const seen: (readonly string[])[] = []
  const remove = volumes.remove.bind(volumes)
  Object.assign(volumes, {
    remove: async (name: string) => {
      seen.push((kept.get('registry')?.moved ?? []).map(({ from: one }) => one))
      await remove(name)
    },
  })
  await take()
  expect(seen).toEqual([['macula_side']])
})

test('of several copies of one volume the last is put back, and the others are named and stay known', async () => {
  const earlier = { from: 'macula_side', to: 'macula_side_before-20260101-0000' }
  kept.set('registry', {
    source: 'old_data',
    since: 1e15,
    users: [],
    scratch: [],
    done: ['read'],
    bytes: 400,
    moved: [earlier],
  })
  outside.loaded = fails('failed')
  await expect(take()).rejects.toThrow(
    'Macula’s own data is back where it was, and nothing of theirs was changed. What it was earlier is kept: macula_side as macula_side_before-20260101-0000.',
  )
  expect(kept.get('registry')).toMatchObject({ moved: [earlier], done: [] })
})
