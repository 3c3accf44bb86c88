import { troubleOf } from '../../model/errors.ts'
import type { MigrationEvent, MigrationResult } from '../../model/migration.ts'
import { sayList } from '../../model/say.ts'
import type { RunContext } from '../run/context.ts'
import { consequencesOf } from '../run/down.ts'
import type { Runs } from '../run/runs.ts'

type Off = NonNullable<MigrationResult['off']>

/**
 * Notes which services of ours run before a take-over: what it stops to replace their data is started again at its end, whether the
 * data came or not. `stores`: those whose data is replaced; where an interrupted run had stopped them, or what needs them, they
 * stayed wanted, and count as running. Once a person ended it nothing is started; what is off by then is told.
 */
export async function noteRunning(context: RunContext, stores: readonly string[]) {
  const { truth } = context
  const running = async (): Promise<ReadonlySet<string>> => {
    await truth.observe.docker()
    await truth.observe.containers()
    return new Set([...truth.seen.containers].flatMap(([id, { state }]) => (state === 'running' ? [id] : [])))
  }
  const catalog = context.catalog()
  const { services } = catalog
  await truth.observe.wanted()
  const wanted = new Set(truth.seen.wanted)
  const mine = stores.filter((id) => wanted.has(id))
  const needing = consequencesOf(catalog, mine, wanted).failing.map(({ service }) => service)
  const before = new Set([...(await running()), ...mine, ...needing])
  const off = async (): Promise<Off> => {
    const now = await running()
    return services.filter(({ id }) => before.has(id) && !now.has(id)).map(({ id, title }) => ({ id, title }))
  }

  return {
    /** Starts again what was stopped; what it answers does not run all the same. */
    async again(runs: Runs, tell: (event: MigrationEvent) => void, signal: AbortSignal): Promise<Off> {
      if (before.size === 0) return []
      try {
        const stopped = await off()
        if (stopped.length === 0 || signal.aborted) return stopped
        tell({
          kind: 'begins',
          id: 'again',
          title: `${sayList(stopped.map(({ title }) => title))} ${stopped.length === 1 ? 'starts' : 'start'} again`,
        })
        await runs
          .start(
            stopped.map(({ id }) => id),
            (event) => tell({ kind: 'run', event }),
            signal,
          )
          .catch((error: unknown) => tell({ kind: 'tells', id: 'again', says: troubleOf(error).what }))
        return await off()
      } catch {
        // Docker went away meanwhile: what is off is told by everything that looks.
        return []
      }
    },
  }
}
