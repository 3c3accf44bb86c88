/** The set-up of a machine as steps that every face draws; main/engine/wizard says how each stands. */
import type { Fix } from './ladder.ts'

/** In the order they are gone through. */
export const wizardStepIds = [
  'welcome',
  'docker',
  'before',
  'tools',
  'network',
  'review',
  'password',
  'names',
  'images',
  'start',
  'cluster',
  'done',
] as const

export type WizardStepId = (typeof wizardStepIds)[number]

export interface WizardStep {
  readonly id: WizardStepId
  /** "Docker", "Review". */
  readonly title: string
  /**
   * done: its check says so; todo: not yet; trouble: tried or looked at, and something is in the way; skipped: a person
   * left it out; waiting: another step must be done first, or does this one too.
   */
  readonly state: 'done' | 'todo' | 'trouble' | 'skipped' | 'waiting'
  /** A few words under the title: "29.7.2, you may use it", "16 names, 3 ms". */
  readonly says: string
  /** What was found, why it is needed, what to do; a sentence or two each. */
  readonly what: string
  readonly why: string
  readonly todo: string
  /** The same in a terminal, to copy. */
  readonly command: string
  readonly skippable: boolean
  readonly fix?: Fix
  /** Ids of changes in the ledger that undo would take back. */
  readonly undo: readonly string[]
}

export interface WizardState {
  readonly steps: readonly WizardStep[]
  /** The first step that is to do or in trouble; "done" when there is none. */
  readonly at: WizardStepId
  /** Ids of the services that a person chose to run, with what those need; null: all, as nobody chose. */
  readonly chosen: readonly string[] | null
  /** Nobody has been through it yet on this machine: a face opens it by itself. */
  readonly first: boolean
}
