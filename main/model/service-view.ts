import { bestAccess, fqdn } from './access.ts'
import type { Frame } from './frame.ts'
import { neededBy } from './graph.ts'
import type { Ladder, Rung } from './ladder.ts'
import type { EndpointSpec, ServiceSpec } from './service.ts'
import { sqlUser } from './sql.ts'
import type { Access, EndpointView, ServiceView, State } from './snapshot.ts'

/** States whose reason a row tells. */
export function isLoud(state: State): boolean {
  return state === 'failed' || state === 'degraded' || state === 'starting'
}

/** The ladder of what answers nothing: it has no name, address or forwarder, and stands by what runs it alone. */
export function silentLadder(runs: Rung): Ladder {
  return [
    { id: 'name', state: 'unused', says: 'no name of its own' },
    { id: 'address', state: 'unused', says: 'no address of its own' },
    { id: 'forwarder', state: 'unused', says: 'needs no forwarder' },
    runs,
    { id: 'service', state: 'unused', says: 'answers nothing' },
  ]
}

/** Puts an endpoint's view together; `answerMs`: how long the answer took that counts, in ms. */
export function endpointView(
  endpoint: EndpointSpec,
  suffix: string,
  judged: {
    readonly accesses: readonly Access[]
    readonly byNameOnly: boolean
    readonly ladder: Ladder
    readonly answerMs: number | undefined
  },
): EndpointView {
  const { accesses, byNameOnly, ladder, answerMs } = judged
  const best = bestAccess(accesses)
  // What opens by name only still opens when its name is all that is slow.
  const used = accesses[best]
  const slow = (!used || used.kind === 'direct') && byNameOnly && accesses[0]?.slow === true
  return {
    id: endpoint.id,
    scheme: endpoint.scheme,
    name: fqdn(endpoint, suffix) ?? null,
    accesses: slow
      ? accesses.map((access, index) => (index === 0 ? { ...access, works: true } : access))
      : accesses,
    best: slow ? 0 : best,
    byNameOnly,
    opens: endpoint.open !== undefined,
    ladder,
    ...(answerMs === undefined ? {} : { answerMs }),
    ...(endpoint.example === undefined ? {} : { example: endpoint.example }),
  }
}

/** Puts a service's view together: what its description says, and what was judged of it. */
export function serviceView(
  frame: Frame,
  service: ServiceSpec,
  judged: Pick<ServiceView, 'state' | 'address' | 'endpoints' | 'ladder' | 'reason'> &
    Partial<Pick<ServiceView, 'cluster' | 'creates'>> & {
      readonly headline: ServiceView['headline'] | undefined
      readonly since: number | undefined
      readonly container: NonNullable<ServiceView['container']> | undefined
    },
): ServiceView {
  const { headline, since, container, ...rest } = judged
  const answers = rest.endpoints.flatMap((endpoint) => endpoint.answerMs ?? [])
  return {
    id: service.id,
    tier: service.tier,
    title: service.title,
    purpose: service.purpose,
    ...(service.signIn === undefined ? {} : { signIn: service.signIn }),
    ...(service.shell === undefined ? {} : { shell: service.shell }),
    origin: service.origin,
    ...rest,
    names: service.endpoints.flatMap((endpoint) => fqdn(endpoint, frame.suffix) ?? []),
    ...(headline === undefined ? {} : { headline }),
    ...(answers.length > 0 ? { answerMs: Math.max(...answers) } : {}),
    ...(since === undefined ? {} : { since }),
    ...(container === undefined
      ? {}
      : {
          container: {
            id: container.id,
            name: container.name,
            image: container.image,
            address: container.address,
            restarts: container.restarts,
            ...(container.ended === true ? { ended: true as const } : {}),
          },
        }),
    ...(service.buckets ? { buckets: true as const } : {}),
    ...(sqlUser(service) && service.runtime.kind === 'container' ? { sql: true as const } : {}),
    ...(service.actions ? { actions: service.actions } : {}),
    needs: service.needs,
    uses: service.uses,
    neededBy: neededBy(frame.services, [service.id]),
    warnings: service.warnings,
  }
}
