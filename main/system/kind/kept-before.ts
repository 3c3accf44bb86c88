import { access, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { HUB, HUB_BEFORE } from '../../model/cluster-id.ts'
import type { Paths } from '../paths.ts'
import { clusterFolder } from './marker.ts'

/** What is kept of a cluster, by what follows its id; the marker last, so that an interrupted run begins again. */
const ENDS = ['kubeconfig', 'user-kubeconfig', 'kind.yaml', 'json']

const isThere = async (path: string): Promise<boolean> =>
  await access(path).then(
    () => true,
    () => false,
  )

/**
 * Gives what an earlier version kept of the hub by its former id to the hub: so the cluster that it made is ours as before, under
 * the name that kind has it by. Nothing is done where a person has a cluster of that id, or the hub has a marker. Never throws:
 * where nothing can be written the old file stays, and the cluster counts as somebody else's.
 */
export async function takeKeptBefore(paths: Paths): Promise<void> {
  const folder = clusterFolder(paths)
  if (!(await isThere(join(folder, `${HUB_BEFORE}.json`)))) return
  if (await isThere(join(paths.config, 'clusters', HUB_BEFORE))) return
  if (await isThere(join(folder, `${HUB}.json`))) return
  for (const end of ENDS)
    await rename(join(folder, `${HUB_BEFORE}.${end}`), join(folder, `${HUB}.${end}`)).catch(() => undefined)
}
