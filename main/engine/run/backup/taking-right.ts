import type { BackupTaking } from '../../../model/backup.ts'
import { MaculaError } from '../../../model/errors.ts'
import type { StepEvent } from '../../../model/run.ts'
import { sayList } from '../../../model/say.ts'
import type { RunContext } from '../context.ts'
import type { Runs } from '../runs.ts'

/** Puts back what the making of a snapshot before this one left stopped or started. Containers must have been looked at. */
export async function putTakingRight(
  context: RunContext,
  runs: Runs,
  tell: (event: StepEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const { adapters, truth } = context
  const left = await adapters.restores?.taking()
  if (!left) return
  await truth.observe.wanted()
  const runsNow = (id: string): boolean => truth.seen.containers.get(id)?.state === 'running'
  const isKnown = (id: string): boolean => context.catalog().services.some((one) => one.id === id)
  const stopped = left.stopped.filter(({ id }) => isKnown(id) && truth.seen.wanted.has(id) && !runsNow(id))
  const started = left.started.filter(({ id }) => isKnown(id) && runsNow(id))
  const ids = (all: BackupTaking['stopped']): readonly string[] => all.map(({ id }) => id)
  if (stopped.length > 0) {
    const titles = sayList(
      stopped.map(({ title }) => title),
      20,
    )
    tell({
      kind: 'note',
      ms: 0,
      says: `${titles} first: the snapshot ${left.name}, which was cut off, left ${stopped.length === 1 ? 'it' : 'them'} stopped.`,
    })
    const { failed, ok } = await runs.start(ids(stopped), tell, signal)
    if (failed[0]) throw new MaculaError(failed[0].trouble)
    if (!ok) throw new MaculaError({ kind: 'failed', what: `${titles} could not be started.` })
  }
  if (started.length > 0) await runs.stop(ids(started), { also: false, remove: false }, tell, signal)
  await adapters.restores?.keepTaking(undefined)
}
