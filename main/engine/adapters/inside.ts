/** What is done inside of running containers, by the programs that are in them. */
import type { DatabaseSeen } from '../../model/database.ts'
import type { SecretKeeper } from '../../model/secret.ts'
import type { DatabasesSpec } from '../../model/service.ts'
import type { AppliedMigration, SqlMigration } from '../../model/sql-migration.ts'

/** A database of a PostgreSQL in a container, and its superuser. */
export interface DatabaseAt {
  readonly user: string
  readonly database: string
}

export interface InsideAdapter {
  /**
   * Gives a user of a program its new password; doing it twice does no harm. `admin`: the user of PostgreSQL who may do so.
   * Throws a Refusal with the program's own words when it has its old one still; of any other error that is not known.
   */
  tell(
    keeper: SecretKeeper,
    container: string,
    who: { readonly user: string; readonly admin: string },
    password: string,
  ): Promise<void>
  /** All databases that a person uses. */
  databases(container: string, spec: DatabasesSpec): Promise<readonly DatabaseSeen[]>
  /**
   * Whether nothing is to be done: all databases and extensions of `spec` are there, at the version of the image, and the
   * migrations of the first are exactly `shipped`. Then roles have `passwords` afterwards; else nothing was changed. Throws where
   * it cannot be asked.
   */
  stands(
    container: string,
    spec: DatabasesSpec,
    shipped: readonly SqlMigration[],
    passwords: ReadonlyMap<string, string>,
  ): Promise<boolean>
  /**
   * Makes those of `names` that are not there, and the extensions in each; what is there stays. Returns the names that were
   * made. Throws MaculaError `failed`; what is missing then is made by the next try.
   */
  ensureDatabases(
    container: string,
    spec: DatabasesSpec,
    names: readonly string[],
  ): Promise<readonly string[]>
  /** The migrations in a folder, by number. Throws MaculaError `invalid` where they are not one whole row. */
  migrations(folder: string): Promise<readonly SqlMigration[]>
  /** Those that a database has had, by number. */
  appliedMigrations(container: string, at: DatabaseAt): Promise<readonly AppliedMigration[]>
  /**
   * Applies one, in one transaction, which waits for any other that migrates. False: it was applied meanwhile. Throws
   * MaculaError `failed` with PostgreSQL's own words; the database is as it was then.
   */
  applyMigration(container: string, at: DatabaseAt, migration: SqlMigration): Promise<boolean>
  /** Gives roles their passwords, as far as the roles are there; `admin`: the superuser. */
  setPasswords(container: string, admin: string, passwords: ReadonlyMap<string, string>): Promise<void>
}
