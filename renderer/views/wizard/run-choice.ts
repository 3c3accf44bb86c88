import type { ImageInfo } from '../../../main/model/facts.ts'
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

/** The services of the chosen tiers with all that they need, in the order of `services`. */
export function toRun(choices: readonly TierChoice[], chosen: ReadonlySet<string>): readonly ServiceView[] {
  const all = choices.flatMap(({ services }) => services)
  const run = new Set<string>()
  const take = (id: string): void => {
    const view = all.find((one) => one.id === id)
    if (!view || run.has(id)) return
    run.add(id)
    view.needs.forEach(take)
  }
  for (const { id, services } of choices) if (chosen.has(id)) services.forEach((view) => take(view.id))
  return all.filter(({ id }) => run.has(id))
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
