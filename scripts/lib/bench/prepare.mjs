import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBuilt } from '../build.mjs'
import { asTestUser, installCopy, prepareMachine, testUser, whyNoMachine } from '../machine.mjs'
import { cache, quietly, root } from '../process.mjs'

/** An instance of its own: containers, volumes, network and settings of a person's stack are not touched. */
export const PROJECT = 'macula-bench'
export const SETTINGS = { version: 1, project: PROJECT, subnet: '172.29.58.0/24', dnsPort: 5364 }

/** One beside it, for a peer that makes its containers from other files. */
const PEER = { version: 1, project: `${PROJECT}-peer`, subnet: '172.29.59.0/24', dnsPort: 5368 }

/** Who runs: the plain test user with an installed copy where this is a test machine, else the person. */
export async function openActor() {
  return await open(await findActor(SETTINGS.project, 'first'), SETTINGS)
}

/** The same one with an instance beside the first, which must not run at the same time. */
export async function openPeer() {
  return await open(await findActor(PEER.project), PEER)
}

async function open(actor, settings) {
  rmSync(actor.home, { recursive: true, force: true })
  mkdirSync(join(actor.home, 'config'), { recursive: true })
  // What every person's home has: there Node keeps what it compiled for the next command.
  mkdirSync(join(actor.home, 'cache'))
  writeFileSync(join(actor.home, 'config', 'settings.json'), JSON.stringify(settings))
  await actor.settle()
  return actor
}

async function findActor(project, which) {
  const isFirst = which === 'first'
  if (whyNoMachine() === undefined) {
    if (isFirst) {
      await prepareMachine()
      await installCopy()
    }
    const home = `/var/tmp/${project}`
    return {
      home,
      project,
      /** This machine is there for tests: names lead here and port 80 is open, as on a person's; undone in the end. */
      setUp: isFirst,
      settle: () => quietly('chown', ['-R', `${testUser}:${testUser}`, home]),
      maculactl: (args) =>
        asTestUser(['maculactl', ...args], { MACULA_HOME: home, XDG_CACHE_HOME: join(home, 'cache') }),
      docker: (args) => asTestUser(['docker', ...args]),
    }
  }
  await ensureBuilt()
  const home = join(cache, project)
  return {
    home,
    project,
    settle: async () => undefined,
    maculactl: (args) => [
      process.execPath,
      [join(root, 'dist', 'maculactl.mjs'), ...args],
      { env: { ...process.env, MACULA_HOME: home, XDG_CACHE_HOME: join(home, 'cache') } },
    ],
    docker: (args) => ['docker', args, {}],
  }
}

/** Runs a command of the actor that must succeed; resolves with its output. */
export async function done([program, args, options]) {
  return await quietly(program, args, { ...options, cwd: '/' })
}

/** An instance's containers, by id. */
export async function containers({ project }) {
  const label = `label=com.docker.compose.project=${project}`
  return (await quietly('docker', ['ps', '-aq', '--filter', label])).split('\n').filter(Boolean)
}

/** Why the bench cannot run beside what runs now, or undefined. */
export async function whyNotNow() {
  const running = await quietly('docker', ['ps', '-q', '--filter', 'label=com.docker.compose.project=macula'])
  return running.trim() === ''
    ? undefined
    : 'a stack runs here, whose forwarders hold the addresses. Stop it first: maculactl down'
}

/** Makes names and port 80 as on a machine that is set up, where the machine is there for that. */
export async function setUp(actor) {
  if (actor.setUp === true) await done(actor.maculactl(['setup', '--yes']))
}

/** Takes the instance away, its volumes too: they hold nothing but what the bench made. */
export async function clear(actor) {
  await done(actor.maculactl(['down', '--remove'])).catch((error) => console.error(error.message))
  if (actor.setUp === true)
    await done(actor.maculactl(['undo', '--all'])).catch((error) => console.error(error.message))
  const filter = ['--filter', `label=com.docker.compose.project=${actor.project}`]
  const volumes = (await quietly('docker', ['volume', 'ls', '-q', ...filter])).split('\n').filter(Boolean)
  if (volumes.length > 0) await quietly('docker', ['volume', 'rm', ...volumes])
  rmSync(actor.home, { recursive: true, force: true })
}

export const median = (values) => quantile(values, 0.5)

/** The value below which that part of the values lies; nearest rank. */
export function quantile(values, part) {
  const sorted = values.toSorted((one, two) => one - two)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(part * sorted.length) - 1))]
}
