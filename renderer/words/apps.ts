import { NEXT_CLUSTER_PRICE } from '../../main/model/cluster-price.ts'

/** Words for applications that are used where they lie. */
export const sayApps = {
  title: 'Applications of your own',
  says: 'A folder of manifests or a kustomization. It is used in place, nothing is copied; start it from its row under Services.',
  path: 'Path of the folder',
  pathLike: '/home/you/src/shop/k8s',
  look: 'Add an application…',
  add: (title: string) => `Add ${title}`,
  removeShort: 'Remove…',
  removeNow: 'Remove',
  removeSays: 'Its objects are deleted from the cluster; its folder and its data stay.',
  remove: (title: string) =>
    `Remove ${title}: its objects are deleted from the cluster, its folder and its data stay`,
  notRemoved: 'It was not removed',
  followLabel: 'Changes',
  follow: 'Apply it whenever its files change',
  followHint: 'While this window or the tray runs. Otherwise its row says that files changed.',
  peer: {
    title: 'Peers',
    says: `Another KinD cluster with its own address and ports: ${NEXT_CLUSTER_PRICE}, some minutes.`,
    add: 'Add a peer cluster',
    notAdded: 'No peer was added',
  },
  noHosts: 'none in these files; its pods show whether it works',
  facts: {
    id: 'Id',
    hosts: 'Hosts',
    pods: 'Pods',
    images: 'Images',
    ports: 'Ports',
    namespaces: 'Namespaces',
    replaces: 'Replaces',
  },
} as const
