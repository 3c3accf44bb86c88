/** Images of services that a person updated before Macula ships them: what is written down, and what may not simply jump. Pure. */
import { splitImage } from './cluster.ts'
import type { ImageUpdate, ImageUpdates } from './image-pin.ts'
import { isOneLine, newerThan, orderOf, versionOf } from './image-version.ts'
import type { RunResult } from './run.ts'
import { sayCount, sayList } from './say.ts'
import type { ServiceSpec } from './service.ts'
import type { Trouble } from './trouble.ts'

/** What is newer for one service, by its registry. */
export interface NewerImage {
  readonly service: string
  readonly title: string
  /** As it is in use, with its digest where it has one. */
  readonly image: string
  readonly tag: string
  /** It is an update of a person's own; the image that Macula or the description ships. */
  readonly instead?: string
  /** Newest of the same major version, and of a later one. */
  readonly within?: string
  readonly beyond?: string
  /** Why `beyond` cannot be updated to by Macula. */
  readonly held?: string
  /** Why nothing is known: "the registry does not answer", "the tag latest is not a version". */
  readonly unknown?: string
  /** Nothing is known because its registry did not tell: another try may. */
  readonly silent?: boolean
  /** A file of the person's own over the service names it: it is changed there. */
  readonly own?: boolean
}

/** To a version (absent: the newest of the same major version), or back to what was before the last update. */
export type UpdateWish = { readonly kind: 'to'; readonly to?: string | undefined } | { readonly kind: 'back' }

/**
 * What came of an update. `same`: nothing is newer; `later`: it is stopped, and its next start is from it; `put back`: it did not
 * work and is as before; `refused`: nothing was changed.
 */
export type ImageUpdated = RunResult & {
  readonly outcome: 'updated' | 'later' | 'same' | 'put back' | 'refused'
  readonly from: string
  /** The image in use now. */
  readonly to: string
  /** Volumes that were copied before a later major version, and where. */
  readonly kept: readonly { readonly from: string; readonly to: string }[]
}

/** NAME:TAG without a digest, as people write it. */
export function plainImage(image: string): string {
  return image.split('@')[0] ?? image
}

/** An image's name without tag and digest, as it is written. */
export function nameOfImage(image: string): string {
  return plainImage(image).replace(/:[\w][\w.-]*$/, '')
}

/**
 * Whether an update still holds: it does while the description ships what it shipped then, or something that is not known to be as
 * new. Another image, or a version that is as new, goes first: who ships it has tried it with the rest.
 */
export function isInForce({ image, instead }: ImageUpdate, shipped: string): boolean {
  if (shipped === instead) return true
  if (nameOfImage(shipped) !== nameOfImage(image)) return false
  const order = orderOf(splitImage(shipped).tag, splitImage(image).tag)
  // What cannot be compared may be older: the choice of a person is not undone on a guess.
  return order === 'older' || order === 'unlike'
}

/** The image of a service as its description ships it. */
export function shippedImage({ runtime }: ServiceSpec): string | undefined {
  return runtime.kind === 'container' ? (runtime.shipped ?? runtime.image) : undefined
}

/** The services with the updates that hold. */
export function withUpdates(services: readonly ServiceSpec[], updates: ImageUpdates): readonly ServiceSpec[] {
  return services.map((service) => {
    const { runtime, id } = service
    if (runtime.kind !== 'container') return service
    const shipped = runtime.shipped ?? runtime.image
    const update = Object.hasOwn(updates, id) ? updates[id] : undefined
    if (!update || !isInForce(update, shipped))
      return runtime.shipped === undefined
        ? service
        : { ...service, runtime: { kind: 'container', image: shipped } }
    return { ...service, runtime: { kind: 'container', image: update.image, shipped } }
  })
}

/** Updates that hold no more, because what is shipped is another image or as new. */
export function passedUpdates(
  services: readonly ServiceSpec[],
  updates: ImageUpdates,
): readonly {
  readonly service: string
  readonly title: string
  readonly image: string
  readonly shipped: string
}[] {
  return services.flatMap((service) => {
    const shipped = shippedImage(service)
    const update = Object.hasOwn(updates, service.id) ? updates[service.id] : undefined
    if (shipped === undefined || !update || isInForce(update, shipped)) return []
    return [{ service: service.id, title: service.title, image: update.image, shipped }]
  })
}

/** Programs whose data of one version the next one does not read: what of a tag decides that, and why. */
const holders: readonly {
  readonly name: RegExp
  /** "PostgreSQL 17"; undefined: the tag does not tell. */
  readonly data: (tag: string, name: string) => string | undefined
  readonly because: string
}[] = [
  {
    name: /^(?:timescaledb|timescaledb-ha)$/,
    data: (tag) => {
      const pg = /pg(\d+)/.exec(tag)?.[1]
      const own = /(?:^|-)(?:ts)?(\d+)\.\d/.exec(tag)?.[1]
      return pg === undefined
        ? undefined
        : `PostgreSQL ${pg}${own === undefined ? '' : ` with TimescaleDB ${own}`}`
    },
    because:
      'its data would have to be dumped by the old version and read in by the new one (pg_dump, pg_restore)',
  },
  {
    name: /^(?:postgres|postgresql|postgis|pgvector)$/,
    data: (tag) => {
      const major = /(?:^|pg)(\d+)/.exec(tag)?.[1]
      return major === undefined ? undefined : `PostgreSQL ${major}`
    },
    because:
      'its data would have to be dumped by the old version and read in by the new one (pg_dump, pg_restore)',
  },
  {
    name: /^pdns-auth-\d+$/,
    data: (tag) => {
      const minor = /^(\d+\.\d+)/.exec(tag)?.[1]
      return minor === undefined ? undefined : `PowerDNS ${minor}`
    },
    because: 'the tables of its database may have to be changed by hand first (its upgrade notes)',
  },
  {
    name: /^(?:mysql|mariadb|mongo|elasticsearch|opensearch|clickhouse-server)$/,
    data: (tag) => {
      const major = /^v?(\d+)/.exec(tag)?.[1]
      return major === undefined ? undefined : `major version ${major}`
    },
    because: 'its data may have to be converted first, version by version (its upgrade notes)',
  },
]

/** Why a service's image must not simply become another tag; undefined: nothing of its data forbids it. */
export function whyHeld(image: string, to: string): string | undefined {
  const { repository, tag } = splitImage(image)
  const name = repository.slice(repository.lastIndexOf('/') + 1)
  const holder = holders.find((one) => one.name.test(name))
  const [was, will] = [holder?.data(tag, name), holder?.data(to, name)]
  if (!holder || was === will) return undefined
  return `${will ?? to} cannot take over the data of ${was ?? tag} as it is: ${holder.because}`
}

/** What a registry's tags mean for one service. */
export function newerOf(
  service: Pick<ServiceSpec, 'id' | 'title'>,
  image: string,
  shipped: string,
  told:
    | { readonly kind: 'known'; readonly tags: readonly string[] }
    | { readonly kind: 'unknown'; readonly why: string },
): NewerImage {
  const { tag } = splitImage(image)
  const base: NewerImage = {
    service: service.id,
    title: service.title,
    image,
    tag,
    ...(image === shipped ? {} : { instead: shipped }),
  }
  if (told.kind === 'unknown') return { ...base, unknown: told.why, silent: true }
  const newer = newerThan(tag, told.tags)
  if (!newer) return { ...base, unknown: `the tag ${tag} is not a version` }
  const { within, beyond } = newer
  const held = beyond === undefined ? undefined : whyHeld(image, beyond)
  const isHeld = within !== undefined && whyHeld(image, within) !== undefined
  return {
    ...base,
    ...(within === undefined || isHeld ? {} : { within }),
    ...(beyond === undefined ? {} : { beyond }),
    ...(held === undefined ? {} : { held }),
  }
}

/** Whether data is copied before: nobody promises a way over a major version, back over it, or between what cannot be compared. */
export function isJump(image: string, to: string): boolean {
  return !isOneLine(splitImage(image).tag, to)
}

/**
 * Why nobody can say whether a tag is newer than an image's; undefined: they can be compared, or the description itself names a tag
 * that tells no version, and whoever follows it knows.
 */
export function whyUnlike(image: string, shipped: string, to: string): string | undefined {
  const { tag } = splitImage(image)
  if (orderOf(to, tag) !== 'unlike' || versionOf(splitImage(shipped).tag) === undefined) return undefined
  return versionOf(to) === undefined
    ? `the tag ${to} is not a complete version, so it is not known whether it can read the data of ${tag}`
    : `${to} and ${tag} are numbered differently, so it is not known which is newer`
}

const tagOf = (image: string): string => splitImage(image).tag

/** "2 of 14 images have newer versions. 1 has a tag that is not a version." */
export function sayNewer(images: readonly NewerImage[]): string {
  const newer = images.filter(({ within, beyond }) => within !== undefined || beyond !== undefined).length
  const asked = images.filter(({ silent }) => silent !== true)
  const unlike = asked.filter(({ unknown }) => unknown !== undefined).length
  const first =
    newer > 0
      ? `${newer} of ${sayCount(images.length, 'image')} ${newer === 1 ? 'has a newer version' : 'have newer versions'}.`
      : asked.length === 0 && images.length > 0
        ? 'No image could be compared.'
        : asked.length === images.length && unlike === 0
          ? 'All images are up to date.'
          : 'No newer version was found.'
  return unlike === 0
    ? first
    : `${first} ${unlike} ${unlike === 1 ? 'has a tag that is not a version' : 'have tags that are not versions'} and cannot be compared.`
}

/** What could not be checked, with the reason and what to do; undefined: every registry answered. */
export function saySilent(images: readonly NewerImage[]): Pick<Trouble, 'what' | 'why' | 'todo'> | undefined {
  const silent = images.filter((one) => one.silent === true)
  if (silent.length === 0) return undefined
  const why = [...new Set(silent.flatMap(({ unknown }) => unknown ?? []))]
  return {
    what: `${sayCount(silent.length, 'image')} could not be checked: ${sayList(why, 3)}.`,
    ...(silent.length === images.length
      ? {}
      : {
          why: `Not checked: ${sayList(
            silent.map(({ title }) => title),
            8,
          )}.`,
        }),
    todo: 'Check the network (VPN, proxy) and your sign-in at the registry (docker login), then run it again.',
  }
}

/** What came of it, as a sentence. */
export function sayUpdated(
  title: string,
  { outcome, from, to }: Pick<ImageUpdated, 'outcome' | 'from' | 'to'>,
): string {
  switch (outcome) {
    case 'updated':
      return `${title} is ${tagOf(to)} now; it was ${tagOf(from)}.`
    case 'later':
      return `${title} is stopped; it will be ${tagOf(to)} from its next start on.`
    case 'same':
      return `${title} stays ${tagOf(to)}: there is nothing newer of its major version.`
    case 'put back':
      return `${title} is ${tagOf(from)} as before.`
    case 'refused':
      return `${title} stays ${tagOf(from)}.`
  }
}
