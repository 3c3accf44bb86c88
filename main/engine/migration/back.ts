import type { LedgerEntry } from '../../model/change.ts'
import { troubleOf, type Trouble } from '../../model/errors.ts'
import type { MigrationEvent, MigrationResult } from '../../model/migration.ts'
import { sentence } from '../../model/say.ts'
import type { RootAdapter } from '../adapters.ts'
import type { MigrationAdapter } from './family.ts'
import type { Keeping } from './journal.ts'

type Tell = (event: MigrationEvent) => void

interface Way {
  readonly migration: MigrationAdapter
  readonly root: Pick<RootAdapter, 'undo' | 'ledger'>
  readonly keeping: Keeping
  /** Stops everything of ours and removes containers and network, so that theirs find their ports and subnet free. */
  readonly stopOurs: (tell: Tell, signal: AbortSignal) => Promise<Trouble | undefined>
}

/**
 * The changes of the machine that were made since the take-over began, newest first: with all of them undone its files are
 * what they were, byte for byte. What set-up made before that stays.
 */
export function entriesSince(
  entries: readonly LedgerEntry[],
  since: number | undefined,
): readonly LedgerEntry[] {
  if (since === undefined) return []
  // Root's clock counts whole seconds.
  const from = Math.floor(since / 1000) * 1000
  // What root had begun when it was ended may be half done: it is taken back like what was done.
  return entries.filter(
    ({ at, state, undoable, elsewhere }) =>
      state !== 'undone' && undoable && elsewhere !== true && at >= from,
  )
}

/** Brings the old world back: ours stops, root's changes are undone, then each part in the opposite order. */
export async function giveBack(way: Way, tell: Tell, signal: AbortSignal): Promise<MigrationResult> {
  const { migration, root, keeping } = way
  const done: { id: string; says: string }[] = []
  const left: MigrationResult['left'][number][] = []
  tell({ kind: 'begins', id: 'stop', title: 'Macula’s services stop' })
  const stuck = await way.stopOurs(tell, signal)
  if (stuck) return { ok: false, done, left, trouble: stuck }
  // A stop that was ended answers without a failure, though not all of it stopped.
  if (signal.aborted) return { ok: false, done, left, trouble: interruptedStop }
  done.push({ id: 'stop', says: 'containers and network are removed; data stays' })
  tell({ kind: 'done', id: 'stop', says: 'containers and network are removed; data stays' })

  const { since } = keeping.read()
  const entries = entriesSince(await root.ledger(), since)
  if (entries.length > 0) {
    const outcome = await root.undo(
      entries.map(({ id }) => id),
      { evenIfDrifted: false },
      (step) => tell({ kind: 'root', step }),
    )
    const open = entriesSince(await root.ledger(), since)
    for (const { id, change, title, target } of entries) {
      if (open.every((one) => one.id !== id)) done.push({ id: change, says: `${target} is as it was` })
      else left.push({ id, title: `${title} (${target})`, because: whyNot(outcome, change, target) })
    }
  }

  const order = migration.parts.map(({ id }) => id)
  const steps = keeping.read().steps.toSorted((one, two) => order.indexOf(two.part) - order.indexOf(one.part))
  for (const step of steps) {
    if (signal.aborted) {
      left.push({ id: step.id, title: step.brings, because: 'it was interrupted before' })
      continue
    }
    tell({ kind: 'begins', id: step.id, title: `Bringing back ${step.brings}` })
    try {
      const part = migration.parts.find(({ id }) => id === step.part)
      // They run again, whole or half: what they write from here on was not taken over.
      const project = step.part === 'compose' ? /^[a-z]+-(.+)$/.exec(step.id)?.[1] : undefined
      if (project !== undefined) await keeping.forgetData(project)
      const says =
        (await part?.giveBack(
          step.kept,
          (told) => tell({ kind: 'tells', id: step.id, says: told }),
          signal,
        )) ?? 'there is no such part'
      await keeping.forget(step.id)
      tell({ kind: 'done', id: step.id, says })
      done.push({ id: step.id, says })
    } catch (error) {
      const { what, why, todo } = troubleOf(error)
      left.push({
        id: step.id,
        title: step.brings,
        because: [what, why, todo?.replaceAll('\n', ' ')]
          .filter((part) => part !== undefined && part !== '')
          .join(' '),
      })
    }
  }
  if (left.length === 0) await keeping.close()
  return { ok: left.length === 0, done, left }
}

const interruptedStop: Trouble = {
  kind: 'refused',
  what: 'It was interrupted while Macula’s services stopped. Nothing was brought back yet.',
  todo: 'maculactl migrate --back continues it; maculactl up starts Macula’s services again.',
}

function whyNot(outcome: Awaited<ReturnType<RootAdapter['undo']>>, change: string, target: string): string {
  if (outcome.kind === 'refused') return sentence(outcome.says)
  const said = outcome.steps.find((step) => step.change === change && step.target === target)
  // Root says so of a file that is neither as it was nor as Macula left it.
  if (said?.says.startsWith('changed by somebody else') === true)
    return `${sentence(said.says)} maculactl undo ${change} --even-if-drifted brings it back nevertheless`
  return said?.says ?? (outcome.kind === 'failed' ? outcome.says : 'root did not say why')
}
