/** What requests answer and events tell, where the model has no shape of its own: only types, ours on both sides. */
import type { ActivityRead } from '../main/model/activity.ts'
import type { BackupCut, BackupListed } from '../main/model/backup.ts'
import type { SetupItem } from '../main/model/change.ts'
import type { Trouble } from '../main/model/errors.ts'
import type { MovedVolume } from '../main/model/kept.ts'
import type { MigrationView } from '../main/model/migration.ts'
import type { Place } from '../main/model/places.ts'
import type { RunResult } from '../main/model/run.ts'
import type { Access } from '../main/model/snapshot.ts'

export { views, type View } from '../main/model/places.ts'

/**
 * Where the window is led to, and the question that stands before it: `asks` is about `service`. `lost`: another program
 * gave a link that leads nowhere.
 */
export interface Shown extends Place {
  readonly asks?: 'delete'
  readonly lost?: true
}

/** Everything the product says of itself and of where it runs. */
export interface About {
  readonly version: string
  readonly face: 'desktop' | 'browser'
  readonly platform: string
  /** Whether the desktop shows our tray icon; null: not known, or no desktop. */
  readonly tray: boolean | null
  readonly folders: { readonly config: string; readonly services: string; readonly state: string }
  /** What a person should know of our own files. */
  readonly notes: readonly string[]
}

/** What is done with snapshots in files. */
export const backupVerbs = ['snapshot', 'check snapshot', 'restore snapshot', 'bring back'] as const
export type BackupVerb = (typeof backupVerbs)[number]

export type RunVerb =
  'start' | 'stop' | 'restart' | 'pull' | 'fix' | 'reset' | 'migrate' | 'update' | BackupVerb

export interface RunView {
  readonly run: string
  readonly verb: RunVerb
  readonly services: readonly string[]
  /** What it is about where that is no service: the name of a snapshot. */
  readonly title?: string
  /** Epoch ms of its begin. */
  readonly at: number
}

export type ResetResult = RunResult & {
  readonly moved: readonly MovedVolume[]
}

/** How the last of what was done with a snapshot ended, whoever asked for it. */
export interface BackupEnded {
  readonly run: string
  readonly verb: BackupVerb
  /** The snapshot's name. */
  readonly title: string
  /** Epoch ms of its end. */
  readonly at: number
  readonly ms: number
  readonly ok: boolean
  /** Why it did not come to its end, or what of it failed. */
  readonly trouble?: Trouble
  /** Bytes of the file that was made. */
  readonly size?: number
  /** What a restore replaced, and where that is kept. */
  readonly moved: readonly MovedVolume[]
  readonly notes: readonly string[]
}

/** Snapshots in files, and how the last work with them ended (null: none since the engine began). */
export interface BackupsAnswer {
  readonly folder: string
  readonly snapshots: readonly BackupListed[]
  readonly ended: BackupEnded | null
  /** A restore that did not come to its end. */
  readonly cut: BackupCut | null
}

export interface OpenAnswer {
  readonly url: string
  readonly kind: Access['kind']
  /** Why it is not the name, when it is not. */
  readonly because?: string
  readonly opened: boolean
}

/** What happened; `same`: nothing came since the mark that was asked with, and no entry is told again. */
export type ActivityAnswer =
  ({ readonly kind: 'entries' } & ActivityRead) | { readonly kind: 'same'; readonly mark: string }

export interface SetupPlan {
  readonly items: readonly SetupItem[]
  readonly digest: string
  /** Text of the files that are there already and would be replaced, by path. */
  readonly present: Readonly<Record<string, string>>
  /** How root would be asked: nothing, sudo in a terminal, a window; null: no way here. */
  readonly elevation: 'root' | 'sudo' | 'desktop' | null
}

export interface MigrationPlan {
  readonly view: MigrationView
  readonly digest: string
  readonly elevation: SetupPlan['elevation']
}
