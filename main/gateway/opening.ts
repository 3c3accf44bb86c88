import { handable } from '../engine/open.ts'
import { MaculaError } from '../model/errors.ts'
import { dashboardUrl, exploreUrl, GRAFANA } from '../model/explore.ts'
import { pickEndpoint, whyNotFirst, whyNotOpened } from '../model/open.ts'
import type { Output, Parsed } from '../../preload/contract.ts'
import type { GatewayContext } from './context.ts'

/** Grafana's address of a service's logs around an instant, or of a dashboard. */
export async function explore(
  context: GatewayContext,
  { service, at, dashboard }: Parsed<'explore'>,
): Promise<Output<'explore'>> {
  const { engine } = context.system()
  const runtime = engine.catalog().services.find(({ id }) => id === service)?.runtime
  if (!runtime) throw new MaculaError({ kind: 'usage', what: `There is no service ${service}.` })
  const answer = await open(context, { service: GRAFANA })
  const { origin } = new URL(answer.url)
  // A cluster's own row writes no log: what runs in it does.
  const of =
    runtime.kind === 'cluster' && !runtime.app
      ? { of: { kind: 'logs' as const, cluster: runtime.cluster.id } }
      : {}
  return {
    ...answer,
    url:
      dashboard === undefined ? exploreUrl(origin, { service, at, ...of }) : dashboardUrl(origin, dashboard),
  }
}

/** The best address that works now; a URL only when it may be handed to a browser. */
export async function open(
  context: GatewayContext,
  { service, endpoint: wanted, access: kind }: Parsed<'open'>,
): Promise<Output<'open'>> {
  // What is watched is true already; a look at slow names would make a click wait for seconds.
  const snapshot = context.latest() ?? context.clean().deep(await context.system().engine.look())
  const view = snapshot.services.find((one) => one.id === service)
  const endpoint = view && pickEndpoint(view, wanted)
  if (!view || !endpoint)
    throw new MaculaError({ kind: 'usage', what: `There is nothing to open for ${service}.` })
  const access =
    kind === undefined ? endpoint.accesses[endpoint.best] : endpoint.accesses.find((one) => one.kind === kind)
  if (kind !== undefined && access && !access.works && access.slow !== true)
    // Of what does not run no way leads anywhere, and another one is no help.
    throw new MaculaError(
      view.state === 'stopped' || view.state === 'unknown'
        ? whyNotOpened(snapshot, view)
        : {
            kind: 'failed',
            what: `${access.url} does not reach ${view.title}${access.reason === undefined ? '' : `: ${access.reason}`}.`,
          },
    )
  if (!access) throw new MaculaError(whyNotOpened(snapshot, view))
  const url = endpoint.opens ? handable(access.url, snapshot, view) : undefined
  if (url === undefined)
    throw new MaculaError({
      kind: 'usage',
      what: `${view.title} is not for a browser.`,
      todo: `Copy its address: ${access.url}`,
    })
  const because = kind === undefined ? whyNotFirst(endpoint) : undefined
  return { url, kind: access.kind, opened: false, ...(because === undefined ? {} : { because }) }
}
