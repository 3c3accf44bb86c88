import { execa } from 'execa'
import { existsSync, readFileSync } from 'node:fs'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { argv, docker, done, fresh, maculactl, run, user } from '../support/actor.ts'
import { changing, file, kept, set, sql } from '../support/secrets.ts'

/** A change of the password of a real PostgreSQL with data, ended at each of its steps, and databases of one's own there. */

const HOSTILE = `'"$#\\ :/@%{}`

beforeAll(async () => {
  await fresh()
  await done(['up', 'timescaledb'])
  // What follows has to get along with any characters.
  const ran = await set('POSTGRES_PASSWORD', HOSTILE)
  expect(ran.code, ran.err).toBe(0)
  expect((await sql('CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)')).code).toBe(0)
})
afterAll(async () => {
  await maculactl(['down', '--remove', '--also'])
})

describe('interrupted', () => {
  /** Ends a change by SIGKILL as soon as `when` is there. */
  async function killed(words: readonly string[], when: () => boolean): Promise<void> {
    const [program = '', ...args] = argv(words)
    const child = execa(program, args, { reject: false, stdin: 'ignore' })
    const end = Date.now() + 180_000
    while (!when() && Date.now() < end) await new Promise((resolve) => setImmediate(resolve))
    child.kill('SIGKILL')
    await child
  }
  test('as soon as it was written down: env hands nothing half out, and the next start finishes it', async () => {
    const before = await kept()
    await killed(['secrets', 'rotate', 'POSTGRES_PASSWORD'], () => existsSync(changing))
    expect(existsSync(changing)).toBe(true)
    expect((await stat(changing)).mode & 0o777).toBe(0o600)
    const env = await maculactl(['env', 'timescaledb'])
    const isKept = (await kept())['POSTGRES_PASSWORD'] !== before['POSTGRES_PASSWORD']
    if (!isKept) expect([env.code, env.err]).toEqual([3, expect.stringContaining('secrets finish')])
    expect((await done(['secrets', 'list'])).replaceAll(/\s+/g, ' ')).toContain('was interrupted')
    const up = await maculactl(['up', 'timescaledb'])
    expect(up.code, up.err).toBe(0)
    expect(up.err).toContain('A change of POSTGRES_PASSWORD was interrupted')
    expect(existsSync(changing)).toBe(false)
    expect((await kept())['POSTGRES_PASSWORD']).not.toBe(before['POSTGRES_PASSWORD'])
    expect((await sql('SELECT n FROM kept')).out).toBe('7')
  })
  test('after the database was told, before anything was kept: finish goes on', async () => {
    const before = await kept()
    const to = 'Told0Told0Told0Told0'
    await docker(
      'exec',
      'macula-timescaledb-1',
      'psql',
      '-U',
      'macula',
      '-c',
      `ALTER ROLE macula PASSWORD '${to}'`,
    )
    await writeFile(
      changing,
      JSON.stringify({
        since: Date.now(),
        from: { POSTGRES_PASSWORD: before['POSTGRES_PASSWORD'] },
        to: { POSTGRES_PASSWORD: to },
      }),
    )
    await run('chown', [user, changing])
    await done(['secrets', 'finish'])
    expect((await kept())['POSTGRES_PASSWORD']).toBe(to)
    expect((await sql('SELECT n FROM kept')).out).toBe('7')
    expect((await maculactl(['secrets', 'finish'])).err).toContain('There is no unfinished change of secrets')
  })
  test('after it was kept, before containers were made anew: they are, and data opens', async () => {
    const before = await readFile(file, 'utf8')
    const isHalf = (): boolean => existsSync(changing) && readFileSync(file, 'utf8') !== before
    await killed(['secrets', 'rotate', 'POSTGRES_PASSWORD'], isHalf)
    await done(['up', 'timescaledb'])
    expect(existsSync(changing)).toBe(false)
    expect((await sql('SELECT n FROM kept')).out).toBe('7')
  })
})

describe('databases of the platform', () => {
  const names = async () =>
    (
      JSON.parse(await done(['db', 'list', '--json'])) as {
        databases: { name: string; extensions: string[] }[]
      }
    ).databases.map(
      ({ name, extensions }) =>
        `${name} ${extensions.map((one) => one.split(' ')[0] ?? '').find((one) => one === 'timescaledb') ?? ''}`,
    )
  test('are there with their extension, and made again where one is gone', async () => {
    expect(await names()).toEqual([
      'cortexiq_exchange timescaledb',
      'macula timescaledb',
      'macula_console timescaledb',
    ])
    await sql('DROP DATABASE macula_console WITH (FORCE)')
    const up = await maculactl(['up', 'timescaledb'])
    expect(up.err).toContain('macula_console')
    expect(await names()).toContain('macula_console timescaledb')
  })
  test('one more: its connection string opens it, and so does one that a program makes by itself', async () => {
    const url = (await done(['db', 'create', 'shop_dev'])).trim()
    expect((await sql('SELECT current_database()', url)).out).toBe('shop_dev')
    expect((await sql('CREATE DATABASE by_ecto')).code).toBe(0)
    expect(await names()).toEqual(expect.arrayContaining(['by_ecto timescaledb', 'shop_dev timescaledb']))
    expect((await maculactl(['db', 'create', "x'"])).code).toBe(2)
  })
})
