import type { Manifest } from '../kind/manifest.ts'
import { ingressesOf } from '../kind/ingresses.ts'
import { QUIC_PORT } from '../../model/protocol.ts'
import { all, nameOf, podSpecOf, spaceOf, speaks, tree, word } from '../kind/speaks.ts'
import { isClusterWide } from '../kind/cluster-wide.ts'
import type { Placed } from './objects.ts'

/** What objects tell of an application: where it is opened, what runs, of which images. */
export interface Facts {
  readonly namespaces: readonly string[]
  readonly hosts: readonly HostFact[]
  readonly ports: readonly string[]
  /** What pods behind a host speak over UDP, by a Service of type LoadBalancer. */
  readonly datagrams: readonly DatagramFact[]
  readonly images: readonly string[]
  readonly pods: readonly string[]
  /** The name of what runs first, for a folder that is called `k8s`. */
  readonly name: string | undefined
  /** Folders of the node that pods mount. */
  readonly hostPaths: readonly string[]
}

/** A port of UDP, and the host of an Ingress that leads to the same pods. */
export interface DatagramFact {
  readonly host: string
  readonly port: number
  readonly quic: boolean
}

/** A host of an Ingress, with where it stands. */
export interface HostFact {
  readonly host: string
  /** The first path that is routed. */
  readonly path: string
  /** Nothing tells that what is behind it answers HTTP: its pods are judged otherwise, or do not name the port. */
  readonly quiet: boolean
  /** Namespace and selector of the Service that it leads to; empty: not known. */
  readonly behind: string
  readonly file: string
  readonly line: number
}

/** Which pods a Service chooses, as one word; empty: none. */
function behindOf(service: Manifest): string {
  const chosen = Object.entries(tree(tree(service['spec'])['selector'])).map(
    ([key, is]) => `${key}=${word(is)}`,
  )
  return chosen.length === 0 ? '' : `${spaceOf(service)} ${chosen.toSorted().join()}`
}

/** What people call a port of QUIC. */
const quicNames = /^(?:quic|h3|http3|http-3)\b/

function datagramsOf(manifests: readonly Manifest[], hosts: readonly HostFact[]): readonly DatagramFact[] {
  return manifests.flatMap((manifest): readonly DatagramFact[] => {
    const spec = tree(manifest['spec'])
    if (manifest.kind !== 'Service' || spec['type'] !== 'LoadBalancer') return []
    const behind = behindOf(manifest)
    const host = behind === '' ? undefined : hosts.find((one) => one.behind === behind)?.host
    return all(spec['ports']).flatMap(({ port, protocol, name }) =>
      host === undefined || protocol !== 'UDP' || typeof port !== 'number'
        ? []
        : [{ host, port, quic: port === QUIC_PORT || quicNames.test(word(name)) }],
    )
  })
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
        behind: service ? behindOf(service) : '',
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
  const hosts = hostsOf(objects)
  return {
    namespaces: [...new Set(spaces)],
    hosts,
    datagrams: datagramsOf(manifests, hosts),
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
