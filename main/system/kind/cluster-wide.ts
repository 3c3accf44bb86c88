import type { Manifest } from './manifest.ts'

/** Kinds that are of no namespace. */
const clusterWide = new Set([
  'Namespace',
  'ClusterRole',
  'ClusterRoleBinding',
  'IngressClass',
  'StorageClass',
  'PersistentVolume',
  'CustomResourceDefinition',
  'PriorityClass',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
  'Node',
  'RuntimeClass',
  'CSIDriver',
  'APIService',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
  'ClusterIssuer',
  'GatewayClass',
])

/** Whether an object belongs to the whole cluster, as far as its kind is known here. */
export const isClusterWide = ({ kind }: Pick<Manifest, 'kind'>): boolean => clusterWide.has(kind)
