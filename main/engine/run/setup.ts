import { namesOf } from '../../model/listeners.ts'
import type { Catalog, Settings } from '../../model/service.ts'
import type { SetupItem } from '../../model/change.ts'
import type { Adapters } from '../adapters.ts'

/**
 * What set-up would change on this machine: missing tools, low ports, and the resolver route of the settings, else the
 * best that fits. A
 * route that is in place already stays, even where a better one fits.
 */
export async function setupItems(
  adapters: Adapters,
  settings: Settings,
  catalog: Catalog,
): Promise<readonly SetupItem[]> {
  const items: SetupItem[] = []
  for (const step of adapters.steps) {
    const plan = await step.plan()
    if (plan) items.push({ change: plan.change, state: plan.inPlace ? 'in place' : 'to do', says: plan.says })
  }
  const input = { settings, names: namesOf(catalog, settings.suffix) }
  const all = [...adapters.routes].sort((one, two) => one.rank - two.rank)
  const asked = all.find((route) => route.id === settings.route)
  // The route that a person chose, as long as this machine can take it; its own absence is not hidden by another.
  const routes = asked && (await asked.detect()).fits ? [asked] : all
  for (const route of routes)
    if (await route.isInPlace(input)) {
      items.push({ change: route.plan(input), state: 'in place', says: `${route.title} leads to our names.` })
      return items
    }
  for (const route of routes) {
    const fit = await route.detect()
    if (!fit.fits) continue
    items.push({ change: route.plan(input), state: 'to do', says: fit.says })
    return items
  }
  return items
}
