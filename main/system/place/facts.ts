import type { Manifest } from '../kind/manifest.ts'
import { ingressesOf } from '../kind/ingresses.ts'
import { isClusterWide } from '../kind/cluster-wide.ts'
import type { Placed } from './objects.ts'

/** What objects tell of an application: where it is opened, what runs, of which images. */
export interface Facts {
  readonly namespaces: readonly string[]
  readonly hosts: readonly HostFact[]
  readonly ports: readonly string[]
  readonly images: readonly string[]
  readonly pods: readonly string[]
  /** The name of what runs first, for a folder that is called `k8s`. */
  readonly name: string | undefined
  /** Folders of the node that pods mount. */
  readonly hostPaths: readonly string[]
}

/** A host of an Ingress, with where it stands. */
export interface HostFact {
  readonly host: string
  /** The first path that is routed. */
  readonly path: string
  /** Nothing tells that what is behind it answers HTTP: its pods are judged otherwise, or do not name the port. */
  readonly quiet: boolean
  readonly file: string
  readonly line: number
}

type Tree = Record<string, unknown>
const tree = (value: unknown): Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : {}
const all = (value: unknown): readonly Tree[] => (Array.isArray(value) ? value.map(tree) : [])
const word = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
const nameOf = (manifest: Manifest): string => word(tree(manifest['metadata'])['name'])
const spaceOf = (manifest: Manifest): string => word(tree(manifest['metadata'])['namespace'])

/** The pod template of what makes pods; undefined: it makes none. */
export function podSpecOf(manifest: Manifest): { readonly labels: Tree; readonly spec: Tree } | undefined {
  const spec = tree(manifest['spec'])
  const template =
    manifest.kind === 'CronJob'
      ? tree(tree(tree(spec['jobTemplate'])['spec'])['template'])
      : tree(spec['template'])
  switch (manifest.kind) {
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'ReplicaSet':
    case 'Job':
    case 'CronJob':
      return { labels: tree(tree(template['metadata'])['labels']), spec: tree(template['spec']) }
    case 'Pod':
      return { labels: tree(tree(manifest['metadata'])['labels']), spec }
    default:
      return undefined
  }
}

const probes = ['readinessProbe', 'livenessProbe', 'startupProbe'] as const

/** Whether pods behind a Service's port say of themselves that they answer there. */
function speaks(service: Manifest | undefined, port: Tree, manifests: readonly Manifest[]): boolean {
  if (!service) return true
  const spec = tree(service['spec'])
  const wanted = all(spec['ports']).find((one) =>
    port['name'] === undefined ? one['port'] === port['number'] : one['name'] === port['name'],
  )
  if (!wanted) return true
  const target = wanted['targetPort'] ?? wanted['port']
  const selector = Object.entries(tree(spec['selector']))
  const behind = manifests.flatMap((one) => {
    const pod = podSpecOf(one)
    const isMine =
      pod !== undefined &&
      selector.length > 0 &&
      spaceOf(one) === spaceOf(service) &&
      selector.every(([key, is]) => pod.labels[key] === is)
    return isMine ? all(pod.spec['containers']) : []
  })
  if (behind.length === 0) return true
  const isNamed = behind.some((one) =>
    all(one['ports']).some(({ name, containerPort }) => name === target || containerPort === target),
  )
  const asked = behind.flatMap((one) =>
    probes.flatMap((key) => (one[key] === undefined ? [] : [tree(one[key])])),
  )
  const isHttp = asked.some((probe) => probe['httpGet'] !== undefined || probe['tcpSocket'] !== undefined)
  const isExec = asked.some((probe) => probe['exec'] !== undefined)
  return isHttp || (isNamed && !isExec)
}

function hostsOf(objects: readonly Placed[]): readonly HostFact[] {
  const manifests = objects.map(({ manifest }) => manifest)
  return objects.flatMap(({ manifest, file, line }): readonly HostFact[] => {
    if (manifest.kind !== 'Ingress') return []
    const [read] = ingressesOf({ items: [manifest] })
    if (!read) return []
    const spec = tree(manifest['spec'])
    return read.hosts.map((host): HostFact => {
      const rule = all(spec['rules']).find((one) => one['host'] === host)
      const paths = all(tree(rule?.['http'])['paths'])
      const root = paths.find((one) => one['path'] === '/' || one['path'] === undefined)
      const first = root ?? paths[0]
      const backend = tree(tree(first?.['backend'] ?? spec['defaultBackend'])['service'])
      const service = manifests.find(
        (one) =>
          one.kind === 'Service' &&
          nameOf(one) === word(backend['name']) &&
          spaceOf(one) === spaceOf(manifest),
      )
      return {
        host,
        path: word(first?.['path']) || '/',
        quiet: !speaks(service, tree(backend['port']), manifests),
        file,
        line,
      }
    })
  })
}

function portsOf(manifest: Manifest): readonly string[] {
  if (manifest.kind !== 'Service') return []
  const spec = tree(manifest['spec'])
  const is = spec['type'] === 'LoadBalancer' ? 'LoadBalancer' : 'Service'
  const ports = all(spec['ports']).map((one) => `${word(one['port'])} ${word(one['protocol']) || 'TCP'}`)
  return [`${is} ${nameOf(manifest)}${ports.length > 0 ? `: ${ports.join(', ')}` : ''}`]
}

/** What some objects tell; those without a namespace are of `namespace`. */
export function factsOf(objects: readonly Placed[], namespace: string): Facts {
  const manifests = objects.map(({ manifest }) => manifest)
  const running = manifests.flatMap((manifest) => {
    const pod = podSpecOf(manifest)
    return pod ? [{ manifest, pod }] : []
  })
  const images = running.flatMap(({ pod }) =>
    [...all(pod.spec['containers']), ...all(pod.spec['initContainers'])].flatMap(
      (one) => word(one['image']) || [],
    ),
  )
  const hostPaths = running.flatMap(({ pod }) =>
    all(pod.spec['volumes']).flatMap((one) => word(tree(one['hostPath'])['path']) || []),
  )
  const spaces = manifests.flatMap((one) =>
    one.kind === 'Namespace' ? nameOf(one) : isClusterWide(one) ? [] : spaceOf(one) || namespace,
  )
  const lasting = running.find(({ manifest }) => !['Job', 'CronJob'].includes(manifest.kind)) ?? running[0]
  return {
    namespaces: [...new Set(spaces)],
    hosts: hostsOf(objects),
    ports: manifests.flatMap(portsOf),
    images: [...new Set(images)],
    pods: running.map(({ manifest }) => {
      const schedule = word(tree(manifest['spec'])['schedule'])
      return `${manifest.kind} ${nameOf(manifest)}${schedule === '' ? '' : ` (${schedule})`}`
    }),
    name: lasting && nameOf(lasting.manifest),
    hostPaths: [...new Set(hostPaths)],
  }
}
