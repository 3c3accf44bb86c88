import { expect, test } from 'vitest'
import { fakeStack } from './fake-stack.ts'

/** A PostgreSQL whose data is of another major version is not started, and says what to do. */

function world(wish: {
  readonly image: string
  /** What each file of a version has, or all of them. */
  readonly has: string | Readonly<Record<string, string>> | undefined
  readonly variables?: Readonly<Record<string, string>>
}) {
  const stack = fakeStack(['db'], {
    databases: { user: 'macula', names: ['one'], extensions: [] },
    runtime: { kind: 'container', image: wish.image },
  })
  const asked: string[] = []
  Object.assign(stack.context.adapters.docker, {
    madeWith: () =>
      Promise.resolve({ name: 'db', variables: new Map(Object.entries(wish.variables ?? {})), data: [] }),
    peek: (_: string, path: string) => {
      asked.push(path)
      return Promise.resolve(typeof wish.has === 'string' ? wish.has : wish.has?.[path])
    },
  })
  Object.assign(stack.context.adapters.inside, { ensureDatabases: () => Promise.resolve([]) })
  return { ...stack, asked }
}

const TAG = 'timescale/timescaledb:2.29.2-pg17'

test('another one is told before its container starts, and nothing is touched', async () => {
  const one = world({ image: TAG, has: '16\n' })
  const { failed } = await one.up()
  expect(failed[0]?.trouble).toMatchObject({
    what: 'DB is not started: its data was written by PostgreSQL 16, its image runs PostgreSQL 17.',
    todo: expect.stringContaining('an image of PostgreSQL 16 in stack/db/compose.override.yaml') as string,
  })
  expect(one.did.filter((what) => what.startsWith('start'))).toEqual([])
})

test.each([
  ['the same', TAG, '17\n', {}],
  ['none yet', TAG, undefined, {}],
  ['an image that does not tell', 'example/db:latest', '16\n', {}],
  ['what is no number', TAG, 'x', {}],
  ['the image itself tells', 'example/db:latest', '16\n', { PG_MAJOR: '16' }],
])('%s: it starts', async (_, image, has, variables) => {
  const one = world({ image, has, variables })
  expect((await one.up()).ok).toBe(true)
  expect(one.did).toContain('start db')
})

test('it is looked for where the image keeps its data', async () => {
  const one = world({ image: TAG, has: '17', variables: { PGDATA: '/var/lib/postgresql/18/docker' } })
  await one.up()
  // The usual place is asked meanwhile; what the image says counts.
  expect(one.asked).toEqual([
    '/var/lib/postgresql/data/PG_VERSION',
    '/var/lib/postgresql/18/docker/PG_VERSION',
  ])
})

test('an image that keeps data elsewhere is not started beside what an older one wrote where it had it', async () => {
  const one = world({
    image: 'timescale/timescaledb:2.29.2-pg18',
    has: { '/var/lib/postgresql/data/PG_VERSION': '17' },
    variables: { PGDATA: '/var/lib/postgresql/18/docker' },
  })
  const { failed } = await one.up()
  expect(failed[0]?.trouble.what).toBe(
    'DB is not started: its data was written by PostgreSQL 17, its image runs PostgreSQL 18.',
  )
})
