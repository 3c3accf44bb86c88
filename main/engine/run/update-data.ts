import { MaculaError, troubleOf, type Trouble } from '../../model/errors.ts'
import type { ImageUpdated } from '../../model/image-update.ts'
import type { StepEvent } from '../../model/run.ts'
import { sayList } from '../../model/say.ts'
import type { ServiceSpec } from '../../model/service.ts'
import type { RunContext } from './context.ts'
import { down } from './down.ts'
import { keepAside, make, refuseShared } from './reset.ts'

type Tell = (event: StepEvent) => void

interface Data {
  readonly names: readonly string[]
  /** Of the helpers that copy. */
  readonly image: string
}

/**
 * The volumes of a service that are to be copied; undefined: it has none. What was taken down is made again, not started: only a
 * container tells all of its volumes. Throws MaculaError where others use them too.
 */
export async function dataOf(
  context: RunContext,
  service: ServiceSpec,
  tell: Tell,
  signal: AbortSignal,
): Promise<Data | undefined> {
  const { adapters, truth } = context
  const { volumes } = adapters.docker
  let container = truth.seen.containers.get(service.id)
  if (!container) {
    const all = context.catalog().services.filter(({ runtime }) => runtime.kind === 'container')
    const expected = await adapters.stack.expect(all, { publish: !truth.observe.isNative() })
    const named = expected.find(({ id }) => id === service.id)?.volumes
    const there = named && (await Promise.all(named.map(async (name) => await volumes.has(name))))
    if (there?.includes(true) === false) return undefined
    container = await make(context, service, tell, signal)
  }
  const names = await volumes.of(container.id)
  for (const name of names)
    await refuseShared(context, service, name, container.id, {
      what: `${service.title} is not updated`,
      why: 'What others write meanwhile cannot be copied whole.',
    })
  return names.length === 0 ? undefined : { names, image: container.imageId }
}

/** Folders of the machine that a service writes to: they are a person's, and no copy of them is made. Never throws. */
export async function foldersOf({ adapters }: RunContext, { id }: ServiceSpec): Promise<readonly string[]> {
  const made = await adapters.docker.madeWith(id).catch(() => undefined)
  return (made?.data ?? []).filter((name) => name.startsWith('/'))
}

/** What is said of them before anything is changed. */
export const sayUncopied = ({ title }: ServiceSpec, tag: string, folders: readonly string[]): string =>
  `${title} writes to ${sayList(folders)}, which ${folders.length === 1 ? 'is' : 'are'} not copied before ${tag} gets to write there. To keep ${folders.length === 1 ? 'it' : 'them'} as now, press Ctrl-C and copy ${folders.length === 1 ? 'it' : 'them'} first.`

/** Stops a service and copies its volumes; the originals stay. It stays wanted. Throws MaculaError when not all was copied. */
export async function copyStopped(
  context: RunContext,
  service: ServiceSpec,
  data: Data,
  tell: Tell,
  signal: AbortSignal,
): Promise<ImageUpdated['kept']> {
  const { clock } = context.adapters
  const state = context.truth.seen.containers.get(service.id)?.state
  if (state === 'running' || state === 'restarting' || state === 'paused') {
    const stopped = await down(context, [service.id], { remove: false, keepWanted: true }, tell, signal)
    const trouble = stopped.failed[0]?.trouble
    if (trouble) throw new MaculaError(trouble)
  }
  if (signal.aborted) throw interrupted()
  const copies = await keepAside(context, { service, ...data, began: clock.now() }, tell, signal)
  if (signal.aborted) {
    for (const { to } of copies) await context.adapters.docker.volumes.discard(to)
    throw interrupted()
  }
  return copies.map(({ from, to }) => ({ from, to }))
}

const interrupted = (): MaculaError => new MaculaError({ kind: 'failed', what: 'It was interrupted.' })

/** One trouble as a reason: its own advice is not what is to be done now. */
export const reasonOf = (trouble: Trouble): string => [trouble.what, trouble.why].filter(Boolean).join(' ')

/** The reason of whatever was thrown. */
export const reasonOfError = (error: unknown): string => reasonOf(troubleOf(error))
