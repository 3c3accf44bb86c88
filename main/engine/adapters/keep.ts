/** What the engine keeps over processes. */
import type { ActivityEntry, ActivityRead } from '../../model/activity.ts'
import type { Reference } from '../../model/drift.ts'
import type { Trouble } from '../../model/errors.ts'
import type { Failure } from '../../model/fixes.ts'
import type { Lack } from '../../model/lack.ts'
import type { ServiceSpec } from '../../model/service.ts'
import type { WizardStepId } from '../../model/wizard.ts'

/** What is kept of the set-up over processes; how far it is, is read from the machine. */
export interface SetupMemory {
  /** The end was seen, or the wizard was closed. */
  readonly ended: boolean
  readonly skipped: readonly WizardStepId[]
  /** Ids of changes that a person left out when the others were made. */
  readonly leftOut: readonly string[]
  /** The welcome was read, and what is to run was chosen there. */
  readonly welcomed?: boolean | undefined
  /** Ids of the services that were chosen; absent: all. */
  readonly services?: readonly string[] | undefined
  /** A cluster was asked for too. */
  readonly cluster?: boolean | undefined
  /** When and how the password was last refused; gone once it is given. */
  readonly refused?: { readonly at: number; readonly says: string } | undefined
}

export interface SetupMemoryAdapter {
  read(): Promise<SetupMemory>
  /** Changes some of it; the rest stays. */
  keep(part: Partial<SetupMemory>): Promise<SetupMemory>
}

/** A change of secrets that was begun and is not known to be whole. */
export interface SecretsChanging {
  /** Epoch ms. */
  readonly since: number
  /** The values before; a name that is missing had none. */
  readonly from: ReadonlyMap<string, string>
  readonly to: ReadonlyMap<string, string>
}

export interface SecretsAdapter {
  /** The value of each name, generated and stored (0600) when absent; refused while `lost`. */
  ensure(names: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** Those that exist already; makes nothing. */
  read(): Promise<ReadonlyMap<string, string>>
  /** Why none may be made: there are none, and data that was made with others is there. Throws when Docker cannot tell. */
  lost(): Promise<Trouble | undefined>
  /**
   * Why nothing may be made with a password, nor it be handed out: data that `services` made with another one is there.
   * Throws MaculaError `outside` when some are missing and Docker cannot tell.
   */
  held(services: readonly ServiceSpec[]): Promise<(name: string) => Trouble | undefined>
  /**
   * Reads those of `services` that are missing, or that data was made with another of, back from what was made with them:
   * containers, else the rendered copy of the stack; returns their names. Keeps all or none, and the old file aside. Throws
   * MaculaError `usage` when there is none, `failed` naming those that nothing has.
   */
  restore(services: readonly ServiceSpec[]): Promise<readonly string[]>
  /** A new random value, which every place takes. */
  generate(): string
  /** What is kept and cannot be used, with the reason as a clause. */
  odd(): Promise<ReadonlyMap<string, string>>
  /** The change that was begun; throws MaculaError `invalid` when it cannot be read. */
  changing(): Promise<SecretsChanging | undefined>
  /** Writes down that these values are about to be told to programs; nothing else changes. Returns what it wrote. */
  begin(values: ReadonlyMap<string, string>): Promise<SecretsChanging>
  /** Keeps the values of the change: all programs that keep one themselves were told. */
  commit(): Promise<void>
  /** The change is whole, or was taken back: nothing of it is kept. */
  settle(): Promise<void>
}

export interface LockAdapter {
  /** Runs `work` alone among all our processes. Waits at most `deadline` ms; then MaculaError `busy` naming the holder. */
  alone<T>(purpose: string, deadline: number, work: () => Promise<T>): Promise<T>
}

/** What a person stopped on purpose, kept over processes (a stop by `down` is not a failure). */
export interface IntentAdapter {
  wanted(): Promise<ReadonlySet<string>>
  /** Why what was kept cannot be read, or that it is gone while services run; what runs counts as wanted then, until the next change writes it anew. */
  damage(): Promise<{ readonly says: string; readonly gone?: true } | undefined>
  want(ids: readonly string[]): Promise<void>
  unwant(ids: readonly string[]): Promise<void>
  /** Says of what stays wanted that it is stopped from here (a restart, a take-over), until it is wanted anew. */
  rest(ids: readonly string[]): Promise<void>
  /** What was stopped so and is not wanted anew since: whoever stopped it is at work, or was ended. */
  resting(): Promise<ReadonlySet<string>>
}

/** What is kept of a service over processes. */
export interface ServiceRecord {
  /** Its container when compose had just made it; absent: not known. */
  readonly made?: Reference
  /** The volumes that held its data then. */
  readonly volumes: readonly string[]
  /** How its last start failed; absent: it did not. */
  readonly failed?: Failure
  /** What could not be created in it when it answered; absent: nothing. */
  readonly lacks?: Lack
  /** The container that had everything that belongs in it after its last start; absent: not known. */
  readonly complete?: string
}

export interface RecordAdapter {
  /** By service; none where nothing is known. Never throws. */
  read(): Promise<ReadonlyMap<string, ServiceRecord>>
  /** Replaces what is kept of some services. */
  keep(changes: ReadonlyMap<string, ServiceRecord>): Promise<void>
}

/** The timeline, which several of our processes write and read at the same time. */
export interface ActivityAdapter {
  /** Writes whole lines at its end. Throws what is in the way (a full disk). */
  append(entries: readonly ActivityEntry[]): Promise<void>
  /** Everything that is kept; what cannot be read is counted. Never throws. */
  read(): Promise<Omit<ActivityRead, 'trouble'>>
  /** What was written since the last call, by whomever, as it was written; the first time everything. Never throws. */
  news(): Promise<readonly ActivityEntry[]>
  /** The machine's interfaces and their first address, without those of containers. */
  links(): ReadonlyMap<string, string>
}

export interface Clock {
  now(): number
}

/** Whether a folder of ours can be written. */
export interface RoomSeen {
  readonly folder: string
  /** Bytes that this user may still write. */
  readonly free?: number
  /** Why nothing can be written there, and what to do. */
  readonly trouble?: { readonly why: string; readonly todo: string }
}
