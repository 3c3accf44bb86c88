/** The ids of clusters and of their rows, and what they were called before. */

/** The cluster that is shipped; one that nothing names is meant by it. */
export const HUB = 'hub'

/** What the hub's id was in versions that knew one cluster: files, settings and state of people still say it. */
export const HUB_BEFORE = 'kind'

/** Whether an id is one of the peers that can be made from the template: `peer0`, `peer1`, … */
export function isPeer(id: string): boolean {
  return /^peer(?:0|[1-9]\d?)$/.test(id)
}

/** The first peer that is not among some clusters. */
export function nextPeer(ids: readonly string[]): string {
  const all = Array.from({ length: 100 }, (_, number) => `peer${number}`)
  return all.find((id) => !ids.includes(id)) ?? 'peer0'
}

const PREFIX = 'cluster/'

/** The id of a cluster's row, as kubectl writes kind/name: an application may have the id of a cluster. */
export function clusterRow(id: string): string {
  return `${PREFIX}${id}`
}

/**
 * What is typed to create a cluster, or to start it: what the button of its row does. `maculactl cluster create` (and `start`, which
 * is the same) starts its applications too and describes peers, so it stands for a button nowhere.
 */
export function clusterUpLine(id: string): string {
  return `maculactl up ${clusterRow(id)}`
}

/** The cluster that a row's id names; undefined: it is no row of a cluster. */
export function clusterOfRow(row: string): string | undefined {
  return row.startsWith(PREFIX) ? row.slice(PREFIX.length) : undefined
}

/** What is kept of the cluster that a person's file names; the hub may still be called what it was before, unless one has that id. */
export function byCluster<Value>(all: ReadonlyMap<string, Value>, id: string): Value | undefined {
  return all.get(id) ?? (id === HUB_BEFORE ? all.get(HUB) : undefined)
}
