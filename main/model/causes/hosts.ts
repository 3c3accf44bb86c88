import { heededIngresses, MOST_HOSTS } from '../found-hosts.ts'
import type { Frame } from '../frame.ts'
import { namesOf } from '../listeners.ts'
import { sayList } from '../say.ts'
import type { SharedCause } from '../snapshot.ts'
import { sayUnlisted, unlistedOf } from '../unlisted.ts'

/** Hosts of Ingresses that get no name, because their cluster has too many: told once, and nothing else suffers. */
export function hostsCause({ services, world, suffix }: Frame): SharedCause | undefined {
  const described = namesOf({ services: services.filter(isDescribed) }, suffix)
  const full = services.flatMap(({ runtime, title }) => {
    if (runtime.kind !== 'cluster' || runtime.app) return []
    const { left } = heededIngresses(world.clusters?.get(runtime.cluster.id), described, suffix)
    return left.length === 0 ? [] : [{ title, left }]
  })
  const [first] = full
  if (!first) return undefined
  const left = full.flatMap((one) => one.left)
  return {
    id: 'hosts',
    headline: {
      what: `${sayList(full.map(({ title }) => title))}: ${left.length === 1 ? 'a host of its Ingresses has' : `${left.length} hosts of Ingresses have`} no name: ${sayList(left, 3)}.`,
      why: `${MOST_HOSTS} hosts of a cluster get one, those of its oldest Ingresses first, so that the names of everything else stay quick.`,
      todo: 'Take out Ingresses that nobody needs: kubectl get ingress -A lists them. What has a name goes on working.',
    },
    services: [],
  }
}

/** Records of PowerDNS that this machine cannot resolve, because names are listed one by one in a file that cannot have them. */
export function unlistedCause({ services, world, suffix }: Frame): SharedCause | undefined {
  const { route, records } = world
  const listing =
    route.kind === 'absent'
      ? route.waits
      : route.kind === 'in place' && !route.needsServer
        ? route
        : undefined
  if (listing === undefined || records === undefined) return undefined
  const away = unlistedOf(records, namesOf({ services }, suffix), suffix)
  if (away.length === 0) return undefined
  return { id: 'hosts', headline: sayUnlisted(away, records.size, listing.title, suffix), services: [] }
}

/** What is found in clusters is a row too, and has the very names that are counted. */
function isDescribed({ runtime }: Frame['services'][number]): boolean {
  return runtime.kind !== 'cluster' || runtime.app?.found === undefined
}
