/** The KinD clusters that the platform's scripts make: one for all, or a hub and its peers. */
const CLUSTER = /^macula-(?:dev|hub|peer\d{1,3})$/

/** Whether a KinD cluster has a name that the platform's scripts give. */
export function isOldCluster(name: string): boolean {
  return CLUSTER.test(name)
}
