import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildOld, psql, startDatabase, stopDatabase } from '../migration-data/world.ts'
import {
  docker,
  home,
  maculactl as maculactlOf,
  removeInstance,
  run,
  user,
  type Ran,
} from '../support/actor.ts'

/** As a person types it: a start that is refused for data of another major version, the step that it names, and the start. */

const settings = {
  project: 'macula-major',
  suffix: 'major.test',
  subnet: '172.31.243.0/24',
  addresses: '127.0.43.0/24',
  dnsPort: 5394,
}
const { project } = settings
const place = `${home}/.local/${project}`
const old = 'macula-test/before/postgres:15'
const volume = `${project}_powerdns-db`
const server = `${project}-old`
const maculactl = async (...words: readonly string[]): Promise<Ran> =>
  await maculactlOf(words, user, { MACULA_HOME: place })
const flat = ({ err, out }: Ran): string => `${err} ${out}`.replaceAll(/\s+/g, ' ')

async function done(...words: readonly string[]): Promise<string> {
  const ran = await maculactl(...words)
  if (ran.code !== 0) throw new Error(`maculactl ${words.join(' ')} ended with ${ran.code}: ${flat(ran)}`)
  return flat(ran)
}
async function must(...words: readonly string[]): Promise<void> {
  const ran = await docker(...words)
  if (ran.code !== 0) throw new Error(ran.err)
}
async function end(): Promise<void> {
  await docker('rm', '-f', '-v', server)
  // Without its settings it would be the instance of everybody else.
  if (existsSync(`${place}/config/settings.json`)) await maculactl('down', '--remove', '--also')
  await removeInstance(project)
  await rm(place, { recursive: true, force: true })
}

beforeAll(async () => {
  await end()
  buildOld()
  // The folder around it too: it would be root's where nothing of this person's made it before.
  const folders = [`${home}/.local`, place, `${place}/config`]
  await run('install', ['-d', '-o', user, '-g', user, ...folders])
  const file = `${place}/config/settings.json`
  await writeFile(file, JSON.stringify(settings), { mode: 0o600 })
  await run('chown', [`${user}:`, file])
}, 200_000)
afterAll(end, 200_000)

test('up says what to type, update does it, and up starts with all rows', { timeout: 300_000 }, async () => {
  // Passwords are there, as on a machine where ours ran before.
  await done('env', 'powerdns-db')
  const labels = [
    `com.docker.compose.project=${project}`,
    'com.docker.compose.volume=powerdns-db',
    `dev.macula.project=${project}`,
  ]
  await must('volume', 'create', ...labels.flatMap((label) => ['--label', label]), volume)
  const env = ['POSTGRES_USER=pdns', 'POSTGRES_PASSWORD=old', 'POSTGRES_DB=pdns'].flatMap((one) => [
    '--env',
    one,
  ])
  await must('run', '-d', '--name', server, ...env, '--volume', `${volume}:/var/lib/postgresql/data`, old)
  await startDatabase(server, 'pdns', 'running')
  psql(
    server,
    'pdns',
    'pdns',
    'CREATE TABLE zones_of_before (n int); INSERT INTO zones_of_before SELECT generate_series(1, 321)',
  )
  stopDatabase(server)
  await must('rm', server)

  const refused = await maculactl('up', 'powerdns-db')
  expect(refused.code, flat(refused)).toBe(1)
  expect(flat(refused)).toContain('its data was written by PostgreSQL 15, its image runs PostgreSQL 17')
  expect(flat(refused)).toContain('maculactl update powerdns-db --data upgrades it to PostgreSQL 17')
  expect(await done('update', 'powerdns-db', '--data', '--image', old, '--yes')).toContain(
    'was upgraded to PostgreSQL 17',
  )
  await done('up', 'powerdns-db')
  expect(
    psql(
      `${project}-powerdns-db-1`,
      'pdns',
      'pdns',
      "SELECT count(*), current_setting('server_version_num')::int / 10000 FROM zones_of_before",
    ),
  ).toBe('321|17')
})
