import type { ClusterSeen } from '../../model/cluster.ts'
import type { Catalog } from '../../model/service.ts'
import { asksOf, type ClusterRow } from '../cluster/wanted.ts'

/**
 * What "everything" means: all but clusters that were never made, with what would run in them. To make one takes minutes
 * and gigabytes, so it is made when it is named, by itself or by its tier. `left`: their rows, to be told.
 */
export function everything(
  catalog: Catalog,
  seen: ReadonlyMap<string, ClusterSeen>,
): { readonly ids: readonly string[]; readonly left: readonly ClusterRow[] } {
  const all = catalog.services.map(({ id }) => id)
  const unmade = asksOf(catalog, all).filter(({ cluster }) => {
    const kind = seen.get(cluster.id)?.kind
    return kind === undefined || kind === 'absent' || kind === 'foreign'
  })
  const out = new Set(unmade.flatMap(({ row, apps }) => [row.id, ...apps.map(({ id }) => id)]))
  return { ids: all.filter((id) => !out.has(id)), left: unmade.map(({ row }) => row) }
}
