import { readFile } from 'node:fs/promises'
import type { Holder } from '../../model/observation.ts'
import type { Protocol } from '../../model/protocol.ts'
import { argvOf } from './record.ts'

type Belonging = Pick<Holder, 'unit' | 'container'>

/** Docker's own program that listens for a published port. */
const PROXY = 'docker-proxy'

/** Scopes of container engines, as they name their cgroups: docker-ID.scope, /docker/ID, cri-containerd:ID. */
const CONTAINER = /(?:^|[/:-])([0-9a-f]{64})(?:\.scope)?(?:\/|$)/

/**
 * The unit or container that a line of /proc/PID/cgroup names (cgroups(7), systemd's own naming of units; one line a
 * hierarchy, "0::/system.slice/nginx.service"). Sessions and user managers are no unit that somebody would stop.
 */
export function readCgroup(text: string): Belonging {
  const paths = text.split('\n').map((line) => line.split(':').slice(2).join(':'))
  for (const path of paths) {
    const id = CONTAINER.exec(path)?.[1]
    if (id !== undefined) return { container: id.slice(0, 12) }
  }
  for (const path of paths) {
    const parts = path.split('/')
    const name = parts.findLast((part) => part.endsWith('.service'))
    if (name === undefined || name.startsWith('user@')) continue
    const of = parts.some((part) => part.startsWith('user@')) ? 'user' : 'system'
    return { unit: { name, of } }
  }
  return {}
}

/** The container's address that a docker-proxy leads to, when its arguments say that it listens on this port. */
export function proxyTarget(
  argv: readonly string[],
  port: number,
  protocol: Protocol = 'tcp',
): string | undefined {
  if (argv[0]?.split('/').at(-1) !== PROXY) return undefined
  const value = (flag: string): string | undefined => {
    const at = argv.indexOf(flag)
    return at < 0 ? undefined : argv[at + 1]
  }
  if (value('-host-port') !== String(port) || (value('-proto') ?? 'tcp') !== protocol) return undefined
  return value('-container-ip')
}

/** What a process belongs to: a unit, a container, or the container whose published port it serves. */
export async function belongsTo(pid: number, port: number, protocol?: Protocol): Promise<Belonging> {
  const target = proxyTarget((await argvOf(pid)) ?? [], port, protocol)
  // Its own cgroup is Docker's: docker.service is not what anybody wants to stop.
  if (target !== undefined) return { container: target }
  return readCgroup(await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => ''))
}

/** The docker-proxy among `pids` that serves a port; its arguments are told to every user. */
export async function publisherOf(
  pids: readonly number[],
  port: number,
  protocol?: Protocol,
): Promise<Holder | undefined> {
  for (const pid of pids) {
    const container = proxyTarget((await argvOf(pid)) ?? [], port, protocol)
    if (container !== undefined) return { pid, program: PROXY, container }
  }
  return undefined
}
