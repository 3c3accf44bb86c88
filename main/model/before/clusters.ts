import { HUB, isPeer } from '../cluster-id.ts'

/** The KinD clusters that the platform's scripts make: one for all, or a hub and its peers. */
const CLUSTER = /^macula-(?:dev|hub|peer\d{1,3})$/

/** Whether a KinD cluster has a name that the platform's scripts give. */
export function isOldCluster(name: string): boolean {
  return CLUSTER.test(name)
}

/** As which cluster of Macula's one of the platform's scripts can be used: `macula-peer0` as `peer0`; undefined: as none. */
export function clusterInPlaceOf(name: string): string | undefined {
  const id = name.replace(/^macula-/, '')
  if (isPeer(id)) return id
  return id === 'dev' || id === 'hub' ? HUB : undefined
}
