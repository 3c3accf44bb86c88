import { splitImage } from '../../model/cluster.ts'
import { troubleOf, type Trouble } from '../../model/errors.ts'
import type { ImageUpdate } from '../../model/image-pin.ts'
import {
  isInForce,
  isJump,
  passedUpdates,
  plainImage,
  shippedImage,
  withUpdates,
  type ImageUpdated,
  type UpdateWish,
} from '../../model/image-update.ts'
import { isWayBack } from '../../model/kept.ts'
import type { StepEvent } from '../../model/run.ts'
import { sayList } from '../../model/say.ts'
import type { Catalog, ServiceSpec } from '../../model/service.ts'
import { pullMissing } from './images.ts'
import { imageInUse } from './newer.ts'
import type { RunContext } from './context.ts'
import type { Runs } from './runs.ts'
import { backward, begun, forward, refuse } from './update-aim.ts'
import { keptCopies } from './put-back.ts'
import { copyStopped, dataOf, foldersOf, reasonOf, reasonOfError, sayUncopied } from './update-data.ts'
import { whyNotStaying, type Wait } from './update-watch.ts'

type Tell = (event: StepEvent) => void

/** What an update works with. */
export interface Updating {
  readonly context: RunContext
  readonly runs: Pick<Runs, 'start'>
  readonly catalog: () => Catalog
  readonly took: (next: Catalog) => void
  readonly wait?: Wait
}

/** From now on the service is made from an image of its own, or from its description's. */
function hold({ context, catalog, took }: Updating, id: string, keep: ImageUpdate | undefined): void {
  const services = catalog().services.flatMap((one) =>
    one.id === id ? withUpdates([one], keep ? { [id]: keep } : {}) : [one],
  )
  took({ ...catalog(), services })
  context.truth.publish()
}

/** How a start of one service went. `because`: it was not started at all. */
interface Tried {
  readonly isWell: boolean
  readonly trouble?: Trouble | undefined
  readonly because?: string | undefined
}

async function tryStart(
  { runs }: Updating,
  { id }: ServiceSpec,
  tell: Tell,
  signal: AbortSignal,
): Promise<Tried> {
  try {
    const made = await runs.start([id], tell, signal)
    const trouble = made.failed.find(({ service: one }) => one === id)?.trouble
    if (trouble) return { isWell: false, trouble }
    const because = made.skipped.find(({ service: one }) => one === id)?.because
    return because === undefined
      ? { isWell: made.ok && !signal.aborted }
      : { isWell: false, because: begun(because) }
  } catch (error) {
    // It did not come to that: Docker is gone, or nothing can be written.
    return { isWell: false, because: reasonOfError(error) }
  }
}

/** A start of another version, which is to stay up too: some end at what they do later. */
async function tryAnother(
  updating: Updating,
  service: ServiceSpec,
  tell: Tell,
  signal: AbortSignal,
): Promise<Tried> {
  const tried = await tryStart(updating, service, tell, signal)
  if (!tried.isWell) return tried
  try {
    const trouble = await whyNotStaying(updating.context, service, tell, signal, updating.wait)
    return trouble ? { isWell: false, trouble } : { isWell: !signal.aborted }
  } catch (error) {
    // Docker is gone meanwhile: nobody can say that it stays.
    return { isWell: false, because: reasonOfError(error) }
  }
}

/** Data of an older version that is still kept, for one that does not read what a newer one wrote; `isKept`: a copy was made just now. */
async function sayOlderData(context: RunContext, service: ServiceSpec, isKept: boolean): Promise<string> {
  const copies = (await keptCopies(context, service).catch(() => [])).filter(isWayBack)
  const [newest, ...others] = copies.slice(isKept ? 1 : 0).map(({ at }) => at)
  if (newest === undefined) return ''
  return ` It may not read what a newer one wrote. Data from before is kept (${sayList([newest, ...others], 4)}): maculactl reset ${service.id} --back ${newest} puts it in place.`
}

const whyOf = ({ trouble, because }: Tried): string => (trouble ? reasonOf(trouble) : (because ?? ''))

/** Its next start would meet the same, and say that the new image is to blame. */
function needNeeds({ catalog, truth }: RunContext, { id, title, needs }: ServiceSpec): void {
  const resting = catalog().services.filter(
    (one) =>
      needs.includes(one.id) &&
      one.runtime.kind === 'container' &&
      truth.seen.containers.get(one.id)?.state !== 'running',
  )
  if (resting.length === 0) return
  const names = sayList(resting.map((one) => one.title))
  throw refuse(
    `${title} is not updated: it needs ${names}, which ${resting.length === 1 ? 'does' : 'do'} not run.`,
    `Whether its new version works could not be checked.`,
    `maculactl up ${id} starts both first.`,
  )
}

/**
 * Gives a service another version of its image: pulled first, then its container is made anew with its data. What does not get to
 * answer is put back by itself. A stopped one stays so. Its caller has the lock.
 */
export async function updateImage(
  updating: Updating,
  service: ServiceSpec,
  wish: UpdateWish,
  tell: Tell,
  signal: AbortSignal,
): Promise<ImageUpdated> {
  const { context } = updating
  const { adapters, truth } = context
  const { updates, registries } = adapters
  const { id, title } = service
  const began = adapters.clock.now()
  const elapsed = (): number => adapters.clock.now() - began
  if (!updates || !registries) throw refuse('Images cannot be updated here.')
  await truth.observe.docker()
  await context.needDocker('nothing can be updated')
  await Promise.all([truth.observe.containers(), truth.observe.wanted()])
  const { image, own } = await imageInUse(context, service)
  if (own)
    throw refuse(
      `${title} is not updated: a file of yours over it names its image, ${image}.`,
      undefined,
      `Change it there; maculactl up ${id} recreates its container.`,
    )
  const written = (await updates.read())[id]
  const before = written && isInForce(written, shippedImage(service) ?? image) ? written : undefined
  const aim =
    wish.kind === 'back'
      ? backward(service, written)
      : await forward(registries, service, image, before, wish.to)
  const plain = plainImage(image)
  const none = { from: image, failed: [], skipped: [] }
  if (!aim) return { ...none, to: image, kept: [], outcome: 'same', ok: true, done: [], ms: elapsed() }
  const tag = splitImage(aim.image).tag
  let kept: ImageUpdated['kept'] = []
  const failedBy = (trouble: Trouble, outcome: ImageUpdated['outcome']): ImageUpdated => {
    tell({ kind: 'failed', ms: elapsed(), service: id, trouble })
    const failed = [{ service: id, trouble }]
    return { ...none, to: image, kept, outcome, ok: false, done: [], failed, ms: elapsed() }
  }
  const state = truth.seen.containers.get(id)?.state
  const isUp = state === 'running' || state === 'restarting' || state === 'paused'
  // What is wanted and ended by itself is to run as well: the update may be what it waits for.
  const ran = isUp || truth.seen.wanted.has(id)
  if (ran) needNeeds(context, service)
  const folders = isJump(image, tag) ? await foldersOf(context, service) : []
  if (folders.length > 0) tell({ kind: 'note', ms: elapsed(), says: sayUncopied(service, tag, folders) })
  const pulled = await pullMissing(adapters, [{ image: aim.image }], tell, elapsed, signal)
  const trouble = pulled.get(aim.image)
  if (trouble)
    return failedBy(
      { ...trouble, todo: `${trouble.todo ?? ''} ${title} keeps running as before.`.trim() },
      'refused',
    )

  const copies = (): string =>
    kept.length === 0 ? '' : ` Its data as it was before is kept: ${sayList(kept.map(({ to }) => to))}.`
  /** Nothing but the data was touched yet: what ran is to run again, however this ends. */
  const leave = async (error: unknown): Promise<ImageUpdated> => {
    const again = isUp ? await tryStart(updating, service, tell, new AbortController().signal) : undefined
    const stands =
      again === undefined
        ? `${title} stays as it was, with its data.`
        : again.isWell
          ? `It runs from ${plain} as before, with its data.`
          : `Started again from ${plain} it does not work: ${whyOf(again)} maculactl status ${id} shows how it is.`
    const why = reasonOfError(error)
    const what = `${title} is not updated to ${tag}${signal.aborted ? ': interrupted' : ''}.`
    const { kind } = troubleOf(error)
    return failedBy(
      { kind, what, ...(signal.aborted ? {} : { why }), todo: `${stands}${copies()}` },
      'refused',
    )
  }

  // Within a line of versions programs read what an older one wrote, and often back; over it nobody promises that.
  const data = isJump(image, tag) ? await dataOf(context, service, tell, signal) : undefined
  try {
    if (data) kept = await copyStopped(context, service, data, tell, signal)
    await updates.keep(id, aim.keep)
  } catch (error) {
    return await leave(error)
  }
  hold(updating, id, aim.keep)
  const first = ran ? await tryAnother(updating, service, tell, signal) : undefined
  const done = { ...none, kept, to: aim.image, ok: true, done: [id], ms: elapsed() }
  if (!first) {
    tell({
      kind: 'note',
      done: true,
      ms: elapsed(),
      says: `${title} is stopped: its next start is from ${plainImage(aim.image)}.`,
    })
    return { ...done, outcome: 'later' }
  }
  if (first.isWell) return { ...done, outcome: 'updated' }

  tell({ kind: 'phase', ms: elapsed(), says: `Putting ${plain} back` })
  let unwritten = ''
  await updates.keep(id, written).catch((error: unknown) => {
    unwritten = ` That is not written down: ${reasonOfError(error)} Until maculactl update ${id} --back its next start is from ${plainImage(aim.image)}.`
  })
  hold(updating, id, written)
  // Who ended the update wants what was before: that is not left half.
  const back = await tryStart(updating, service, tell, new AbortController().signal)
  const isAlso = whyOf(back) !== '' && whyOf(back) !== whyOf(first)
  const how = back.because === undefined ? 'it does not work either' : 'it was not started'
  const stands = back.isWell
    ? `It is made from ${plain} again, with its data.`
    : `Made from ${plain} again ${how}${isAlso ? ` (${whyOf(back)})` : ''}: maculactl status ${id}.`
  const older =
    wish.kind === 'back' && !signal.aborted ? await sayOlderData(context, service, kept.length > 0) : ''
  const putBack = back.isWell || kept.length === 0 ? '' : ` maculactl reset ${id} --back puts it back.`
  return failedBy(
    {
      kind: 'failed',
      what: signal.aborted
        ? `${title} was not updated to ${tag}: interrupted.`
        : first.because === undefined
          ? `${title} ${tag} does not work.`
          : `${title} ${tag} was not started.`,
      why: whyOf(first),
      todo: `${stands}${copies()}${putBack}${older}${unwritten}`,
    },
    'put back',
  )
}

/** Takes updates out that hold no more, and tells it: what Macula ships by now goes first. */
export async function forgetPassed(
  { adapters, catalog }: Pick<RunContext, 'adapters' | 'catalog'>,
  tell: Tell,
): Promise<void> {
  const { updates } = adapters
  if (!updates) return
  // Settings that cannot be read now are told elsewhere.
  const written = await updates.read().catch(() => ({}))
  for (const { service, title, image, shipped } of passedUpdates(catalog().services, written)) {
    await updates.keep(service, undefined)
    tell({
      kind: 'note',
      ms: 0,
      says: `${title}: your update to ${plainImage(image)} no longer applies, because its description names ${shipped} now.`,
    })
  }
}
