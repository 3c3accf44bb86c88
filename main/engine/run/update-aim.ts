import { splitImage } from '../../model/cluster.ts'
import { MaculaError } from '../../model/errors.ts'
import { MOST_BEFORE, type ImageUpdate } from '../../model/image-pin.ts'
import {
  isInForce,
  nameOfImage,
  newerOf,
  shippedImage,
  whyHeld,
  whyUnlike,
} from '../../model/image-update.ts'
import { orderOf } from '../../model/image-version.ts'
import { sentence } from '../../model/say.ts'
import type { ServiceSpec } from '../../model/service.ts'
import type { RegistriesAdapter } from '../adapters.ts'

/** Where an update leads: the image, and what is written down of it; undefined: the description's own again. */
export interface Aim {
  readonly image: string
  readonly keep: ImageUpdate | undefined
}

/** What Docker takes as a tag. */
const TAG = /^\w[\w.-]{0,127}$/

/** Other words as a sentence of their own. */
export const begun = (text: string): string => sentence(`${text.charAt(0).toUpperCase()}${text.slice(1)}`)

/** An update that is not begun. */
export const refuse = (what: string, why?: string, todo?: string): MaculaError =>
  new MaculaError({
    kind: 'usage',
    what,
    ...(why === undefined ? {} : { why }),
    ...(todo === undefined ? {} : { todo }),
  })

/** The aim of going on to a version. Throws MaculaError where there is none, or where its data forbids it; undefined: nothing is newer. */
export async function forward(
  registries: RegistriesAdapter,
  service: ServiceSpec,
  image: string,
  before: ImageUpdate | undefined,
  wanted: string | undefined,
): Promise<Aim | undefined> {
  const { title, id } = service
  const { tag } = splitImage(image)
  const shipped = shippedImage(service) ?? image
  let to = wanted
  if (to === undefined) {
    const found = newerOf(service, image, image, await registries.tags(image))
    if (found.unknown !== undefined)
      throw new MaculaError({
        kind: 'outside',
        what: `Whether ${title} has a newer version is not known.`,
        why: begun(found.unknown),
        todo: `maculactl update ${id} --to VERSION takes one by its name.`,
      })
    to = found.within
    if (to === undefined) return undefined
  }
  if (!TAG.test(to))
    throw refuse(
      `${title} is not updated: ${JSON.stringify(to)} is not a tag of an image.`,
      undefined,
      `maculactl update --list ${id} shows which versions there are.`,
    )
  if (to === tag) return undefined
  const held = whyHeld(image, to)
  if (held !== undefined)
    throw refuse(`${title} is not updated to ${to}.`, begun(held), 'Nothing was changed.')
  const unlike = whyUnlike(image, shipped, to)
  if (unlike !== undefined)
    throw refuse(
      `${title} is not updated to ${to}.`,
      begun(unlike),
      `Name a version that is written as ${tag} is: maculactl update --list ${id} shows them. Any other image can be named in stack/${id}/compose.override.yaml.`,
    )
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
  const history = [...(before?.before ?? []), before === undefined ? shipped : image]
  // The first is what the description had; of the others the latest count.
  const kept = history.length > MOST_BEFORE ? [shipped, ...history.slice(1 - MOST_BEFORE)] : history
  const next = `${name}:${to}@${told.digest}`
  return { image: next, keep: { image: next, instead: shipped, before: kept } }
}

/** The aim of going back one update. Throws MaculaError where there is none to go back from, or where its data forbids it. */
export function backward(service: ServiceSpec, update: ImageUpdate | undefined): Aim {
  const shipped = shippedImage(service) ?? ''
  if (!update || !isInForce(update, shipped))
    throw refuse(
      `${service.title} was not updated by Macula: it is made from ${shipped}, which its description names.`,
      undefined,
      'There is nothing to go back from.',
    )
  const previous = update.before.at(-1)
  const aim =
    update.before.length <= 1 || previous === undefined
      ? { image: shipped, keep: undefined }
      : { image: previous, keep: { ...update, image: previous, before: update.before.slice(0, -1) } }
  const { tag } = splitImage(aim.image)
  const held = whyHeld(update.image, tag)
  if (held !== undefined)
    throw refuse(`${service.title} does not go back to ${tag}.`, begun(held), 'Nothing was changed.')
  return aim
}
