import type { Manifest } from './manifest.ts'

/** What objects say of themselves: which pods they make, and whether those answer where a Service leads. */

export type Tree = Record<string, unknown>
export const tree = (value: unknown): Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : {}
export const all = (value: unknown): readonly Tree[] => (Array.isArray(value) ? value.map(tree) : [])
export const word = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
export const nameOf = (manifest: Manifest): string => word(tree(manifest['metadata'])['name'])
export const spaceOf = (manifest: Manifest): string => word(tree(manifest['metadata'])['namespace'])

/** The pod template of what makes pods; undefined: it makes none. */
export function podSpecOf(manifest: Manifest): { readonly labels: Tree; readonly spec: Tree } | undefined {
  const spec = tree(manifest['spec'])
  const template =
    manifest.kind === 'CronJob'
      ? tree(tree(tree(spec['jobTemplate'])['spec'])['template'])
      : tree(spec['template'])
  switch (manifest.kind) {
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'ReplicaSet':
    case 'Job':
    case 'CronJob':
      return { labels: tree(tree(template['metadata'])['labels']), spec: tree(template['spec']) }
    case 'Pod':
      return { labels: tree(tree(manifest['metadata'])['labels']), spec }
    default:
      return undefined
  }
}

const probes = ['readinessProbe', 'livenessProbe', 'startupProbe'] as const

/** Whether pods behind a Service's port say of themselves that they answer there. */
export function speaks(service: Manifest | undefined, port: Tree, manifests: readonly Manifest[]): boolean {
  if (!service) return true
  const spec = tree(service['spec'])
  const wanted = all(spec['ports']).find((one) =>
    port['name'] === undefined ? one['port'] === port['number'] : one['name'] === port['name'],
  )
  if (!wanted) return true
  const target = wanted['targetPort'] ?? wanted['port']
  const selector = Object.entries(tree(spec['selector']))
  const behind = manifests.flatMap((one) => {
    const pod = podSpecOf(one)
    const isMine =
      pod !== undefined &&
      selector.length > 0 &&
      spaceOf(one) === spaceOf(service) &&
      selector.every(([key, is]) => pod.labels[key] === is)
    return isMine ? all(pod.spec['containers']) : []
  })
  if (behind.length === 0) return true
  const isNamed = behind.some((one) =>
    all(one['ports']).some(({ name, containerPort }) => name === target || containerPort === target),
  )
  const asked = behind.flatMap((one) =>
    probes.flatMap((key) => (one[key] === undefined ? [] : [tree(one[key])])),
  )
  const isHttp = asked.some((probe) => probe['httpGet'] !== undefined || probe['tcpSocket'] !== undefined)
  const isExec = asked.some((probe) => probe['exec'] !== undefined)
  return isHttp || (isNamed && !isExec)
}
