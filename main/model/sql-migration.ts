/** Changes of a database, each applied once and in the order of its number. */
import { MaculaError } from './errors.ts'

/** One that is shipped: a file `0002-events.sql` is number 2, "events". */
export interface SqlMigration {
  readonly number: number
  readonly name: string
  /** SHA-256 of its text, in hex. */
  readonly checksum: string
  readonly sql: string
}

/** One that a database has had. */
export type AppliedMigration = Omit<SqlMigration, 'sql'>

const FILE = /^(\d{4})-([a-z0-9]+(?:-[a-z0-9]+)*)\.sql$/

/**
 * The migrations of a folder's files, by number; `checksum`: of a text. Throws MaculaError `invalid` where a file is none, or a
 * number is missing or there twice: what comes after would meet another database than it was written for.
 */
export function migrationsOf(
  folder: string,
  files: ReadonlyMap<string, string>,
  checksum: (text: string) => string,
): readonly SqlMigration[] {
  const found = [...files].map(([file, sql]) => {
    const [, number, name] = FILE.exec(file) ?? []
    if (number === undefined || name === undefined)
      throw unusable(`${folder}/${file} is not named like 0001-name.sql.`)
    return { number: Number(number), name, checksum: checksum(sql), sql }
  })
  const all = [...found].sort((one, two) => one.number - two.number)
  for (const [index, { number }] of all.entries()) {
    if (number === index + 1) continue
    throw unusable(
      number === all[index - 1]?.number
        ? `${folder} has two migrations ${number}.`
        : `${folder} has no migration ${index + 1}.`,
    )
  }
  return all
}

const unusable = (what: string): MaculaError =>
  new MaculaError({
    kind: 'invalid',
    what,
    why: 'Migrations are numbered from 0001 on, each number once.',
    todo: 'Name the files so; the database is left as it is.',
  })

/**
 * What a database still has to get, in order. Throws MaculaError `refused` where it is of a newer version than `shipped`, or had
 * something else under one of their numbers: then nothing of it is changed.
 */
export function pendingOf(
  database: string,
  shipped: readonly SqlMigration[],
  applied: readonly AppliedMigration[],
): readonly SqlMigration[] {
  const newest = applied.at(-1)
  const known = shipped.at(-1)
  if (newest !== undefined && newest.number > (known?.number ?? 0))
    throw new MaculaError({
      kind: 'refused',
      what: `The database ${database} was made by a newer version: it has migration ${newest.number} (${newest.name}), this version ends with ${known?.number ?? 0}.`,
      why: 'A newer version changed its tables in a way that this one does not know. It is left as it is.',
      todo: 'Install the version that made it, or a newer one.',
    })
  for (const { number, name, checksum } of applied) {
    const own = shipped[number - 1]
    if (own?.number !== number || own.checksum === checksum) continue
    throw new MaculaError({
      kind: 'refused',
      what: `Migration ${number} (${own.name}) of the database ${database} is not the one that was applied${name === own.name ? '' : `, which was ${name}`}.`,
      why: 'Its text was changed afterwards, so nobody knows what the database has. Nothing more is applied to it.',
      todo: `Put back the text that was applied (SHA-256 ${checksum.slice(0, 12)}…), and make the change in a migration of its own, number ${shipped.length + 1}.`,
    })
  }
  const had = new Set(applied.map(({ number }) => number))
  return shipped.filter(({ number }) => !had.has(number))
}
