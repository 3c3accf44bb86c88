import { describe, expect, test } from 'vitest'
import { databaseSchema, databasesSchema } from '../../../main/cli/json/db.ts'
import { runSchema } from '../../../main/cli/json/run.ts'
import { secretsSchema } from '../../../main/cli/json/secrets.ts'
import { runCommand } from './run-command.ts'
import { secrets } from './stand-in.ts'

const values = Object.values(secrets)
const hidesAll = (text: string): boolean => values.every((value) => !text.includes(value))

describe('secrets list', () => {
  test.each([[[]], [['list']]])('%j: names and users, every value masked', async (words) => {
    const { out, code } = await runCommand().run('secrets', ...words)
    expect(code).toBe(0)
    for (const name of Object.keys(secrets)) expect(out).toContain(name)
    expect(out).toContain('••••••••')
    expect(hidesAll(out)).toBe(true)
  })
  test('--reveal: one in clear, as it was asked for', async () => {
    const { out } = await runCommand().run('secrets', 'list', 'POSTGRES_PASSWORD', '--reveal')
    expect(out).toContain(secrets.POSTGRES_PASSWORD)
    expect(out).not.toContain(secrets.GRAFANA_PASSWORD)
  })
  test('--json: null for what is masked', async () => {
    const masked = secretsSchema.parse(JSON.parse((await runCommand().run('secrets', 'list', '--json')).out))
    expect(masked.secrets.map(({ value, made }) => [value, made])).toEqual(values.map(() => [null, true]))
    const shown = secretsSchema.parse(
      JSON.parse((await runCommand().run('secrets', 'list', '--json', '--reveal')).out),
    )
    expect(shown.secrets.map(({ value }) => value)).toEqual(values)
  })
  test('one that there is not: those that there are', async () => {
    const { code, err } = await runCommand().run('secrets', 'list', 'NONE')
    expect([code, err]).toEqual([2, expect.stringContaining('POSTGRES_PASSWORD')])
  })
})

describe('secrets set', () => {
  test('asks twice, at a terminal; the value is shown nowhere', async () => {
    const one = runCommand({ columns: 100, answers: ['new pass', 'new pass'] })
    const { code, out, err } = await one.run('secrets', 'set', 'POSTGRES_PASSWORD')
    expect(code).toBe(0)
    expect(one.questions).toEqual(['The new POSTGRES_PASSWORD', 'Repeat it'])
    expect(one.standIn.asked).toContain('set POSTGRES_PASSWORD=new pass')
    expect(out + err).not.toContain('new pass')
    expect(out).toContain('Changed: POSTGRES_PASSWORD.')
    expect(out).toContain('Everybody signs in again.')
  })
  test.each<readonly [readonly (string | undefined)[], number]>([
    [['one', 'two'], 2],
    [[undefined], 3],
    [['one', undefined], 3],
  ])('answers %j: nothing is set', async (answers, code) => {
    const one = runCommand({ columns: 100, answers })
    expect((await one.run('secrets', 'set', 'POSTGRES_PASSWORD')).code).toBe(code)
    expect(one.standIn.asked.filter((asked) => asked.startsWith('set'))).toEqual([])
  })
  test.each([
    ['from-pipe\n', 'from-pipe'],
    ['  spaces stay \r\n', '  spaces stay '],
    ['no line end', 'no line end'],
  ])('in a pipe %j is read as %j', async (typed, value) => {
    const one = runCommand()
    one.type(typed)
    one.end()
    expect((await one.run('secrets', 'set', 'GRAFANA_PASSWORD')).code).toBe(0)
    expect(one.standIn.asked).toContain(`set GRAFANA_PASSWORD=${value}`)
  })
  test.each<readonly [readonly string[], string]>([
    [['set'], 'Name one secret'],
    [['set', 'POSTGRES_PASSWORD', 'value'], 'Name one secret'],
    [['set', 'NONE'], 'There is no secret'],
    [['rotate'], 'Name the secrets to rotate'],
    [['import'], 'Name one file'],
    [['import', '/nowhere'], '/nowhere cannot be read'],
  ])('%j is a usage error', async (words, says) => {
    const one = runCommand({ columns: 100 })
    const { code, err } = await one.run('secrets', ...words)
    expect([code, err]).toEqual([2, expect.stringContaining(says)])
    expect(one.standIn.asked.filter((asked) => /^(set|rotate|import)/.test(asked))).toEqual([])
  })
  test('an empty pipe is a usage error', async () => {
    const one = runCommand()
    one.end()
    expect((await one.run('secrets', 'set', 'GRAFANA_PASSWORD')).code).toBe(2)
  })
})

test('secrets rotate takes several, each once', async () => {
  const one = runCommand()
  expect(
    (await one.run('secrets', 'rotate', 'POSTGRES_PASSWORD', 'GRAFANA_PASSWORD', 'POSTGRES_PASSWORD')).code,
  ).toBe(0)
  expect(one.standIn.asked).toContain('rotate POSTGRES_PASSWORD GRAFANA_PASSWORD')
})

test('secrets import tells what was taken and what cannot be used, and ends with 1 for that', async () => {
  const one = runCommand({ files: { '/x/.env': 'TIMESCALEDB_PASSWORD=canary\n' } })
  const { code, out } = await one.run('secrets', 'import', '/x/.env')
  expect(code).toBe(1)
  expect(out).toContain('Changed: POSTGRES_PASSWORD (their TIMESCALEDB_PASSWORD).')
  expect(out).toContain('POWERDNS_API_KEY cannot be used: it has a character that cannot be printed.')
  expect(out).not.toContain('canary')
  const json = await runCommand({ files: { '/x/.env': 'x' } }).run('secrets', 'import', '/x/.env', '--json')
  expect(runSchema.parse(JSON.parse(json.out))).toMatchObject({
    command: 'secrets',
    changed: ['POSTGRES_PASSWORD'],
    taken: [{ from: 'TIMESCALEDB_PASSWORD', name: 'POSTGRES_PASSWORD' }],
    refused: [{ name: 'POWERDNS_API_KEY' }],
  })
})

test('secrets finish, with nothing to finish, says so', async () => {
  const { code, err } = await runCommand().run('secrets', 'finish')
  expect([code, err]).toEqual([0, expect.stringContaining('There is no unfinished change of secrets.')])
})

describe('interrupted', () => {
  const row = { name: 'POSTGRES_PASSWORD', usedBy: [], changing: true }
  test.each<readonly [boolean, string, string]>([
    [true, 'in the middle of a change of POSTGRES_PASSWORD', 'maculactl secrets finish'],
    [false, 'before anything was changed', 'Everything is as it was'],
  ])('with something open (%s): says what is left', async (open, what, todo) => {
    const one = runCommand({
      over: {
        secretRows: () => Promise.resolve([{ ...row, changing: open }]),
        rotateSecrets: async (names, _tell, signal) => {
          one.interrupt()
          await Promise.resolve()
          expect(signal.aborted).toBe(true)
          return { ok: false, done: [], failed: [], skipped: [], ms: 1, changed: names, same: [], also: [] }
        },
      },
    })
    const { code, err, out } = await one.run('secrets', 'rotate', 'POSTGRES_PASSWORD')
    expect(code).toBe(130)
    expect(err).toContain(what)
    expect(err).toContain(todo)
    expect(out).not.toContain('Changed')
  })
})

describe('db', () => {
  test('list: names, sizes, extensions', async () => {
    const { out, code } = await runCommand().run('db')
    expect(code).toBe(0)
    expect(out).toMatch(/macula +1\d\.\d MB +macula +timescaledb 2\.29\.2/)
    expect(out).toMatch(/^Database +Size +Owner +Extensions\n/)
    expect(out).toMatch(/shop .*no extension/)
    const json = databasesSchema.parse(JSON.parse((await runCommand().run('db', 'list', '--json')).out))
    expect(json.databases.map(({ name }) => name)).toEqual(['macula', 'shop'])
  })
  test('create: its connection string on stdout, alone', async () => {
    const one = runCommand()
    const { out, err, code } = await one.run('db', 'create', 'shop_dev')
    expect(code).toBe(0)
    expect(out).toBe(`postgres://macula:${secrets.POSTGRES_PASSWORD}@postgres.macula.local:5432/shop_dev\n`)
    expect(err).toContain('shop_dev was created.')
    expect(one.standIn.asked).toContain('create database shop_dev')
    const json = databaseSchema.parse(JSON.parse((await runCommand().run('db', 'create', 'x', '--json')).out))
    expect(json).toMatchObject({ name: 'x', made: true, service: 'timescaledb' })
  })
  test.each([
    [['create'], 'Name one database'],
    [['list', 'x'], 'takes no name'],
  ])('%j is a usage error', async (words, says) => {
    const { code, err } = await runCommand().run('db', ...words)
    expect([code, err]).toEqual([2, expect.stringContaining(says)])
  })
})
