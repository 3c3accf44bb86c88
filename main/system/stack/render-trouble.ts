import { troubleOf, type Trouble } from '../../model/errors.ts'

/** What hinders a service's files from being read or written. */

/** What a file system said of a file, as words; undefined when it was something else. */
function saidOfFile(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('path' in error)) return undefined
  const said =
    error.code === 'EACCES' || error.code === 'EPERM' ? 'it belongs to another user' : String(error.code)
  return `${String(error.path)}: ${said}.`
}

/** Why a service's files are left out. */
export function readTrouble(id: string, error: unknown): Trouble {
  const said = saidOfFile(error)
  if (said === undefined) return troubleOf(error)
  return {
    kind: 'invalid',
    what: `The files of ${id} cannot be read.`,
    why: said,
    todo: 'Make it readable for you, or mount it so that the program may write to it: then it is left to the program. The other services are not touched by this.',
  }
}

/** Why its copy could not be created. */
export function writeTrouble(id: string, error: unknown): Trouble {
  const said = saidOfFile(error)
  if (said === undefined) return troubleOf(error)
  return {
    kind: 'failed',
    what: `The rendered copy of ${id} cannot be written.`,
    why: said,
    todo: `Move it away or make it yours again (sudo chown), then run maculactl up ${id} again.`,
  }
}

/** A secret that Compose cannot be given, by its name. */
export function oddSecret(name: string): Trouble {
  return {
    kind: 'invalid',
    what: `The secret ${name} cannot be given to Compose: it has a character that cannot be printed, or none at all.`,
    todo: `Give it another value: maculactl secrets set ${name}`,
  }
}
