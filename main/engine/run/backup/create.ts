import { BACKUP_FORMAT, backupTaken, type BackupRegistry } from '../../../model/backup.ts'
import { MaculaError, troubleOf } from '../../../model/errors.ts'
import type { StepEvent } from '../../../model/run.ts'
import { sayBytes, sentence } from '../../../model/say.ts'
import type { BackupWriter } from '../../adapters.ts'
import type { BackupMade, BackupPlan, BackupWish } from '../../backup-calls.ts'
import type { RunContext } from '../context.ts'
import { refusePartial } from '../partial.ts'
import { refuseShared } from '../reset.ts'
import type { Runs } from '../runs.ts'
import { sourcesOf, type BackupSource } from './sources.ts'
import { putTakingRight } from './taking-right.ts'
import { keepTaking } from './taking.ts'
import { takeCopy, takeDump, takeOwn, takeReferences, type Taking } from './take.ts'

type Tell = (event: StepEvent) => void

/** Compressed content is smaller, but nobody knows by how much: what is already compressed is not. */
async function planOf(context: RunContext, sources: readonly BackupSource[]): Promise<BackupPlan> {
  const { adapters, truth } = context
  const sizes = await adapters.data.volumes(sources.flatMap(({ volumes }) => volumes))
  const told = sources.map(({ service, how, volumes }) => {
    const known = sizes.filter(({ name }) => volumes.includes(name)).map(({ bytes }) => bytes)
    const sum = known.includes(undefined)
      ? undefined
      : known.reduce<number>((all, bytes) => all + (bytes ?? 0), 0)
    const runs = truth.seen.containers.get(service.id)?.state === 'running'
    return {
      service: service.id,
      title: service.title,
      how,
      stops: how === 'copy' && runs,
      bytes: how === 'references' ? 0 : sum,
    }
  })
  const bytes = told.reduce((all, one) => all + (one.bytes ?? 0), 0)
  return { sources: told, bytes, free: await adapters.backups.free() }
}

async function look(context: RunContext): Promise<void> {
  await context.truth.observe.docker().then(context.truth.observe.containers)
  await context.needDocker('nothing can be copied')
}

/** What would be taken now. Changes nothing. */
export async function planBackup(context: RunContext, registry: BackupRegistry): Promise<BackupPlan> {
  await look(context)
  return await planOf(context, await sourcesOf(context, registry))
}

/** Takes everything into one file; what was stopped for it runs again afterwards, also when it fails. */
export async function createBackup(
  context: RunContext,
  runs: Runs,
  wish: BackupWish,
  tell: Tell,
  signal: AbortSignal,
): Promise<BackupMade> {
  const { adapters } = context
  const began = adapters.clock.now()
  const elapsed = (): number => adapters.clock.now() - began
  // Before anything is measured, stopped or started for it; half of one that was cut off takes no name.
  if ((await adapters.backups.list()).some(({ name, cut }) => name === wish.name && !cut))
    throw new MaculaError(backupTaken(wish.name))
  await look(context)
  await putTakingRight(context, runs, tell, signal)
  const sources = await sourcesOf(context, wish.registry)
  // What is in a snapshot is taken for whole.
  await refusePartial(
    context,
    sources.map(({ service }) => service.id),
    `The snapshot ${wish.name} was not created`,
  )
  needRoom(await planOf(context, sources))
  for (const { service, volumes } of sources)
    for (const name of volumes)
      await refuseShared(context, service, name, context.truth.seen.containers.get(service.id)?.id ?? '', {
        what: `${service.title} is not copied`,
        why: 'What others write meanwhile cannot be copied whole.',
      })
  await adapters.docker.volumes.sweep()
  const keeping = await keepTaking(context, wish.name, began)
  let writer: BackupWriter | undefined
  try {
    writer = await adapters.backups.create(wish.name)
    const copied = new Map<string, number>()
    const taking: Taking = { context, runs, writer, tell, signal, elapsed, keeping, copied }
    for (const source of sources) {
      if (source.how === 'dump') await takeDump(taking, source.service)
      else if (source.how === 'references') await takeReferences(taking, source)
      else await takeCopy(taking, source)
    }
    const { notes } = await takeOwn(taking, wish.passphrase)
    signal.throwIfAborted()
    tell({ kind: 'phase', ms: elapsed(), says: 'Writing it to the disk' })
    const manifest = await writer.finish({
      format: 'macula-snapshot',
      formatVersion: BACKUP_FORMAT,
      product: adapters.backups.product,
      name: wish.name,
      at: new Date(began).toISOString(),
      suffix: context.settings.suffix,
      subnet: context.settings.subnet,
      secrets: wish.passphrase === undefined ? 'left out' : 'encrypted',
      registry: wish.registry,
      services: sources.map(({ service }) => ({
        id: service.id,
        title: service.title,
        image: service.runtime.kind === 'container' ? service.runtime.image : '',
      })),
      notes: [...notes],
    })
    for (const { service } of sources)
      tell({
        kind: 'waiting',
        done: true,
        ms: elapsed(),
        service: service.id,
        says: `${sayBytes(copied.get(service.id) ?? 0)} copied`,
      })
    const path = adapters.backups.pathOf(wish.name)
    const size = (await adapters.backups.list()).find(({ name }) => name === wish.name)?.size ?? 0
    return {
      ok: true,
      done: sources.map(({ service }) => service.id),
      failed: [],
      skipped: [],
      ms: elapsed(),
      path,
      size,
      manifest,
    }
  } catch (error) {
    if (signal.aborted)
      throw new MaculaError({
        kind: 'refused',
        what: `The snapshot ${wish.name} was not created: interrupted.`,
        todo: 'Nothing of it is left.',
      })
    const trouble = troubleOf(error)
    // Without a file that was begun there was never anything of it.
    if (!writer) throw error
    throw new MaculaError(
      { ...trouble, todo: `${sentence(trouble.todo ?? '')} Nothing of the new snapshot is left.`.trim() },
      { cause: error },
    )
  } finally {
    // Half a file is known to be written to as long as the making goes on.
    await writer?.drop()
    await keeping.end()
  }
}

function needRoom({ bytes, free }: BackupPlan): void {
  if (free === undefined || free >= bytes) return
  throw new MaculaError({
    kind: 'failed',
    what: `There may not be room for the snapshot: it takes up to ${sayBytes(bytes)}, and ${free === 0 ? 'no space is' : `${sayBytes(free)} are`} free.`,
    todo: 'Free some space, or take less: --registry references leaves the layers of images out.',
  })
}
