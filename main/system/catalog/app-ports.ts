import { listenerKey } from '../../model/listeners.ts'
import { carriedBy } from '../../model/protocol.ts'
import type { EndpointSpec } from '../../model/service.ts'
import type { Candidate } from './parse.ts'

/** Who is to have a port of a cluster's address: what a person wrote, then ours, then what was only read of manifests. */
function rankOf({ spec }: Candidate, { quiet }: EndpointSpec): number {
  return quiet === true ? 2 : spec.origin === 'user' ? 0 : 1
}

const keyOf = ({ spec }: Candidate, { listen = 0, scheme }: EndpointSpec): string =>
  listenerKey({ address: spec.address ?? '', port: listen, ...carriedBy(scheme) })

/**
 * Applications without those ports that another one goes before with: two applications of one cluster share its address. What is
 * led there no more is reached at its LoadBalancer all the same, if it has one. Two that a person wrote both stay, and are told.
 */
export function settlePorts(candidates: readonly Candidate[]): readonly Candidate[] {
  const wishes = candidates.flatMap((candidate) =>
    isApp(candidate)
      ? candidate.spec.endpoints.flatMap((endpoint) =>
          endpoint.listen === undefined
            ? []
            : [{ candidate, endpoint, key: keyOf(candidate, endpoint), rank: rankOf(candidate, endpoint) }],
        )
      : [],
  )
  const first = new Map<string, (typeof wishes)[number]>()
  for (const wish of wishes) {
    const best = first.get(wish.key)
    if (!best || wish.rank < best.rank) first.set(wish.key, wish)
  }
  const lost = new Set(
    wishes.filter((wish) => wish.rank > 0 && first.get(wish.key) !== wish).map(({ endpoint }) => endpoint),
  )
  if (lost.size === 0) return candidates
  return candidates.map((candidate) => without(candidate, lost))
}

const isApp = ({ spec }: Candidate): boolean =>
  spec.runtime.kind === 'cluster' && spec.runtime.app !== undefined

function without(candidate: Candidate, lost: ReadonlySet<EndpointSpec>): Candidate {
  const { spec } = candidate
  const gone = spec.endpoints.filter((endpoint) => lost.has(endpoint))
  if (gone.length === 0) return candidate
  return {
    ...candidate,
    spec: {
      ...spec,
      endpoints: spec.endpoints.filter((endpoint) => !lost.has(endpoint)),
      // A variable of what is not there would name nothing.
      env: Object.fromEntries(
        Object.entries(spec.env).filter(([, value]) => !gone.some(({ id }) => value.includes(`:${id}}`))),
      ),
    },
  }
}
