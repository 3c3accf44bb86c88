import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { argv, docker, maculactl as maculactlOf, run, user, type Ran } from '../support/actor.ts'
import { inside } from '../support/copied.ts'
import { begin, end, flat, placeOf } from './cut-world.ts'

/** Copies of real volumes, put back and restored by commands that are killed while they fill one. */

const own = {
  project: 'macula-copies',
  suffix: 'copies.test',
  subnet: '172.31.246.0/24',
  addresses: '127.0.46.0/24',
  dnsPort: 5394,
}
const env = { MACULA_HOME: placeOf(own) }
const volume = `${own.project}_web`

const maculactl = async (...words: readonly string[]): Promise<Ran> => await maculactlOf(words, user, env)
async function done(...words: readonly string[]): Promise<string> {
  const ran = await maculactl(...words)
  if (ran.code !== 0)
    throw new Error(`maculactl ${words.join(' ')} ended with ${ran.code}:\n${ran.err}\n${ran.out}`)
  return flat(ran)
}

/** Its data is large enough to be half copied, and has its own checksum. */
const fragment = `services:
  web:
    image: macula-test/base
    command: [sh, -c, 'mkdir -p /www && cd /www && exec python3 -m http.server 80']
    networks: { macula: {} }
    stop_grace_period: 1s
    volumes: ['web:/data']
    x-macula:
      tier: tools
      title: Web
      purpose: A test
      endpoints: [{ id: web, scheme: http, target: 80, listen: 8080 }]
volumes: { web: { name: '\${MACULA_NETWORK:-macula}_web' } }
networks: { macula: { name: '\${MACULA_NETWORK:-macula}', external: true } }
`

const fill = async (word: string): Promise<string> =>
  await inside(
    own.project,
    'web',
    'sh',
    '-c',
    `cd /data && echo ${word} > word && dd if=/dev/urandom of=big bs=1M count=300 2>/dev/null && sha256sum big word > sums && cat word`,
  )
/** What is there: its word, where all of it is whole. */
const whole = async (): Promise<string> =>
  await inside(own.project, 'web', 'sh', '-c', 'cd /data && sha256sum -c sums >/dev/null && cat word')

const helpers = async (): Promise<string> =>
  (
    await docker(
      'ps',
      '-aq',
      '--filter',
      `label=dev.macula.copy-project=${own.project}`,
      '--filter',
      `volume=${volume}`,
    )
  ).out

/** Runs maculactl and kills it while it fills the volume, after it said `when`. */
async function killedFilling(words: readonly string[], when: string): Promise<void> {
  const [program = '', ...args] = argv(words, user, env)
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stdout.on('data', (data: Buffer) => (said += data.toString()))
  child.stderr.on('data', (data: Buffer) => (said += data.toString()))
  const closed = once(child, 'close')
  const deadline = Date.now() + 120_000
  while (!said.includes(when) || (await helpers()) === '') {
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`it did not come to fill it:\n${said}`)
    await setTimeout(5)
  }
  child.kill('SIGKILL')
  await closed
  expect(child.exitCode, said).toBe(null)
}

/** How it stands is told, with the command that continues, and nothing of it starts. */
async function isHeld(command: string): Promise<void> {
  const status = flat(await maculactl('status'))
  expect(status).toContain('Web has a part of its data only.')
  expect(status).toContain(command)
  expect(flat(await maculactl('doctor'))).toContain(command)
  const up = await maculactl('up', 'web')
  expect(up.code, flat(up)).toBe(1)
  expect(flat(up)).toContain('Nothing was started: Web has a part of its data only.')
  const state = await docker('inspect', '--format', '{{.State.Running}}', `${own.project}-web-1`)
  expect(state.out.trim()).not.toBe('true')
}

beforeAll(async () => {
  await end(own)
  await begin(own)
  const folder = `${placeOf(own)}/config/services/web`
  await mkdir(folder, { recursive: true })
  await writeFile(`${folder}/compose.yaml`, fragment)
  await run('chown', ['-R', user, placeOf(own)])
}, 120_000)
beforeEach(async () => void (await done('up', 'web')))
afterAll(async () => await end(own), 120_000)

const kept = async (): Promise<readonly string[]> =>
  (await docker('volume', 'ls', '-q', '--filter', `label=dev.macula.kept-from=${volume}`)).out
    .split('\n')
    .filter(Boolean)
    .map((name) => name.slice(`${volume}_before-`.length))
const parts = async (): Promise<readonly string[]> =>
  (
    await docker(
      'volume',
      'ls',
      '-q',
      '--filter',
      `label=dev.macula.kept-partial`,
      '--filter',
      `name=^${volume}`,
    )
  ).out
    .split('\n')
    .filter(Boolean)
    .map((name) => name.slice(`${volume}_before-`.length))

test('reset --back, killed while it fills the volume: held, told, and the same again brings all of it', async () => {
  await fill('first')
  await done('reset', 'web', '--name', 'web')
  const [copy = ''] = await kept()
  await killedFilling(['reset', 'web', '--back', '--yes'], 'Putting')
  await isHeld(`maculactl reset web --back ${copy}`)
  // What the killed one put aside is newer; without a time it is not taken.
  expect(await kept()).toHaveLength(2)
  await done('reset', 'web', '--back', '--yes')
  expect(await parts()).toHaveLength(1)
  // Its name has a variable; it is no volume that somebody else removed.
  expect(await done('up', 'web')).not.toContain('starts empty')
  expect(await whole()).toBe('first')
})

test('killed so again, another copy by its time ends it', async () => {
  await fill('second')
  await done('reset', 'web', '--name', 'web')
  const second = (await kept()).toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1) ?? ''
  const [first = ''] = (await kept()).toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  await killedFilling(['reset', 'web', '--back', first, '--yes'], 'Putting')
  await isHeld(`maculactl reset web --back ${first}`)
  await done('reset', 'web', '--back', second, '--yes')
  await done('up', 'web')
  expect(await whole()).toBe('second')
})

test('a restore, killed while it fills the volume and brought back: what it hints at is no part', async () => {
  await done('snapshot', 'create', 'f2', '--secrets', 'leave-out')
  await fill('third')
  await killedFilling(['snapshot', 'restore', 'f2', '--yes'], 'Restoring the files of Web')
  const before = await parts()
  const back = await done('snapshot', 'restore', '--back', '--yes')
  const part = (await parts()).find((one) => !before.includes(one)) ?? expect.fail(back)
  expect(back).toContain(`${volume}_before-${part}, a part of its data only.`)
  expect(back).not.toContain('maculactl reset SERVICE --back')
  await done('up', 'web')
  expect(await whole()).toBe('third')
  expect(flat(await maculactl('status'))).not.toContain('before-snapshot-')
  const again = await done('reset', 'web', '--back', '--yes')
  expect(again).not.toContain(part)
  await done('up', 'web')
  expect(await whole()).toBe('third')
  expect(flat(await maculactl('activity', '--since', '1h'))).toContain('Data of Web put back')
})
