import { inert } from '../model/atoms.ts'
import { clusterOfRow } from '../model/cluster-id.ts'
import { MaculaError } from '../model/errors.ts'
import { sayList, shortPlace } from '../model/say.ts'
import { partsOfSet, sayGone, type SetParts } from '../model/sets.ts'
import { tiers, type Catalog, type EndpointSpec, type ServiceSpec } from '../model/service.ts'
import { nearest } from './nearest.ts'
import { typed } from './typed.ts'

/** What a person's word on the command line meant. */
export type Target =
  | { readonly kind: 'tier'; readonly id: string; readonly services: readonly ServiceSpec[] }
  | ({ readonly kind: 'set' } & SetParts<ServiceSpec>)
  | { readonly kind: 'service'; readonly service: ServiceSpec; readonly endpoint?: EndpointSpec }

const same = (one: string, two: string): boolean => one.toLowerCase() === two.toLowerCase()

/** What a set is called on the command line: no service and no tier has such a name. */
const asWord = (set: string): string => `@${set}`

/** The meaning of one word: a set (`@name`), a service's id, a tier, a cluster's id, a title, an endpoint's name, a whole name. Undefined: none. */
export function findTarget(catalog: Catalog, suffix: string, word: string): Target | undefined {
  const { services, sets = {} } = catalog
  if (word.startsWith('@')) {
    const parts = partsOfSet(sets, word.slice(1).toLowerCase(), services)
    return parts && { kind: 'set', ...parts }
  }
  const byId = services.find((service) => same(service.id, word))
  if (byId) return { kind: 'service', service: byId }
  const tier = tiers.find((one) => same(one.id, word)) ?? tiers.find((one) => same(one.title, word))
  if (tier)
    return {
      kind: 'tier',
      id: tier.id,
      services: services.filter((service) => service.tier === tier.id),
    }
  const cluster = services.find(({ id }) => {
    const bare = clusterOfRow(id)
    return bare !== undefined && same(bare, word)
  })
  if (cluster) return { kind: 'service', service: cluster }
  const byTitle = services.find((service) => same(service.title, word))
  if (byTitle) return { kind: 'service', service: byTitle }
  const label = word.toLowerCase().endsWith(`.${suffix}`) ? word.slice(0, -suffix.length - 1) : word
  for (const service of services) {
    const endpoint = service.endpoints.find((one) => one.name !== undefined && same(one.name, label))
    if (endpoint) return { kind: 'service', service, endpoint }
  }
  const slash = word.indexOf('/')
  if (slash < 0) return undefined
  const owner = findTarget(catalog, suffix, word.slice(0, slash))
  if (owner?.kind !== 'service') return undefined
  const wanted = word.slice(slash + 1)
  const endpoint = owner.service.endpoints.find(
    (one) => same(one.id, wanted) || (one.name !== undefined && same(one.name, wanted)),
  )
  return endpoint ? { kind: 'service', service: owner.service, endpoint } : undefined
}

/** The shortest word that means a service: of a cluster its bare id, where nothing else has that. */
export function shortId({ services }: Catalog, { id }: ServiceSpec): string {
  const bare = clusterOfRow(id)
  const isTaken =
    bare === undefined || services.some((one) => same(one.id, bare)) || tiers.some((one) => one.id === bare)
  return isTaken ? id : bare
}

/** Every word that would have been understood, best for people first. */
export function knownWords(catalog: Catalog): readonly string[] {
  return [
    ...new Set([
      ...catalog.services.map((service) => shortId(catalog, service)),
      ...tiers.map((tier) => tier.id),
      ...Object.keys(catalog.sets ?? {}).map(asWord),
      ...catalog.services.flatMap((service) => service.endpoints.flatMap((endpoint) => endpoint.name ?? [])),
    ]),
  ]
}

/** The error for words that mean nothing, with what may have been meant. */
export function unknownWords(what: string, words: readonly string[], known: readonly string[]): MaculaError {
  const said = words.map(typed)
  const near = [...new Set(words.flatMap((word) => nearest(inert(word).replaceAll('\uFFFD', ''), known)))]
  return new MaculaError({
    kind: 'usage',
    what: `There is no ${what} "${said.join('" or "')}".`,
    todo: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `There are: ${sayList(known, 40)}.`,
  })
}

/** The error for a word whose service is there without such an endpoint, with those it has; undefined: there is no such word. */
function noEndpoint(catalog: Catalog, words: readonly string[]): MaculaError | undefined {
  for (const word of words) {
    const slash = word.lastIndexOf('/')
    const owner = slash < 0 ? undefined : findTarget(catalog, '', word.slice(0, slash))
    if (owner?.kind !== 'service') continue
    const { service } = owner
    const all = service.endpoints.map(({ id }) => id)
    const near = nearest(word.slice(slash + 1), all)
    const asWords = (ids: readonly string[]): readonly string[] =>
      ids.map((id) => `${shortId(catalog, service)}/${id}`)
    return new MaculaError({
      kind: 'usage',
      what: `${service.title} has no endpoint "${word.slice(slash + 1)}".`,
      todo:
        near.length > 0
          ? `Did you mean ${asWords(near).join(' or ')}?`
          : all.length === 0
            ? 'It has none at all.'
            : `It has ${sayList(asWords(all), 20)}.`,
    })
  }
  return undefined
}

/**
 * The error for words that name no service: one that is there with a file that cannot be used is told with the reason,
 * the others with what may have been meant.
 */
export function noService(catalog: Catalog, what: string, words: readonly string[]): MaculaError {
  const refused = catalog.problems.find(({ service }) => words.some((word) => same(word, service)))
  if (!refused) return noEndpoint(catalog, words) ?? unknownWords(what, words, knownWords(catalog))
  const { service, reason } = refused
  return new MaculaError({
    kind: 'usage',
    what: `The service ${service} cannot be used: its file has an error.`,
    why: `${shortPlace(refused)} ${reason}`,
    todo: 'Correct it there, then try again. maculactl doctor lists every file with an error.',
  })
}

/** What a person should know of the sets among some words: each that names services which are gone, once. */
export function setNotes(catalog: Catalog, suffix: string, words: readonly string[]): readonly string[] {
  const notes = words.flatMap((word) => {
    const target = findTarget(catalog, suffix, word)
    return target?.kind === 'set' && target.gone.length > 0 ? sayGone(target) : []
  })
  return [...new Set(notes)]
}

/** The error for a set with nothing to do anything with. */
function emptySet({ name, gone }: SetParts<ServiceSpec>): MaculaError {
  return new MaculaError({
    kind: 'usage',
    what: `The set ${name} names no service that exists.`,
    ...(gone.length === 0 ? {} : { why: `It names ${sayList(gone, 6)}.` }),
    todo: 'Change it in the window (Settings, Sets) or under "sets" in settings.json.',
  })
}

/** The meanings of all words; throws a usage error that names all unknown ones at once. */
export function resolveTargets(
  catalog: Catalog,
  suffix: string,
  words: readonly string[],
): readonly Target[] {
  const found = words.map((word) => ({ word, target: findTarget(catalog, suffix, word) }))
  const unknown = found.filter(({ target }) => target === undefined).map(({ word }) => word)
  const [set] = unknown.filter((word) => word.startsWith('@'))
  if (set !== undefined && Object.keys(catalog.sets ?? {}).length === 0)
    throw new MaculaError({
      kind: 'usage',
      what: `There is no set "${typed(set)}": there are none yet.`,
      todo: 'Make one in the window (Settings, Sets) or under "sets" in settings.json.',
    })
  if (unknown.length > 0)
    throw noService(catalog, set === undefined ? 'service or tier' : 'service, tier or set', unknown)
  const targets = found.flatMap(({ target }) => target ?? [])
  for (const target of targets)
    if (target.kind === 'set' && target.services.length === 0) throw emptySet(target)
  return targets
}

/** The services that are meant, in catalog order, each once; all when no word is given. */
export function resolveServices(
  catalog: Catalog,
  suffix: string,
  words: readonly string[],
): readonly ServiceSpec[] {
  if (words.length === 0) return catalog.services
  const ids = new Set(
    resolveTargets(catalog, suffix, words).flatMap((target) =>
      target.kind === 'service' ? [target.service.id] : target.services.map((service) => service.id),
    ),
  )
  return catalog.services.filter((service) => ids.has(service.id))
}
