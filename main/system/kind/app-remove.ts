import { APP_LABEL, type AppSpec, type ClusterSpec } from '../../model/cluster.ts'
import { ApiError, type Api } from './api.ts'
import { isClusterWide } from './cluster-wide.ts'
import { nameOf, readInventory, stored, takeOut, type Way } from './inventory.ts'
import type { Manifest } from './manifest.ts'

/** Taking an application out of its cluster, with what was made for it. */

/** On a namespace: the application for which Macula made it. */
const MADE_FOR = 'dev.macula/made-for'
const GONE_DEADLINE_MS = 90_000
const LOOK_AGAIN_MS = 500

interface Item {
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly deletionTimestamp?: string
  }
}

async function items(api: Api, path: string): Promise<readonly Item[]> {
  return ((await api.get(path)) as { items?: readonly Item[] }).items ?? []
}

const isMissing = (error: unknown): boolean => error instanceof ApiError && error.status === 404

/** The namespaces in which an application has, or may have, objects. */
export const namespacesOf = (cluster: ClusterSpec, app: AppSpec): readonly string[] =>
  app.place?.namespaces ?? [cluster.namespace]

/** Makes the namespaces that objects name, that are not among them, and that the cluster does not have. */
export async function makeNamespaces(api: Api, id: string, objects: readonly Manifest[]): Promise<void> {
  const own = new Set(objects.filter(({ kind }) => kind === 'Namespace').map(metaName))
  const named = objects.filter((one) => !isClusterWide(one)).map(metaSpace)
  for (const name of new Set(named)) {
    if (name === '' || own.has(name)) continue
    try {
      await api.get(`/api/v1/namespaces/${encodeURIComponent(name)}`)
    } catch (error) {
      if (!isMissing(error)) throw error
      const labels = { [MADE_FOR]: id, 'app.kubernetes.io/managed-by': 'macula-desktop' }
      const space = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }
      const path = `/api/v1/namespaces/${encodeURIComponent(name)}?fieldManager=macula-desktop`
      await api.send('PATCH', path, space, 'application/apply-patch+yaml')
    }
  }
}

const metaOf = (one: Manifest, key: 'name' | 'namespace'): string => {
  const value = (one['metadata'] as Readonly<Record<string, unknown>> | undefined)?.[key]
  return typeof value === 'string' ? value : ''
}
const metaName = (one: Manifest): string => metaOf(one, 'name')
const metaSpace = (one: Manifest): string => metaOf(one, 'namespace')

/** Takes out what an application of this id put in; what went. Its data stays. */
export async function takeOutApp(
  way: Way,
  id: string,
  onLeft: (what: string, why: string) => void = () => undefined,
): Promise<readonly string[]> {
  const { api, cluster } = way
  const listed = readInventory(await stored(api, cluster, { id }))
  const { gone, left } = await takeOut(way, { id }, listed, onLeft)
  if (left.length === 0)
    await api
      .send(
        'DELETE',
        `/api/v1/namespaces/${cluster.namespace}/configmaps/${nameOf({ id })}`,
        undefined,
        'application/json',
      )
      .catch((error: unknown) => {
        if (!isMissing(error)) throw error
      })
  return gone
}

/** The claims that belong to an application: by its label, and those that its stateful sets made. */
async function claimsOf(api: Api, namespaces: readonly string[], id: string): Promise<readonly Item[]> {
  const found: Item[] = []
  for (const space of namespaces) {
    const label = encodeURIComponent(`${APP_LABEL}=${id}`)
    const sets = (await items(
      api,
      `/apis/apps/v1/namespaces/${space}/statefulsets?labelSelector=${label}`,
    )) as readonly (Item & {
      readonly spec?: { readonly volumeClaimTemplates?: readonly Item[] }
    })[]
    const heads = sets.flatMap(({ metadata, spec }) =>
      (spec?.volumeClaimTemplates ?? []).map((one) => `${one.metadata.name}-${metadata.name}-`),
    )
    for (const claim of await items(api, `/api/v1/namespaces/${space}/persistentvolumeclaims`)) {
      const { labels, name } = claim.metadata
      const isOfSet = heads.some((head) => name.startsWith(head) && /^\d+$/.test(name.slice(head.length)))
      if (labels?.[APP_LABEL] === id || isOfSet)
        found.push({ metadata: { ...claim.metadata, namespace: space } })
    }
  }
  return found
}

/** What keeps a namespace: objects of anybody else, and claims. */
const keepers = [
  '/api/v1/namespaces/{}/pods',
  '/api/v1/namespaces/{}/services',
  '/api/v1/namespaces/{}/configmaps',
  '/api/v1/namespaces/{}/secrets',
  '/api/v1/namespaces/{}/persistentvolumeclaims',
  '/apis/apps/v1/namespaces/{}/deployments',
  '/apis/apps/v1/namespaces/{}/statefulsets',
  '/apis/apps/v1/namespaces/{}/daemonsets',
  '/apis/batch/v1/namespaces/{}/jobs',
  '/apis/batch/v1/namespaces/{}/cronjobs',
  '/apis/networking.k8s.io/v1/namespaces/{}/ingresses',
] as const
/** What every namespace gets by itself, and what Macula puts into it. */
const everywhere = new Set(['kube-root-ca.crt', 'macula-env', 'macula-tls'])

async function isEmpty(api: Api, space: string, id: string): Promise<boolean> {
  for (const path of keepers) {
    const found = await items(api, path.replace('{}', space))
    const others = found.filter(
      ({ metadata }) =>
        !everywhere.has(metadata.name) &&
        metadata.deletionTimestamp === undefined &&
        (metadata.labels?.[APP_LABEL] !== id || path.endsWith('persistentvolumeclaims')),
    )
    if (others.length > 0) return false
  }
  return true
}

async function podsGone(api: Api, id: string): Promise<boolean> {
  const until = Date.now() + GONE_DEADLINE_MS
  for (;;) {
    const pods = await items(api, `/api/v1/pods?labelSelector=${encodeURIComponent(`${APP_LABEL}=${id}`)}`)
    if (pods.length === 0) return true
    if (Date.now() > until) return false
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
  }
}

/** See ClusterAdapter.removeApp. */
export async function removeApp(way: Way, app: AppSpec, data: boolean): Promise<readonly string[]> {
  const { api, cluster } = way
  const { id } = app
  const told: string[] = []
  const label = encodeURIComponent(`${APP_LABEL}=${id}`)
  // Its folder may be gone by now; the list in the cluster still tells where it put things.
  const listed = readInventory(await stored(api, cluster, app)).flatMap(({ namespace }) => namespace || [])
  const namespaces = [...new Set([...namespacesOf(cluster, app), ...listed])]
  // Of stateful sets only they know which claims are theirs.
  const claims = await claimsOf(api, namespaces, id)
  await takeOutApp(way, id, (what, why) => void told.push(`${what} could not be removed: ${why}`))
  if (data)
    for (const { metadata } of claims)
      await api.send(
        'DELETE',
        `/api/v1/namespaces/${metadata.namespace ?? ''}/persistentvolumeclaims/${metadata.name}`,
        undefined,
        'application/json',
      )
  else
    for (const { metadata } of claims)
      told.push(
        `the data of ${metadata.name} stays (PersistentVolumeClaim in the namespace ${metadata.namespace ?? ''}); kubectl -n ${metadata.namespace ?? ''} delete pvc ${metadata.name} removes it`,
      )
  if (!(await podsGone(api, id))) told.push('some of its pods are still ending')
  for (const selector of [`${MADE_FOR}=${id}`, `${APP_LABEL}=${id}`])
    for (const { metadata } of await items(
      api,
      `/api/v1/namespaces?labelSelector=${encodeURIComponent(selector)}`,
    )) {
      if (metadata.deletionTimestamp !== undefined) continue
      if (await isEmpty(api, metadata.name, id))
        await api.send('DELETE', `/api/v1/namespaces/${metadata.name}`, undefined, 'application/json')
      else told.push(`the namespace ${metadata.name} stays: there is more in it`)
    }
  for (const { metadata } of await items(
    api,
    `/apis/apiextensions.k8s.io/v1/customresourcedefinitions?labelSelector=${label}`,
  ).catch(() => []))
    told.push(`the CustomResourceDefinition ${metadata.name} stays: objects of others may be of it`)
  return told
}
