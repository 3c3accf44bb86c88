import { clustersOf } from '../../look/seen.ts'
import { fine, type Check, type Finding } from '../check.ts'

/** The first kind whose nodes have containerd's registry folders by themselves (its release notes). */
const OLDEST = [0, 27] as const

/** kind, as far as somebody wants a cluster: without one it is nobody's trouble that it is missing. */
export const clusters: Check = {
  id: 'clusters',
  group: 'machine',
  title: 'KinD',
  async run({ ports, catalog, snapshot }) {
    if (clustersOf(catalog).length === 0) return []
    const tool = await ports.clusters.tool()
    const isWanted = snapshot.services.some(
      (view) => view.cluster === 'cluster' && view.state !== 'not set up',
    )
    if (!tool)
      return [
        isWanted
          ? {
              result: 'failed',
              what: 'kind is not installed.',
              short: 'kind is missing',
              why: 'It makes and removes the cluster of the applications.',
              todo: 'Run set-up, or put kind on your PATH (https://kind.sigs.k8s.io).',
            }
          : fine('kind is not installed; only the Applications tier needs it.', 'kind not installed'),
      ]
    const [, one = '0', two = '0'] = /(\d+)\.(\d+)/.exec(tool.version) ?? []
    const isOld = Number(one) === OLDEST[0] && Number(two) < OLDEST[1]
    const finding: Finding = isOld
      ? {
          result: 'warning',
          what: `kind ${tool.version} is old.`,
          short: `kind ${tool.version} is old`,
          why: `From ${OLDEST.join('.')} on its nodes find the local registry by themselves.`,
          todo: 'Install a newer kind.',
        }
      : fine(`kind ${tool.version} is ${tool.path}.`, `kind ${tool.version}`)
    return [finding]
  },
}
