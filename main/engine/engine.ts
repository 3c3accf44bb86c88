/** What every face may ask of the engine. The window, the tray, the command line and the browser are equal clients. */
import type { Change, LedgerEntry, RootOutcome, RootStepResult } from '../model/change.ts'
import type { Fix } from '../model/ladder.ts'
import type { Trouble } from '../model/errors.ts'
import type { Catalog, Settings } from '../model/service.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { LogLine, PullProgress } from './ports.ts'

/** One thing that happened during a start or stop, for progress displays. `ms`: elapsed since the whole began. */
export type StepEvent = { readonly ms: number } & (
  | { readonly kind: 'phase'; readonly says: string }
  | { readonly kind: 'pull'; readonly progress: PullProgress }
  | { readonly kind: 'pulled'; readonly image: string; readonly tookMs: number }
  | { readonly kind: 'waiting'; readonly service: string; readonly says: string }
  | { readonly kind: 'starting'; readonly service: string }
  | { readonly kind: 'answers'; readonly service: string; readonly tookMs: number }
  | { readonly kind: 'stopping'; readonly service: string }
  | { readonly kind: 'stopped'; readonly service: string; readonly tookMs: number }
  | { readonly kind: 'removed'; readonly service: string }
  | { readonly kind: 'failed'; readonly service: string; readonly trouble: Trouble }
  /** Not tried because what it needs failed. */
  | { readonly kind: 'skipped'; readonly service: string; readonly because: string }
  | { readonly kind: 'forward'; readonly listener: string; readonly says: string; readonly ok: boolean }
  | { readonly kind: 'note'; readonly says: string }
)

export interface RunResult {
  readonly ok: boolean
  readonly done: readonly string[]
  readonly failed: readonly { readonly service: string; readonly trouble: Trouble }[]
  readonly skipped: readonly { readonly service: string; readonly because: string }[]
  readonly ms: number
}

/** What else would be touched by stopping `ids`: asked before, shown by every face. */
export interface Consequences {
  /** They need what is stopped and will fail: offer to stop them too. */
  readonly failing: readonly { readonly service: string; readonly title: string; readonly because: string }[]
  /** They only miss it. */
  readonly missing: readonly { readonly service: string; readonly title: string; readonly because: string }[]
}

/** One set-up change with whether the machine has it already. */
export interface SetupItem {
  readonly change: Change
  readonly state: 'to do' | 'in place'
  /** How it is known: "net.ipv4.ip_unprivileged_port_start is 1024". */
  readonly says: string
}

export interface CheckResult {
  readonly id: string
  readonly group: 'machine' | 'docker' | 'names' | 'network' | 'files' | 'services'
  readonly title: string
  readonly result: 'ok' | 'warning' | 'failed' | 'unknown'
  readonly what: string
  readonly why: string
  readonly todo: string
  readonly fix?: Fix
  readonly ms: number
}

export interface Engine {
  readonly settings: Settings
  catalog(): Catalog
  /** Calls `tell` with the current snapshot as soon as there is one and on every change, until the returned undo. */
  subscribe(tell: (snapshot: Snapshot) => void): () => void
  /** One whole look at everything, fresh. */
  look(): Promise<Snapshot>
  up(ids: readonly string[], tell: (event: StepEvent) => void, signal: AbortSignal): Promise<RunResult>
  /** `also`: stop what needs them too. `remove`: remove containers and (when all) the network; never volumes. */
  down(
    ids: readonly string[],
    options: { readonly also: boolean; readonly remove: boolean },
    tell: (event: StepEvent) => void,
    signal: AbortSignal,
  ): Promise<RunResult>
  restart(ids: readonly string[], tell: (event: StepEvent) => void, signal: AbortSignal): Promise<RunResult>
  consequences(ids: readonly string[]): Consequences
  /** Log lines of several services merged by time. */
  logs(
    ids: readonly string[],
    options: {
      readonly follow: boolean
      readonly since?: number
      readonly tail?: number
      readonly signal: AbortSignal
    },
  ): AsyncIterable<LogLine>
  /** Variables with values, by service; secrets in clear. For stopped services too. */
  env(ids: readonly string[]): Promise<
    readonly {
      readonly service: string
      readonly name: string
      readonly value: string
      readonly secret: boolean
    }[]
  >
  /** Every secret there is, so that a face can hide them in what it passes on (logs, health output); makes none. */
  secrets(): Promise<readonly string[]>
  doctor(): Promise<readonly CheckResult[]>
  /** What set-up would change on this machine, best route chosen, with what is already in place. */
  setupPlan(): Promise<readonly SetupItem[]>
  setup(changes: readonly Change[], tell: (step: RootStepResult) => void): Promise<RootOutcome>
  elevation(): Promise<'root' | 'sudo' | 'desktop' | undefined>
  ledger(): Promise<readonly LedgerEntry[]>
  undo(
    entries: readonly string[] | undefined,
    options: { readonly evenIfDrifted: boolean },
    tell: (step: RootStepResult) => void,
  ): Promise<RootOutcome>
  /** Puts names and forwarders as they should be for what runs now. */
  reconcile(): Promise<void>
  /** Ends streams and timers; services and forwarders stay. */
  close(): Promise<void>
}
