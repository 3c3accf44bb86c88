/** The image of a cluster's nodes, and which kind can make them. */
import { splitImage, type ClusterSpec } from './cluster.ts'
import { isAtLeast } from './version.ts'

/** The image of a cluster's nodes: the setting, else what its folder says. */
export function nodeImageOf(cluster: ClusterSpec, nodes: Readonly<Record<string, string>>): string {
  const { id, before, image } = cluster
  const own = (name: string): string | undefined => (Object.hasOwn(nodes, name) ? nodes[name] : undefined)
  return own(id) ?? (before === undefined ? undefined : own(before)) ?? image
}

/** The first kind whose nodes have containerd's registry folders by themselves (its release notes). */
const OLDEST_KIND = [0, 27] as const
/** The first kind that writes kubeadm's v1beta4, which Kubernetes from 1.36 on asks for (kind's own source, v0.32.0). */
export const KIND_FOR_ALL = [0, 32] as const

/** The oldest kind that can make nodes of an image: `kindest/node:v1.37.0`. */
export function oldestKind(image: string): readonly [number, number] {
  return isAtLeast(splitImage(image).tag, [1, 36]) ? KIND_FOR_ALL : OLDEST_KIND
}
