import { splitImage } from '../../model/cluster.ts'
import { MaculaError, type Trouble } from '../../model/errors.ts'
import { MOST_BEFORE, type ImageUpdate } from '../../model/image-pin.ts'
import {
  isInForce,
  isJump,
  nameOfImage,
  newerOf,
  passedUpdates,
  plainImage,
  shippedImage,
  whyHeld,
  withUpdates,
  type ImageUpdated,
  type UpdateWish,
} from '../../model/image-update.ts'
import { orderOf } from '../../model/image-version.ts'
import type { RunResult, StepEvent } from '../../model/run.ts'
import { sayList, sentence } from '../../model/say.ts'
import type { Catalog, ServiceSpec } from '../../model/service.ts'
import type { RegistriesAdapter, UpdatesAdapter } from '../adapters.ts'
import { down } from './down.ts'
import { pullMissing } from './images.ts'
import { imageInUse } from './newer.ts'
import type { RunContext } from './context.ts'
import { keepAside, refuseShared } from './reset.ts'
import type { Runs } from './runs.ts'

type Tell = (event: StepEvent) => void

/** What an update works with. */
export interface Updating {
  readonly context: RunContext
  readonly runs: Pick<Runs, 'start'>
  readonly catalog: () => Catalog
  readonly took: (next: Catalog) => void
}

/** Where an update leads: the image, and what is written down of it; undefined: the description's own again. */
interface Aim {
  readonly image: string
  readonly keep: ImageUpdate | undefined
}

/** Other words as a sentence of their own. */
const begun = (text: string): string => sentence(`${text.charAt(0).toUpperCase()}${text.slice(1)}`)

const refuse = (what: string, why?: string, todo?: string): MaculaError =>
  new MaculaError({
    kind: 'usage',
    what,
    ...(why === undefined ? {} : { why }),
    ...(todo === undefined ? {} : { todo }),
  })

/** The aim of going on to a version. Throws MaculaError where there is none, or where its data forbids it; undefined: nothing is newer. */
async function forward(
  registries: RegistriesAdapter,
  service: ServiceSpec,
  image: string,
  before: ImageUpdate | undefined,
  wanted: string | undefined,
): Promise<Aim | undefined> {
  const { title, id } = service
  const { tag } = splitImage(image)
  let to = wanted
  if (to === undefined) {
    const found = newerOf(service, image, image, await registries.tags(image))
    if (found.unknown !== undefined)
      throw new MaculaError({
        kind: 'outside',
        what: `Nobody can say whether ${title} has a newer version.`,
        why: begun(found.unknown),
        todo: `maculactl update ${id} --to VERSION takes one by its name.`,
      })
    to = found.within
    if (to === undefined) return undefined
  }
  if (to === tag) return undefined
  const held = whyHeld(image, to)
  if (held !== undefined)
    throw refuse(`${title} is not updated to ${to}.`, begun(held), 'Nothing was changed.')
  if (orderOf(to, tag) === 'older')
    throw refuse(
      `${title} is not updated to ${to}: it is older than ${tag}, which is in use.`,
      'An older version may not read what a newer one wrote.',
      before === undefined ? 'Nothing was changed.' : `maculactl update ${id} --back undoes an update.`,
    )
  const name = nameOfImage(image)
  const told = await registries.digest(name, to)
  if (told.kind === 'unknown')
    throw new MaculaError({
      kind: 'outside',
      what: `${title} is not updated to ${to}.`,
      why: begun(told.why),
      todo: `maculactl update --list ${id} shows which versions there are.`,
    })
  const shipped = shippedImage(service) ?? image
  const history = [...(before?.before ?? []), before === undefined ? shipped : image]
  // The first is what the description had; of the others the latest count.
  const kept = history.length > MOST_BEFORE ? [shipped, ...history.slice(1 - MOST_BEFORE)] : history
  const next = `${name}:${to}@${told.digest}`
  return { image: next, keep: { image: next, instead: shipped, before: kept } }
}

/** The aim of going back one update. Throws MaculaError where there is none to go back from. */
function backward(service: ServiceSpec, update: ImageUpdate | undefined): Aim {
  const shipped = shippedImage(service) ?? ''
  if (!update || !isInForce(update, shipped))
    throw refuse(
      `${service.title} was not updated by Macula: it is made from ${shipped}, which its description names.`,
      undefined,
      'There is nothing to go back from.',
    )
  const previous = update.before.at(-1)
  if (update.before.length <= 1 || previous === undefined) return { image: shipped, keep: undefined }
  return { image: previous, keep: { ...update, image: previous, before: update.before.slice(0, -1) } }
}

/** Makes the container of a service from an image, and waits until it answers. The trouble when it does not. */
async function makeFrom(
  { context, runs, catalog, took }: Updating,
  updates: UpdatesAdapter,
  service: ServiceSpec,
  keep: ImageUpdate | undefined,
  tell: Tell,
  signal: AbortSignal,
  start: boolean,
): Promise<RunResult | undefined> {
  await updates.keep(service.id, keep)
  took({ ...catalog(), services: withUpdates(catalog().services, await updates.read()) })
  context.truth.publish()
  return start ? await runs.start([service.id], tell, signal) : undefined
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
  await truth.observe.containers()
  const { image, own } = await imageInUse(context, service)
  if (own)
    throw refuse(
      `${title} is not updated: a file of yours over it names its image, ${image}.`,
      undefined,
      `Change it there; maculactl up ${id} makes its container anew.`,
    )
  const written = (await updates.read())[id]
  const before = written && isInForce(written, shippedImage(service) ?? image) ? written : undefined
  const aim =
    wish.kind === 'back'
      ? backward(service, written)
      : await forward(registries, service, image, before, wish.to)
  const plain = (one: string): string => plainImage(one)
  const base = { from: image, kept: [] as ImageUpdated['kept'] }
  if (!aim)
    return { ...base, to: image, outcome: 'same', ok: true, done: [], failed: [], skipped: [], ms: elapsed() }
  const failedBy = (trouble: Trouble, outcome: ImageUpdated['outcome']): ImageUpdated => {
    tell({ kind: 'failed', ms: elapsed(), service: id, trouble })
    const failed = [{ service: id, trouble }]
    return { ...base, to: image, outcome, ok: false, done: [], failed, skipped: [], ms: elapsed() }
  }
  const pulled = await pullMissing(adapters, [{ image: aim.image }], tell, elapsed, signal)
  const trouble = pulled.get(aim.image)
  if (trouble)
    return failedBy(
      { ...trouble, todo: `${trouble.todo ?? ''} ${title} runs on as before.`.trim() },
      'refused',
    )

  const state = truth.seen.containers.get(id)?.state
  const ran = state === 'running' || state === 'restarting' || state === 'paused'
  const kept: { from: string; to: string }[] = []
  const container = truth.seen.containers.get(id)
  // Within a major version programs read what an older one wrote, and often back; over it nobody promises that.
  if (container && wish.kind === 'to' && isJump(image, splitImage(aim.image).tag)) {
    const names = await adapters.docker.volumes.of(container.id)
    for (const name of names) await refuseShared(context, service, name, container.id)
    if (names.length > 0) {
      const stopped = await down(context, [id], { remove: false }, tell, signal)
      if (!stopped.ok || signal.aborted)
        return { ...stopped, ...base, ok: false, to: image, outcome: 'refused' }
      const copies = await keepAside(
        context,
        { service, names, image: container.imageId, began },
        tell,
        signal,
      )
      kept.push(...copies.map(({ from, to }) => ({ from, to })))
    }
  }
  const made = await makeFrom(updating, updates, service, aim.keep, tell, signal, ran)
  const done = { ...base, kept, to: aim.image, failed: [], skipped: [], ms: elapsed() }
  if (!made) {
    tell({
      kind: 'note',
      done: true,
      ms: elapsed(),
      says: `${title} is stopped: its next start is from ${plain(aim.image)}.`,
    })
    return { ...done, outcome: 'later', ok: true, done: [id] }
  }
  const why = made.failed.find(({ service: one }) => one === id)?.trouble
  const because = made.skipped.find(({ service: one }) => one === id)?.because
  if (made.ok && !signal.aborted) return { ...done, outcome: 'updated', ok: true, done: [id] }

  tell({ kind: 'phase', ms: elapsed(), says: `Putting ${plain(image)} back` })
  // Who ended the update wants what was before: that is not left half.
  const again = await makeFrom(updating, updates, service, written, tell, new AbortController().signal, ran)
  const isBack = again === undefined || again.failed.every(({ service: one }) => one !== id)
  const copies =
    kept.length === 0 ? '' : ` Its data as it was before is kept: ${sayList(kept.map(({ to }) => to))}.`
  return {
    ...failedBy(
      {
        kind: 'failed',
        what: signal.aborted
          ? `${title} was not updated to ${splitImage(aim.image).tag}: interrupted.`
          : `${title} ${splitImage(aim.image).tag} does not work.`,
        why: [why?.what ?? (because === undefined ? '' : begun(because)), why?.why].filter(Boolean).join(' '),
        todo: isBack
          ? `It is made from ${plain(image)} again, with its data.${copies}`
          : `Made from ${plain(image)} again it does not work either: maculactl status ${id}.${copies}${kept.length === 0 ? '' : ` maculactl reset ${id} --back puts it back.`}`,
      },
      'put back',
    ),
    kept,
  }
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
      says: `${title}: your update to ${plainImage(image)} is over, because its description names ${shipped} now, which goes first.`,
    })
  }
}
