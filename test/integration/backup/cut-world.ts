import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { statusSchema } from '../../../main/cli/json/status.ts'
import {
  argv,
  docker,
  home,
  maculactl as maculactlOf,
  removeInstance,
  run,
  user,
  type Ran,
} from '../support/actor.ts'
import { digestAt, inside, marks, sql } from '../support/copied.ts'

/** Two instances with a stack each, whose commands are ended in the middle, and what is compared of their data. */

/** Instances of their own beside what else runs here: one that is copied, and one with another suffix and subnet. */
export const one = {
  project: 'macula-cut',
  suffix: 'cut.test',
  subnet: '172.31.244.0/24',
  addresses: '127.0.44.0/24',
  dnsPort: 5396,
}
export const two = {
  project: 'macula-cut-two',
  suffix: 'two.test',
  subnet: '172.31.245.0/24',
  addresses: '127.0.45.0/24',
  dnsPort: 5395,
}
type Instance = typeof one

export const placeOf = ({ project }: Instance): string => `${home}/.local/${project}`
const env = (of: Instance): Readonly<Record<string, string>> => ({ MACULA_HOME: placeOf(of) })
export const maculactl = async (words: readonly string[], of: Instance = one): Promise<Ran> =>
  await maculactlOf(words, user, env(of))

export async function done(words: readonly string[], of: Instance = one): Promise<string> {
  const ran = await maculactl(words, of)
  if (ran.code !== 0)
    throw new Error(`maculactl ${words.join(' ')} ended with ${ran.code}:\n${ran.err}\n${ran.out}`)
  return ran.out
}

export async function begin(of: Instance): Promise<void> {
  const config = `${placeOf(of)}/config`
  // The folder around it too: it would be root's where nothing of this person's made it before.
  await run('install', ['-d', '-o', user, '-g', user, `${home}/.local`, placeOf(of), config])
  const file = `${config}/settings.json`
  await writeFile(file, JSON.stringify(of), { mode: 0o600 })
  const owned = await run('chown', [`${user}:`, file])
  if (owned.code !== 0) throw new Error(owned.err)
}

export async function end(of: Instance): Promise<void> {
  // Without its settings it would be the instance of everybody else.
  if (existsSync(`${placeOf(of)}/config/settings.json`)) await maculactl(['down', '--remove', '--also'], of)
  await removeInstance(of.project)
  await rm(placeOf(of), { recursive: true, force: true })
}

export const name = 'monday'
export const folder = `${placeOf(one)}/data/snapshots`
export const file = `${folder}/${name}.macula-snapshot`
export const taking = `${placeOf(one)}/state/snapshotting.json`
export const journal = `${placeOf(one)}/state/restoring.json`
export const services = ['timescaledb', 'powerdns', 'object-store', 'registry'] as const
export const image = 'cut/page'

export const flat = ({ err, out }: Ran): string => `${err} ${out}`.replaceAll(/\s+/g, ' ')
const copied = marks.filter(([service]) => service !== 'grafana')

/** Everything that is compared. */
export async function everything(of: Instance, place: string): Promise<Record<string, string>> {
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

/** The password of TimescaleDB's owner that is handed out. */
export async function password(): Promise<string> {
  const told = JSON.parse(
    await done(['secrets', 'list', 'POSTGRES_PASSWORD', '--reveal', '--json']),
  ) as unknown as { readonly secrets: readonly { readonly name: string; readonly value: string }[] }
  return told.secrets.find((secret) => secret.name === 'POSTGRES_PASSWORD')?.value ?? ''
}

/** Whether a password lets a program in that comes over the network. */
export async function opens(word: string): Promise<boolean> {
  const name = `${one.project}-timescaledb-1`
  const ip = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}'
  const address = (await docker('inspect', '--format', ip, name)).out.trim()
  const psql = ['psql', '-X', '-A', '-t', '-h', address, '-U', 'macula', '-d', 'macula', '-c', 'SELECT 1']
  return (await docker('exec', '-e', `PGPASSWORD=${word}`, name, ...psql)).code === 0
}

/** Everything becomes another one. */
export async function fill(word: string, rows: number): Promise<void> {
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
export async function endedAt(
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

export async function registryOf(of: Instance): Promise<string> {
  const seen = statusSchema.parse(JSON.parse((await maculactl(['status', '--json'], of)).out))
  return (seen.services.find(({ id }) => id === 'registry')?.address ?? '').replace(/:\d+$/, ':5000')
}
