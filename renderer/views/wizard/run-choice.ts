import type { ImageInfo } from '../../../main/model/facts.ts'
import type { Sets } from '../../../main/model/service.ts'
import { allSets } from '../../../main/model/sets.ts'
import type { ServiceView, TierView } from '../../../main/model/snapshot.ts'

/** What can be chosen to run: the containers of a tier, without clusters and what is in them. */
export interface TierChoice {
  readonly id: string
  readonly title: string
  readonly services: readonly ServiceView[]
}

/** The tiers that have containers, in their order. */
export function tierChoices(
  tiers: readonly Pick<TierView, 'id' | 'title'>[],
  services: readonly ServiceView[],
): readonly TierChoice[] {
  return tiers.flatMap(({ id, title }) => {
    const mine = services.filter((view) => view.tier === id && view.cluster === undefined)
    return mine.length === 0 ? [] : [{ id, title, services: mine }]
  })
}

/** The services of some ids with all that they need, in the order of `choices`. */
function withTheirNeeds(choices: readonly TierChoice[], ids: readonly string[]): readonly ServiceView[] {
  const all = choices.flatMap(({ services }) => services)
  const run = new Set<string>()
  const take = (id: string): void => {
    const view = all.find((one) => one.id === id)
    if (!view || run.has(id)) return
    run.add(id)
    view.needs.forEach(take)
  }
  ids.forEach(take)
  return all.filter(({ id }) => run.has(id))
}

/** The services of the chosen tiers with all that they need, in the order of `services`. */
export function toRun(choices: readonly TierChoice[], chosen: ReadonlySet<string>): readonly ServiceView[] {
  return withTheirNeeds(
    choices,
    choices.flatMap(({ id, services }) => (chosen.has(id) ? services.map((view) => view.id) : [])),
  )
}

/** One answer to "what to run": everything, a set, what was chosen before, or tiers one by one. */
export interface RunOption {
  /** A set's is its name after an @, as the command line writes it. */
  readonly id: 'all' | 'before' | 'tiers' | `@${string}`
  /** What runs by it; of `tiers` nothing, because that is chosen there. */
  readonly run: readonly ServiceView[]
}

/**
 * The answers that there are, in the order in which they are offered: a set of which nothing is here is none. `chosen`: what
 * was chosen before, which is an answer of its own where neither a set nor whole tiers are it.
 */
export function runOptions(
  choices: readonly TierChoice[],
  sets: Sets,
  chosen: readonly string[] | null,
): readonly RunOption[] {
  const all = choices.flatMap(({ services }) => services)
  const options: RunOption[] = [{ id: 'all', run: all }]
  for (const { name, services } of allSets(sets, all)) {
    const run = withTheirNeeds(
      choices,
      services.map(({ id }) => id),
    )
    if (run.length > 0) options.push({ id: `@${name}`, run })
  }
  if (chosen !== null) {
    const run = withTheirNeeds(choices, chosen)
    const known = [...options.map((one) => one.run), toRun(choices, tiersOf(choices, chosen))]
    if (run.length > 0 && !known.some((one) => isSame(one, run))) options.push({ id: 'before', run })
  }
  return [...options, { id: 'tiers', run: [] }]
}

/** The answer that was given before. */
export function optionOf(
  options: readonly RunOption[],
  choices: readonly TierChoice[],
  chosen: readonly string[] | null,
): RunOption['id'] {
  if (chosen === null) return 'all'
  const run = withTheirNeeds(choices, chosen)
  return options.find((one) => one.run.length > 0 && isSame(one.run, run))?.id ?? 'tiers'
}

function isSame(one: readonly ServiceView[], other: readonly ServiceView[]): boolean {
  return one.length === other.length && one.every(({ id }, at) => id === other[at]?.id)
}

/** The tiers of a choice that was made before: those of which any service is in it. */
export function tiersOf(
  choices: readonly TierChoice[],
  services: readonly string[] | null,
): ReadonlySet<string> {
  return new Set(
    choices
      .filter((tier) => services === null || tier.services.every(({ id }) => services.includes(id)))
      .map(({ id }) => id),
  )
}

/** The images of some services. */
export function imagesFor(
  infos: readonly ImageInfo[],
  services: readonly { readonly id: string }[],
): readonly ImageInfo[] {
  const ids = new Set(services.map(({ id }) => id))
  return infos.filter(({ service }) => ids.has(service))
}
