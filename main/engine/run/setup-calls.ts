import type { Change, RootOutcome, SetupItem } from '../../model/change.ts'
import type { Engine } from '../engine.ts'
import { namesNow, routeInput } from '../look/names.ts'
import { dnsOf } from '../look/powerdns.ts'
import type { RunContext } from './context.ts'
import { setupItems } from './setup.ts'

/**
 * What faces may ask of the machine's set-up. `alone`: one change at a time among all our processes; `putRight`: names and
 * forwarders follow what the machine allows now.
 */
export function createSetupCalls(
  context: RunContext,
  alone: <T>(purpose: string, work: () => Promise<T>) => Promise<T>,
  putRight: () => Promise<void>,
): Pick<Engine, 'setupPlan' | 'setup'> {
  const { adapters, settings, catalog, truth } = context

  /** What set-up would change, for all names there are: those of Ingresses and of PowerDNS are looked for first. */
  async function plan(): Promise<readonly SetupItem[]> {
    await truth.observe
      .docker()
      .then(truth.observe.containers)
      .then(async () => await Promise.all([truth.observe.clusters(), truth.observe.zones()]))
      .catch(() => undefined)
    return await setupItems(adapters, settings, catalog(), routeInput(catalog(), settings, truth.seen))
  }

  /** What was left out and whether the password was refused, for whoever goes on with set-up later. */
  async function remember(
    items: readonly SetupItem[],
    changes: readonly Change[],
    outcome: RootOutcome,
  ): Promise<void> {
    const { leftOut } = await adapters.memory.read()
    const made = changes.map(({ id }) => id)
    const left = items.filter(({ state }) => state === 'to do').map(({ change }) => change.id)
    await adapters.memory
      .keep(
        outcome.kind === 'refused'
          ? { refused: { at: adapters.clock.now(), says: outcome.says } }
          : {
              refused: undefined,
              leftOut: [...new Set([...leftOut, ...left])].filter((id) => !made.includes(id)),
            },
      )
      // What was decided is a help for the next time; it must not hide how the changes went.
      .catch(() => undefined)
  }

  return {
    setupPlan: async () => await plan(),
    setup: async (changes, tell) =>
      await alone('setting up', async () => {
        const before = await plan()
        const outcome = await adapters.root.apply(changes, tell)
        await remember(before, changes, outcome)
        await truth.observe.docker()
        if (outcome.kind === 'done' && !context.isOthers()) {
          // Names can be tried at once: the server must run before the resolver is led to it. What fails is told by the rows.
          await adapters.nameServer
            .ensure(
              namesNow(catalog(), settings, truth.seen),
              dnsOf(truth.seen.containers, truth.observe.isNative()),
            )
            .catch(() => undefined)
          // Ports that were closed may be open now: forwarders that run already move to their clean URLs. What fails of
          // it is told by the rows, and must not hide that the changes were made.
          await putRight().catch(() => undefined)
        }
        return outcome
      }),
  }
}
