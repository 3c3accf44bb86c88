import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { foldersIn } from '../catalog/folders.ts'
import { readIfThere } from '../files.ts'
import type { Paths } from '../paths.ts'
import { clusterFolder, readMarker, type Marker } from './marker.ts'
import { peersFolder } from './peers.ts'

/** The name that a kind.yaml gives its cluster, or kind's own default; undefined: it cannot be read. */
export async function describedName(file: string): Promise<string | undefined> {
  try {
    const text = await readIfThere(file)
    if (text === undefined) return undefined
    const name = (parse(text) as { readonly name?: unknown } | null)?.name ?? 'kind'
    return typeof name === 'string' ? name : undefined
  } catch {
    return undefined
  }
}

/**
 * The clusters that folders describe, by id, with the name that kind knows each by; a description that has another mistake counts
 * too. Read from the files, not from a catalog that another process may have changed meanwhile.
 */
export async function describedNames(paths: Paths): Promise<ReadonlyMap<string, string | undefined>> {
  const folders = [
    ...(await foldersIn(join(paths.assets, 'cluster', 'clusters'), 'ours')),
    ...(await foldersIn(peersFolder(paths), 'ours')),
    ...(await foldersIn(join(paths.config, 'clusters'), 'user')),
  ]
  return new Map(
    await Promise.all(
      folders.map(
        async ({ service, folder }) => [service, await describedName(join(folder, 'kind.yaml'))] as const,
      ),
    ),
  )
}

/** What is written down of all clusters, by id; what cannot be used is left out. */
export async function allMarkers(paths: Paths): Promise<ReadonlyMap<string, Marker>> {
  const files = await readdir(clusterFolder(paths)).catch(() => [])
  const ids = files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length))
  const found = await Promise.all(ids.map(async (id) => [id, await readMarker(paths, id)] as const))
  return new Map(found.flatMap(([id, marker]) => (marker ? [[id, marker] as const] : [])))
}

/**
 * Whether a cluster of this name, with these nodes, is another's than `id`'s: its description names it so, or it was written down as
 * that one's. What was written down of one that is described no more counts for its own nodes only.
 */
export async function isClaimed(
  paths: Paths,
  id: string,
  name: string,
  nodes: readonly { readonly id: string }[],
): Promise<boolean> {
  const described = await describedNames(paths)
  if ([...described].some(([other, own]) => other !== id && own === name)) return true
  return [...(await allMarkers(paths))].some(
    ([other, marker]) =>
      other !== id &&
      marker.name === name &&
      (described.has(other) || nodes.some((node) => marker.nodes.includes(node.id))),
  )
}
