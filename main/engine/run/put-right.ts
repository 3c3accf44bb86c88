import { settleClusters } from '../cluster/standing.ts'
import type { RunContext } from './context.ts'
import { followRoutes } from './routes.ts'
import type { Runs } from './runs.ts'
import { keepTls } from './tls.ts'

const none = (): undefined => undefined

/** What follows whatever runs now: names, forwarders, and what clusters know of the outside. `alone`: one change at a time. */
export function createPuttingRight(
  context: RunContext,
  runs: Runs,
  alone: <T>(purpose: string, work: () => Promise<T>) => Promise<T>,
) {
  const { truth } = context

  /** Puts names, forwarders and what clusters know of the outside right for what runs; its caller has the lock. */
  async function putRight(): Promise<void> {
    await Promise.all([
      truth.observe.docker().then(truth.observe.containers).then(truth.observe.clusters),
      truth.observe.wanted(),
    ])
    if (context.isOthers()) return truth.publish()
    if (await settleClusters(context, 'look')) await followRoutes(context)
    if (truth.seen.wanted.size > 0)
      await Promise.all([context.names(none, () => 0), context.zones(none, () => 0)])
    else await context.leadNames(none, () => 0)
    await keepTls(context, none, () => 0)
    await context.reconcileForwards(none, () => 0)
    await runs.settle()
    truth.publish()
  }

  /** One that waits for its turn serves all that ask meanwhile: it looks at everything when it begins. */
  let waiting: Promise<void> | undefined

  async function reconcile(): Promise<void> {
    const mine = (waiting ??= alone('fixing names and forwarders', async () => {
      waiting = undefined
      await putRight()
    }))
    await mine.finally(() => {
      if (waiting === mine) waiting = undefined
    })
  }

  return { putRight, reconcile }
}
