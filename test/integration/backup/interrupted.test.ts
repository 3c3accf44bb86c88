import { existsSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { snapshotsSchema } from '../../../main/cli/json/snapshot.ts'
import { statusSchema } from '../../../main/cli/json/status.ts'
import { docker } from '../support/actor.ts'
import { push, sql } from '../support/copied.ts'
import {
  begin,
  done,
  end,
  endedAt,
  everything,
  file,
  fill,
  flat,
  folder,
  image,
  journal,
  maculactl,
  name,
  one,
  opens,
  password,
  placeOf,
  registryOf,
  services,
  taking,
  two,
} from './cut-world.ts'

/** A snapshot of real databases, objects and images, and its restore, ended at their steps by a kill or by Ctrl-C. */

/** Its own address, whose port 5000 is the registry's. */
let registry = ''

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
      const isCut = by === 'SIGKILL' && ended.code === null
      const { snapshots } = snapshotsSchema.parse(JSON.parse(await done(['snapshot', 'list', '--json'])))
      expect(snapshots.map((one) => [one.name, one.cutOff])).toEqual(isCut ? [[name, true]] : [])
      if (isCut) await isRefused()
      // A kill in the middle of a copy leaves its service stopped; every command that looks says so.
      const left = JSON.stringify(statusSchema.parse(JSON.parse((await maculactl(['status', '--json'])).out)))
      const says = 'was cut off while it was created: Object store is still stopped.'
      expect(left.includes(says), left).toBe(when.endsWith('Object store'))
      if (isCut) {
        await done(['snapshot', 'delete', name, '--yes'])
        expect(await readdir(folder)).toEqual([])
        expect(await done(['snapshot', 'list'])).toBe('')
        // What it stopped is not forgotten with it.
        const still = JSON.stringify((await maculactl(['status', '--json'])).out)
        expect(still.includes('Object store is still stopped'), still).toBe(when.endsWith('Object store'))
      }
      await done(['up', ...services])
      expect(existsSync(taking)).toBe(false)
      expect(await everything(one, registry)).toMatchObject({ 'object-store': 'first' })
    },
  )

  /** What is left of it is shown and refused as what it is, and nothing is stopped for a restore of it. */
  async function isRefused(): Promise<void> {
    const before = JSON.stringify((await runningNow()).sort())
    for (const words of [
      ['show', name],
      ['restore', name, '--yes'],
    ]) {
      const ran = await maculactl(['snapshot', ...words])
      expect(ran.code, flat(ran)).toBe(2)
      expect(flat(ran)).toContain(`The snapshot ${name} was cut off while it was created.`)
      expect(flat(ran)).toContain(`maculactl snapshot create ${name} creates it again`)
    }
    expect(JSON.stringify((await runningNow()).sort())).toBe(before)
  }
  /** What runs of the instance. */
  const runningNow = async (): Promise<string[]> =>
    (
      await docker('ps', '--filter', `label=com.docker.compose.project=${one.project}`, '--format', '{{.ID}}')
    ).out
      .split('\n')
      .filter(Boolean)

  test('in the middle of a dump that a stopped database was started for: it still runs, and the next puts that right', async () => {
    const runs = async (): Promise<boolean> =>
      (
        await docker('inspect', '--format', '{{.State.Running}}', `${one.project}-timescaledb-1`)
      ).out.trim() === 'true'
    await done(['down', 'timescaledb', '--also'])
    expect(await runs()).toBe(false)
    await endedAt(create, 'Copying the database macula of TimescaleDB', 'SIGKILL')
    expect(await runs()).toBe(true)
    expect(flat(await maculactl(['status']))).toContain(
      `The snapshot ${name} was cut off while it was created: TimescaleDB still runs.`,
    )
    expect(await done(['snapshot', 'list'])).toContain('cut off while it was created')
    await done(create)
    expect(await runs()).toBe(false)
    expect(existsSync(taking)).toBe(false)
    const { snapshots } = snapshotsSchema.parse(JSON.parse(await done(['snapshot', 'list', '--json'])))
    expect(snapshots.map((one) => [one.name, one.cutOff])).toEqual([[name, false]])
    await done(['snapshot', 'delete', name, '--yes'])
    await done(['up', ...services])
  })

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
    first = await everything(one, registry)
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
    const second = await everything(one, registry)
    await endedAt(restore, 'Checking the snapshot', 'SIGKILL')
    expect(existsSync(journal)).toBe(false)
    expect(await everything(one, registry)).toEqual(second)
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
      expect(await everything(one, registry)).toEqual(first)
    },
  )

  test('after its passwords were put in place, by a kill: the way back brings back those of before', async () => {
    await done(['up', ...services])
    const phrase = `${placeOf(one)}/config/phrase`
    await writeFile(phrase, 'correct horse battery\n', { mode: 0o644 })
    const words = ['--secrets', 'include', '--passphrase-file', phrase]
    await done(['snapshot', 'create', 'keys', '--registry', 'none', ...words])
    const old = await password()
    await done(['secrets', 'rotate', 'POSTGRES_PASSWORD'])
    const here = await password()
    expect(here).not.toBe(old)
    expect(await opens(here)).toBe(true)
    await endedAt(
      ['snapshot', 'restore', 'keys', '--yes', ...words],
      'TimescaleDB has its new POSTGRES_PASSWORD',
      'SIGKILL',
    )
    expect([await opens(old), await opens(here)]).toEqual([true, false])
    const back = await maculactl(['snapshot', 'restore', '--back', '--yes'])
    expect(back.code, flat(back)).toBe(0)
    expect(await password()).toBe(here)
    expect([await opens(old), await opens(here)]).toEqual([false, true])
    expect(existsSync(`${placeOf(one)}/state/restoring-passwords.json`)).toBe(false)
    await done(['snapshot', 'delete', 'keys', '--yes'])
  })

  test.each([['Restoring the files of Object store', 'SIGKILL']] as const)(
    'at "%s" by %s: brought back it is all as it was before',
    { timeout: 400_000 },
    async (when, by) => {
      await done(['up', ...services])
      await fill('third', 900)
      const third = await everything(one, registry)
      await endedAt(restore, when, by)
      await isTold(undefined)
      const back = await maculactl(['snapshot', 'restore', '--back', '--yes'])
      expect(back.code, flat(back)).toBe(0)
      expect(existsSync(journal)).toBe(false)
      expect(await everything(one, registry)).toEqual(third)
    },
  )
})

test(
  'a second instance with another suffix and subnet has all of it, and keeps what is its own',
  { timeout: 400_000 },
  async () => {
    await done(['up', ...services])
    const here = await everything(one, registry)
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
    expect(await everything(one, registry)).toEqual(here)
  },
)
