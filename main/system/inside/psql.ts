import type { DockerAdapter } from '../../engine/adapters.ts'
import { inert, isDatabaseName } from '../../model/atoms.ts'
import { MaculaError, Refusal } from '../../model/errors.ts'

/** CREATE DATABASE copies a template of some megabytes; CREATE EXTENSION timescaledb runs thousands of statements. */
const DEADLINE_MS = 60_000

/** psql's own codes: 1 an error of its own, 3 one of the script (psql(1), "Exit Status"; 2: the connection); 126 and 127: no psql. */
const refused: ReadonlySet<number> = new Set([1, 3, 126, 127])

/** Waits until no other of ours changes what a database has, until the transaction ends. The number is ours alone. */
export const ONE_AT_A_TIME = 'SELECT pg_advisory_xact_lock(5567890013);'

/** The same until the session ends: what makes a database runs in no transaction. */
export const ONE_SESSION_AT_A_TIME = 'SELECT pg_advisory_lock(5567890013);'

/** A name in SQL: only what PostgreSQL takes without quotes, in quotes all the same (a name may be a word of SQL). */
export function quoted(name: string): string {
  if (!isDatabaseName(name))
    throw new MaculaError({ kind: 'internal', what: `${JSON.stringify(name)} is not a name of PostgreSQL.` })
  return `"${name}"`
}

/**
 * Runs a script by the psql of a container, over its socket, where the server asks the superuser for no password. The script
 * comes by stdin: neither the list of processes nor Docker's own shows it. Returns the lines that it printed. Throws
 * MaculaError `failed` with `what` and what psql said; a Refusal when the server said no, or never got it. A connection that
 * ended, or a psql that was killed, leaves open whether the statement was done.
 */
export async function psql(
  docker: Pick<DockerAdapter, 'exec'>,
  container: string,
  { user, database }: { readonly user: string; readonly database: string },
  script: readonly string[],
  what: string,
  deadlineMs = DEADLINE_MS,
): Promise<readonly string[]> {
  // prettier-ignore
  const argv = [
    'psql', '--no-psqlrc', '--no-password', '--quiet', '--tuples-only', '--no-align', '--field-separator=\t',
    '--set=ON_ERROR_STOP=1', '--username', user, '--dbname', database, '--file=-',
  ]
  const input = ['SET client_min_messages = warning;', ...script, String.raw`\q`].join('\n')
  const { code, out, err } = await docker.exec(container, {
    argv,
    input: `${input}\n`,
    deadlineMs,
  })
  if (code === 0) return out.split('\n').filter((line) => line !== '')
  const lines = err.split('\n')
  // The last one ended it; after it what PostgreSQL found, and what it advises.
  const at = lines.findLastIndex((line) => /ERROR|FATAL|error:/.test(line))
  const more = lines.slice(at + 1).filter((line) => /^(?:DETAIL|HINT): /.test(line))
  const said = at === -1 ? err : [lines[at], ...more.map((line) => line.replace(/^\w+: +/, ''))].join('. ')
  const saidNo = refused.has(code) || (code === 2 && err.includes('connection to server'))
  throw new (saidNo ? Refusal : MaculaError)({
    kind: 'failed',
    what,
    why: `PostgreSQL says: ${inert(said.replace(/^psql:[^ ]* /, '').trim()).slice(0, 400) || `nothing (code ${code})`}`,
    todo: 'Its log may say more (maculactl logs); the next try continues where this one stopped.',
  })
}
