/** What is done inside of running containers, by the programs that are in them. */
import type { DatabaseSeen } from '../../model/database.ts'
import type { SecretKeeper } from '../../model/secret.ts'
import type { DatabasesSpec } from '../../model/service.ts'

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
   * Makes those of `names` that are not there, and the extensions in each; what is there stays. Returns the names that were
   * made. Throws MaculaError `failed`; what is missing then is made by the next try.
   */
  ensureDatabases(
    container: string,
    spec: DatabasesSpec,
    names: readonly string[],
  ): Promise<readonly string[]>
}
