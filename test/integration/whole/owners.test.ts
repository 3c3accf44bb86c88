import { chown, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { doctorSchema } from '../../../main/cli/json/doctor.ts'
import { statusSchema } from '../../../main/cli/json/status.ts'
import {
  argv,
  docker,
  done,
  fresh,
  home,
  maculactl,
  removeInstance,
  processes,
  run,
  type Ran,
  user,
  variables,
} from '../support/actor.ts'

/** Whose it is: two people, root by sudo, and two instances of one person on one machine and one Docker engine. */

const second = 'macula-second'
const settingsOf = (folder: string): string => join(folder, '.config/macula-desktop/settings.json')
/** A home for root that is not the machine's own. */
const rootHome = '/var/tmp/macula-root-home'
/** The second instance of the first person. */
const beside = { MACULA_HOME: `${home}/.local/macula-beside` }

let uid = ''

/** What the two others are called; a run that was ended may have left their data. */
const others = ['macula-maculasecond', 'macula-two']

beforeAll(async () => {
  await fresh()
  for (const project of others) await removeInstance(project)
  await run('useradd', ['--create-home', '--groups', 'docker', second])
  await mkdir(rootHome, { recursive: true, mode: 0o700 })
  uid = (await run('id', ['-u', user])).out.trim()
  await done(['setup', '--yes'])
  await done(['up', 'excalidraw', 'timescaledb'])
})

afterAll(async () => {
  await maculactl(['down', '--remove', '--also'], second)
  await maculactl(['down', '--remove', '--also'], user, beside)
  for (const project of others) await removeInstance(project)
  await run('userdel', ['--remove', second])
  await rm(rootHome, { recursive: true, force: true })
  await rm(beside.MACULA_HOME, { recursive: true, force: true })
  await fresh()
})

/** Everything of the first person that somebody else could have touched. */
async function traces(): Promise<Readonly<Record<string, string>>> {
  const label = ['--filter', 'label=dev.macula.project=macula']
  const ids = (await docker('ps', '-aq', '--no-trunc', ...label)).out.split('\n').filter(Boolean).sort()
  const format = '{{.Id}} {{.State.Status}} {{.State.StartedAt}} {{.RestartCount}}'
  const list = async (...args: readonly string[]): Promise<string> =>
    (await docker(...args)).out.split('\n').sort().join('\n')
  return {
    containers: (await docker('inspect', '--format', format, ...ids)).out,
    networks: await list('network', 'ls', '-q', '--no-trunc', ...label),
    volumes: await list('volume', 'ls', '-q', ...label),
    processes: (await processes('socat', 'dnsmasq')).join('\n'),
    secrets: await readFile(`${home}/.config/macula-desktop/secrets.json`, 'utf8'),
    // Nothing of root's appeared in the person's folders.
    foreign: (await run('find', [home, '!', '-user', user])).out,
  }
}

/** maculactl as root, with the environment that sudo leaves. */
async function asRoot(words: readonly string[], HOME: string): Promise<Ran> {
  const [program = '', ...args] = argv(words, 'root', { HOME, SUDO_USER: user, SUDO_UID: uid })
  return await run(program, args)
}

const words = [
  ['up'],
  ['down', '--remove', '--also'],
  ['reset', 'timescaledb', '--name', 'timescaledb'],
  ['env', 'timescaledb'],
  ['status'],
] as const

/** The message as one line, however it was wrapped. */
const flat = ({ out, err }: Ran): string => `${err} ${out}`.replaceAll(/\s+/g, ' ')
const once = (text: string, part: string): number => text.split(part).length - 1

test('a second person in the group docker is told whose it is, and touches nothing', async () => {
  const before = await traces()
  for (const word of words) {
    const ran = await maculactl(word, second)
    expect([word.join(' '), ran.code], flat(ran)).toEqual([word.join(' '), 3])
    expect(flat(ran)).toContain(
      `This is the Macula of ${user} (uid ${uid}), not yours. Nothing of it is touched.`,
    )
    expect(once(flat(ran), `Macula of ${user}`), flat(ran)).toBeLessThanOrEqual(word[0] === 'status' ? 2 : 1)
    expect(flat(ran)).not.toMatch(/Stop it or move|kill \d|restart Docker/i)
  }
  const doctor = await maculactl(['doctor', '--json'], second)
  expect(doctor.code).toBe(1)
  const { checks } = doctorSchema.parse(JSON.parse(doctor.out))
  expect(checks.filter(({ what }) => what.includes(`Macula of ${user}`)).map(({ id }) => id)).toEqual([
    'owner',
  ])
  expect(await traces()).toEqual(before)
  // Passwords that fit nothing were not made either.
  expect((await run('find', [`/home/${second}`, '-name', 'secrets.json'])).out).toBe('')
})

test('root by sudo with a home of its own is told to leave sudo away', async () => {
  const before = await traces()
  for (const word of [['up'], ['down'], ['status']]) {
    const ran = await asRoot(word, rootHome)
    expect(ran.code, flat(ran)).toBe(3)
    expect(flat(ran)).toContain(`This is the Macula of ${user} (uid ${uid}), not yours.`)
    expect(flat(ran)).toContain('Run the same without sudo.')
  }
  expect(await traces()).toEqual(before)
})

test('root by sudo with the person’s home leaves nothing of root’s there', async () => {
  const before = await traces()
  for (const word of [['up'], ['down'], ['status'], ['env'], ['setup', '--yes']]) {
    const ran = await asRoot(word, home)
    expect(ran.code, flat(ran)).toBe(3)
    expect(flat(ran)).toContain(`belong to ${user} (uid ${uid})`)
    expect(flat(ran)).toContain('without sudo')
  }
  expect(await traces()).toEqual(before)
})

async function bodyAt(address: string): Promise<string> {
  return (
    await run('curl', [
      '-sS',
      '--max-time',
      '30',
      '-o',
      '/dev/null',
      '-w',
      '%{http_code}',
      `http://${address}/`,
    ])
  ).out
}

test('with the settings that were told the second person runs beside, and neither touches the other', async () => {
  const before = await traces()
  const told = /write (\{[^}]*\}) into (\S+settings\.json)/.exec(flat(await maculactl(['up'], second)))
  expect(told?.[2]).toBe(settingsOf(`/home/${second}`))
  const settings = JSON.parse(told?.[1] ?? '{}') as { addresses: string; project: string }
  await run('install', ['-d', '-o', second, '-g', second, `/home/${second}/.config/macula-desktop`])
  await writeFile(settingsOf(`/home/${second}`), told?.[1] ?? '')
  const up = await maculactl(['up', 'excalidraw', 'timescaledb'], second)
  expect(up.code, flat(up)).toBe(0)
  const address = settings.addresses.replace('0/24', '7')
  expect(await bodyAt(address)).toBe('200')
  expect(await bodyAt('127.0.0.7')).toBe('200')
  const seen = statusSchema.parse(JSON.parse((await maculactl(['status', '--json'], second)).out))
  expect(seen.services.find(({ id }) => id === 'excalidraw')?.address).toBe(`${address}:80`)
  expect(await traces()).toEqual(before)
  // Each has the password of their own database.
  const projectOf = (who: string): string => (who === second ? settings.project : 'macula')
  for (const who of [user, second]) {
    const ran = await maculactl(['env', 'timescaledb', '--json'], who)
    const { variables: list } = JSON.parse(ran.out) as { variables: { name: string; value: string }[] }
    const secret = list.find(({ name }) => /PASSWORD/.test(name))?.value ?? ''
    const container = `${projectOf(who)}-timescaledb-1`
    // prettier-ignore
    const psql = await docker(
      'exec', '-e', `PGPASSWORD=${secret}`, container,
      'psql', '-h', container, '-U', 'macula', '-c', 'select 1',
    )
    expect(psql.code, psql.err).toBe(0)
  }
  expect((await maculactl(['down', '--remove', '--also'], second)).code).toBe(0)
  expect(await bodyAt('127.0.0.7')).toBe('200')
  expect(await traces()).toEqual(before)
})

test('two instances of one person run side by side; each knows and ends its own', async () => {
  const before = await traces()
  const settings = {
    project: 'macula-two',
    subnet: '172.31.241.0/24',
    addresses: '127.0.42.0/24',
    dnsPort: 5399,
  }
  await run('install', ['-d', '-o', user, '-g', user, beside.MACULA_HOME, `${beside.MACULA_HOME}/config`])
  await writeFile(`${beside.MACULA_HOME}/config/settings.json`, JSON.stringify(settings))
  await chown(`${beside.MACULA_HOME}/config/settings.json`, Number(uid), Number(uid))
  const up = await maculactl(['up', 'excalidraw'], user, beside)
  expect(up.code, flat(up)).toBe(0)
  expect([await bodyAt('127.0.42.7'), await bodyAt('127.0.0.7')]).toEqual(['200', '200'])
  expect((await variables('timescaledb'))['POSTGRES_HOST'] ?? '').not.toContain('127.0.42')
  // Its state folder is lost: what it started is still its own, and only that.
  await rm(`${beside.MACULA_HOME}/state`, { recursive: true })
  const again = await maculactl(['up', 'excalidraw'], user, beside)
  expect(again.code, flat(again)).toBe(0)
  expect(flat(again)).not.toMatch(/held by|not ours/)
  expect((await maculactl(['down', '--remove', '--also'], user, beside)).code).toBe(0)
  expect(await bodyAt('127.0.42.7')).toBe('000')
  expect(await traces()).toEqual(before)
  expect((await stat(`${home}/.local/state/macula-desktop`)).uid).toBe(Number(uid))
})
