import type { LedgerEntry } from '../../model/change.ts'
import { MaculaError, troubleOf, type Trouble } from '../../model/errors.ts'
import { namesOf } from '../../model/listeners.ts'
import type {
  MigrationChoice,
  MigrationEvent,
  MigrationResult,
  MigrationView,
} from '../../model/migration.ts'
import type { Catalog, Settings } from '../../model/service.ts'
import type { Adapters } from '../adapters.ts'
import type { Truth } from '../look/truth.ts'
import type { RunContext } from '../run/context.ts'
import type { Runs } from '../run/runs.ts'
import { setupItems } from '../run/setup.ts'
import { noteRunning } from './again.ts'
import { entriesSince, giveBack } from './back.ts'
import { forgetDataMoves, openDataMoves, servicesOf } from './data/open.ts'
import type { MigrationAdapter } from './family.ts'
import { openKeeping } from './journal.ts'
import { take } from './take.ts'
import { viewOf } from './view.ts'

type Tell = (event: MigrationEvent) => void

/** What a machine ran before, as the engine offers it to faces. The caller of `take` and `back` has the lock. */
export function createMigration(input: {
  readonly adapters: Adapters
  readonly settings: Settings
  readonly catalog: () => Catalog
  readonly truth: Truth
  readonly context: RunContext
  /** Puts names and forwarders right for what runs. */
  readonly putRight: () => Promise<void>
}) {
  const { adapters, settings, catalog, truth, context } = input

  function need(): MigrationAdapter {
    const { migration } = adapters
    // What takes data needs the engine, which the system does not know.
    if (migration)
      return migration.data.length > 0 ? migration : { ...migration, data: openDataMoves(context) }
    throw new MaculaError({
      kind: 'usage',
      what: 'There is nothing to take over on this kind of machine.',
      why: 'The platform’s own scripts run on Linux only.',
    })
  }

  async function needDocker(): Promise<void> {
    await truth.observe.docker()
    await context.needDocker('nothing is known of what ran here before')
  }

  async function stopOurs(runs: Runs, tell: Tell, signal: AbortSignal): Promise<Trouble | undefined> {
    const ids = catalog().services.map(({ id }) => id)
    try {
      const { failed } = await runs.stop(
        ids,
        { also: true, remove: true },
        (event) => tell({ kind: 'run', event }),
        signal,
      )
      return failed[0]?.trouble
    } catch (error) {
      return troubleOf(error)
    }
  }

  return {
    async view(): Promise<MigrationView> {
      const migration = need()
      await needDocker()
      const aside = await adapters.docker.volumes.copies()
      const view = await viewOf(
        migration,
        await migration.journal.read(),
        await setupItems(adapters, settings, catalog()),
      )
      return aside.length === 0 ? view : { ...view, aside }
    },
    async entries(): Promise<readonly LedgerEntry[]> {
      const { since } = await need().journal.read()
      return entriesSince(await adapters.root.ledger(), since)
    },
    async take(
      runs: Runs,
      choice: MigrationChoice,
      tell: Tell,
      signal: AbortSignal,
    ): Promise<MigrationResult> {
      const migration = need()
      await needDocker()
      const now = (): number => adapters.clock.now()
      const keeping = await openKeeping(migration.journal, now)
      const ours = await noteRunning(context, servicesOf(choice.data))
      const result = await take({ migration, root: adapters.root, keeping, now }, choice, tell, signal)
      // As after set-up: names can be tried at once, and forwarders move to what became free.
      await adapters.nameServer
        .ensure(namesOf(catalog(), settings.suffix))
        .catch((error: unknown) => void troubleOf(error))
      await input.putRight().catch(() => undefined)
      const off = await ours.again(runs, tell, signal)
      return off.length === 0 ? result : { ...result, ok: false, off }
    },
    async back(runs: Runs, tell: Tell, signal: AbortSignal): Promise<MigrationResult> {
      const migration = need()
      await needDocker()
      const keeping = await openKeeping(migration.journal, () => adapters.clock.now())
      // Half a copy is of no use to who goes back; that it stays is of no consequence.
      await forgetDataMoves(context).catch((error: unknown) => void troubleOf(error))
      return await giveBack(
        {
          migration,
          root: adapters.root,
          keeping,
          stopOurs: async (told, ended) => await stopOurs(runs, told, ended),
        },
        tell,
        signal,
      )
    },
  }
}
