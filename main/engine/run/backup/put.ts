import { sayPart, type BackupPart } from '../../../model/backup.ts'
import { MaculaError } from '../../../model/errors.ts'
import { movedOf, type MovedVolume } from '../../../model/kept.ts'
import type { StepEvent } from '../../../model/run.ts'
import { sayBytes } from '../../../model/say.ts'
import type { ServiceSpec } from '../../../model/service.ts'
import type { OpenBackup } from '../../adapters.ts'
import type { RunContext } from '../context.ts'
import { makeDatabases } from '../databases.ts'
import { keepAside, make, reset } from '../reset.ts'
import { volumesNamed } from '../put-back.ts'
import type { Runs } from '../runs.ts'
import type { CutKeeping } from './cut.ts'
import { superuserOf } from './sources.ts'
import { startFor } from './take.ts'

type Tell = (event: StepEvent) => void

/** What is at hand while parts are put in place. */
export interface Putting {
  readonly context: RunContext
  readonly runs: Runs
  readonly opened: OpenBackup
  readonly tell: Tell
  readonly signal: AbortSignal
  readonly elapsed: () => number
  readonly keeping: Pick<CutKeeping, 'at' | 'enter' | 'tear' | 'moved' | 'leave'>
  /** What was moved aside so far: the way back. */
  readonly moved: MovedVolume[]
  readonly notes: string[]
}

/** Returns whether something of it was put in place. */
export async function putService(
  putting: Putting,
  service: ServiceSpec,
  parts: readonly BackupPart[],
): Promise<boolean> {
  if (parts.some(({ kind }) => kind === 'images'))
    putting.notes.push(`Of the registry only names and digests are in the snapshot: push its images again.`)
  const volumes = parts.filter(({ kind }) => kind === 'volume')
  const databases = parts.filter(({ kind }) => kind === 'database' || kind === 'globals')
  if (volumes.length + databases.length === 0) return false
  const before = await thereOf(putting, service)
  await putting.keeping.enter({ id: service.id, title: service.title }, before.length > 0)
  if (volumes.length > 0) await putVolumes(putting, service, volumes, before)
  if (databases.length > 0) await putDatabases(putting, service, databases, before)
  await putting.keeping.leave()
  return true
}

async function thereOf({ context }: Putting, service: ServiceSpec): Promise<readonly string[]> {
  const names = await volumesNamed(context, service)
  const there = await Promise.all(
    names.map(async (name) => ({ name, is: await context.adapters.docker.volumes.has(name) })),
  )
  return there.filter(({ is }) => is).map(({ name }) => name)
}

async function movedAside({ moved, keeping }: Putting, more: readonly MovedVolume[]): Promise<void> {
  moved.push(...movedOf(more))
  await keeping.moved(more.map(({ from, to }) => ({ from, to })))
}

/** Each volume is copied aside as a reset does, then made anew and filled; it keeps its labels. */
async function putVolumes(
  putting: Putting,
  service: ServiceSpec,
  parts: readonly BackupPart[],
  before: readonly string[],
): Promise<void> {
  const { context, opened, tell, signal, elapsed } = putting
  const { adapters, truth, settings } = context
  const container = truth.seen.containers.get(service.id) ?? (await make(context, service, tell, signal))
  const names = await adapters.docker.volumes.of(container.id)
  const wanted = parts.flatMap((part) => {
    const to = [`${settings.project}_${part.name}`, part.name].find((name) => names.includes(name))
    if (to === undefined)
      putting.notes.push(`${service.title} has no volume ${part.name} here, so that was not restored.`)
    return to === undefined ? [] : [{ part, to }]
  })
  const old = wanted.map(({ to }) => to).filter((to) => before.includes(to))
  const image = container.imageId
  const kept =
    old.length === 0
      ? []
      : await keepAside(context, { service, names: old, image, began: adapters.clock.now() }, tell, signal)
  await movedAside(putting, kept)
  await putting.keeping.tear()
  await adapters.docker.remove(container.id)
  truth.observe.saw(service.id, undefined)
  for (const { part, to } of wanted) {
    tell({ kind: 'phase', ms: elapsed(), says: `Restoring ${sayPart(part, service.title)}` })
    const told = (bytes: number): void =>
      tell({
        kind: 'waiting',
        ms: elapsed(),
        service: service.id,
        says: `${sayBytes(bytes)} of ${sayBytes(part.bytes)} restored`,
      })
    await adapters.docker.volumes.refill({ to, image }, opened.read(part), told, signal)
  }
}

/** The old volume is moved aside, a new database server begins, and each database is filled by pg_restore. */
async function putDatabases(
  putting: Putting,
  service: ServiceSpec,
  parts: readonly BackupPart[],
  before: readonly string[],
): Promise<void> {
  const { context, opened, tell, signal, elapsed } = putting
  const { adapters, truth } = context
  if (before.length > 0) {
    const aside = await reset(context, service, tell, signal, {
      before: async (copied) => {
        await movedAside(putting, copied)
        await putting.keeping.tear()
      },
    })
    if (!aside.ok)
      throw new MaculaError(
        aside.failed[0]?.trouble ?? { kind: 'refused', what: 'The restore was interrupted.' },
      )
  } else await putting.keeping.tear()
  await startFor(putting, service)
  const container = truth.seen.containers.get(service.id)?.id ?? ''
  const user = await superuserOf(context, service)
  for (const part of parts) {
    signal.throwIfAborted()
    tell({ kind: 'phase', ms: elapsed(), says: `Restoring ${sayPart(part, service.title)}` })
    if (part.kind === 'globals') await adapters.dumps.putGlobals(container, user, opened.read(part))
    else
      await adapters.dumps.putDatabase(
        container,
        user,
        { name: part.name, owner: part.owner ?? user, extensions: part.extensions ?? [] },
        opened.read(part),
      )
  }
  // What a newer version of ours wants to be there, on data of an older one.
  await makeDatabases(context, service, container, tell, elapsed)
}
