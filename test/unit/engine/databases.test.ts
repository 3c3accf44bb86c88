import { expect, test } from 'vitest'
import { createDatabase, listDatabases } from '../../../main/engine/run/databases.ts'
import { MaculaError } from '../../../main/model/errors.ts'
import { fakeStack } from './fake-stack.ts'

/** Databases of a service are made when it answers; what fails is told at its row, and tried again. */

const spec = { user: 'macula', names: ['one', 'two'], extensions: ['timescaledb'] }

function setUp() {
  const stack = fakeStack(['db', 'web'], (id) => (id === 'db' ? { databases: spec } : {}))
  const there = new Set<string>()
  const state = { fails: false, asked: [] as string[] }
  Object.assign(stack.context.adapters.inside, {
    ensureDatabases(container: string, _: unknown, names: readonly string[]) {
      state.asked.push(`${container}: ${names.join(' ')}`)
      if (state.fails)
        return Promise.reject(
          new MaculaError({ kind: 'failed', what: 'one cannot be created.', why: 'No room.' }),
        )
      const made = names.filter((name) => !there.has(name))
      for (const name of made) there.add(name)
      return Promise.resolve(made)
    },
    databases: () =>
      Promise.resolve([...there].map((name) => ({ name, owner: 'macula', bytes: 1, extensions: [] }))),
  })
  return { ...stack, state, there }
}

test('they are made by each start, in the container that answers; only new ones are told', async () => {
  const one = setUp()
  expect((await one.up()).ok).toBe(true)
  expect(one.notes()).toEqual(['DB has new databases: one and two.'])
  expect(one.state.asked).toEqual([`${one.world.containers.get('db')?.id ?? ''}: one two`])
  one.forget()
  one.there.delete('two')
  await one.up()
  expect(one.notes()).toEqual(['DB has a new database: two.'])
  one.forget()
  await one.up()
  expect(one.notes()).toEqual([])
})

test('a failure is none of the service: it works, with a problem that its row tells, until the next start', async () => {
  const one = setUp()
  one.state.fails = true
  expect((await one.up()).ok).toBe(true)
  expect(one.notes()).toEqual(['one cannot be created. No room. DB works without.'])
  const row = await one.row('db')
  expect([row.state, row.reason]).toEqual(['degraded', 'databases that belong there are missing'])
  expect(row.headline).toMatchObject({
    why: 'one cannot be created. No room.',
    fix: { command: 'maculactl up db', action: { kind: 'start', services: ['db'] } },
  })
  expect((await one.row('web')).state).toBe('works')
  one.state.fails = false
  await one.up()
  expect((await one.row('db')).state).toBe('works')
})

test('one more is made in the container that runs', async () => {
  const one = setUp()
  await one.up()
  expect(await createDatabase(one.context, 'shop', undefined)).toEqual({ service: 'db', made: true })
  expect(await createDatabase(one.context, 'shop', 'db')).toEqual({ service: 'db', made: false })
  expect((await listDatabases(one.context, undefined)).databases.map(({ name }) => name)).toEqual([
    'one',
    'two',
    'shop',
  ])
})

test.each(['', 'Shop', 'a-b', '1a', 'postgres', 'template1', 'pg_x', 'a'.repeat(64), "x';--"])(
  'the name %j is refused before anybody is asked',
  async (name) => {
    const one = setUp()
    await one.up()
    one.state.asked.length = 0
    await expect(createDatabase(one.context, name, undefined)).rejects.toMatchObject({
      trouble: { kind: 'usage' },
    })
    expect(one.state.asked).toEqual([])
  },
)

test('of a service that does not run, or has none, it is said so', async () => {
  const one = setUp()
  await expect(createDatabase(one.context, 'shop', undefined)).rejects.toThrow(
    /DB does not run.*maculactl up db/,
  )
  await expect(listDatabases(one.context, 'web')).rejects.toThrow(/web has no databases.*db/)
})
