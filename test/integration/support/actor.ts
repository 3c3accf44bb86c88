import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { statusSchema } from '../../../main/cli/json/status.ts'
import type { z } from 'zod'
import { docker, FOREIGN, here, home, pidsOf, processes, run, user, type Ran } from './programs.ts'
import { folders, isFresh } from './is-fresh.ts'
import { story } from './story.ts'

export { docker, FOREIGN, here, home, pidsOf, processes, run, user, type Ran }

const installed = process.env['MACULA_TEST_COPY'] ?? '/opt/macula-desktop-test'
/** PATH of a person's terminal, where `maculactl` is a word. */
export const terminalPath = `${installed}/bin:/usr/local/bin:/usr/bin:/bin`
export type Status = z.infer<typeof statusSchema>

/** argv that runs `command` as a plain user with an environment like that of a sign-in. */
export function as(
  who: string,
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): readonly string[] {
  const variables = {
    HOME: `/home/${who}`,
    USER: who,
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LANG: 'C.UTF-8',
    ...env,
  }
  return [
    'setpriv',
    '--reuid',
    who,
    '--regid',
    who,
    '--init-groups',
    '--reset-env',
    'env',
    // A clone may lie where this user cannot be.
    '--chdir=/',
    ...Object.entries(variables).map(([name, value]) => `${name}=${value}`),
    ...command,
  ]
}

/** argv of maculactl as the plain user, with `env` besides a sign-in's. */
export function argv(
  words: readonly string[],
  who = user,
  env: Readonly<Record<string, string>> = {},
): readonly string[] {
  if (!existsSync(`${installed}/bin/maculactl`))
    throw new Error(`${installed} is missing: run these tests with npm test`)
  // A run starts it some thousand times: Node keeps what it compiled, for each user apart (a fifth of a start's work).
  return as(who, [`${installed}/bin/maculactl`, ...words], {
    NODE_COMPILE_CACHE: `${installed}/compiled`,
    ...env,
  })
}

/** maculactl as the plain user, without a terminal. */
export async function maculactl(
  words: readonly string[],
  who = user,
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const [program = '', ...args] = argv(words, who, env)
  return await run(program, args, { timeout: 400_000 })
}

/** maculactl that must end with 0. */
export async function done(words: readonly string[], who = user): Promise<string> {
  const ran = await maculactl(words, who)
  if (ran.code !== 0)
    throw new Error(`maculactl ${words.join(' ')} ended with ${ran.code}:\n${ran.err}\n${ran.out}`)
  return ran.out
}

/** `maculactl logs -f` as the plain user: waits until its output has a text, at most `deadline` ms; ended by Ctrl-C. */
export function following(services: readonly string[]) {
  return goingOn(['logs', '-f', ...services])
}

/** A command that goes on until it is told to end, and what it told so far. */
export function goingOn(words: readonly string[]) {
  const [program = '', ...args] = argv(words)
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  let err = ''
  const heard = new EventEmitter()
  child.stdout.on('data', (data: Buffer) => {
    out += data.toString()
    heard.emit('more')
  })
  child.stderr.on('data', (data: Buffer) => {
    err += data.toString()
    heard.emit('more')
  })
  const told = async (text: string, deadline = 120_000): Promise<void> => {
    const signal = AbortSignal.timeout(deadline)
    while (!out.includes(text) && !err.includes(text))
      await once(heard, 'more', { signal }).catch(() => {
        throw new Error(`no "${text}" within ${deadline} ms in:\n${out}\n${err}`)
      })
  }
  return {
    told,
    lines: (): readonly string[] => out.split('\n').filter(Boolean),
    async end(): Promise<number | null> {
      const gone = once(child, 'exit')
      child.kill('SIGINT')
      await gone
      return child.exitCode
    },
  }
}

/** How often is looked again where something was not answered in time. */
const LOOKS = 4

/**
 * The status as its documented JSON says it. What does not answer within the product's own deadline may only be late on a
 * loaded machine: it is looked at again, and what never answers is told after that too.
 */
export async function status(who = user): Promise<Status> {
  return await statusOf(async () => await maculactl(['status', '--json'], who))
}

/** The same of a `status --json` that is run in another way. */
export async function statusOf(look: () => Promise<Ran>): Promise<Status> {
  for (let looks = 1; ; looks += 1) {
    const { out, err, code } = await look()
    if (out === '') throw new Error(`no status (${code}): ${err}`)
    const seen = statusSchema.parse(JSON.parse(out))
    if (looks === LOOKS || !seen.services.some(({ reason }) => /no (answer|connection) in /.test(reason)))
      return seen
  }
}

export function serviceOf(seen: Status, id: string): Status['services'][number] {
  const service = seen.services.find((one) => one.id === id)
  if (!service) throw new Error(`no service ${id}`)
  return service
}

/** The rungs of a service as "name:ok address:ok …". */
export function rungs(seen: Status, id: string): string {
  return serviceOf(seen, id)
    .ladder.map((rung) => `${rung.id}:${rung.state}`)
    .join(' ')
}

/** Whether all that is wrong with a service fires in Prometheus: that it was restarted three times, say, which suites do. */
function hasOnlyAlerts({ reason, headline, alerts }: Status['services'][number]): boolean {
  return headline === undefined && alerts?.[0]?.summary === reason
}

/** Services by state, without the cluster's; what works with an alert works. */
export function states(seen: Status): Readonly<Record<string, readonly string[]>> {
  const map: Record<string, string[]> = {}
  for (const service of seen.services)
    if (service.state !== 'not set up')
      (map[hasOnlyAlerts(service) ? 'works' : service.state] ??= []).push(service.id)
  return map
}

/** A look takes a core for a second: what is waited for, and the suites beside it, have it in between (ms). */
export const BETWEEN_LOOKS_MS = 400
/** After so many the pause is as long as a look took. */
const QUICK_LOOKS = 3

/** What is wrong goes on being wrong: it ends only what hangs (ms). */
const UNTIL_MS = 300_000

/** Looks until `good`, and returns that look; throws what every service was at last when that takes longer than `deadline` ms. */
export async function until(
  good: (seen: Status) => boolean,
  deadline = UNTIL_MS,
  who = user,
): Promise<Status> {
  const end = Date.now() + deadline
  for (let looks = 1; ; looks += 1) {
    const began = Date.now()
    const seen = await status(who)
    if (good(seen)) return seen
    if (Date.now() > end)
      throw new Error(`not as wanted in ${deadline / 1000} s and ${looks} looks:\n${story(seen)}`)
    await setTimeout(Math.max(BETWEEN_LOOKS_MS, looks > QUICK_LOOKS ? Date.now() - began : 0))
  }
}

/** The nodes of a kind cluster, whoever made it. */
export async function nodes(name = 'macula-hub'): Promise<readonly string[]> {
  const { out } = await docker('ps', '-aq', '--no-trunc', '--filter', `label=io.x-k8s.kind.cluster=${name}`)
  return out.split('\n').filter(Boolean)
}

/** Clusters that tests make: none is left, nor is written down. */
export async function noClusters(): Promise<void> {
  for (const name of ['macula-hub', 'macula', 'macula-dev', 'macula-peer0', 'macula-peer1', 'second'])
    for (const id of await nodes(name)) await docker('rm', '-f', '-v', id)
  for (const folder of ['clusters', 'peers'])
    await rm(`${home}/.local/state/macula-desktop/${folder}`, { recursive: true, force: true })
}

/** Nothing foreign is left, nor a network of our name that is none of ours: they would be in the way of what follows. */
async function noForeign(): Promise<void> {
  const lines = async (...args: readonly string[]): Promise<readonly string[]> =>
    (await docker(...args)).out.split('\n').filter(Boolean)
  for (const id of await lines('ps', '-aq', '--no-trunc', '--filter', `name=^/?${FOREIGN}`))
    await docker('rm', '-f', '-v', id)
  for (const id of await lines('network', 'ls', '-q', '--no-trunc', '--filter', `name=^${FOREIGN}`))
    await docker('network', 'rm', id)
  // Another person's of our project, as a test with two people leaves it that was ended in between.
  const uid = (await run('id', ['-u', user])).out.trim()
  const marked = ['--filter', 'label=dev.macula.project=macula', '--format']
  for (const [kind, list, remove] of [
    ['container', ['ps', '-a'], ['rm', '-f', '-v']],
    ['network', ['network', 'ls'], ['network', 'rm']],
    ['volume', ['volume', 'ls'], ['volume', 'rm']],
  ] as const)
    for (const line of await lines(
      ...list,
      ...marked,
      `{{.${kind === 'volume' ? 'Name' : 'ID'}}} {{.Label "dev.macula.owner"}}`,
    )) {
      const [id = '', owner = ''] = line.split(' ')
      if (owner !== '' && owner !== uid) await docker(...remove, id)
    }
  const label = '{{index .Labels "dev.macula.project"}}'
  if ((await docker('network', 'inspect', '-f', label, 'macula')).out === '')
    await docker('network', 'rm', 'macula')
}

/** Nothing of an instance of ours is left in Docker, its data neither. */
export async function removeInstance(project: string): Promise<void> {
  const ids = async (...words: readonly string[]): Promise<readonly string[]> =>
    (await docker(...words, '--filter', `label=dev.macula.project=${project}`)).out
      .split('\n')
      .filter(Boolean)
  for (const id of await ids('ps', '-aq')) await docker('rm', '-f', '-v', id)
  for (const id of await ids('network', 'ls', '-q')) await docker('network', 'rm', id)
  for (const name of await ids('volume', 'ls', '-q')) await docker('volume', 'rm', name)
}

/** Nothing of ours is left: clusters, containers, network, volumes, changes on the machine, folders. */
export async function fresh(): Promise<void> {
  if (await isFresh()) return
  await noForeign()
  await noClusters()
  // With its state folder removed nobody would know what still runs as ours: so nothing goes on when this fails.
  await done(['down', '--remove', '--also'])
  await done(['undo', '--all', '--even-if-drifted'])
  // Those of its containers, and copies that were kept of them: they are marked by us only.
  for (const mark of ['com.docker.compose.project=macula', 'dev.macula.project=macula']) {
    const { out } = await docker('volume', 'ls', '-q', '--filter', `label=${mark}`)
    const volumes = out.split('\n').filter(Boolean)
    if (volumes.length > 0) await docker('volume', 'rm', ...volumes)
  }
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
}

/** Set up and everything running; quick when it is so already. */
export async function everythingUp(): Promise<void> {
  await done(['setup', '--yes'])
  await done(['up'])
}

/** The values that `maculactl env` gives, by name. */
export async function variables(...services: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const { variables: list } = JSON.parse(await done(['env', ...services, '--json'])) as {
    variables: { name: string; value: string }[]
  }
  return Object.fromEntries(list.map(({ name, value }) => [name, value]))
}

/** curl as any program of the plain user: through the OS resolver, no address given. */
export async function curl(
  ...args: readonly string[]
): Promise<{ readonly status: number; readonly body: string }> {
  const [program = '', ...rest] = as(user, [
    'curl',
    '-sS',
    '--max-time',
    '60',
    '-w',
    '\n%{http_code}',
    ...args,
  ])
  const { out, err } = await run(program, rest)
  const at = out.lastIndexOf('\n')
  const code = Number(out.slice(at + 1))
  return { status: code, body: code === 0 ? err : out.slice(0, at) }
}
