import { expect, test } from 'vitest'
import { createDatabase, listDatabases } from '../../../main/engine/run/databases.ts'
import { MaculaError } from '../../../main/model/errors.ts'
import type { DatabasesSpec, ServiceSpec } from '../../../main/model/service.ts'
import { migrationsOf, type AppliedMigration, type SqlMigration } from '../../../main/model/sql-migration.ts'
import { fakeStack } from './fake-stack.ts'

/** Databases of a service are made when it answers; what fails is told at its row, and tried again. */

const spec = { user: 'macula', names: ['one', 'two'], extensions: ['timescaledb'] }

function setUp(more: Partial<ServiceSpec> = {}) {
  const stack = fakeStack(['db', 'web'], (id) => (id === 'db' ? { databases: spec, ...more } : {}))
  const there = new Set<string>()
  const state = { fails: false, isDark: false, asked: [] as string[] }
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
    stands: (_: string, { names }: DatabasesSpec) =>
      state.isDark
        ? Promise.reject(new MaculaError({ kind: 'failed', what: 'It cannot be asked.' }))
        : Promise.resolve(!state.fails && names.every((name) => there.has(name))),
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
  one.state.asked.length = 0
  await one.up()
  expect(one.notes()).toEqual([])
  expect(one.state.asked).toEqual([])
})

test('where one look cannot tell whether all is there, each step is gone', async () => {
  const one = setUp()
  await one.up()
  one.there.delete('two')
  one.state.isDark = true
  one.forget()
  expect((await one.up()).ok).toBe(true)
  expect(one.notes()).toEqual(['DB has a new database: two.'])
  expect((await one.row('db')).state).toBe('works')
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

/** With migrations, and passwords of roles that they make. */
function migrating(files: readonly string[]) {
  const one = setUp({
    databases: { ...spec, migrations: '/db/migrations' },
    secretUses: {
      ADMIN: { kept: 'postgres', user: 'macula', places: [] },
      APP: { kept: 'postgres', user: 'app', places: [] },
      KEY: { places: [] },
    },
  })
  const had: AppliedMigration[] = []
  const asked: string[] = []
  const state = { stops: 0, isDeaf: false }
  one.there.add('one').add('two')
  Object.assign(one.context.adapters.secrets, {
    ensure: (names: readonly string[]) =>
      Promise.resolve(new Map(['OTHER', ...names].map((name) => [name, `of ${name}`]))),
  })
  Object.assign(one.context.adapters.inside, {
    migrations(folder: string) {
      asked.push(`read ${folder}`)
      return Promise.resolve(migrationsOf(folder, new Map(files.map((file) => [file, file])), (text) => text))
    },
    stands(
      _: string,
      { names, user }: DatabasesSpec,
      shipped: readonly SqlMigration[],
      passwords: ReadonlyMap<string, string>,
    ) {
      const isSame =
        JSON.stringify(had.map((it) => it.checksum)) === JSON.stringify(shipped.map((it) => it.checksum))
      if (state.isDeaf || !isSame || names.some((name) => !one.there.has(name))) return Promise.resolve(false)
      asked.push(`all stands, ${user} tells ${JSON.stringify([...passwords])}`)
      return Promise.resolve(true)
    },
    appliedMigrations: () => Promise.resolve([...had]),
    applyMigration(
      _: string,
      at: { database: string },
      { sql: _sql, ...migration }: AppliedMigration & { sql: string },
    ) {
      asked.push(`${at.database}: ${migration.number}`)
      if (migration.number === state.stops)
        return Promise.reject(
          new MaculaError({
            kind: 'failed',
            what: `Migration ${migration.number} was not applied.`,
            why: 'A table is there.',
            todo: 'Look.',
          }),
        )
      had.push(migration)
      return Promise.resolve(true)
    },
    setPasswords(_: string, admin: string, passwords: ReadonlyMap<string, string>) {
      asked.push(`${admin} tells ${JSON.stringify([...passwords])}`)
      return state.isDeaf
        ? Promise.reject(new MaculaError({ kind: 'failed', what: 'It took none.' }))
        : Promise.resolve()
    },
  })
  return { ...one, had, migrations: asked, how: state }
}

test('migrations are applied after its databases are made, each once; roles get their passwords with each start', async () => {
  const one = migrating(['0001-a.sql', '0002-b.sql'])
  expect((await one.up()).ok).toBe(true)
  expect(one.migrations).toEqual([
    'read /db/migrations',
    'read /db/migrations',
    'one: 1',
    'one: 2',
    // Not the superuser's, which the container was made with.
    'macula tells [["app","of APP"]]',
  ])
  expect(one.notes()).toEqual(['The database one of DB has new migrations: 1 (a) and 2 (b).'])
  one.forget()
  one.migrations.length = 0
  await one.up()
  expect(one.migrations).toEqual(['read /db/migrations', 'all stands, macula tells [["app","of APP"]]'])
  expect(one.notes()).toEqual([])
})

test('one that fails ends the row: what it did before stays, the service works with a problem, the next start goes on', async () => {
  const one = migrating(['0001-a.sql', '0002-b.sql', '0003-c.sql'])
  one.how.stops = 2
  expect((await one.up()).ok).toBe(true)
  expect(one.notes()).toEqual([
    'The database one of DB has a new migration: 1 (a).',
    'Migration 2 was not applied. A table is there. DB works without.',
  ])
  const row = await one.row('db')
  expect([row.state, row.reason]).toEqual(['degraded', 'its database one is not as this version expects it'])
  expect(row.headline).toMatchObject({
    why: 'Migration 2 was not applied. A table is there.',
    todo: 'Repair what it names; maculactl up db goes on with it.',
  })
  one.how.stops = 0
  one.migrations.length = 0
  await one.up()
  expect(one.migrations.filter((asked) => asked.startsWith('one:'))).toEqual(['one: 2', 'one: 3'])
  expect((await one.row('db')).state).toBe('works')
})

test('a database of a newer version is left alone, and the row says what to do', async () => {
  const one = migrating(['0001-a.sql'])
  one.had.push({ number: 1, name: 'a', checksum: '0001-a.sql' }, { number: 2, name: 'later', checksum: 'x' })
  expect((await one.up()).ok).toBe(true)
  expect(one.migrations).toEqual(['read /db/migrations', 'read /db/migrations'])
  expect((await one.row('db')).headline).toMatchObject({
    todo: 'Install the version that made it, or a newer one.',
  })
})

test('passwords that are not taken are told at the row', async () => {
  const one = migrating(['0001-a.sql'])
  one.how.isDeaf = true
  await one.up()
  expect((await one.row('db')).reason).toBe('its roles may have other passwords than programs are given')
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
