import { nodeImageOf } from '../../../model/node-image.ts'
import type { KindTool } from '../../adapters.ts'
import { clustersOf } from '../../look/seen.ts'
import { fine, type Check, type Finding } from '../check.ts'

/** kind, as far as it matters: one that fits, or one that comes with the first cluster. */
export const clusters: Check = {
  id: 'clusters',
  group: 'machine',
  title: 'KinD',
  async run({ adapters, catalog, settings, snapshot }) {
    const all = clustersOf(catalog)
    const found = await Promise.all(
      all.map(async (cluster) => await adapters.clusters.tool(nodeImageOf(cluster, settings.clusters.nodes))),
    )
    const isWanted = snapshot.services.some(
      (view) => view.cluster === 'cluster' && view.state !== 'not set up',
    )
    // Clusters mostly agree; what is said of two is said once.
    return [...new Map(found.map((tool) => findingOf(tool, isWanted)).map((one) => [one.what, one])).values()]
  },
}

function findingOf({ used, old, brings }: KindTool, isWanted: boolean): Finding {
  if (used) return fine(`kind ${used.version} is ${used.path}.`, `kind ${used.version}`)
  const first = old[0]
  const missing =
    first === undefined
      ? 'kind is not installed'
      : `kind ${first.version} (${first.path}) is too old for the cluster's node image`
  if (brings !== undefined)
    return fine(
      `${missing}; ${brings} is downloaded and checked when the cluster is made.`,
      'kind comes with the cluster',
    )
  if (!isWanted) return fine(`${missing}; only the Applications tier needs it.`, 'kind not installed')
  return {
    result: 'failed',
    what: `${missing}.`,
    short: first === undefined ? 'kind is missing' : `kind ${first.version} is too old`,
    why: 'It makes the cluster of the applications, and none is published for this platform.',
    todo: 'Put a newer kind on your PATH (https://kind.sigs.k8s.io).',
  }
}
