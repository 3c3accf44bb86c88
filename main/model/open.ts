import type { Access, EndpointView, ServiceView, State } from './snapshot.ts'

/** The endpoint that is meant: the one named, else the first that can be opened, else the first. */
export function pickEndpoint(
  view: Pick<ServiceView, 'endpoints'>,
  id: string | undefined,
): EndpointView | undefined {
  if (id !== undefined) return view.endpoints.find((endpoint) => endpoint.id === id)
  return view.endpoints.find((endpoint) => endpoint.opens) ?? view.endpoints[0]
}

/** Why the access in use is not the first one, in words: "grafana.macula.local: name takes 5.0 s". */
export function whyNotFirst(endpoint: EndpointView): string | undefined {
  const first = endpoint.accesses[0]
  if (endpoint.best <= 0 || first?.reason === undefined) return undefined
  return `${first.host}: ${first.reason}`
}

/** How a way in stands, in the words of services: slow still leads there, and what was not asked is no failure. */
export function stateOfAccess(access: Access, view: Pick<ServiceView, 'state'>): State {
  if (access.works) return 'works'
  if (view.state === 'stopped' || view.state === 'not set up') return 'stopped'
  if (view.state === 'starting' || view.state === 'stopping') return 'starting'
  if (view.state === 'unknown' || access.untried === true) return 'unknown'
  return access.slow === true ? 'degraded' : 'failed'
}
