import type { ClusterSpec, PodSeen } from '../../model/cluster.ts'
import { ApiError, type Api } from './api.ts'
import type { Manifest } from './manifest.ts'
import { podsOf } from './objects.ts'

/**
 * A cluster that somebody else made may have an ingress controller of its own, as kind's own guide puts ingress-nginx into it: it has
 * port 80 of the node and the class `nginx`, so that ours would never start beside it. It is used as it is.
 */
const CLASS = '/apis/networking.k8s.io/v1/ingressclasses/nginx'
const OURS = 'nginx.org/ingress-controller'
/** The labels that ingress-nginx' own manifests and its chart give the pods of its controller. */
const THEIRS = 'app.kubernetes.io/name=ingress-nginx,app.kubernetes.io/component=controller'

/** Whose the class `nginx` of a cluster is, where it is not our controller's; undefined: it is, or there is none yet. */
export async function otherController(api: Pick<Api, 'get'>): Promise<string | undefined> {
  try {
    const found = (await api.get(CLASS)) as { readonly spec?: { readonly controller?: unknown } } | null
    const controller = found?.spec?.controller
    return typeof controller === 'string' && controller !== OURS ? controller : undefined
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined
    throw error
  }
}

/** The objects of the base without our ingress controller and what only it reads. */
export function withoutIngress(
  manifests: readonly Manifest[],
  { ingress }: Pick<ClusterSpec, 'ingress'>,
): readonly Manifest[] {
  return manifests.filter(({ kind, metadata }) => {
    const { name, namespace } = metadata as { readonly name?: string; readonly namespace?: string }
    return (
      namespace !== ingress.namespace &&
      name !== ingress.namespace &&
      kind !== 'IngressClass' &&
      !kind.startsWith('MutatingAdmissionPolicy')
    )
  })
}

/** The pods of a cluster's ingress controller: ours, or, while none of ours is ready, those of one that somebody else put in. */
export async function ingressPods(
  api: Pick<Api, 'get'>,
  { ingress }: Pick<ClusterSpec, 'ingress'>,
): Promise<readonly PodSeen[]> {
  const label = encodeURIComponent(`app=${ingress.app}`)
  const read = async (path: string): Promise<readonly PodSeen[]> =>
    podsOf(await api.get(path)).map(({ value }) => value)
  const ours = await read(`/api/v1/namespaces/${ingress.namespace}/pods?labelSelector=${label}`)
  if (ours.some(({ ready }) => ready)) return ours
  const theirs = await read(`/api/v1/pods?labelSelector=${encodeURIComponent(THEIRS)}`)
  return theirs.length > 0 ? theirs : ours
}
