/** Words for applications that are used where they lie. */
export const sayApps = {
  title: 'Applications of your own',
  says: 'A folder of manifests or a kustomization is used where it lies; nothing is copied. Start it in its row.',
  path: 'Path of the folder',
  pathLike: '/home/you/src/shop/k8s',
  look: 'Add an application…',
  add: (title: string) => `Add ${title}`,
  removeShort: 'Remove…',
  removeNow: 'Remove',
  removeSays: 'What it put into the cluster goes; its folder and its data stay.',
  remove: (title: string) =>
    `Remove ${title}: what it put into the cluster goes, its folder and its data stay`,
  notRemoved: 'It was not removed',
  followLabel: 'Changes',
  follow: 'Put it in whenever its files change',
  followHint: 'While this window or the tray runs. Otherwise its row says that they changed.',
  peer: {
    title: 'Peers',
    says: 'A further KinD cluster with an address and ports of its own: about 700 MB of memory, 1 GB of disk, some minutes.',
    add: 'Add a peer cluster',
    notAdded: 'No peer was added',
  },
  noHosts: 'none in these files: its pods tell whether it works',
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
