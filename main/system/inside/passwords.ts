import type { DockerAdapter } from '../../engine/adapters.ts'
import { inert } from '../../model/atoms.ts'
import { MaculaError, Refusal } from '../../model/errors.ts'
import type { SecretKeeper } from '../../model/secret.ts'
import { ONE_AT_A_TIME, psql, quoted } from './psql.ts'
import { scramVerifier } from './scram.ts'

/** Grafana's command line opens its database and may run its migrations first. */
const PROGRAM_DEADLINE_MS = 60_000

/** Its command line ends with 1 when it did not do it; 126 and 127: there is none. One that was killed may have. */
const refused: ReadonlySet<number> = new Set([1, 126, 127])

/**
 * What gives roles their passwords, all or none, as far as they are there. One at a time: PostgreSQL refuses two that change one
 * role. Run in the database "postgres": the lock is that database's.
 */
export function passwordStatements(passwords: ReadonlyMap<string, string>): readonly string[] {
  const rows = [...passwords].map(
    ([role, password]) => `('${quoted(role).slice(1, -1)}', '${scramVerifier(password)}')`,
  )
  if (rows.length === 0) return []
  return [
    'BEGIN;',
    ONE_AT_A_TIME,
    `SELECT format('ALTER ROLE %I PASSWORD %L', role, verifier) FROM (VALUES ${rows.join(', ')}) AS one (role, verifier)
     WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = role)`,
    String.raw`\gexec`,
    'COMMIT;',
  ]
}

/** Gives roles their passwords by a session of its own; see passwordStatements(). */
export async function setPasswords(
  docker: Pick<DockerAdapter, 'exec'>,
  container: string,
  admin: string,
  passwords: ReadonlyMap<string, string>,
): Promise<void> {
  const statements = passwordStatements(passwords)
  if (statements.length === 0) return
  await psql(
    docker,
    container,
    { user: admin, database: 'postgres' },
    statements,
    `PostgreSQL did not take the passwords of ${[...passwords.keys()].join(', ')}.`,
  )
}

interface Told {
  readonly docker: Pick<DockerAdapter, 'exec'>
  readonly container: string
  readonly user: string
  readonly admin: string
  readonly password: string
}

/** How each program is given a new password, as far as it keeps one itself. */
export const keepers: Readonly<Record<SecretKeeper, (told: Told) => Promise<void>>> = {
  async postgres({ docker, container, user, admin, password }) {
    await psql(
      docker,
      container,
      { user: admin, database: 'postgres' },
      // A verifier holds no quote (base64, $ and :).
      [`ALTER ROLE ${quoted(user)} PASSWORD '${scramVerifier(password)}';`],
      `PostgreSQL did not take the new password of ${user}.`,
    )
  },
  // The number 1 is the one that Grafana makes at its first start, from GF_SECURITY_ADMIN_USER.
  async grafana(told) {
    const argv = ['grafana', 'cli', 'admin', 'reset-admin-password', '--password-from-stdin']
    await tellProgram(told, argv, 'Grafana did not take the new password of its admin.', 'grafana')
  },
  // A script of ours beside its fragment: its own command line has no such command.
  async 'powerdns-admin'(told) {
    const argv = ['python', '/etc/macula/admin.py', 'password']
    await tellProgram(
      told,
      argv,
      'PowerDNS-Admin did not take the new password of its admin.',
      'powerdns-admin',
    )
  },
}

/** Gives a program in the container the password by stdin. */
async function tellProgram(
  { docker, container, password }: Told,
  argv: readonly string[],
  what: string,
  service: string,
): Promise<void> {
  const { code, out, err } = await docker.exec(container, {
    argv,
    input: `${password}\n`,
    deadlineMs: PROGRAM_DEADLINE_MS,
  })
  if (code === 0) return
  const said = [...out.split('\n'), ...err.split('\n')].filter((line) => line.trim() !== '').at(-1) ?? ''
  throw new (refused.has(code) ? Refusal : MaculaError)({
    kind: 'failed',
    what,
    why: `It says: ${inert(said.replaceAll(password, '••••')).slice(0, 300) || `nothing (code ${code})`}`,
    todo: `Its log may say more: maculactl logs ${service}`,
  })
}
