/** What the engine needs of applications that are used where they lie. */
import type { AddedApp, AppListed, AppRead } from '../../model/added-app.ts'
import type { Catalog } from '../../model/service.ts'

export interface AppsAdapter {
  /**
   * Reads a path without adding it. Throws MaculaError `invalid` with file, line and column when it cannot be used, `usage`
   * when its id or a host of it is taken by something that does not give way.
   */
  read(wish: AddedApp): Promise<{ readonly added: AddedApp; readonly read: AppRead }>
  /** Notes that it is used from now on; one of the same path is put in its place. Only its path and choices are kept. */
  keep(added: AddedApp): Promise<void>
  /** Forgets it; its folder is left alone. */
  forget(added: AddedApp): Promise<void>
  list(): Promise<readonly AppListed[]>
  /** The catalog as the files are now. */
  catalog(): Promise<Catalog>
  /**
   * Calls `onChange` some moments after a file of one, or the list of them, changed, or what a person describes (services,
   * clusters, applications), until `signal` aborts; once more when all are followed, for what changed before. Never throws.
   */
  follow(signal: AbortSignal, onChange: () => void): void
}
