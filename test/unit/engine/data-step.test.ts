import { expect, test } from 'vitest'
import type { DataHands, TakeKept } from '../../../main/engine/adapters.ts'
import { forgetStep, refuseHalf } from '../../../main/engine/run/major/journal.ts'
import { needRoom, planStep } from '../../../main/engine/run/major/plan.ts'
import { stepMajor } from '../../../main/engine/run/major/step.ts'
import { fakeStack } from './fake-stack.ts'

/** What is known before data goes to another major version, and what half of it keeps from being started. */

const COPY = 'macula_db_before-20261127-2300'

function world(wish: {
  readonly image?: string
  readonly has?: string | undefined
  readonly journal?: TakeKept
  readonly copyIsThere?: boolean
  readonly made?: string
}) {
  const stack = fakeStack(['db'], {
    databases: { user: 'macula', names: ['one'], extensions: [] },
    runtime: { kind: 'container', image: wish.image ?? 'timescale/timescaledb:2.29.2-pg17' },
  })
  stack.world.volumes.add('macula_db')
  if (wish.copyIsThere !== false) stack.world.volumes.add(COPY)
  let journal = wish.journal
  let swept = 0
  const file = wish.has === undefined ? undefined : Buffer.from(wish.has)
  const hands = {
    open: (name: string) =>
      Promise.resolve({
        name,
        look: (path: string) =>
          Promise.resolve(
            file && path === 'PG_VERSION'
              ? { entries: new Map([[path, 'f 600 999:999 3']]), bytes: 3, contents: new Map([[path, file]]) }
              : undefined,
          ),
      }),
  } as unknown as DataHands
  Object.assign(stack.context.adapters.data, {
    kept: () => Promise.resolve(journal),
    keep: (_: string, next: TakeKept | undefined) => Promise.resolve(void (journal = next)),
    sweep: () => Promise.resolve(void (swept += 1)),
    made: () => Promise.resolve(wish.made ?? 'then'),
    volumes: (names: readonly string[]) => Promise.resolve(names.map((name) => ({ name, bytes: 1e9 }))),
    room: () => Promise.resolve(20e9),
    hasImage: (image: string) => Promise.resolve(!image.includes('pg16')),
    ask: () => Promise.resolve(undefined),
    session: async <T>(work: (given: DataHands) => Promise<T>) => await work(hands),
  })
  const [service] = stack.catalog.services
  if (!service) throw new Error('no db')
  const { context } = stack
  return {
    ...stack,
    journal: () => journal,
    swept: () => swept,
    plan: async (image?: string) => await planStep(context, service, image),
    mayStart: async () => await refuseHalf(context.adapters, service),
    step: async () =>
      await stepMajor(
        context,
        { start: async () => await Promise.reject(new Error('nothing is started here')) },
        service,
        undefined,
        () => undefined,
        new AbortController().signal,
      ),
  }
}

const journal = (home?: string): TakeKept => ({
  source: 'macula_db',
  since: 1,
  scratch: [],
  done: [],
  moved: [{ from: 'macula_db', to: COPY }],
  bytes: 0,
  ...(home === undefined ? {} : { home }),
})

test('data of an older version: versions, the image that reads it, size, room', async () => {
  expect((await world({ has: '16\n' }).plan())?.step).toEqual({
    service: 'db',
    title: 'DB',
    from: 16,
    to: 17,
    old: 'timescale/timescaledb:2.29.2-pg16',
    isHere: false,
    bytes: 1e9,
    needs: 3e9,
    free: 20e9,
    stops: [],
  })
  expect((await world({ has: '16\n' }).plan('mine:16'))?.step).toMatchObject({ old: 'mine:16', isHere: true })
})

test.each([
  ['of the same', '17\n'],
  ['none', undefined],
])('data of the same version, or none (%s): nothing to do', async (_, has) => {
  const one = world({ has })
  expect(await one.plan()).toBeUndefined()
  await expect(one.step()).rejects.toThrow('There is nothing to do')
})

test('newer data, and an image whose name tells nothing, are refused with what to do', async () => {
  await expect(world({ has: '18\n' }).plan()).rejects.toMatchObject({
    trouble: {
      what: expect.stringContaining('newer than the 17') as string,
      todo: expect.stringContaining('an image of PostgreSQL 18') as string,
    },
  })
  const one = world({ has: '16\n', image: 'example/db:latest' })
  Object.assign(one.context.adapters.data, { ask: () => Promise.resolve('postgres (PostgreSQL) 17.4\n') })
  await expect(one.plan()).rejects.toMatchObject({
    trouble: { todo: 'Name it: maculactl update db --data --image IMAGE' },
  })
})

test('without the room nothing is begun', async () => {
  const planned = await world({ has: '16\n' }).plan()
  if (!planned) throw new Error('no plan')
  expect(() => needRoom({ ...planned.step, free: 3e9 })).toThrow('There is not enough space')
  expect(() => needRoom({ ...planned.step, free: 4e9 })).not.toThrow()
  // What was dumped already needs no more than it has.
  expect(() => needRoom({ ...planned.step, free: 1, copy: COPY })).not.toThrow()
})

test.each([
  ['nothing was begun', undefined, {}],
  ['nothing was replaced yet', journal(), {}],
  ['the copy is gone', journal('then'), { copyIsThere: false }],
  ['other data was put in its place', journal('before'), {}],
] as const)('%s: it starts', async (_, kept, more) => {
  await world({ ...(kept ? { journal: kept } : {}), ...more }).mayStart()
})

test.each([
  ['between the old volume and the new', ''],
  ['while the new one was filled', 'then'],
])('killed %s: nothing is started on it, and both ways out are said', async (_, home) => {
  const one = world({ journal: journal(home), has: '17\n' })
  await expect(one.mayStart()).rejects.toMatchObject({
    trouble: {
      why: `What is in macula_db is not whole. The data as it was is kept in ${COPY}.`,
      todo: 'maculactl update db --data goes on; maculactl reset db --back 20261127-2300 puts the data as it was in place.',
    },
  })
  const { failed } = await one.up()
  expect(failed[0]?.trouble.what).toContain('was interrupted')
  expect(one.did.filter((what) => what.startsWith('start'))).toEqual([])
})

test('data that a person put in place ends it', async () => {
  const one = world({ journal: journal('then') })
  await forgetStep(one.context.adapters, 'db')
  expect([one.journal(), one.swept()]).toEqual([undefined, 1])
  await one.mayStart()
  await forgetStep(one.context.adapters, 'db')
  expect(one.swept()).toBe(1)
})
