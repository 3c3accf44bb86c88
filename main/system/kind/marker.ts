import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { isIpv4, isLabel } from '../../model/atoms.ts'
import { isSameProtocol } from '../../model/protocol.ts'
import { readIfThere, writeWhole } from '../files.ts'
import type { Paths } from '../paths.ts'
import type { Node } from './nodes.ts'

const portSchema = z.object({
  listen: z.int().min(1).max(65_535),
  host: z.string().refine(isIpv4),
  port: z.int().min(1).max(65_535),
  protocol: z.enum(['tcp', 'udp']).optional(),
  open: z.literal(true).optional(),
})

/** Whether no port of the nodes is there twice. */
function isEachOnce(ports: readonly z.infer<typeof portSchema>[]): boolean {
  return ports.every(
    (one, index) => ports.findIndex((two) => two.listen === one.listen && isSameProtocol(two, one)) === index,
  )
}

/**
 * What we wrote down of a cluster before and after we made it: the only proof that its nodes are ours. Without it, or
 * for nodes that it does not cover, a cluster of our name was made by somebody else.
 */
const markerSchema = z.object({
  version: z.literal(1),
  /** It becomes an argument of kind and a host in nginx' configuration. */
  name: z.string().refine(isLabel),
  /** adopted: somebody else made it, and it is used. */
  phase: z.enum(['creating', 'made', 'deleting', 'adopted']),
  /** Epoch ms of when the making began. */
  at: z.number(),
  nodes: z.array(z.string()),
  /**
   * What its nodes publish, where that is other than its description says; absent: the same, and so where the list cannot be: its
   * nodes are ours all the same, and the next look reads it from Docker.
   */
  ports: z.array(portSchema).min(1).refine(isEachOnce).optional().catch(undefined),
})
export type Marker = z.infer<typeof markerSchema>

export function clusterFolder(paths: Paths): string {
  return join(paths.state, 'clusters')
}

const fileOf = (paths: Paths, id: string): string => join(clusterFolder(paths), `${id}.json`)

/** Where the cluster's own kubeconfig is kept. */
export function ownKubeconfig(paths: Paths, id: string): string {
  return join(clusterFolder(paths), `${id}.kubeconfig`)
}

/** The marker; undefined when there is none that can be used (then nothing is ours). */
export async function readMarker(paths: Paths, id: string): Promise<Marker | undefined> {
  try {
    const text = await readIfThere(fileOf(paths, id))
    return text === undefined ? undefined : markerSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

export async function writeMarker(paths: Paths, id: string, marker: Omit<Marker, 'version'>): Promise<void> {
  await writeWhole(fileOf(paths, id), `${JSON.stringify({ version: 1, ...marker }, null, 2)}\n`, 0o600)
}

export async function removeMarker(paths: Paths, id: string): Promise<void> {
  await rm(fileOf(paths, id), { force: true })
}

/** Docker's and our clock are the same on a native engine; in a virtual machine they may differ by this (ms). */
const CLOCK_SLACK_MS = 2000

/** kind makes nodes when it has their image, for which a slow line takes a while; what comes later somebody else made (ms). */
const CREATE_MOST_MS = 3_600_000

/** Whose the nodes of a cluster are. */
export function ownerOf(marker: Marker | undefined, nodes: readonly Node[]): 'ours' | 'others' {
  if (!marker || nodes.length === 0 || marker.phase === 'adopted') return 'others'
  // Made in part, and nobody could write down what: what came soon after we began, under a name that was free then, is ours.
  if (marker.phase === 'creating' && marker.nodes.length === 0)
    return nodes.every(
      ({ createdAt }) => createdAt >= marker.at - CLOCK_SLACK_MS && createdAt <= marker.at + CREATE_MOST_MS,
    )
      ? 'ours'
      : 'others'
  return nodes.every((node) => marker.nodes.includes(node.id)) ? 'ours' : 'others'
}
