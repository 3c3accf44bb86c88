/** Words of starting and stopping: what happens meanwhile, how it ended, what else it touches. */
import type { Trouble } from './errors.ts'

export interface PullProgress {
  readonly image: string
  readonly phase: 'asking' | 'downloading' | 'extracting' | 'done'
  readonly currentBytes: number
  /** 0 while unknown. */
  readonly totalBytes: number
}

/** One thing that happened during a start or stop, for progress displays. `ms`: elapsed since the whole began. */
export type StepEvent = { readonly ms: number } & (
  | { readonly kind: 'phase'; readonly says: string }
  | { readonly kind: 'pull'; readonly progress: PullProgress }
  | { readonly kind: 'pulled'; readonly image: string; readonly tookMs: number }
  /** `done`: what was waited for is there, and nothing more comes of this service. */
  | { readonly kind: 'waiting'; readonly service: string; readonly says: string; readonly done?: true }
  /** `says`: why it takes long. */
  | { readonly kind: 'starting'; readonly service: string; readonly says?: string }
  /** `silent`: it has nothing that could answer, and runs. */
  | { readonly kind: 'answers'; readonly service: string; readonly tookMs: number; readonly silent?: true }
  | { readonly kind: 'stopping'; readonly service: string }
  | { readonly kind: 'stopped'; readonly service: string; readonly tookMs: number }
  | {
      readonly kind: 'removed'
      readonly service: string
      readonly what: 'container' | 'cluster' | 'application'
    }
  | { readonly kind: 'failed'; readonly service: string; readonly trouble: Trouble }
  /** Not tried because what it needs failed, or not started because the run was interrupted. */
  | { readonly kind: 'skipped'; readonly service: string; readonly because: string }
  | { readonly kind: 'forward'; readonly listener: string; readonly says: string; readonly ok: boolean }
  /** `done`: it was made, and there is nothing to see to; `quiet`: how things are meant to be, and no warning. */
  | { readonly kind: 'note'; readonly says: string; readonly done?: true; readonly quiet?: true }
)

/** What is said of a service that is started. */
export const sayStarted = ({ silent }: Extract<StepEvent, { kind: 'answers' }>): string =>
  silent === true ? 'runs' : 'answers'

/** Why something was not started, or not to its end, in a run that a person ended. */
export const INTERRUPTED = 'the start was interrupted'

/** What is said of a service that was left out: "not tried: it needs Tempo, which did not start". */
export function saySkipped(because: string): string {
  return because === INTERRUPTED ? 'not started, interrupted' : `not tried: ${because}`
}

/** What is said of a forwarder, always with its address and port, and once. */
export function sayForward({ listener, says }: Extract<StepEvent, { kind: 'forward' }>): string {
  return says.startsWith(listener) ? says : `${listener}: ${says}`
}

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
