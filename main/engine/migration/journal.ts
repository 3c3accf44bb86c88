import type { MigrationPartId } from '../../model/migration.ts'
import type { Journal, JournalAdapter, KeptData, KeptStep } from './family.ts'

/** The journal as it is changed, one fact at a time; each is whole on disk before anything goes on. */
export async function openKeeping(adapter: JournalAdapter, now: () => number) {
  let journal: Journal = await adapter.read()

  async function write(next: Journal): Promise<void> {
    await adapter.write(next)
    journal = next
  }

  const withStep = (step: KeptStep): readonly KeptStep[] => [
    ...journal.steps.filter(({ id }) => id !== step.id),
    step,
  ]

  return {
    read: (): Journal => journal,
    /** What was kept of a part's steps, of those that were only begun too. */
    keptOf: (part: MigrationPartId): readonly unknown[] =>
      journal.steps.filter((step) => step.part === part).map(({ kept }) => kept),
    async begin(step: Omit<KeptStep, 'at' | 'state' | 'says'>): Promise<void> {
      const before = journal.steps.find(({ id }) => id === step.id)
      const at = before?.at ?? now()
      await write({
        ...journal,
        since: journal.since ?? at,
        steps: withStep({ ...step, at, state: 'begun', says: '' }),
      })
    },
    async done(id: string, says: string): Promise<void> {
      const step = journal.steps.find((one) => one.id === id)
      if (step) await write({ ...journal, steps: withStep({ ...step, state: 'done', says }) })
    },
    /** It is as if it was never begun: given back, or not done after all. */
    async forget(id: string): Promise<void> {
      if (journal.steps.every((step) => step.id !== id)) return
      const steps = journal.steps.filter((step) => step.id !== id)
      const { byRoot, data } = journal
      // Nothing of it stands: what root does from here on belongs to no take-over, and --back must not undo it.
      if (steps.length === 0 && byRoot !== true) await write({ steps, data })
      else await write({ ...journal, steps })
    },
    /** The containers of a project run again: what they write from here on was not taken over. */
    async forgetData(project: string): Promise<void> {
      if (journal.data.every((one) => one.project !== project)) return
      await write({ ...journal, data: journal.data.filter((one) => one.project !== project) })
    },
    async took(data: KeptData): Promise<void> {
      await write({
        ...journal,
        data: [...journal.data.filter(({ id, project }) => id !== data.id || project !== data.project), data],
      })
    },
    /** Root changes something: from here on its ledger tells what undo takes back. */
    async mark(): Promise<void> {
      await write({ ...journal, since: journal.since ?? now(), byRoot: true })
    },
    close: async (): Promise<void> => await adapter.close(),
  }
}

export type Keeping = Awaited<ReturnType<typeof openKeeping>>
