import { withNeeds } from '../../model/graph.ts'
import type { ClusterSpec } from '../../model/cluster.ts'
import type { Catalog, Runtime, ServiceSpec } from '../../model/service.ts'

export type ClusterRow = ServiceSpec & { readonly runtime: Extract<Runtime, { kind: 'cluster' }> }

function isClusterRow(service: ServiceSpec): service is ClusterRow {
  return service.runtime.kind === 'cluster'
}

/** What is asked of one cluster: itself, and applications in it. */
export interface ClusterAsk {
  readonly cluster: ClusterSpec
  readonly row: ClusterRow
  readonly apps: readonly ClusterRow[]
  /** The cluster was named itself, not only as what an application needs. */
  readonly named: boolean
}

/** The asks of each cluster among some services; an application brings its cluster along. */
export function asksOf(catalog: Catalog, ids: readonly string[]): readonly ClusterAsk[] {
  const rows = catalog.services.filter(isClusterRow)
  return rows.flatMap((row): readonly ClusterAsk[] => {
    if (row.runtime.app) return []
    const { cluster } = row.runtime
    const apps = rows.filter(({ id, runtime }) => runtime.app?.cluster === cluster.id && ids.includes(id))
    const named = ids.includes(row.id)
    return named || apps.length > 0 ? [{ cluster, row, apps, named }] : []
  })
}

/** Whether some services are all that run in containers: then "everything" is meant, not each by its name. */
export function isEverything(catalog: Catalog, ids: readonly string[]): boolean {
  return catalog.services.every(({ id, runtime }) => runtime.kind !== 'container' || ids.includes(id))
}

/** The containers that applications need besides their cluster. */
export function containersFor(catalog: Catalog, ids: readonly string[]): readonly string[] {
  return withNeeds(catalog.services, ids).filter(
    (id) => catalog.services.find((service) => service.id === id)?.runtime.kind === 'container',
  )
}
