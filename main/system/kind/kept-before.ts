import { access, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClusterSpec } from '../../model/cluster.ts'
import { HUB, HUB_BEFORE } from '../../model/cluster-id.ts'
import type { Paths } from '../paths.ts'
import type { KindContext } from './context.ts'
import { clusterFolder, readMarker, type Marker } from './marker.ts'

/** What is kept of a cluster, by what follows its id; the marker last, so that an interrupted run begins again. */
const ENDS = ['kubeconfig', 'user-kubeconfig', 'kind.yaml', 'json'] as const

/** How the one cluster of earlier versions was called, made by them or by the platform's scripts. */
const NAMES: ReadonlySet<string> = new Set(['macula', 'macula-dev', 'macula-hub'])

const isThere = async (path: string): Promise<boolean> =>
  await access(path).then(
    () => true,
    () => false,
  )

const fileOf = (paths: Paths, id: string, end: string): string => join(clusterFolder(paths), `${id}.${end}`)

/** What an earlier version wrote down of the one cluster it had; undefined: nothing, or a person has a cluster of that id. */
export async function keptBefore(paths: Paths): Promise<Marker | undefined> {
  if (await isThere(join(paths.config, 'clusters', HUB_BEFORE))) return undefined
  const marker = await readMarker(paths, HUB_BEFORE)
  return marker && NAMES.has(marker.name) ? marker : undefined
}

/** What was kept goes to the hub, in place of what is kept of the hub. */
async function take(paths: Paths): Promise<void> {
  for (const end of ENDS) {
    const from = fileOf(paths, HUB_BEFORE, end)
    // A kubeconfig of the hub's own would be of a cluster that is not there.
    if (end === 'kubeconfig' && !(await isThere(from)))
      await rm(fileOf(paths, HUB, end), { force: true }).catch(() => undefined)
    await rename(from, fileOf(paths, HUB, end)).catch(() => undefined)
  }
}

async function drop(paths: Paths): Promise<void> {
  for (const end of ENDS) await rm(fileOf(paths, HUB_BEFORE, end), { force: true }).catch(() => undefined)
}

/**
 * Gives what an earlier version kept of the hub by its former id to the hub: so the cluster that it made is ours as before, under
 * the name that kind has it by. An earlier version that ran once more in between may have written it again: of two of one name the
 * newer holds, and of two names `settleKeptBefore` decides by what is there. Never throws: where nothing can be written the old file
 * stays, and the cluster counts as somebody else's.
 */
export async function takeKeptBefore(paths: Paths): Promise<void> {
  const before = await keptBefore(paths)
  if (!before) return
  const now = await readMarker(paths, HUB)
  if (now && now.name !== before.name) return
  if (now && now.at > before.at) await drop(paths)
  else await take(paths)
}

/**
 * The same where an earlier version made another cluster beside the hub's: once the hub's is gone it is the hub, and once it is gone
 * itself nothing is kept of it. Returns whether it is the hub now.
 */
export async function settleKeptBefore(
  context: KindContext,
  cluster: ClusterSpec,
  marker: Marker | undefined,
): Promise<boolean> {
  if (cluster.id !== HUB) return false
  const before = await keptBefore(context.paths)
  if (!before || before.name === marker?.name) return false
  const [theirs, own] = await Promise.all([context.nodes(before), context.nodes(cluster)])
  if (theirs.length === 0) {
    await drop(context.paths)
    return false
  }
  if (own.length > 0) return false
  context.forget(cluster)
  await take(context.paths)
  return true
}
