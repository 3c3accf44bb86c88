/** What the engine needs of the files that hold a copy of everything. */
import type { BackupListed, BackupManifest, BackupPart, BackupPartSpec } from '../../model/backup.ts'

export type { BackupListed } from '../../model/backup.ts'

/** A file that is being written, beside its place. */
export interface BackupWriter {
  /** Writes one part, compressed; `onBytes`: content bytes so far. */
  add(
    spec: BackupPartSpec,
    source: AsyncIterable<Uint8Array>,
    onBytes: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<BackupPart>
  /** Puts it into its place, whole and on the disk. */
  finish(about: Omit<BackupManifest, 'parts'>): Promise<BackupManifest>
  /** Leaves nothing of it; after `finish` it does nothing. */
  drop(): Promise<void>
}

/** A file that is read; what is in it is a stranger's until it was checked. */
export interface OpenBackup {
  readonly path: string
  /** Bytes of the file. */
  readonly size: number
  readonly manifest: BackupManifest
  /** Content of a part, compared with its checksum: throws MaculaError `invalid` at its end, or before. */
  read(part: BackupPart): AsyncIterable<Buffer>
  /** Reads everything and compares it; changes nothing. `onBytes`: content bytes so far. Throws MaculaError `invalid`. */
  check(onBytes: (bytes: number) => void, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** A file of a person's that may hold passwords (.env, keys); `content` in base64, `path` below the folder of settings. */
export interface PrivateFile {
  readonly path: string
  readonly content: string
}

/** What is sealed. */
export interface BackupSecrets {
  readonly values: Readonly<Record<string, string>>
  readonly files: readonly PrivateFile[]
}

export interface BackupsAdapter {
  /** The product's version. */
  readonly product: string
  /** The folder that they lie in. */
  readonly folder: string
  /** Where a name or a path leads. */
  pathOf(word: string): string
  list(): Promise<readonly BackupListed[]>
  open(path: string): Promise<OpenBackup>
  /** Throws MaculaError `usage` where one of this name is there. */
  create(name: string): Promise<BackupWriter>
  remove(name: string): Promise<void>
  /** Bytes that may still be written where they lie. */
  free(): Promise<number | undefined>
  seal(secrets: BackupSecrets, passphrase: string): Promise<Buffer>
  /** Throws MaculaError `invalid` for a wrong passphrase. */
  unseal(sealed: Buffer, passphrase: string): Promise<BackupSecrets>
  /** Settings and a person's own folders: a tar, files that may hold passwords (not in the tar), and what was left out. */
  own(): Promise<{
    readonly tar: AsyncIterable<Uint8Array>
    readonly secret: readonly PrivateFile[]
    readonly notes: readonly string[]
  }>
  /**
   * Puts them in place; what they replace is moved into a folder, which is returned. Of the settings only what belongs to no
   * machine and no instance is taken. `at`: epoch ms, for the folder's name; the same one goes on where it broke off.
   */
  putOwn(
    tar: AsyncIterable<Uint8Array>,
    secret: readonly PrivateFile[],
    at: number,
  ): Promise<{ readonly movedTo: string | undefined; readonly notes: readonly string[] }>
  /** Brings back what `putOwn` of this time replaced, as far as it came. */
  backOwn(at: number): Promise<void>
}

/** Native dumps of a PostgreSQL in its own container, by its own programs; `user`: the superuser there. */
export interface DumpsAdapter {
  /** Roles without their passwords, as SQL. */
  globals(container: string, user: string): AsyncIterable<Uint8Array>
  /** One database in pg_dump's custom format, not compressed. */
  database(container: string, user: string, name: string): AsyncIterable<Uint8Array>
  /** Versions of an extension that its image brings. */
  versions(container: string, user: string, extension: string): Promise<readonly string[]>
  /** Makes roles that are missing. */
  putGlobals(container: string, user: string, sql: AsyncIterable<Uint8Array>): Promise<void>
  /** Makes a database anew and fills it. Throws MaculaError with the program's words. */
  putDatabase(
    container: string,
    user: string,
    wish: { readonly name: string; readonly owner: string; readonly extensions: readonly string[] },
    dump: AsyncIterable<Uint8Array>,
  ): Promise<void>
}
