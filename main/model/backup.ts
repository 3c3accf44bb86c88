import type { Trouble } from './errors.ts'
import type { MovedVolume } from './kept.ts'
import type { RunResult } from './run.ts'

/** The words for one file that holds a copy of everything (`maculactl snapshot`); "snapshot" in this code is the state that faces draw. */

/** The number that a change of the layout raises; an older product refuses a file with a greater one. */
export const BACKUP_FORMAT = 1

/** What the name of such a file ends in. */
export const BACKUP_END = '.macula-snapshot'

/**
 * globals: roles of a PostgreSQL, as SQL without passwords; database: one of its databases, as pg_dump's custom format; volume: a
 * tar of a volume's content; images: names and digests of what a registry has; files: settings and a person's own folders, a tar;
 * secrets: encrypted.
 */
export const backupPartKinds = ['globals', 'database', 'volume', 'images', 'files', 'secrets'] as const
export type BackupPartKind = (typeof backupPartKinds)[number]

/** What a part is, before it is written. */
export interface BackupPartSpec {
  readonly kind: BackupPartKind
  /** Empty: of no service. */
  readonly service: string
  /** Of a database its name, of a volume its key without the project ("grafana"); else empty. */
  readonly name: string
  /** Of a database. */
  readonly owner?: string | undefined
  /** Of a database: extensions with their versions, by which it can be read. */
  readonly extensions?: readonly string[] | undefined
}

/** A part as it lies in the file. */
export interface BackupPart extends BackupPartSpec {
  /** Content bytes, and bytes in the file. */
  readonly bytes: number
  readonly packed: number
  /** Of the content, in hex. */
  readonly sha256: string
}

/** A service that has parts, as it was. */
export interface BackupService {
  readonly id: string
  readonly title: string
  readonly image: string
}

/** What stands first in the file. */
export interface BackupManifest {
  readonly format: 'macula-snapshot'
  readonly formatVersion: number
  /** The product's version that wrote it. */
  readonly product: string
  readonly name: string
  /** ISO 8601. */
  readonly at: string
  readonly suffix: string
  readonly subnet: string
  readonly secrets: 'encrypted' | 'left out'
  readonly registry: BackupRegistry
  readonly services: readonly BackupService[]
  readonly parts: readonly BackupPart[]
  /** What a person should know of it: sentences. */
  readonly notes: readonly string[]
}

/** How much of the registry is taken: its layers, the names and digests of its images, or nothing. */
export const backupRegistries = ['whole', 'references', 'none'] as const
export type BackupRegistry = (typeof backupRegistries)[number]

/** One that lies in our folder. */
export interface BackupListed {
  readonly name: string
  readonly path: string
  readonly size: number
  /** Absent with `trouble`: it cannot be used. */
  readonly manifest?: BackupManifest
  readonly trouble?: Trouble
  /** Its making was killed; `at`: epoch ms when it was begun, or last written to. */
  readonly cut?: { readonly at: number }
}

/** What a snapshot would take, told before it is made. */
export interface BackupPlan {
  readonly sources: readonly {
    readonly service: string
    readonly title: string
    readonly how: 'dump' | 'copy' | 'references'
    /** It runs, and is stopped while its files are copied. */
    readonly stops: boolean
    /** Undefined: Docker does not know. */
    readonly bytes: number | undefined
  }[]
  /** Before compression, as far as it is known. */
  readonly bytes: number
  /** Where snapshots lie; undefined: not known. */
  readonly free: number | undefined
}

export type BackupMade = RunResult & {
  readonly path: string
  readonly size: number
  readonly manifest: BackupManifest
}

export type BackupRestored = RunResult & {
  readonly manifest: BackupManifest
  readonly moved: readonly MovedVolume[]
  readonly notes: readonly string[]
}

/** What of a restore is about no service. */
export const CUT_FILES = ''

/** A restore that was begun and did not come to its end: what it did so far, and to what it can be brought back. */
export interface BackupCut {
  /** The snapshot's name, and its file. */
  readonly name: string
  readonly path: string
  /** Epoch ms of its begin; of the first one where it was run again. */
  readonly at: number
  /** What ran then: ids. */
  readonly ran: readonly string[]
  /** What it began to replace: ids, or `CUT_FILES`; `had`: there was something before. */
  readonly touched: readonly { readonly id: string; readonly had: boolean }[]
  /** Where what was there is kept, as far as that was written down. */
  readonly moved: readonly { readonly from: string; readonly to: string }[]
  /** What is in the middle: it has a part of its data only. */
  readonly half?: { readonly id: string; readonly title: string } | undefined
  /** Titles of what is restored whole, and of what is not begun. */
  readonly done: readonly string[]
  readonly left: readonly string[]
}

/** A snapshot whose making was begun: what it stopped or started for it and has not put back yet. */
export interface BackupTaking {
  /** The snapshot's name. */
  readonly name: string
  /** Epoch ms of its begin. */
  readonly at: number
  /** Stopped while its files are copied. */
  readonly stopped: readonly { readonly id: string; readonly title: string }[]
  /** Started for its dump alone. */
  readonly started: readonly { readonly id: string; readonly title: string }[]
  /** Its end, good or bad, was not reached yet. */
  readonly making?: true | undefined
}

/** Whether nothing of it has to be known any more. */
export const isTakingOver = ({ stopped, started, making }: BackupTaking): boolean =>
  stopped.length === 0 && started.length === 0 && making !== true

/** The shortest passphrase that is taken, in characters. */
export const SHORTEST_PASSPHRASE = 8

/** What a person may call one: it becomes the name of a file. */
export function isBackupName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(text) && !text.includes('..') && !text.endsWith('.')
}

/** Why a text cannot be the name of one. */
export function backupNameTrouble(text: string): { readonly what: string; readonly why: string } {
  return {
    what: `${JSON.stringify(text)} cannot be the name of a snapshot.`,
    why: 'Use 1 to 63 letters, digits, dots, hyphens and underscores, beginning with a letter or digit.',
  }
}

/** That the name is taken: what has it stays as it is. */
export const backupTaken = (name: string): Trouble => ({
  kind: 'usage',
  what: `There is a snapshot ${name} already. It stays as it is.`,
  todo: `Choose another name, or delete it first: maculactl snapshot delete ${name}`,
})

/** Why one whose making was killed cannot be used, and what can be done. */
export const cutTrouble = (name: string): Trouble => ({
  kind: 'invalid',
  what: `The snapshot ${name} was cut off while it was created.`,
  why: 'What created it was ended before everything was copied, so nothing can be restored from it.',
  todo: `maculactl snapshot create ${name} creates it again; maculactl snapshot delete ${name} removes what is left of it.`,
})

/** Names of databases and roles that are taken: they stand in argv and in quotes of SQL as they are, and no program reads more into them. */
export const isDumpName = (text: string): boolean => /^[A-Za-z_][A-Za-z0-9_-]{0,62}$/.test(text)

/** All content bytes of a file. */
export const backupBytes = ({ parts }: Pick<BackupManifest, 'parts'>): number =>
  parts.reduce((sum, { bytes }) => sum + bytes, 0)

/** "the database macula of TimescaleDB", for progress and errors. `title`: of the service. */
export function sayPart({ kind, name }: Pick<BackupPartSpec, 'kind' | 'name'>, title: string): string {
  switch (kind) {
    case 'globals':
      return `the roles of ${title}`
    case 'database':
      return `the database ${name} of ${title}`
    case 'volume':
      return `the files of ${title}`
    case 'images':
      return `the list of images of ${title}`
    case 'files':
      return 'settings and your own services'
    case 'secrets':
      return 'passwords and keys'
  }
}

/** The command that runs it again: by name where its file lies in our folder. */
export const restoreCommand = ({ path, name }: Pick<BackupCut, 'path' | 'name'>): string =>
  `maculactl snapshot restore ${path.endsWith(`/snapshots/${name}.macula-snapshot`) ? name : path}`
