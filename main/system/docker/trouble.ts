import { inert } from '../../model/atoms.ts'
import { MaculaError } from '../../model/errors.ts'
import type { DockerSeen } from '../../model/observation.ts'

interface DaemonError {
  readonly statusCode?: number
  readonly code?: string
  readonly message?: string
  readonly json?: { readonly message?: string }
  readonly reason?: string
}

/** The daemon's own words of a failure, in one line. */
export function daemonWords(error: unknown): string {
  const { json, message, code } = error as DaemonError
  const words = json?.message ?? message ?? code ?? String(error)
  return inert(words.replaceAll(/\s+/g, ' ').trim()).slice(0, 500)
}

export function statusOf(error: unknown): number | undefined {
  return (error as DaemonError).statusCode
}

/** Why the engine is down, from what a first call threw. */
export function downFrom(error: unknown, where: string): DockerSeen {
  const { code } = error as DaemonError
  if (code === 'ENOENT' || code === 'ECONNREFUSED')
    return {
      kind: 'down',
      code: 'absent',
      says: `Nothing answers at ${where}: Docker is not installed or not running.`,
    }
  if (code === 'EACCES' || code === 'EPERM')
    return { kind: 'down', code: 'denied', says: `This user may not talk to Docker at ${where}.` }
  if (code === 'TIMEOUT')
    return { kind: 'down', code: 'slow', says: `Docker at ${where} did not answer in time.` }
  return {
    kind: 'down',
    code: 'broken',
    says: `Docker at ${where} answers with a failure: ${daemonWords(error)}`,
  }
}

const known: readonly {
  readonly sign: RegExp
  readonly what: (match: RegExpExecArray, subject: string) => string
  readonly todo: (match: RegExpExecArray, subject: string) => string
}[] = [
  {
    sign: /No such image: (\S+)/i,
    what: (match, subject) => `${subject}: the image ${match[1] ?? ''} is not on this machine.`,
    todo: () => 'Run maculactl up: it pulls what is missing.',
  },
  {
    sign: /Conflict\. The container name "\/?([^"]+)" is already in use/i,
    what: (match, subject) => `${subject}: a container that is not ours has the name ${match[1] ?? ''}.`,
    todo: (match) => `Rename or remove it (docker rename ${match[1] ?? ''} …); it is left as it is.`,
  },
  {
    sign: /Address already in use|address is already in use|port is already allocated/i,
    what: (_, subject) => `${subject}: its address or port in Docker is taken.`,
    todo: () => 'maculactl doctor names the network; another container of the network may have the address.',
  },
  {
    sign: /no space left on device/i,
    what: (_, subject) => `${subject}: the disk is full.`,
    todo: () => 'Make room (docker system df shows what Docker uses), then try again.',
  },
  {
    sign: /network \S+ not found/i,
    what: (_, subject) => `${subject}: its Docker network is gone.`,
    todo: () => 'Run maculactl up: it makes the network anew.',
  },
  {
    sign: /error mounting|not a directory: unknown: Are you trying to mount/i,
    what: (_, subject) => `${subject}: one of its files cannot be mounted.`,
    todo: () => 'Run maculactl up: it writes the configuration anew.',
  },
]

/** A failed call as an error that names its subject ("Grafana cannot be started"), the reason and what to do. */
export function dockerTrouble(subject: string, error: unknown): MaculaError {
  const words = daemonWords(error)
  for (const { sign, what, todo } of known) {
    const match = sign.exec(words)
    if (match)
      return new MaculaError(
        { kind: 'failed', what: what(match, subject), why: words, todo: todo(match, subject) },
        { cause: error },
      )
  }
  const { code } = error as DaemonError
  const gone =
    code === 'ENOENT' ||
    code === 'ECONNREFUSED' ||
    code === 'EACCES' ||
    code === 'TIMEOUT' ||
    code === 'ECONNRESET'
  return new MaculaError(
    {
      kind: gone ? 'outside' : 'failed',
      what: `${subject}: Docker refused.`,
      why: words,
      todo: 'maculactl doctor says more.',
    },
    { cause: error },
  )
}
