import type { LedgerEntry, SetupItem } from '../../model/change.ts'
import type { CheckResult } from '../../model/check.ts'
import type { ImageInfo } from '../../model/facts.ts'
import type { Fix } from '../../model/ladder.ts'
import type { Settings } from '../../model/service.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import type { WizardStep } from '../../model/wizard.ts'
import type { SetupMemory } from '../adapters.ts'

/** Everything that steps judge by: what the doctor and set-up found, and what a person decided. */
export interface WizardFacts {
  readonly now: number
  readonly settings: Settings
  readonly snapshot: Snapshot
  readonly checks: readonly CheckResult[]
  readonly items: readonly SetupItem[]
  readonly ledger: readonly LedgerEntry[]
  /** Empty while Docker cannot be asked. */
  readonly images: readonly ImageInfo[]
  /** The names of the catalog as the OS resolver answers them; `ms`: the slowest of the good ones. */
  readonly names: { readonly total: number; readonly good: number; readonly ms: number }
  /** Nothing of ours runs, so our name server need not. */
  readonly idle: boolean
  readonly memory: SetupMemory
}

/** What a step found. `state` is its own judgement, before skipping and waiting are applied. */
export interface Judged {
  readonly state: 'done' | 'todo' | 'trouble' | 'skipped' | 'waiting'
  readonly says: string
  readonly what: string
  readonly why: string
  readonly todo: string
  readonly command: string
  readonly fix?: Fix
  readonly undo?: readonly string[]
}

/** One step of set-up. A new one is a file beside this, named in wizard.ts and in the model's list of ids. */
export interface Step {
  readonly id: WizardStep['id']
  readonly title: string
  readonly skippable: boolean
  /** Steps that must be done or skipped first. */
  readonly after: readonly WizardStep['id'][]
  /** Whether there is such a step on this machine; absent: on every one. */
  readonly isThere?: (facts: WizardFacts) => boolean
  /** Its words while it waits for them. */
  readonly ahead: (facts: WizardFacts) => string
  readonly judge: (facts: WizardFacts) => Judged
}

/** Whether a service is among those that set-up is about: all, unless a person chose some. */
export function isChosen({ memory }: WizardFacts, service: string): boolean {
  return memory.services === undefined || memory.services.includes(service)
}

/** The findings of one check of the doctor. */
export function findings(facts: WizardFacts, check: string): readonly CheckResult[] {
  return facts.checks.filter(({ id }) => id === check)
}

/** The first of a check's findings that is not as it should be. */
export function badFinding(facts: WizardFacts, check: string): CheckResult | undefined {
  const all = findings(facts, check)
  return all.find(({ result }) => result === 'failed') ?? all.find(({ result }) => result !== 'ok')
}

/** Changes that set-up would make, without those a person left out. */
export function openItems({ items, memory }: WizardFacts): readonly SetupItem[] {
  return items.filter(({ change, state }) => state === 'to do' && !memory.leftOut.includes(change.id))
}

/** Ids of ledger entries that an undo would take back, of some changes or all; what root had only begun may be half done. */
export function undoable({ ledger }: WizardFacts, isMeant: (change: string) => boolean): readonly string[] {
  return ledger
    .filter(
      (entry) =>
        entry.state !== 'undone' && entry.undoable && entry.elsewhere !== true && isMeant(entry.change),
    )
    .map(({ id }) => id)
}

/** When root was last allowed to change something; undefined: never. */
export function allowedAt({ ledger }: WizardFacts): number | undefined {
  const all = ledger
    .filter(({ state, elsewhere }) => state !== 'undone' && elsewhere !== true)
    .map(({ at }) => at)
  return all.length === 0 ? undefined : Math.max(...all)
}
