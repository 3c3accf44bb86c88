import type { RootOutcome, RootStepResult } from '../../main/model/change.ts'
import { troubleOf, type Trouble } from '../../main/model/errors.ts'
import type { Shell } from './shell.ts'

/** A run of root's program that this window asked for; kept while the person looks at other views. */
export interface RootJob {
  readonly kind: 'setup' | 'undo'
  /** Ids of the changes (set-up) or of the entries (undo) that are meant. */
  readonly meant: readonly string[]
  /** Epoch ms. */
  readonly at: number
  readonly steps: readonly RootStepResult[]
  /** Null while it goes on. */
  readonly end: RootOutcome | { readonly kind: 'trouble'; readonly trouble: Trouble } | null
}

/** The job with one more step; steps of others' jobs are not ours. */
export function hearRoot(job: RootJob | null, step: RootStepResult): RootJob | null {
  return job === null || job.end !== null ? job : { ...job, steps: [...job.steps, step] }
}

async function follow(
  shell: Shell,
  kind: RootJob['kind'],
  meant: readonly string[],
  asked: () => Promise<RootOutcome>,
): Promise<void> {
  const { store } = shell
  if (store.getState().root?.end === null) return
  const begun: RootJob = { kind, meant, at: Date.now(), steps: [], end: null }
  store.setState({ root: begun })
  const end = await asked().catch((error: unknown) => ({
    kind: 'trouble' as const,
    trouble: troubleOf(error),
  }))
  const now = store.getState().root
  if (now?.at !== begun.at) return
  // What the outcome lists is whole; events may have been missed while the connection was lost.
  const steps = 'steps' in end ? end.steps : now.steps
  store.setState({ root: { ...now, steps, end } })
}

/** Applies changes of the plan with this digest; how it goes is told by `root` in the store. */
export async function applySetup(shell: Shell, changes: readonly string[], digest: string): Promise<void> {
  await follow(shell, 'setup', changes, () => shell.request('setup', { changes: [...changes], digest }))
}

/** Takes entries of the ledger back; how it goes is told by `root` in the store. */
export async function takeBack(
  shell: Shell,
  entries: readonly string[],
  evenIfDrifted: boolean,
): Promise<void> {
  await follow(shell, 'undo', entries, () => shell.request('undo', { entries: [...entries], evenIfDrifted }))
}
