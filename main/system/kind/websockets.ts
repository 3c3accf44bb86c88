import { z } from 'zod'
import { ownerIn } from '../../model/flux.ts'
import { ApiError, type Api } from './api.ts'
import type { Manifest } from './manifest.ts'

/**
 * WebSockets through F5's controller: it sends the Upgrade header on only for services that this annotation of the Ingress
 * names (its source, internal/configs/annotations.go), and refuses an Ingress whose annotation names a service that
 * the Ingress has not, or none.
 */
const ANNOTATION = 'nginx.org/websocket-services'
const CLASS = 'nginx'
const OLD_CLASS = 'kubernetes.io/ingress.class'
const POLICIES = '/apis/admissionregistration.k8s.io/v1'

const service = z.looseObject({ service: z.looseObject({ name: z.string() }).optional() }).optional()
const spec = z.looseObject({
  ingressClassName: z.string().optional(),
  defaultBackend: service,
  rules: z
    .array(
      z.looseObject({
        http: z.looseObject({ paths: z.array(z.looseObject({ backend: service })).default([]) }).optional(),
      }),
    )
    .default([]),
})

/** The services of an Ingress' spec as the annotation wants them: "console,live"; empty: it has none. */
export function websocketServices(value: unknown): string {
  const found = spec.safeParse(value).data
  if (!found) return ''
  const backends = [
    ...found.rules.flatMap(({ http }) => http?.paths.map(({ backend }) => backend) ?? []),
    found.defaultBackend,
  ]
  return [...new Set(backends.flatMap((backend) => backend?.service?.name ?? []))].join(',')
}

/** An Ingress with the annotation; other objects, and those of other controllers, as they are. */
export function withWebsockets(manifest: Manifest): Manifest {
  if (manifest.kind !== 'Ingress') return manifest
  const services = websocketServices(manifest['spec'])
  if (services === '' || !isOurs(manifest)) return manifest
  const metadata = manifest['metadata'] as { readonly annotations?: Readonly<Record<string, string>> }
  return {
    ...manifest,
    metadata: { ...metadata, annotations: { ...metadata.annotations, [ANNOTATION]: services } },
  }
}

function isOurs(ingress: Readonly<Record<string, unknown>>): boolean {
  const name = spec.safeParse(ingress['spec']).data?.ingressClassName
  const { annotations } = (ingress['metadata'] ?? {}) as { annotations?: Readonly<Record<string, string>> }
  return (name ?? annotations?.[OLD_CLASS] ?? CLASS) === CLASS
}

/**
 * Whether WebSockets are kept from the services of an Ingress of ours: its annotation names others, or is not there. What Flux made
 * is never said to lack it, as no field of it is written here.
 */
export function lacksWebsockets(ingress: Readonly<Record<string, unknown>>): boolean {
  const { annotations = {}, labels = {} } = (ingress['metadata'] ?? {}) as {
    readonly annotations?: Readonly<Record<string, string>>
    readonly labels?: Readonly<Record<string, string>>
  }
  const wanted = websocketServices(ingress['spec']).split(',').filter(Boolean)
  if (wanted.length === 0 || !isOurs(ingress) || ownerIn(labels)) return false
  // The policy of newer clusters names one as often as it is led to.
  const named = new Set((annotations[ANNOTATION] ?? '').split(',').map((name) => name.trim()))
  return named.size !== wanted.length || wanted.some((name) => !named.has(name))
}

/** Whether a cluster can change objects as they come in by itself (Kubernetes 1.36 and newer). */
async function knowsPolicies(api: Api): Promise<boolean> {
  try {
    const { resources } = (await api.get(POLICIES)) as { resources?: readonly { name?: unknown }[] }
    return resources?.some(({ name }) => name === 'mutatingadmissionpolicies') ?? false
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false
    throw error
  }
}

/** The objects of the base without those that an older cluster does not know. */
export async function fitting(
  api: Api | undefined,
  manifests: readonly Manifest[],
): Promise<readonly Manifest[]> {
  const isPolicy = ({ kind }: Manifest): boolean => kind.startsWith('MutatingAdmissionPolicy')
  if (!api || !manifests.some(isPolicy) || (await knowsPolicies(api))) return manifests
  return manifests.filter((manifest) => !isPolicy(manifest))
}

/** Gives the annotation to Ingresses that were there before the policy, or in a cluster that knows none. */
export async function annotateIngresses(api: Api): Promise<void> {
  const list = (await api.get('/apis/networking.k8s.io/v1/ingresses')) as { items?: readonly Manifest[] }
  for (const item of list.items ?? []) {
    const ingress = { ...item, kind: 'Ingress' }
    const { name, namespace } = item['metadata'] as { readonly name: string; readonly namespace: string }
    if (!lacksWebsockets(ingress)) continue
    const services = websocketServices(item['spec'])
    await api
      .send(
        'PATCH',
        `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses/${name}`,
        { metadata: { annotations: { [ANNOTATION]: services } } },
        'application/merge-patch+json',
      )
      .catch((error: unknown) => {
        // It went meanwhile.
        if (!(error instanceof ApiError && error.status === 404)) throw error
      })
  }
}
