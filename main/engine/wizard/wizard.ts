import { withNeeds } from '../../model/graph.ts'
import { namesOf } from '../../model/listeners.ts'
import { isNameGood } from '../../model/rungs/name.ts'
import type { Catalog, Settings } from '../../model/service.ts'
import type { WizardState, WizardStepId } from '../../model/wizard.ts'
import { runChecks } from '../doctor/doctor.ts'
import { namesSeen, routeInput } from '../look/names.ts'
import type { Truth } from '../look/truth.ts'
import type { Adapters, SetupMemory } from '../adapters.ts'
import { imageInfos } from '../run/images.ts'
import { setupItems } from '../run/setup.ts'
import { judgeWizard } from './judge.ts'

/** The set-up as steps: read from the machine each time, so it continues where it stopped, whoever did the rest. */
export function createWizard(adapters: Adapters, settings: Settings, current: () => Catalog, truth: Truth) {
  async function read(memory?: SetupMemory): Promise<WizardState> {
    const catalog = current()
    const snapshot = await truth.look()
    const [items, ledger] = await Promise.all([
      setupItems(adapters, settings, catalog, routeInput(catalog, settings, truth.seen)),
      adapters.root.ledger().catch(() => []),
    ])
    const [checks, images] = await Promise.all([
      runChecks(
        {
          adapters,
          settings,
          catalog,
          snapshot,
          names: namesSeen(catalog, settings, truth.seen),
          notes: [],
          room: () => Promise.resolve([]),
        },
        'each',
      ),
      snapshot.docker.kind === 'up' ? imageInfos(adapters, catalog, 'quick').catch(() => []) : [],
    ])
    const wanted = namesOf(catalog, settings.suffix)
    const good = [...wanted].flatMap(([name, address]) => {
      const seen = truth.seen.names.get(name)
      return isNameGood(seen, address) ? [seen?.ms ?? 0] : []
    })
    return judgeWizard({
      now: adapters.clock.now(),
      settings,
      snapshot,
      checks,
      items,
      ledger,
      images,
      names: { total: wanted.size, good: good.length, ms: Math.max(0, ...good) },
      idle:
        truth.seen.wanted.size === 0 &&
        ![...truth.seen.containers.values()].some(({ state }) => state === 'running'),
      memory: memory ?? (await adapters.memory.read()),
    })
  }

  return {
    read: async () => await read(),
    /** Taking set-up's changes in again forgets what was left out and refused. */
    async skip(step: WizardStepId, skipped: boolean): Promise<WizardState> {
      const before = await adapters.memory.read()
      const others = before.skipped.filter((id) => id !== step)
      const isRoot = step === 'review' || step === 'password'
      return await read(
        await adapters.memory.keep({
          skipped: skipped
            ? [...others, step]
            : others.filter((id) => !isRoot || (id !== 'review' && id !== 'password')),
          ...(isRoot && !skipped ? { leftOut: [], refused: undefined } : {}),
        }),
      )
    },
    /** What those need comes with them. All is kept as nothing, so that a service of one's own that comes later belongs to it. */
    choose: async (services: readonly string[] | 'all', cluster: boolean): Promise<WizardState> =>
      await read(
        await adapters.memory.keep({
          welcomed: true,
          services: services === 'all' ? undefined : withNeeds(current().services, services),
          cluster,
        }),
      ),
    end: async () => void (await adapters.memory.keep({ ended: true })),
  }
}
