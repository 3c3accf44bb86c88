import { isAtLeast } from '../../model/version.ts'
import type { PackageManager } from '../root/commands.ts'
import type { Machine } from './machine.ts'

/** The distribution's engine with Compose, and with what its packages are installed. */
export interface EnginePackages {
  readonly manager: PackageManager
  readonly names: readonly string[]
}

/** Whose API is new enough (1.44); Debian 12's own is older. */
const OLDEST_ENGINE = [25, 0] as const
/** Compose as a plug-in; the one before was written in Python and knows less. */
const OLDEST_COMPOSE = [2, 20] as const

const OTHERS: Readonly<Record<Exclude<PackageManager, 'apt-get'>, readonly string[]>> = {
  dnf: ['moby-engine', 'docker-cli', 'docker-compose'],
  zypper: ['docker', 'docker-compose'],
  pacman: ['docker', 'docker-compose'],
  apk: ['docker', 'docker-cli-compose'],
}

/**
 * The packages that bring an engine and Compose on this machine, from its distribution; undefined: it has none that would do (or
 * no package manager that is known).
 */
export async function enginePackages(machine: Machine): Promise<EnginePackages | undefined> {
  if (machine.platform !== 'linux') return undefined
  if ((await machine.tool('apt-get')) !== undefined) {
    const names = await debianPackages(machine)
    return names && { manager: 'apt-get', names }
  }
  for (const manager of ['dnf', 'zypper', 'pacman', 'apk'] as const)
    if ((await machine.tool(manager)) !== undefined) return { manager, names: OTHERS[manager] }
  return undefined
}

/** Debian and Ubuntu differ in the name of Compose, and in whether docker's own command is a package of its own. */
async function debianPackages(machine: Machine): Promise<readonly string[] | undefined> {
  const wanted = ['docker.io', 'docker-cli', 'docker-compose-v2', 'docker-compose']
  const policy = (await machine.output('apt-cache', ['policy', ...wanted], 10_000)) ?? ''
  const candidates = readPolicy(policy)
  if (!isAtLeast(candidates.get('docker.io') ?? '0', OLDEST_ENGINE)) return undefined
  const compose = ['docker-compose-v2', 'docker-compose'].find((name) =>
    isAtLeast(candidates.get(name) ?? '0', OLDEST_COMPOSE),
  )
  return ['docker.io', 'docker-cli', compose].flatMap((name) =>
    name !== undefined && candidates.has(name) ? [name] : [],
  )
}

/** The candidate version of each package in the output of `apt-cache policy`, without epoch; those without one are left out. */
export function readPolicy(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  let name = ''
  for (const line of text.split('\n')) {
    const head = /^([a-z0-9][a-z0-9.+-]*):$/.exec(line)
    if (head) name = head[1] ?? ''
    const candidate = /^\s+Candidate:\s+(?:\d+:)?(\d\S*)/.exec(line)?.[1]
    if (candidate !== undefined && name !== '') found.set(name, candidate)
  }
  return found
}
