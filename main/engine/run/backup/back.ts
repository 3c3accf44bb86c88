import { CUT_FILES, type BackupCut } from '../../../model/backup.ts'
import { MaculaError, troubleOf } from '../../../model/errors.ts'
import type { MovedVolume } from '../../../model/kept.ts'
import type { StepEvent } from '../../../model/run.ts'
import type { ServiceSpec } from '../../../model/service.ts'
import type { BackupBack } from '../../backup-calls.ts'
import type { RunContext } from '../context.ts'
import { forgetPartial } from '../partial.ts'
import { keptCopies, putBack } from '../put-back.ts'
import { NoDataYet, reset, stamp } from '../reset.ts'
import type { Runs } from '../runs.ts'
import { settle } from './restore.ts'

type Tell = (event: StepEvent) => void

/**
 * Brings everything that a restore which was cut began to replace back to what was there before it. What is there now is moved
 * aside, as by a reset. Interrupted, it can be run again.
 */
export async function restoreBack(
  context: RunContext,
  runs: Runs,
  tell: Tell,
  signal: AbortSignal,
): Promise<BackupBack> {
  const { adapters, truth } = context
  const began = adapters.clock.now()
  const cut = await adapters.restores?.cut()
  if (!cut)
    throw new MaculaError({
      kind: 'usage',
      what: 'No restore was cut off; there is nothing to bring back.',
      todo: 'After a restore that finished, maculactl reset SERVICE --back puts the data of a service back.',
    })
  await truth.observe.docker().then(truth.observe.containers)
  await context.needDocker('nothing can be brought back')
  await adapters.restores?.keep(cut)
  const notes: string[] = []
  const moved: MovedVolume[] = []
  const done: string[] = []
  try {
    const running = [...truth.seen.containers].flatMap(([id, { state }]) => (state === 'running' ? [id] : []))
    const known = (id: string): boolean => context.catalog().services.some((one) => one.id === id)
    const stopped = await runs.stop(
      running.filter(known),
      { also: false, remove: false, keepWanted: true },
      tell,
      signal,
    )
    if (stopped.failed[0]) throw new MaculaError(stopped.failed[0].trouble)
    signal.throwIfAborted()
    if (cut.touched.some(({ id }) => id === CUT_FILES)) {
      tell({ kind: 'phase', ms: 0, says: 'Bringing settings and your own services back' })
      await adapters.backups.backOwn(cut.at)
      await context.reread()
    }
    for (const { id, had } of cut.touched.toReversed()) {
      if (id === CUT_FILES) continue
      signal.throwIfAborted()
      const service = context.catalog().services.find((one) => one.id === id)
      if (!service) notes.push(`${id} is not known here, so its data was left as it is.`)
      else {
        moved.push(...(await backOne({ context, tell, signal }, cut, service, had)))
        done.push(id)
      }
    }
    // Programs that keep a password themselves have that of the time before; so has this instance, where the restore gave it others.
    const before = await adapters.restores?.passwords()
    await settle(
      { context, runs, tell, signal, notes },
      cut.ran,
      done.filter((id) => cut.touched.some((one) => one.id === id && one.had)),
      before && { values: Object.fromEntries(before), files: [] },
    )
    const started = await runs.start(cut.ran.filter(known), tell, signal)
    await adapters.restores?.keep(undefined)
    await truth.look()
    return {
      ...started,
      done,
      ms: adapters.clock.now() - began,
      name: cut.name,
      path: cut.path,
      moved,
      notes,
    }
  } catch (error) {
    await adapters.restores?.keep(cut, 'over')
    const trouble = troubleOf(error)
    throw new MaculaError(
      {
        ...(signal.aborted ? { kind: 'refused' as const, what: 'Bringing back was interrupted.' } : trouble),
        todo: [
          signal.aborted ? '' : trouble.todo,
          'maculactl snapshot restore --back goes on with it; nothing that was moved aside is lost.',
        ]
          .filter(Boolean)
          .join(' '),
      },
      { cause: error },
    )
  }
}

/** The data of one service; where there was none before, what the restore made is moved aside. */
async function backOne(
  { context, tell, signal }: { context: RunContext; tell: Tell; signal: AbortSignal },
  cut: BackupCut,
  service: ServiceSpec,
  had: boolean,
): Promise<readonly MovedVolume[]> {
  if (!had) {
    const aside = await reset(context, service, tell, signal).catch((error: unknown) => {
      if (error instanceof NoDataYet) return undefined
      throw error
    })
    await forgetPartial(context, service.id)
    return aside?.moved ?? []
  }
  const since = stamp(cut.at)
  const copies = (await keptCopies(context, service)).filter(({ partial }) => partial !== true)
  const named = new Set(cut.moved.map(({ to }) => to))
  // The first of them is what was there; what a second run moved aside is of the restore itself.
  const first =
    copies.findLast(({ volumes }) => volumes.some(({ to }) => named.has(to))) ??
    copies.findLast(({ at }) => at.localeCompare(since, 'en', { numeric: true }) >= 0)
  // It was not moved yet: a database that is there and had no time to be moved is the one of before.
  if (!first) return []
  const back = await putBack(context, service, first.at, tell, signal)
  if (!back.ok) throw new MaculaError({ kind: 'refused', what: 'Bringing back was interrupted.' })
  return back.moved
}
