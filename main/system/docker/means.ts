import { execFile } from 'node:child_process'
import { MaculaError } from '../../model/errors.ts'
import { inert } from '../../model/atoms.ts'
import { commandOfMeans, type EngineMeans } from '../../model/engine-means.ts'
import type { DockerSeen } from '../../model/observation.ts'
import type { EngineStartAdapter } from '../../engine/adapters.ts'
import { toolEnvironment } from '../host/environment.ts'
import { isLate, isMember } from '../setup/docker-engine.ts'
import { enginePackages } from '../setup/engine-packages.ts'
import { openMachine, type Machine } from '../setup/machine.ts'
import { findEndpoint, type Endpoint } from './endpoint.ts'

type Start = Extract<EngineMeans, { kind: 'start' }>
type Environment = Readonly<Record<string, string | undefined>>

/** A daemon answers within seconds; a virtual machine takes minutes. */
const DAEMON_MS = 60_000
const MACHINE_MS = 300_000

/** Where unit files of systemd lie: root's own, the distribution's, and in /usr/local by hand. */
const UNIT_FOLDERS = ['/etc/systemd/system', '/usr/lib/systemd/system', '/lib/systemd/system']

/** The engines that are known by where their socket lies, and what starts each (their own documentation). */
const SOCKETS: readonly {
  readonly socket: RegExp
  readonly title: string
  /** Program and arguments; `match`: of the path. */
  readonly argv: (match: RegExpExecArray) => readonly string[]
  readonly deadline: number
}[] = [
  {
    socket: /\/\.colima\/([A-Za-z0-9][A-Za-z0-9._-]*)\/docker\.sock$/,
    title: 'Colima',
    argv: ([, profile = 'default']) =>
      profile === 'default' ? ['colima', 'start'] : ['colima', 'start', '--profile', profile],
    deadline: MACHINE_MS,
  },
  {
    socket: /\/\.lima\/([A-Za-z0-9][A-Za-z0-9._-]*)\/sock\/docker\.sock$/,
    title: 'Lima',
    argv: ([, instance = 'docker']) => ['limactl', 'start', instance],
    deadline: MACHINE_MS,
  },
  {
    socket: /\/\.rd\/docker\.sock$/,
    title: 'Rancher Desktop',
    argv: () => ['rdctl', 'start'],
    deadline: MACHINE_MS,
  },
  {
    socket: /\/\.orbstack\/run\/docker\.sock$/,
    title: 'OrbStack',
    argv: () => ['orbctl', 'start'],
    deadline: MACHINE_MS,
  },
  {
    socket: /\/\.docker\/desktop\/docker\.sock$/,
    title: 'Docker Desktop',
    argv: () => ['systemctl', '--user', 'start', 'docker-desktop'],
    deadline: MACHINE_MS,
  },
  {
    socket: /\/podman\/podman\.sock$/,
    title: 'Podman',
    argv: () => ['systemctl', '--user', 'start', 'podman.socket'],
    deadline: DAEMON_MS,
  },
  {
    socket: /^\/run\/user\/\d+\/docker\.sock$/,
    title: 'Docker (rootless)',
    argv: () => ['systemctl', '--user', 'start', 'docker'],
    deadline: DAEMON_MS,
  },
]

/** The usual socket of this machine's own engine. */
const USUAL = /^(?:\/var)?\/run\/docker\.sock$/

/** Whether setting and environment lead to this machine's own engine, and not to one that somebody else keeps. */
export async function isUsualEngine(setting: string, env: Environment): Promise<boolean> {
  const { endpoint } = await findEndpoint(setting, env)
  return endpoint.kind === 'socket' && USUAL.test(endpoint.path)
}

/** Whether a unit file of systemd is there, and systemd runs. */
async function hasUnit(machine: Machine, name: string): Promise<boolean> {
  if (!(await machine.list('/run/systemd')).includes('system')) return false
  const all = await Promise.all(UNIT_FOLDERS.map(async (folder) => await machine.list(folder)))
  return all.some((names) => names.includes(name))
}

/** What brings the engine at `endpoint`, which was seen as `down`; undefined: nobody here knows. */
export async function meansOf(
  endpoint: Endpoint,
  down: Extract<DockerSeen, { kind: 'down' }>['code'],
  machine: Machine,
): Promise<EngineMeans | undefined> {
  if (endpoint.kind !== 'socket') return undefined
  const { path } = endpoint
  if (USUAL.test(path)) return await usualMeans(down, machine)
  if (down !== 'absent') return undefined
  if (path === '/run/podman/podman.sock')
    return (await hasUnit(machine, 'podman.socket')) ? ofRoot('Podman', 'podman.socket') : undefined
  for (const { socket, title, argv, deadline } of SOCKETS) {
    const match = socket.exec(path)
    if (!match) continue
    const [program = '', ...args] = argv(match)
    if ((await machine.tool(program)) === undefined) return undefined
    return { kind: 'start', title, by: 'user', argv: [program, ...args], deadline }
  }
  return undefined
}

const ofRoot = (title: string, unit: 'docker.service' | 'podman.socket'): Start => ({
  kind: 'start',
  title,
  by: 'root',
  argv: ['systemctl', 'start', unit.replace(/\.service$/, '')],
  deadline: DAEMON_MS,
})

async function usualMeans(
  down: Extract<DockerSeen, { kind: 'down' }>['code'],
  machine: Machine,
): Promise<EngineMeans | undefined> {
  const engine = await machine.tool('dockerd')
  if (machine.platform === 'darwin') {
    if (down !== 'absent' || !(await machine.list('/Applications')).includes('Docker.app')) return undefined
    const argv = ['open', '-g', '-a', 'Docker']
    return { kind: 'start', title: 'Docker Desktop', by: 'user', argv, deadline: MACHINE_MS }
  }
  if (machine.platform !== 'linux') return undefined
  if (down === 'denied') {
    // A member whom a session from before shuts out is let in until the next sign-in.
    const isIn = isMember(await machine.text('/etc/group'), 'docker', machine.person.user ?? '')
    return isIn && !(await isLate(machine, 'docker')) ? undefined : { kind: 'join' }
  }
  if (down !== 'absent') return undefined
  if (engine !== undefined) {
    const late = (await isLate(machine, 'docker')) ? ({ lends: true } as const) : {}
    const start = { ...ofRoot('Docker', 'docker.service'), ...late }
    if (await hasUnit(machine, 'docker.service')) return start
    if ((await machine.list('/etc/init.d')).includes('docker'))
      return { ...start, argv: ['/etc/init.d/docker', 'start'] }
    return undefined
  }
  // Docker Desktop brings no dockerd of this machine, and its socket is not the usual one while it is away.
  if (await hasUserUnit(machine, 'docker-desktop.service'))
    return {
      kind: 'start',
      title: 'Docker Desktop',
      by: 'user',
      argv: ['systemctl', '--user', 'start', 'docker-desktop'],
      deadline: MACHINE_MS,
    }
  return (await enginePackages(machine)) === undefined ? undefined : { kind: 'install' }
}

async function hasUserUnit(machine: Machine, name: string): Promise<boolean> {
  return (await machine.list('/usr/lib/systemd/user')).includes(name)
}

/** As much of what a command said as a person reads (characters). */
const KEPT_WORDS = 400

/** Knows and starts the engine that setting and environment lead to. */
export function openEngineStart(
  setting: string,
  env: Environment,
  machine: Machine = openMachine(),
): EngineStartAdapter {
  return {
    means: async (down) => await meansOf((await findEndpoint(setting, env)).endpoint, down, machine),
    run: async (means, signal) =>
      await new Promise((resolve, reject) => {
        const [program = '', ...args] = means.argv
        execFile(
          program,
          args,
          {
            signal,
            timeout: means.deadline,
            cwd: '/',
            env: {
              ...toolEnvironment(env),
              // systemctl --user finds the person's own manager by this and XDG_RUNTIME_DIR.
              ...(env['DBUS_SESSION_BUS_ADDRESS'] === undefined
                ? {}
                : { DBUS_SESSION_BUS_ADDRESS: env['DBUS_SESSION_BUS_ADDRESS'] }),
            },
          },
          (error, stdout, stderr) => {
            if (!error) return resolve()
            const said = inert((stderr || stdout || error.message).trim().split('\n').at(-1) ?? '')
            reject(
              new MaculaError({
                kind: 'failed',
                what: `${means.title} was not started.`,
                why:
                  error.killed === true && !signal.aborted
                    ? `${commandOfMeans(means)} did not end in time.`
                    : `${commandOfMeans(means)} says: ${said.slice(0, KEPT_WORDS)}`,
                todo: 'Start it by its own means, then check again.',
              }),
            )
          },
        )
      }),
  }
}
