import { userInfo } from 'node:os'
import { MaculaError } from '../model/errors.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Trees of the kernel: nothing can be kept there, and making a folder there never ends in Node (mkdir, recursive). */
const kernel = /^\/(?:proc|sys|dev)(?:\/|$)/

/**
 * The person's home folder: HOME where it is a whole path, else what the user database says. A cron, a unit or `env -i` may
 * give none, an empty one or a relative one, which would scatter our files over whatever folder somebody stands in.
 * Undefined: there is none.
 */
export function homeIfAny(
  env: Environment,
  listed: () => string = () => userInfo().homedir,
): string | undefined {
  const named = env['HOME'] ?? ''
  if (named.startsWith('/') && !kernel.test(named)) return named
  try {
    const own = listed()
    return own.startsWith('/') && !kernel.test(own) ? own : undefined
  } catch {
    // A user without an entry (a container's arbitrary uid).
    return undefined
  }
}

/** The same for what cannot do without; throws MaculaError `invalid` when there is none. */
export function homeOf(env: Environment, listed?: () => string): string {
  const home = homeIfAny(env, listed)
  if (home !== undefined) return home
  throw new MaculaError({
    kind: 'invalid',
    what: 'There is no home folder to keep anything in.',
    why:
      (env['HOME'] ?? '') === ''
        ? 'HOME is not set, and this user has none.'
        : `HOME is ${env['HOME']}, which is not a folder of yours, and this user has no other.`,
    todo: 'Set HOME to a folder of yours, or MACULA_HOME to one for Macula alone.',
  })
}
