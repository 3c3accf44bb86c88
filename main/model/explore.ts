/** Where Grafana shows what it has of one service at one time. */
import type { ServiceView } from './snapshot.ts'

/** The service that shows it. */
export const GRAFANA = 'grafana'

/** Whether it can show anything now. */
export function canExplore(services: readonly Pick<ServiceView, 'id' | 'state'>[]): boolean {
  return services.some(({ id, state }) => id === GRAFANA && (state === 'works' || state === 'degraded'))
}

/** What is looked at; the uids are those of `assets/stack/grafana/provisioning/datasources`. */
export type ExploreOf =
  /** `cluster`: of all that runs in it, by its id. */
  | { readonly kind: 'logs'; readonly cluster?: string }
  | { readonly kind: 'metrics'; readonly expr: string }
  | { readonly kind: 'traces' }

/** Before and after the instant that is looked at (ms). */
const AROUND = { before: 5 * 60_000, after: 5 * 60_000 } as const

/** A text within the double quotes of LogQL, PromQL and TraceQL: all three read Go's escapes. */
function quoted(text: string): string {
  return JSON.stringify(text)
}

function queryOf(service: string, of: ExploreOf): { readonly uid: string; readonly query: object } {
  switch (of.kind) {
    case 'logs':
      return {
        uid: 'loki',
        query: {
          expr:
            of.cluster === undefined
              ? `{service_name=${quoted(service)}}`
              : `{cluster=${quoted(of.cluster)}}`,
          queryType: 'range',
        },
      }
    case 'metrics':
      return { uid: 'prometheus', query: { expr: of.expr, range: true } }
    case 'traces':
      return {
        uid: 'tempo',
        query: { queryType: 'traceql', query: `{resource.service.name=${quoted(service)}}`, limit: 20 },
      }
  }
}

/** The address of a dashboard of ours (scripts/dashboards) over the last hour, by its uid: Grafana 13.2, "Dashboard URL". */
export function dashboardUrl(base: string, uid: string): string {
  return `${base.replace(/\/+$/, '')}/d/${encodeURIComponent(uid)}?from=now-1h&to=now`
}

/**
 * The address of Grafana's Explore at a service's logs, traces or a metric around an instant (epoch ms). The one place that
 * knows its form: Grafana 13.2, "Get started with Explore", "Generate Explore URLs from external tools" (schema version 1;
 * times are texts of epoch ms). `base`: where Grafana is opened, e.g. `http://grafana.macula.local`.
 */
export function exploreUrl(
  base: string,
  {
    service,
    at,
    of = { kind: 'logs' },
  }: { readonly service: string; readonly at: number; readonly of?: ExploreOf },
): string {
  const { uid, query } = queryOf(service, of)
  const panes = {
    macula: {
      datasource: uid,
      queries: [{ refId: 'A', datasource: { uid, type: uid }, ...query }],
      range: {
        from: String(Math.floor(at - AROUND.before)),
        to: String(Math.ceil(at + AROUND.after)),
      },
    },
  }
  const root = base.replace(/\/+$/, '')
  return `${root}/explore?schemaVersion=1&orgId=1&panes=${encodeURIComponent(JSON.stringify(panes))}`
}
