import Docker from 'dockerode'
import { execa } from 'execa'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { DatabasesSpec } from '../../../main/model/service.ts'
import { inUrl } from '../../../main/model/secret.ts'
import { openDocker } from '../../../main/system/docker/open-docker.ts'
import { openInside } from '../../../main/system/inside/open-inside.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'

/** Passwords and databases of a real PostgreSQL with TimescaleDB, in the container of the test image. */

const project = 'macula-it-inside'
const HOSTILE = `'"$#\\ :/@%{}`
const FIRST = `first ${HOSTILE}`
const spec: DatabasesSpec = {
  user: 'macula',
  names: ['macula', 'macula_console', 'cortexiq_exchange'],
  extensions: ['timescaledb'],
}
const raw = new Docker()
const docker = await openDocker({ ...defaultSettings, project }, process.env)
const inside = openInside(docker)
let id = ''
let address = ''

async function clear(): Promise<void> {
  for (const one of await raw.listContainers({
    all: true,
    filters: { label: [`dev.macula.project=${project}`] },
  }))
    await raw.getContainer(one.Id).remove({ force: true, v: true })
}

beforeAll(async () => {
  await clear()
  const file = new URL('../../../assets/stack/timescaledb/compose.yaml', import.meta.url)
  const image = /image: (\S+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? ''
  const container = await raw.createContainer({
    name: `${project}-timescaledb-1`,
    Image: image,
    Cmd: ['postgres', '-c', 'shared_preload_libraries=timescaledb', '-c', 'log_statement=all'],
    Env: ['POSTGRES_USER=macula', `POSTGRES_PASSWORD=${FIRST}`, 'POSTGRES_DB=macula'],
    Labels: { 'dev.macula.project': project, 'dev.macula.service': 'timescaledb' },
  })
  await container.start()
  ;({ id } = container)
  address = (await container.inspect()).NetworkSettings.Networks['bridge']?.IPAddress ?? ''
  await vi.waitFor(async () => expect((await sql('SELECT 1', FIRST)).stdout).toBe('1'), {
    timeout: 180_000,
    interval: 200,
  })
})
afterAll(clear)

/** Over the network, where PostgreSQL asks for the password. */
async function sql(statement: string, password: string, database = 'macula') {
  // prettier-ignore
  return await execa('docker', [
    'exec', '--env', 'PGPASSWORD', id, 'psql', '-X', '-A', '-t', '-h', address, '-U', 'macula', '-d', database,
    '-v', 'ON_ERROR_STOP=1', '-c', statement,
  ], { env: { PGPASSWORD: password }, reject: false })
}

describe('a password', () => {
  let before = FIRST
  test.each([
    HOSTILE,
    `ends with \\`,
    `it's "quoted"`,
    'Grüße 密码',
    ' ',
    '$1;DROP',
    'x'.repeat(256),
    'plain',
  ])(
    'of any characters (%j) is taken while it runs; the one before opens nothing; a URL holds it',
    async (password) => {
      await inside.tell('postgres', id, { user: 'macula', admin: 'macula' }, password)
      expect((await sql('SELECT current_user', password)).stdout).toBe('macula')
      const old = await sql('SELECT 1', before)
      expect(old.stderr).toContain('password authentication failed')
      const url = `postgres://macula:${inUrl(password)}@${address}/macula`
      const byUrl = await execa('docker', ['exec', id, 'psql', '-X', '-A', '-t', url, '-c', 'SELECT 2'])
      expect(byUrl.stdout).toBe('2')
      before = password
    },
  )
  test('comes into no log, even where the server logs each statement', async () => {
    const { stdout, stderr } = await execa('docker', ['logs', id])
    expect(stdout + stderr).toContain('ALTER ROLE')
    expect(stdout + stderr).not.toContain(HOSTILE)
  })
  test('of a user that there is not: in the words of PostgreSQL', async () => {
    await expect(inside.tell('postgres', id, { user: 'nobody', admin: 'macula' }, 'x')).rejects.toThrow(
      /did not take the new password of nobody.*role "nobody" does not exist/,
    )
  })
})

describe('databases', () => {
  const extensionsOf = async () =>
    Object.fromEntries(
      (await inside.databases(id, spec)).map(({ name, extensions }) => [
        name,
        extensions.map((one) => one.split(' ')[0]),
      ]),
    )
  test('that are missing are made with their extension, what is there stays', async () => {
    expect(await inside.ensureDatabases(id, spec, spec.names)).toEqual([
      'macula_console',
      'cortexiq_exchange',
    ])
    expect(await extensionsOf()).toEqual({
      macula: ['timescaledb'],
      macula_console: ['timescaledb'],
      cortexiq_exchange: ['timescaledb'],
    })
    expect(await inside.ensureDatabases(id, spec, spec.names)).toEqual([])
  })
  test('one that was left without its extension gets it', async () => {
    await sql('DROP EXTENSION timescaledb CASCADE', 'plain', 'macula_console')
    expect(await inside.ensureDatabases(id, spec, spec.names)).toEqual([])
    expect(await extensionsOf()).toMatchObject({ macula_console: ['timescaledb'] })
  })
  test('that a program makes by itself have the extension too (mix ecto.create)', async () => {
    expect((await sql(`CREATE DATABASE "shop_dev" ENCODING 'UTF8'`, 'plain', 'postgres')).exitCode).toBe(0)
    expect(await extensionsOf()).toMatchObject({ shop_dev: ['timescaledb'] })
  })
  test('that cannot be created whole: told in the words of PostgreSQL, and the next try goes on', async () => {
    const odd = { ...spec, extensions: ['no_such_extension'] }
    await expect(inside.ensureDatabases(id, odd, ['later'])).rejects.toThrow(
      /later cannot be completed.*no_such_extension/,
    )
    expect(await inside.ensureDatabases(id, spec, ['later'])).toEqual([])
    expect(await extensionsOf()).toMatchObject({ later: ['timescaledb'] })
  })
  test.each(['a"b', "a';DROP", 'A', '', '1a', 'a-b'])('the name %j gets into no statement', async (name) => {
    await expect(inside.ensureDatabases(id, spec, [name])).rejects.toThrow(/not a name of PostgreSQL/)
  })
})

test('what a container has is looked into, also before it ever ran, with its volume', async () => {
  const volume = `${project}_looked-into`
  const container = await raw.createContainer({
    name: `${project}-looked-into-1`,
    Image: (await raw.getContainer(id).inspect()).Config.Image,
    Labels: { 'dev.macula.project': project, 'dev.macula.service': 'looked-into' },
    HostConfig: { Binds: [`${volume}:/var/lib/postgresql/data`] },
  })
  const at = '/var/lib/postgresql/data/PG_VERSION'
  expect(await docker.peek?.(container.id, at)).toBeUndefined()
  await container.putArchive(execFileSync('tar', ['-C', written('16\n'), '-c', 'PG_VERSION']), {
    path: '/var/lib/postgresql/data',
  })
  expect(await docker.peek?.(container.id, at)).toBe('16\n')
  expect(await docker.peek?.(id, at)).toMatch(/^\d+\n$/)
  // A folder, and what is too large.
  expect(await docker.peek?.(id, '/var/lib/postgresql/data')).toBeUndefined()
  expect(await docker.peek?.(id, '/usr/bin/perl')).toBeUndefined()
  await container.remove({ force: true })
  await raw.getVolume(volume).remove()
})

/** A folder with a file PG_VERSION. */
function written(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'macula-version-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'PG_VERSION'), text)
  return folder
}
