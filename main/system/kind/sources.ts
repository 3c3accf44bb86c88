import { parseDocument } from 'yaml'
import type { SourceMount } from '../../model/service.ts'
import type { Node } from './nodes.ts'

/** Folders of this machine that nodes are to have, read-only: kind's extraMounts, which are made with a node only. */

/** Where a folder is in the nodes. */
export const placeOf = ({ host, node }: SourceMount): string => (node === '' ? host : node)

/** kind's configuration (its text) with the folders in every node; one that is written there already stays as it is. */
export function withSources(text: string, sources: readonly SourceMount[]): string {
  if (sources.length === 0) return text
  const document = parseDocument(text)
  const nodes = (
    document.toJS() as { nodes?: readonly { extraMounts?: readonly { containerPath?: string }[] }[] }
  ).nodes
  for (const [index, node] of (nodes ?? []).entries()) {
    const there = new Set((node.extraMounts ?? []).map(({ containerPath }) => containerPath))
    const more = sources
      .filter((one) => !there.has(placeOf(one)))
      .map((one) => ({ hostPath: one.host, containerPath: placeOf(one), readOnly: true }))
    if (more.length > 0)
      document.setIn(
        ['nodes', index, 'extraMounts'],
        document.createNode([...(node.extraMounts ?? []), ...more]),
      )
  }
  return document.toString()
}

/** The folders that a node which is there does not have. */
export function missingIn(
  nodes: readonly Pick<Node, 'mounts'>[],
  sources: readonly SourceMount[],
): readonly SourceMount[] {
  return sources.filter((one) => nodes.some(({ mounts }) => mounts.get(placeOf(one)) !== one.host))
}
