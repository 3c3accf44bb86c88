import { hasFront } from './access.ts'
import type { Frame } from './frame.ts'
import type { Rung } from './ladder.ts'
import { listenerKey } from './listeners.ts'
import { headlineOf, mergeLadders } from './merge.ts'
import { tlsRung } from './rungs/tls.ts'
import { TLS_PORT, type ServiceSpec } from './service.ts'
import type { EndpointView, ServiceView, State } from './snapshot.ts'
import type { TlsLooked } from './tls.ts'

const quiet: ReadonlySet<State> = new Set(['stopped', 'stopping', 'not set up', 'unknown', 'starting'])

function rungOf({ world }: Frame, service: ServiceSpec, view: ServiceView, tls: TlsLooked, at: number): Rung {
  const endpoint = service.endpoints[at]
  const name = endpoint && hasFront(endpoint) ? view.endpoints[at]?.name : undefined
  return tlsRung({
    name: name ?? undefined,
    address: service.address,
    off: quiet.has(view.state),
    seen: tls.seen,
    answer: tls.answers.get(name ?? ''),
    listener: world.listeners.get(listenerKey({ address: service.address ?? '', port: TLS_PORT })),
    now: world.at,
  })
}

/**
 * A row with the rung of TLS, where TLS is in use: behind the others, as what is wrong with it is a way round (http goes on).
 * It makes a row that works one with a problem, and nothing worse.
 */
export function withTls(frame: Frame, service: ServiceSpec, view: ServiceView): ServiceView {
  const { tls } = frame.world
  if (tls === undefined) return view
  const rungs = view.endpoints.map((_, at) => rungOf(frame, service, view, tls, at))
  const endpoints = view.endpoints.map((endpoint, at) => {
    const rung = rungs[at]
    if (!rung) return endpoint
    const ladder = [...endpoint.ladder, rung]
    return tls.trusted && rung.state === 'ok' ? secured({ ...endpoint, ladder }) : { ...endpoint, ladder }
  })
  const own =
    mergeLadders(rungs.map((rung) => [rung])).find(({ id }) => id === 'tls') ??
    ({ id: 'tls', state: 'unused', says: 'no clean URL, so no https' } as const)
  const ladder = [...view.ladder, own]
  if (view.state !== 'works' || own.state !== 'round') return { ...view, endpoints, ladder }
  return {
    ...view,
    endpoints,
    ladder,
    state: 'degraded',
    reason: own.reason ?? own.says,
    headline: headlineOf(own),
  }
}

/**
 * Its clean URL with https, for Open and Copy. Host and port stay: what variables are made of goes on with http, so that
 * programs need no edit.
 */
function secured(endpoint: EndpointView): EndpointView {
  const accesses = endpoint.accesses.map((access) =>
    access.kind === 'clean' && access.works
      ? { ...access, url: access.url.replace(/^http:/, 'https:') }
      : access,
  )
  return { ...endpoint, accesses }
}
