import type { DockerAdapter, DumpsAdapter } from '../../engine/adapters.ts'
import { inert } from '../../model/atoms.ts'
import { isDumpName } from '../../model/backup.ts'
import { MaculaError } from '../../model/errors.ts'
import { psql } from './psql.ts'

type Inside = Pick<DockerAdapter, 'exec' | 'piped'>

/** More of a program's complaints is told to nobody (characters). */
const MOST_SAID = 4000

const MAINTENANCE = 'postgres'

/** A name in SQL; only what needs no escape there is taken. */
function quoted(name: string): string {
  if (!isDumpName(name))
    throw new MaculaError({ kind: 'internal', what: `${JSON.stringify(name)} is no name of a database.` })
  return `"${name}"`
}

function said(what: string, code: number | null, err: string): MaculaError {
  const line = err.split('\n').find((one) => /error|fatal/i.test(one)) ?? err.trim().split('\n').at(-1) ?? ''
  return new MaculaError({
    kind: 'failed',
    what,
    why: `It says: ${inert(line.trim()).slice(0, 400) || `nothing (code ${String(code)})`}`,
  })
}

/** What a program in a container prints, as it comes. Throws at its end where it did not end well, with its last words. */
async function* printed(
  docker: Inside,
  container: string,
  argv: readonly string[],
  what: string,
): AsyncGenerator<Uint8Array> {
  const program = await docker.piped(container, argv)
  let err = ''
  let isOver = false
  try {
    program.end()
    for await (const { from, data } of program.output)
      if (from === 'out') yield data
      else err = `${err}${Buffer.from(data).toString('utf8')}`.slice(-MOST_SAID)
    isOver = true
  } finally {
    // Whoever reads no further ends it.
    if (!isOver) await program.close()
  }
  const code = await program.code()
  if (code !== 0) throw said(what, code, err)
}

/** Gives a program in a container what it reads. Throws where it did not end well. */
async function given(
  docker: Inside,
  container: string,
  argv: readonly string[],
  source: AsyncIterable<Uint8Array>,
  what: string,
): Promise<void> {
  const program = await docker.piped(container, argv)
  let err = ''
  const reading = (async () => {
    for await (const { from, data } of program.output)
      if (from === 'err') err = `${err}${Buffer.from(data).toString('utf8')}`.slice(-MOST_SAID)
  })()
  try {
    for await (const chunk of source) await program.write(chunk)
    program.end()
    await reading
  } catch (error) {
    await program.close()
    throw error
  }
  const code = await program.code()
  if (code !== 0) throw said(what, code, err)
}

/** The version in "timescaledb 2.29.2"; undefined: it is not among them. */
const versionOf = (extensions: readonly string[], name: string): string | undefined =>
  extensions.find((one) => one.startsWith(`${name} `))?.slice(name.length + 1)

/**
 * Makes a database without anything in it. With TimescaleDB its extension comes first, in the version that wrote the dump, and
 * is told that data comes (docs.timescale.com, "Logical backup with pg_dump and pg_restore"); the next start updates it.
 */
async function makeEmpty(
  docker: Inside,
  container: string,
  user: string,
  { name, owner, extensions }: Parameters<DumpsAdapter['putDatabase']>[2],
): Promise<boolean> {
  const what = `The database ${name} cannot be made anew.`
  // prettier-ignore
  await psql(docker, container, { user, database: MAINTENANCE }, [
    `DROP DATABASE IF EXISTS ${quoted(name)} WITH (FORCE);`,
    `CREATE DATABASE ${quoted(name)} OWNER ${quoted(owner)} TEMPLATE template0;`,
  ], what)
  const version = versionOf(extensions, 'timescaledb')
  if (version === undefined) return false
  if (!/^[0-9A-Za-z.-]{1,40}$/.test(version)) throw new MaculaError({ kind: 'invalid', what })
  // prettier-ignore
  await psql(docker, container, { user, database: name }, [
    `CREATE EXTENSION timescaledb VERSION '${version}';`,
    `SELECT timescaledb_pre_restore();`,
  ], what)
  return true
}

/** Dumps of PostgreSQL by the programs in its container: they always fit their server. */
export function openDumps(docker: Inside): DumpsAdapter {
  return {
    globals: (container, user) =>
      printed(
        docker,
        container,
        ['pg_dumpall', '--globals-only', '--no-role-passwords', '--no-password', '--username', user],
        'pg_dumpall did not write the roles.',
      ),
    database: (container, user, name) =>
      printed(
        docker,
        container,
        // What is compressed once is not compressed better twice.
        ['pg_dump', '--format=custom', '--compress=0', '--no-password', '--username', user, '--dbname', name],
        `pg_dump did not write the database ${name}.`,
      ),
    versions: async (container, user, extension) =>
      await psql(
        docker,
        container,
        { user, database: MAINTENANCE },
        [
          `SELECT version FROM pg_available_extension_versions WHERE name = '${quoted(extension).slice(1, -1)}';`,
        ],
        `The versions of ${extension} cannot be listed.`,
      ),
    // A role that is there stays as it is, with its password: that is no failure.
    putGlobals: async (container, user, sql) =>
      await given(
        docker,
        container,
        // prettier-ignore
        ['psql', '--no-psqlrc', '--no-password', '--quiet', '--username', user, '--dbname', MAINTENANCE, '--file=-'],
        sql,
        'The roles were not restored.',
      ),
    async putDatabase(container, user, wish, dump) {
      const hasTime = await makeEmpty(docker, container, user, wish)
      await given(
        docker,
        container,
        ['pg_restore', '--exit-on-error', '--no-password', '--username', user, '--dbname', wish.name],
        dump,
        `pg_restore did not restore the database ${wish.name}.`,
      )
      const last = [...(hasTime ? ['SELECT timescaledb_post_restore();'] : []), 'ANALYZE;']
      await psql(
        docker,
        container,
        { user, database: wish.name },
        last,
        `The database ${wish.name} is not ready.`,
      )
    },
  }
}
