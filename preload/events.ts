/** What faces are told without asking, and how answers and events cross a border. */
import type { RootStepResult } from '../main/model/change.ts'
import type { Trouble } from '../main/model/errors.ts'
import type { StatsSample } from '../main/model/facts.ts'
import type { LogLine } from '../main/model/log-line.ts'
import { type MigrationEvent } from '../main/model/migration.ts'
import type { StepEvent } from '../main/model/run.ts'
import type { SettingsView } from '../main/model/service.ts'
import type { Snapshot } from '../main/model/snapshot.ts'
import type { SnapshotChanges } from '../main/model/snapshot-changes.ts'
import { type TerminalEnd } from '../main/model/terminal.ts'
import type { RunView, Shown } from './shapes.ts'
import { told } from './spec.ts'

export const events = {
  snapshot: told<Snapshot>(),
  /** In place of a whole snapshot, for a face that was told one before. */
  changes: told<SnapshotChanges>(),
  /** Everything that is being done now, whoever asked for it; told when one begins or ends. */
  runs: told<readonly RunView[]>(),
  /** A step of a run. */
  run: told<{ readonly run: string; readonly event: StepEvent }>(),
  /** A step of root's program, for set-up and undo. */
  root: told<RootStepResult>(),
  /** What happens while something is taken over. */
  migration: told<MigrationEvent>(),
  /** Lines of a log stream, some at a time. */
  log: told<{ readonly stream: string; readonly lines: readonly LogLine[] }>(),
  stats: told<{ readonly stream: string; readonly sample: StatsSample }>(),
  /** Text of a terminal: not ours, and only for a terminal. */
  terminal: told<{ readonly stream: string; readonly text: string }>(),
  /** `ended`: of a terminal, how its program ended. */
  streamEnd: told<{ readonly stream: string; readonly trouble?: Trouble; readonly ended?: TerminalEnd }>(),
  settings: told<SettingsView>(),
  /** The desktop asks the window to show something (a tray item, a notification, a second start). */
  show: told<Shown>(),
  /** The desktop's window is about to close and there is no tray to come back from: the window asks what to do. */
  closing: told<null>(),
  /** The connection to the engine: false while it is started again. */
  connected: told<boolean>(),
} as const

export type EventName = keyof typeof events
export type Payload<Name extends EventName> = Exclude<(typeof events)[Name]['payload'], undefined>

/** An answer as it crosses a border: errors are data. */
export type Reply =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly trouble: Trouble }

/** An event as it crosses a border. */
export type Told = {
  [Name in EventName]: { readonly event: Name; readonly payload: Payload<Name> }
}[EventName]

/**
 * One line of the stream that a browser's page reads (NDJSON). The first is `open`. `n` numbers what must not be missed:
 * a page whose stream broke says up to where it heard.
 */
export type StreamLine =
  /** Names this connection; its requests carry the name. */
  | { readonly kind: 'open'; readonly connection: string }
  | { readonly kind: 'told'; readonly told: Told; readonly n?: number }
  /** The reply to a request that was answered with `later`. */
  | { readonly kind: 'reply'; readonly later: string; readonly reply: Reply; readonly n?: number }
  /** Nothing else happened for a while: the way is still there. */
  | { readonly kind: 'beat' }

/**
 * What a browser's request is answered with. A browser opens six connections to a server at most, so what takes long
 * must not hold one: its reply comes as a line of the stream.
 */
export type Answer = Reply | { readonly later: string }
