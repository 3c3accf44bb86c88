import { inert, isHostName, isLabel } from '../../model/atoms.ts'
import { isClusterWide } from '../kind/cluster-wide.ts'
import { all, nameOf, spaceOf, tree, word } from '../kind/speaks.ts'
import type { Placed } from './objects.ts'
import { refusal, type Refusal } from './read-yaml.ts'

/** Kinds whose names are RFC 1123 subdomains; others (of RBAC, of definitions) take more, or rules of their own. */
const subdomains = new Set(
  [
    'Deployment StatefulSet DaemonSet ReplicaSet Pod Job CronJob ConfigMap Secret Service Ingress',
    'PersistentVolumeClaim ServiceAccount NetworkPolicy HorizontalPodAutoscaler PodDisruptionBudget',
  ].flatMap((line) => line.split(' ')),
)

const LONGEST_NAME = 253

const isSubdomain = (name: string): boolean =>
  name.length <= LONGEST_NAME &&
  name.split('.').every((part) => /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/.test(part))

/** Long names are told by their beginning. */
const short = (text: string): string => inert(text.length > 80 ? `${text.slice(0, 77)}…` : text)

const variable = (text: string): string =>
  text.includes('${') ? '; what fills it in elsewhere (Flux, envsubst) does not run here' : ''

/**
 * The first name in some objects that no API server takes (apimachinery, pkg/util/validation): then nothing of them can be put in,
 * which is told with its place now instead of by kubectl later.
 */
export function impossibleIn(objects: readonly Placed[]): Refusal | undefined {
  for (const { manifest, file, line } of objects) {
    const says = whyNot(manifest)
    if (says !== undefined) return refusal(file, says, { line, column: 1 })
  }
  return undefined
}

function whyNot(manifest: Placed['manifest']): string | undefined {
  const name = nameOf(manifest)
  const space = manifest.kind === 'Namespace' ? name : isClusterWide(manifest) ? '' : spaceOf(manifest)
  if (space !== '' && !isLabel(space))
    return `no namespace can be called ${short(space)}: 1 to 63 of a-z, 0-9 and inner hyphens, in lower case${variable(space)}`
  if (subdomains.has(manifest.kind) && !isSubdomain(name))
    return `no ${manifest.kind} can be called ${short(name)}: at most ${LONGEST_NAME} of a-z, 0-9, dots and inner hyphens, in lower case${variable(name)}`
  if (manifest.kind !== 'Ingress') return undefined
  const host = all(tree(manifest['spec'])['rules'])
    .map((one) => word(one['host']))
    .find((one) => one !== '' && !isHostName(one.startsWith('*.') ? one.slice(2) : one))
  return host === undefined
    ? undefined
    : `no Ingress can have the host ${short(host)}: labels of a-z, 0-9 and inner hyphens, in lower case${variable(host)}`
}
