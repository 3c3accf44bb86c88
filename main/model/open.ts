import { sentence } from './say.ts'
import type { Access, EndpointView, ServiceView, Snapshot, State } from './snapshot.ts'
import type { Trouble } from './trouble.ts'

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

/** Why a service cannot be opened, and what leads on from there. */
export function whyNotOpened(
  { docker, causes }: Pick<Snapshot, 'docker' | 'causes'>,
  view: Pick<ServiceView, 'id' | 'title' | 'state' | 'reason' | 'headline' | 'cluster'>,
): Trouble {
  const { id, title, state, reason, headline } = view
  const what = (why: string): string => `${title} cannot be opened: ${why}.`
  if (state === 'unknown' && docker.kind === 'down')
    return {
      kind: 'outside',
      what: what('Docker does not answer'),
      why: docker.says,
      todo:
        causes.find((cause) => cause.id === 'docker')?.headline.todo ??
        'maculactl doctor says what to do about Docker.',
    }
  const told = headline && { why: headline.why, todo: headline.todo }
  switch (state) {
    case 'stopped':
      return { kind: 'failed', what: what('it is stopped'), todo: `Start it: maculactl up ${id}` }
    case 'not set up':
      return {
        kind: 'failed',
        what: what('it is not set up'),
        ...(reason === '' ? {} : { why: sentence(reason) }),
        // What somebody else put into a cluster is not set up from here.
        todo: view.cluster === 'found' ? (headline?.todo ?? '') : `Set it up: maculactl up ${id}`,
      }
    case 'starting':
    case 'stopping':
      return {
        kind: 'failed',
        what: what(`it is ${state}`),
        ...(told ?? {
          ...(reason === '' || reason === state ? {} : { why: sentence(reason) }),
          todo: `maculactl status ${id} shows how far it is.`,
        }),
      }
    case 'works':
    case 'degraded':
    case 'failed':
    case 'unknown':
      return {
        kind: 'failed',
        what: what(reason === '' ? 'none of its addresses works' : reason),
        ...(told ?? { todo: `maculactl status ${id} shows each address.` }),
      }
  }
}

/** How a way in stands, in the words of services: slow still leads there, and what was not asked is no failure. */
export function stateOfAccess(access: Access, view: Pick<ServiceView, 'state'>): State {
  if (access.works) return 'works'
  if (view.state === 'stopped' || view.state === 'not set up') return 'stopped'
  if (view.state === 'starting' || view.state === 'stopping') return 'starting'
  if (view.state === 'unknown' || access.untried === true) return 'unknown'
  return access.slow === true ? 'degraded' : 'failed'
}
