import { existsSync } from 'node:fs'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { statusSchema } from '../../../main/cli/json/status.ts'
import {
  argv,
  home,
  maculactl as maculactlOf,
  removeInstance,
  run,
  user,
  type Ran,
} from '../support/actor.ts'
import { inside, marks, push, sql, digestAt } from '../support/copied.ts'

/** A snapshot of real databases, objects and images, and its restore, ended at their steps by a kill or by Ctrl-C. */

/** Instances of their own beside what else runs here: one that is copied, and one with another suffix and subnet. */
const one = {
  project: 'macula-cut',
  suffix: 'cut.test',
  subnet: '172.31.244.0/24',
  addresses: '127.0.44.0/24',
  dnsPort: 5396,
}
const two = {
  project: 'macula-cut-two',
  suffix: 'two.test',
  subnet: '172.31.245.0/24',
  addresses: '127.0.45.0/24',
  dnsPort: 5395,
}
type Instance = typeof one

const placeOf = ({ project }: Instance): string => `${home}/.local/${project}`
const env = (of: Instance): Readonly<Record<string, string>> => ({ MACULA_HOME: placeOf(of) })
const maculactl = async (words: readonly string[], of: Instance = one): Promise<Ran> =>
  await maculactlOf(words, user, env(of))

async function done(words: readonly string[], of: Instance = one): Promise<string> {
  const ran = await maculactl(words, of)
  if (ran.code !== 0)
    throw new Error(`maculactl ${words.join(' ')} ended with ${ran.code}:\n${ran.err}\n${ran.out}`)
  return ran.out
}

async function begin(of: Instance): Promise<void> {
  const config = `${placeOf(of)}/config`
  await run('install', ['-d', '-o', user, '-g', user, placeOf(of), config])
  const file = `${config}/settings.json`
  await writeFile(file, JSON.stringify(of), { mode: 0o600 })
  const owned = await run('chown', [`${user}:`, file])
  if (owned.code !== 0) throw new Error(owned.err)
}

async function end(of: Instance): Promise<void> {
  // Without its settings it would be the instance of everybody else.
  if (existsSync(`${placeOf(of)}/config/settings.json`)) await maculactl(['down', '--remove', '--also'], of)
  await removeInstance(of.project)
  await rm(placeOf(of), { recursive: true, force: true })
}

const name = 'monday'
const folder = `${placeOf(one)}/data/snapshots`
const file = `${folder}/${name}.macula-snapshot`
const taking = `${placeOf(one)}/state/snapshotting.json`
const journal = `${placeOf(one)}/state/restoring.json`
/** Its own address, whose port 5000 is the registry's. */
let registry = ''
const services = ['timescaledb', 'powerdns', 'object-store', 'registry'] as const
const image = 'cut/page'

const flat = ({ err, out }: Ran): string => `${err} ${out}`.replaceAll(/\s+/g, ' ')
const copied = marks.filter(([service]) => service !== 'grafana')

/** Everything that is compared. */
async function everything(of = one, place = registry): Promise<Record<string, string>> {
  const files: Record<string, string> = {}
  for (const [service, path] of copied) files[service] = await inside(of.project, service, 'cat', path)
  return {
    ...files,
    rows: await sql(
      of.project,
      'timescaledb',
      'macula',
      "SELECT count(*), md5(string_agg(v::text, ',' ORDER BY v)) FROM cut_test",
    ),
    record: await sql(
      of.project,
      'powerdns-db',
      'pdns',
      "SELECT content FROM records WHERE name = 'cut.macula.local'",
    ),
    digest: await digestAt(place, image, '1.0'),
  }
}

/** Everything becomes another one. */
async function fill(word: string, rows: number): Promise<void> {
  for (const [service, path] of copied)
    await inside(one.project, service, 'sh', '-c', `echo ${word} > ${path}`)
  // prettier-ignore
  await sql(one.project, 'timescaledb', 'macula', `DROP TABLE IF EXISTS cut_test; CREATE TABLE cut_test (v int); INSERT INTO cut_test SELECT generate_series(1, ${rows});`)
  await sql(
    one.project,
    'powerdns-db',
    'pdns',
    `DELETE FROM records WHERE name = 'cut.macula.local'; INSERT INTO records (domain_id, name, type, content, ttl) SELECT id, 'cut.macula.local', 'TXT', '"${word}"', 60 FROM domains LIMIT 1`,
  )
}

/** Runs maculactl and ends it as soon as it says `when`; its exit code, null by a signal. */
async function endedAt(
  words: readonly string[],
  when: string,
  by: 'SIGKILL' | 'SIGINT',
): Promise<{ readonly code: number | null; readonly err: string }> {
  const [program = '', ...args] = argv(words, user, env(one))
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let err = ''
  let isTold = false
  const hear = (data: Buffer): void => {
    err += data.toString()
    if (isTold || !err.includes(when)) return
    isTold = true
    child.kill(by)
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  await once(child, 'close')
  if (!isTold) throw new Error(`it never said "${when}":\n${err}`)
  return { code: child.exitCode, err }
}

async function registryOf(of: Instance): Promise<string> {
  const seen = statusSchema.parse(JSON.parse((await maculactl(['status', '--json'], of)).out))
  return (seen.services.find(({ id }) => id === 'registry')?.address ?? '').replace(/:\d+$/, ':5000')
}

beforeAll(async () => {
  for (const of of [one, two]) await end(of)
  await begin(one)
  await done(['up', ...services])
  registry = await registryOf(one)
  await fill('first', 500)
  await push(`${registry}/${image}:1.0`)
}, 400_000)
afterAll(async () => {
  for (const of of [one, two]) await end(of)
}, 200_000)

const create = ['snapshot', 'create', name, '--secrets', 'leave-out'] as const

describe('a create that is ended', () => {
  test.each([
    ['Copying the files of Object store', 'SIGKILL'],
    ['Writing it to the disk', 'SIGKILL'],
    ['Copying the files of Registry', 'SIGINT'],
  ] as const)(
    'at "%s" by %s leaves no file that looks whole, and what was stopped runs again',
    async (when, by) => {
      const ended = await endedAt(create, when, by)
      if (by === 'SIGINT') expect(ended.code, ended.err).toBe(130)
      else if (existsSync(file)) {
        // It came to its end before the kill did: then it is whole.
        await done(['snapshot', 'show', name, '--verify'])
        await done(['snapshot', 'delete', name, '--yes'])
      }
      expect(existsSync(file)).toBe(false)
      expect(await done(['snapshot', 'list'])).not.toContain(name)
      // A kill in the middle of a copy leaves its service stopped; every command that looks says so.
      const left = JSON.stringify(statusSchema.parse(JSON.parse((await maculactl(['status', '--json'])).out)))
      const says = 'was cut off while it was created: Object store is still stopped.'
      expect(left.includes(says), left).toBe(when.endsWith('Object store'))
      await done(['up', ...services])
      expect(existsSync(taking)).toBe(false)
      expect(await everything()).toMatchObject({ 'object-store': 'first' })
    },
  )

  test('can be run again, and nothing of the others is left beside it', async () => {
    await done(create)
    await done(['snapshot', 'show', name, '--verify'])
    expect(await readdir(folder)).toEqual([`${name}.macula-snapshot`])
  })
})

const restore = ['snapshot', 'restore', name, '--yes'] as const

describe('a restore that is ended', () => {
  let first: Record<string, string>
  beforeAll(async () => {
    first = await everything()
  })

  /** How things stand is told by every command that looks, and what is half does not start. */
  async function isTold(half: string | undefined): Promise<void> {
    const seen = statusSchema.parse(JSON.parse((await maculactl(['status', '--json'])).out))
    const causes = JSON.stringify(seen)
    expect(causes).toContain(`The restore of the snapshot ${name} was cut off.`)
    const listed = await maculactl(['snapshot', 'list'])
    expect(flat(listed)).toContain('runs it again from its beginning')
    if (half === undefined) return
    const up = await maculactl(['up', half])
    expect(up.code, flat(up)).toBe(1)
    expect(flat(up)).toContain('has a part of its data only')
  }

  test('while it is checked, nothing was changed and nothing is told', async () => {
    await fill('second', 700)
    const second = await everything()
    await endedAt(restore, 'Checking the snapshot', 'SIGKILL')
    expect(existsSync(journal)).toBe(false)
    expect(await everything()).toEqual(second)
  })

  test.each([
    ['Restoring the database macula of TimescaleDB', 'SIGKILL', 'timescaledb'],
    ['Restoring the files of Registry', 'SIGINT', 'registry'],
  ] as const)(
    'at "%s" by %s: run again it brings all of the snapshot',
    { timeout: 400_000 },
    async (when, by, half) => {
      await done(['up', ...services])
      await fill('second', 700)
      const ended = await endedAt(restore, when, by)
      if (by === 'SIGINT') {
        expect(ended.code, ended.err).toBe(130)
        expect(ended.err.replaceAll(/\s+/g, ' ')).toContain('runs it again from its beginning')
      }
      await isTold(half)
      await done(restore)
      expect(existsSync(journal)).toBe(false)
      expect(await everything()).toEqual(first)
    },
  )

  test.each([['Restoring the files of Object store', 'SIGKILL']] as const)(
    'at "%s" by %s: brought back it is all as it was before',
    { timeout: 400_000 },
    async (when, by) => {
      await done(['up', ...services])
      await fill('third', 900)
      const third = await everything()
      await endedAt(restore, when, by)
      await isTold(undefined)
      const back = await maculactl(['snapshot', 'restore', '--back', '--yes'])
      expect(back.code, flat(back)).toBe(0)
      expect(existsSync(journal)).toBe(false)
      expect(await everything()).toEqual(third)
    },
  )
})

test(
  'a second instance with another suffix and subnet has all of it, and keeps what is its own',
  { timeout: 400_000 },
  async () => {
    await done(['up', ...services])
    const here = await everything()
    await done(['snapshot', 'create', 'there', '--secrets', 'leave-out'])
    await begin(two)
    const ran = await maculactl(['snapshot', 'restore', `${folder}/there.macula-snapshot`, '--yes'], two)
    expect(ran.code, flat(ran)).toBe(0)
    expect(flat(ran)).toMatch(/is of cut\.test, this instance is two\.test.*Zones in PowerDNS keep the names/)
    await done(['up', ...services], two)
    const there = await registryOf(two)
    expect(there).toMatch(/^127\.0\.45\./)
    expect(await everything(two, there)).toEqual(here)
    const zones = await sql(two.project, 'powerdns-db', 'pdns', 'SELECT name FROM domains ORDER BY name')
    expect(zones.split('\n')).toEqual(expect.arrayContaining(['cut.test', 'two.test']))
    // The first one is as it was.
    expect(await everything()).toEqual(here)
  },
)
