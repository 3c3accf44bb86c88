import type { ServiceSpec } from './service.ts'

/**
 * What a service needs before it starts. An endpoint routed by host name does not make the ingress a need:
 * the service works without it, it is only not reachable by name.
 */
export function needsOf(services: readonly ServiceSpec[], id: string): readonly string[] {
  return services.find((service) => service.id === id)?.needs ?? []
}

/** The ids with all that they need, each after its needs. `services` must be free of cycles (the catalog sees to it). */
export function withNeeds(services: readonly ServiceSpec[], ids: readonly string[]): readonly string[] {
  const order: string[] = []
  const visit = (id: string): void => {
    if (order.includes(id)) return
    for (const need of needsOf(services, id)) visit(need)
    order.push(id)
  }
  ids.forEach(visit)
  return order
}

/** All services that need one of `ids`, directly or through others, without `ids` themselves. */
export function neededBy(services: readonly ServiceSpec[], ids: readonly string[]): readonly string[] {
  const hit = new Set(ids)
  let grew = true
  while (grew) {
    grew = false
    for (const service of services)
      if (!hit.has(service.id) && service.needs.some((need) => hit.has(need))) {
        hit.add(service.id)
        grew = true
      }
  }
  return services.map((service) => service.id).filter((id) => hit.has(id) && !ids.includes(id))
}

/** Services that only use one of `ids` (they stay up and miss it). */
export function usedBy(services: readonly ServiceSpec[], ids: readonly string[]): readonly string[] {
  return services
    .filter((service) => !ids.includes(service.id) && service.uses.some((used) => ids.includes(used)))
    .map((service) => service.id)
}

/** The first cycle along `needs`, as the ids in order with the first repeated at the end; undefined when there is none. */
export function findCycle(
  services: readonly { readonly id: string; readonly needs: readonly string[] }[],
): readonly string[] | undefined {
  const done = new Set<string>()
  const walk = (path: readonly string[]): readonly string[] | undefined => {
    const id = path.at(-1) ?? ''
    const at = path.indexOf(id)
    if (at < path.length - 1) return path.slice(at)
    if (done.has(id)) return undefined
    for (const need of services.find((service) => service.id === id)?.needs ?? []) {
      const cycle = walk([...path, need])
      if (cycle) return cycle
    }
    done.add(id)
    return undefined
  }
  for (const service of services) {
    const cycle = walk([service.id])
    if (cycle) return cycle
  }
  return undefined
}
