import { troubleOf } from '../../main/model/errors.ts'
import type { RootOutcome } from '../../main/model/change.ts'
import type { RootJob } from './root-job.ts'
import type { Shell } from './shell.ts'

async function follow(
  shell: Shell,
  { kind, meant, evenIfDrifted }: Pick<RootJob, 'kind' | 'meant' | 'evenIfDrifted'>,
  asked: () => Promise<RootOutcome>,
): Promise<void> {
  const { store } = shell
  if (store.getState().root?.end === null) return
  const begun: RootJob = { kind, meant, evenIfDrifted, at: Date.now(), steps: [], end: null }
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
  await follow(shell, { kind: 'setup', meant: changes, evenIfDrifted: false }, () =>
    shell.request('setup', { changes: [...changes], digest }),
  )
}

/** Takes entries of the ledger back; how it goes is told by `root` in the store. */
export async function takeBack(
  shell: Shell,
  entries: readonly string[],
  evenIfDrifted: boolean,
): Promise<void> {
  await follow(shell, { kind: 'undo', meant: entries, evenIfDrifted }, () =>
    shell.request('undo', { entries: [...entries], evenIfDrifted }),
  )
}
