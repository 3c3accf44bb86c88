import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { DatabaseAt, DockerAdapter } from '../../engine/adapters.ts'
import { MaculaError } from '../../model/errors.ts'
import { migrationsOf, type AppliedMigration, type SqlMigration } from '../../model/sql-migration.ts'
import { readIfThere } from '../files.ts'
import { ONE_AT_A_TIME, psql } from './psql.ts'

type Exec = Pick<DockerAdapter, 'exec'>

/** Copying what a person collected over months, and waiting for another of ours that does. */
const DEADLINE_MS = 15 * 60_000

/** Copying may take minutes: a limit that a person set for a role, a database or the server is for programs. */
const NO_LIMIT = 'SET LOCAL statement_timeout = 0;'

/** A program that holds a table for longer is told of, and the next start tries again. */
const LOCK_TIMEOUT = '30s'

/** What is known of each database lies in it, so that it goes where its data goes. */
const TABLE = 'macula_desktop.migrations'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** The migrations in a folder, by number. Throws MaculaError `invalid` where they are not one whole row, `failed` where it cannot be read. */
export async function readMigrations(folder: string): Promise<readonly SqlMigration[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new MaculaError(
      { kind: 'invalid', what: `The migrations cannot be read: there is no folder ${folder}.` },
      { cause: error },
    )
  })
  const files = await Promise.all(
    names
      .filter((name) => !name.startsWith('.'))
      .map(async (name) => [name, (await readIfThere(join(folder, name))) ?? ''] as const),
  )
  return migrationsOf(folder, new Map(files), sha256)
}

/** The migrations that a database has had, by number. */
export async function appliedMigrations(
  docker: Exec,
  container: string,
  at: DatabaseAt,
): Promise<readonly AppliedMigration[]> {
  const rows = await psql(
    docker,
    container,
    at,
    [
      'BEGIN;',
      ONE_AT_A_TIME,
      'CREATE SCHEMA IF NOT EXISTS macula_desktop;',
      `CREATE TABLE IF NOT EXISTS ${TABLE} (number integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
       applied_at timestamptz NOT NULL DEFAULT now());`,
      'COMMIT;',
      `SELECT number, name, checksum FROM ${TABLE} ORDER BY number;`,
    ],
    `What was applied to the database ${at.database} cannot be read.`,
    DEADLINE_MS,
  )
  return rows.map((row) => {
    const [number = '', name = '', checksum = ''] = row.split('\t')
    return { number: Number(number), name, checksum }
  })
}

/**
 * Applies a migration in one transaction. It is run as a text of one statement, so that what it says of transactions is refused
 * by PostgreSQL itself, and a script that was cut off is none. Returns false when somebody else had applied it meanwhile.
 */
export async function applyMigration(
  docker: Exec,
  container: string,
  at: DatabaseAt,
  { number, name, checksum, sql }: SqlMigration,
): Promise<boolean> {
  const tag = `$migration_${checksum.slice(0, 16)}$`
  const rows = await psql(
    docker,
    container,
    at,
    [
      'BEGIN;',
      NO_LIMIT,
      ONE_AT_A_TIME,
      `SET LOCAL lock_timeout = '${LOCK_TIMEOUT}';`,
      `SELECT NOT EXISTS (SELECT FROM ${TABLE} WHERE number = ${number}) AS is_new`,
      String.raw`\gset`,
      String.raw`\if :is_new`,
      `DO $do_${checksum.slice(0, 16)}$ BEGIN EXECUTE ${tag}${sql}${tag}; END $do_${checksum.slice(0, 16)}$;`,
      // Atoms of ours: digits, a name by its grammar, hex.
      `INSERT INTO ${TABLE} (number, name, checksum) VALUES (${number}, '${name}', '${checksum}');`,
      String.raw`\echo applied`,
      String.raw`\endif`,
      'COMMIT;',
    ],
    `Migration ${number} (${name}) was not applied to the database ${at.database}, which is as it was before.`,
    DEADLINE_MS,
  )
  return rows.includes('applied')
}
