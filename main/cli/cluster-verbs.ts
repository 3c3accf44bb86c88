/** What is asked of clusters, as it is typed. */
export const CLUSTER_VERBS = [
  'list',
  'create',
  'start',
  'stop',
  'delete',
  'recreate',
  'kubeconfig',
  'events',
] as const
export type ClusterVerb = (typeof CLUSTER_VERBS)[number]
