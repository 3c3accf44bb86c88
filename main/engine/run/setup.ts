import { namesOf } from '../../model/listeners.ts'
import type { Change, SetupItem } from '../../model/change.ts'
import type { Catalog, Settings } from '../../model/service.ts'
import { sayPerson } from '../../model/owner.ts'
import { sentence } from '../../model/say.ts'
import { suffixPrice } from '../../model/suffix.ts'
import type { Adapters, ResolverRoute, RouteInput } from '../adapters.ts'

/**
 * What set-up would change on this machine: missing tools, low ports, and the resolver route of the settings, else the
 * best that fits. `input`: all that this machine should be led to. A route that is in place already stays, even where a better one fits; where none fits that is told.
 */
export async function setupItems(
  adapters: Adapters,
  settings: Settings,
  catalog: Catalog,
  input: RouteInput = { settings, names: namesOf(catalog, settings.suffix) },
): Promise<readonly SetupItem[]> {
  const items: SetupItem[] = []
  for (const step of adapters.steps) {
    const plan = await step.plan(input)
    if (plan) items.push({ change: plan.change, state: plan.inPlace ? 'in place' : 'to do', says: plan.says })
  }
  const all = [...adapters.routes].sort((one, two) => one.rank - two.rank)
  const { routes, instead } = await wished(all, settings.route)
  const told = (says: string): string => `${instead}${says}`
  const planned = (route: ResolverRoute): Change => withPrice(route.plan(input), settings.suffix)
  const before = async (route: ResolverRoute): Promise<string> => {
    const says = await route.goesBefore?.(settings)
    return says === undefined ? '' : ` ${says}`
  }
  /** What else it means where it replaces what was written for another project of the same person. */
  const replacing = async (route: ResolverRoute): Promise<Change> => {
    const change = planned(route)
    const project = await route.ofProject?.(settings.project)
    if (project === undefined) return change
    const price = `What is there was written for your project ${project} and is replaced: its names lead to this one (${settings.project}) from then on, and those that only it has are no longer known.`
    return { ...change, price: [price, change.price].filter((one) => one !== undefined).join(' ') }
  }
  for (const route of routes)
    if (await route.isInPlace(input)) {
      const by = await route.heldBy?.()
      items.push({
        change: planned(route),
        state: 'in place',
        says: told(
          `${sentence(`${route.title} is set up for our names${by ? `, by ${sayPerson(by)}` : ''}`)}${await before(route)}`,
        ),
      })
      return items
    }
  // A way round theirs would lead their names to us as well: files go before servers.
  for (const route of all) {
    const other = await route.heldBy?.()
    if (!other) continue
    const says = `${sentence(`${route.title} points the names of this machine at the Macula of ${sayPerson(other)}`)} A second Macula beside it has no names of its own; its services open at address and port. To take the names over: maculactl undo ${route.id} --even-others, then maculactl setup.`
    items.push(notLed(settings, told(says)))
    return items
  }
  const blocked: string[] = []
  for (const route of routes) {
    const fit = await route.detect()
    if (!fit.fits) {
      blocked.push(fit.says)
      continue
    }
    const says = `${(await route.differs?.(input)) ?? fit.says}${await before(route)}`
    items.push({ change: await replacing(route), state: 'to do', says: told(says) })
    return items
  }
  // Said, because everything else may be in place: names are not.
  items.push(notLed(settings, told(blocked.join(' '))))
  return items
}

/** Names that cannot be led here, or not by this person. */
function notLed({ suffix }: Settings, says: string): SetupItem {
  const change: Change = {
    id: 'route',
    title: `Set up names under ${suffix}`,
    reason: `Programs must find the addresses of names ending in .${suffix}.`,
    verbs: [],
    commands: [],
  }
  return { change, state: 'blocked', says }
}

/**
 * The route that a person chose, as long as this machine can take it; its own absence is not hidden by another. `instead`:
 * why others are looked at all the same.
 */
async function wished(
  all: readonly ResolverRoute[],
  id: string,
): Promise<{ readonly routes: readonly ResolverRoute[]; readonly instead: string }> {
  if (id === '') return { routes: all, instead: '' }
  const asked = all.find((route) => route.id === id)
  const fit = await asked?.detect()
  if (asked && fit?.fits === true) return { routes: [asked], instead: '' }
  const why = fit
    ? `which this machine cannot take: ${fit.says}`
    : `which there is none of (there are: ${all.map((route) => route.id).join(', ')}).`
  return { routes: all, instead: `The settings ask for the route ${id}, ${why} ` }
}

/** What names under the suffix cost belongs to leading the machine to them. */
function withPrice(change: Change, suffix: string): Change {
  const price = [change.price, suffixPrice(suffix)].filter((one) => one !== undefined).join(' ')
  return price === '' ? change : { ...change, price }
}
