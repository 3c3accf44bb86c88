import { Resolver } from 'node:dns/promises'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { ejectSchema } from '../../../main/cli/json/eject.ts'
import { ejected, type Ended } from './ejected.ts'

/**
 * `maculactl eject --keep-data --with-secrets`, there and back: what was pushed, written and recorded with Macula is there when the
 * ejected files run, and what came then is there when Macula runs again. Registry, PostgreSQL with TimescaleDB, PowerDNS and its
 * database are the real programs.
 */

const project = 'macula-it-kept'
const suffix = 'kept.test'
const net = 95
const one = ejected({ project, suffix, net })
const { written, run, maculactl, compose, password } = one
const services = ['registry', 'timescaledb', 'powerdns']
const registry = `127.0.${net}.1:5000`
const volumes = ['powerdns-db', 'registry', 'timescaledb'].map((name) => `${project}_${name}`)

async function docker(...args: readonly string[]): Promise<string> {
  const ended = await execa('docker', args, { reject: false, stdin: 'ignore', timeout: 120_000 })
  expect(ended.exitCode, `docker ${args.join(' ')}: ${ended.stderr}`).toBe(0)
  return ended.stdout
}

async function done(ended: Promise<Ended>): Promise<string> {
  const { exitCode, stdout, stderr } = await ended
  expect(exitCode, `${stdout}\n${stderr}`).toBe(0)
  return stdout
}

const image = `${registry}/kept/tiny`

/** Makes an image of a few bytes and pushes it; its digest, as the registry has it. */
async function push(tag: string): Promise<string> {
  const made = await execa('docker', ['import', '-', `${image}:${tag}`], {
    // An empty archive: two blocks of zeros.
    input: Buffer.alloc(1024),
    reject: false,
  })
  expect(made.exitCode, made.stderr).toBe(0)
  const pushed = await docker('push', `${image}:${tag}`)
  await docker('rmi', `${image}:${tag}`)
  return /digest: (sha256:[0-9a-f]{64})/.exec(pushed)?.[1] ?? ''
}

/** Pulls it by its digest. */
async function pulls(digest: string): Promise<void> {
  await docker('pull', `${image}@${digest}`)
  await docker('rmi', `${image}@${digest}`)
}

/** What PostgreSQL answers on the docker network. */
async function sql(statement: string, password: string): Promise<string> {
  return await done(
    run('psql', ['-h', `172.28.${net}.31`, '-U', 'macula', '-d', 'macula', '-XAtc', statement], {
      cwd: one.base,
      env: { ...one.env, PGPASSWORD: password },
    }),
  )
}

async function record(name: string, address: string, key: string): Promise<void> {
  const answer = await fetch(`http://172.28.${net}.10:8081/api/v1/servers/localhost/zones/${suffix}.`, {
    method: 'PATCH',
    headers: { 'X-API-Key': key },
    body: JSON.stringify({
      rrsets: [
        {
          name: `${name}.${suffix}.`,
          type: 'A',
          ttl: 5,
          changetype: 'REPLACE',
          records: [{ content: address, disabled: false }],
        },
      ],
    }),
    signal: AbortSignal.timeout(120_000),
  })
  expect(answer.status, await answer.text()).toBe(204)
}

/** The addresses of a name as PowerDNS itself has them. */
async function resolves(name: string): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: 3000, tries: 3 })
  resolver.setServers([`172.28.${net}.10`])
  return await vi.waitFor(async () => await resolver.resolve4(`${name}.${suffix}`), {
    timeout: 120_000,
    interval: 100,
  })
}

/** The passwords as Macula has them. */
async function secrets(): Promise<Readonly<Record<string, string>>> {
  const { secrets: rows } = JSON.parse(await done(maculactl('secrets', 'list', '--reveal', '--json'))) as {
    secrets: { name: string; value: string }[]
  }
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]))
}

async function up(): Promise<void> {
  const ended = await maculactl('up', ...services)
  expect(ended.exitCode, `${ended.stdout}\n${ended.stderr}`).toBe(0)
}

async function leave(): Promise<void> {
  await compose('down', '-v', '--timeout', '1').catch(() => undefined)
  await maculactl('down', '--remove', '--also')
  await execa('docker', ['volume', 'rm', '-f', ...volumes], { reject: false })
}

beforeAll(async () => {
  one.settle({ dnsPort: 5695 })
  await leave()
})
afterAll(async () => {
  await leave()
  one.clear()
})

/** What was put in on the way, by where. */
const images: string[] = []

test(
  'with Macula: an image is pushed, rows are written, a record is made',
  { timeout: 240_000 },
  async () => {
    await up()
    const { POSTGRES_PASSWORD = '', POWERDNS_API_KEY = '' } = await secrets()
    images.push(await push('macula'))
    expect(images[0]).toMatch(/^sha256:/)
    await sql(
      `CREATE TABLE kept (at timestamptz NOT NULL, n int); SELECT create_hypertable('kept', 'at');
     INSERT INTO kept SELECT now() - n * interval '1 hour', n FROM generate_series(1, 1000) AS n`,
      POSTGRES_PASSWORD,
    )
    await record('first', '192.0.2.1', POWERDNS_API_KEY)
    expect(await resolves('first')).toEqual(['192.0.2.1'])
  },
)

test('the files name these volumes, and nothing of Macula has to run', { timeout: 120_000 }, async () => {
  const { volumes: going, secrets: passwords } = ejectSchema.parse(
    JSON.parse(await done(maculactl('eject', one.folder, '--keep-data', '--with-secrets', '--json'))),
  )
  expect(going).toEqual(expect.arrayContaining(volumes))
  expect(passwords).toBe('written')
  await done(maculactl('down', '--remove', '--also'))
})

test('the files run: all of it is there, and takes more', { timeout: 240_000 }, async () => {
  await done(compose('up', '-d', '--wait', '--pull', 'never', ...services))
  for (const digest of images) await pulls(digest)
  expect(await sql('SELECT count(*), sum(n) FROM kept', password('POSTGRES_PASSWORD'))).toBe('1000|500500')
  expect(await resolves('first')).toEqual(['192.0.2.1'])
  images.push(await push('files'))
  await sql('INSERT INTO kept VALUES (now(), 7)', password('POSTGRES_PASSWORD'))
  await record('second', '192.0.2.2', password('POWERDNS_API_KEY'))
})

test('both never run on the same data: a start of Macula is refused, and theirs goes on', async () => {
  const ended = await maculactl('up', 'timescaledb')
  expect(ended.exitCode).toBe(1)
  expect(ended.stderr + ended.stdout).toContain(written)
  expect(await sql('SELECT count(*) FROM kept', password('POSTGRES_PASSWORD'))).toBe('1001')
})

test('back: down -v takes no volume of Macula, and both halves are there', { timeout: 240_000 }, async () => {
  await done(compose('down', '-v', '--timeout', '10'))
  const there = (await docker('volume', 'ls', '-q', '--filter', `name=${project}_`)).split('\n')
  expect(there).toEqual(expect.arrayContaining(volumes))
  await up()
  for (const digest of images) await pulls(digest)
  const { POSTGRES_PASSWORD = '' } = await secrets()
  expect(await sql('SELECT count(*), sum(n) FROM kept', POSTGRES_PASSWORD)).toBe('1001|500507')
  expect([await resolves('first'), await resolves('second')]).toEqual([['192.0.2.1'], ['192.0.2.2']])
})
