import { inert } from '../../model/atoms.ts'
import { knownTrouble } from '../../model/docker-known.ts'
import { codeOf, isLimit, sayErrno } from '../../model/errno.ts'
import { MaculaError, type ErrorKind } from '../../model/errors.ts'

interface DaemonError {
  readonly statusCode?: number
  readonly code?: string
  readonly message?: string
  readonly json?: { readonly message?: unknown } | null
}

/** The daemon's own words of a failure, in one inert line. */
export function daemonWords(error: unknown): string {
  const { json, message, code } = (error ?? {}) as DaemonError
  const said = typeof json?.message === 'string' ? json.message : undefined
  const words = said ?? (message === '' ? undefined : message) ?? code ?? String(error)
  return inert(words.replaceAll(/\s+/g, ' ').trim()).slice(0, 500)
}

/** The HTTP status of a failed call, if there was an answer at all. */
export function statusOf(error: unknown): number | undefined {
  return (error as DaemonError | undefined)?.statusCode
}

const outside = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'EACCES', 'TIMEOUT', 'ENOTFOUND'])

/** A failed call as an error: what failed ("grafana cannot be started"), the reason, what to do. */
export function dockerTrouble(failed: string, error: unknown): MaculaError {
  if (error instanceof MaculaError) return error
  const words = daemonWords(error)
  const code = codeOf(error)
  if (isLimit(code))
    return new MaculaError(
      {
        kind: 'outside',
        what: `${failed}.`,
        why: `Docker was not asked: ${sayErrno(code) ?? code}.`,
        todo: 'Raise the limit in this terminal (ulimit -n 1024), or for good in /etc/security/limits.conf.',
      },
      { cause: error },
    )
  const found = knownTrouble(words)
  if (found)
    return new MaculaError(
      { kind: 'failed', what: `${failed}: ${found.says}`, why: `Docker says: ${words}`, todo: found.todo },
      { cause: error },
    )
  const kind: ErrorKind = outside.has(code) ? 'outside' : 'failed'
  const [, away] = /\bconnect (?:ENOENT|ECONNREFUSED) (\S+)/.exec(words) ?? []
  const [, denied] = /\bconnect (?:EACCES|EPERM) (\S+)/.exec(words) ?? []
  return new MaculaError(
    {
      kind,
      what: `${failed}.`,
      why:
        away === undefined
          ? denied === undefined
            ? kind === 'outside'
              ? `Docker does not answer: ${words}`
              : `Docker says: ${words}`
            : `This user may not talk to Docker at ${denied}.`
          : `Nothing answers at ${away}: Docker is not installed or not running.`,
      todo:
        kind === 'outside'
          ? 'maculactl doctor says what to do about Docker.'
          : 'Repair what Docker names, then run it again; where it names nothing of yours, maculactl doctor looks at Docker itself.',
    },
    { cause: error },
  )
}
