import type { AppSpec, ClusterSpec } from '../../model/cluster.ts'
import { APP_LABEL } from '../../model/cluster.ts'
import { clusterRow } from '../../model/cluster-id.ts'
import { NOT_OF_FLUX } from '../../model/flux.ts'
import { MaculaError } from '../../model/errors.ts'
import { ApiError, type Api } from './api.ts'
import { lastWords, type NodeCommands } from './commands.ts'
import type { Manifest } from './manifests.ts'

/**
 * What an application put into its cluster, so that what its folder no longer names can be taken out again. It is kept
 * in the cluster, in a ConfigMap of the namespace, so that it goes with it.
 */

/** An object as kubectl finds it: `Deployment.apps default shop`. */
export interface Listed {
  /** With its group, without a version: in another version it is the same object. */
  readonly kind: string
  /** Empty: of the whole cluster. */
  readonly namespace: string
  readonly name: string
}

/** Data hangs on these, or everybody's objects: they stay, as volumes do. */
const lasting = new Set([
  'PersistentVolumeClaim',
  'PersistentVolume',
  'Namespace',
  'CustomResourceDefinition',
  'StorageClass',
])

const KIND = /^[A-Z][A-Za-z0-9]{0,62}(?:\.[a-z0-9][a-z0-9.-]{0,200})?$/
const NAMESPACE = /^(?:[a-z0-9][a-z0-9-]{0,62})?$/
const NAME = /^[A-Za-z0-9][A-Za-z0-9.:_-]{0,252}$/

function isListed({ kind, namespace, name }: Listed): boolean {
  return KIND.test(kind) && NAMESPACE.test(namespace) && NAME.test(name)
}

/** The objects that may be taken out again. */
export function listedOf(manifests: readonly Manifest[]): readonly Listed[] {
  return manifests
    .filter(({ kind }) => !lasting.has(kind))
    .map(({ apiVersion, kind, metadata }): Listed => {
      const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
      const { name, namespace } = metadata as { readonly name?: unknown; readonly namespace?: unknown }
      return {
        kind: group === '' ? kind : `${kind}.${group}`,
        namespace: typeof namespace === 'string' ? namespace : '',
        name: typeof name === 'string' ? name : '',
      }
    })
    .filter(isListed)
}

const lineOf = ({ kind, namespace, name }: Listed): string => `${kind} ${namespace} ${name}`

/** An inventory as text, one object a line, and back; lines that make no sense are passed over. */
export function inventoryText(all: readonly Listed[]): string {
  return [...new Set(all.map(lineOf))]
    .toSorted((one, two) => one.localeCompare(two))
    .map((line) => `${line}\n`)
    .join('')
}

export function readInventory(text: string): readonly Listed[] {
  return text
    .split('\n')
    .map((line): Listed => {
      const [kind = '', namespace = '', name = '', ...more] = line.split(' ')
      return { kind, namespace, name: more.length === 0 ? name : '' }
    })
    .filter(isListed)
}

export const nameOf = (app: Pick<AppSpec, 'id'>): string => `macula-objects-${app.id}`

/** What an application has put in so far; empty when it never did. */
export async function stored(api: Api, cluster: ClusterSpec, app: Pick<AppSpec, 'id'>): Promise<string> {
  try {
    const map = await api.get(`/api/v1/namespaces/${cluster.namespace}/configmaps/${nameOf(app)}`)
    const text = (map as { data?: Record<string, unknown> } | null)?.data?.['objects']
    return typeof text === 'string' ? text : ''
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return ''
    throw notListed(cluster, app, error)
  }
}

/** The API server refused, or went away: nothing was put in. */
function notListed(cluster: ClusterSpec, app: Pick<AppSpec, 'id'>, error: unknown): MaculaError {
  return new MaculaError(
    {
      kind: 'failed',
      what: `The list of what ${app.id} applies to the cluster ${cluster.name} cannot be recorded, so nothing was applied.`,
      why: `The API server: ${error instanceof Error ? error.message : String(error)}`,
      todo: `maculactl status ${clusterRow(cluster.id)} says how the cluster is. The list is the ConfigMap ${nameOf(app)} in the namespace ${cluster.namespace}.`,
    },
    { cause: error },
  )
}

async function store(
  api: Api,
  cluster: ClusterSpec,
  app: Pick<AppSpec, 'id'>,
  text: string,
  sum: string,
): Promise<void> {
  const name = nameOf(app)
  const map = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name,
      namespace: cluster.namespace,
      labels: { 'app.kubernetes.io/managed-by': 'macula-desktop' },
    },
    // Of the files that it was put in from; while it is put in, of none.
    data: { objects: text, ...(sum === '' ? {} : { sum }) },
  }
  const path = `/api/v1/namespaces/${cluster.namespace}/configmaps/${name}?fieldManager=macula-desktop&force=true`
  try {
    await api.send('PATCH', path, map, 'application/apply-patch+yaml')
  } catch (error) {
    throw notListed(cluster, app, error)
  }
}

/** What takes objects of a cluster out. */
export interface Way {
  readonly api: Api
  readonly node: NodeCommands
  readonly head: string
  readonly cluster: ClusterSpec
}

/**
 * Takes objects out that still carry an application's label. Returns what went ("deployment shop"), and what could not go,
 * which was told by `onLeft`.
 */
export async function takeOut(
  { node, head }: Way,
  app: Pick<AppSpec, 'id'>,
  objects: readonly Listed[],
  onLeft: (what: string, why: string) => void,
): Promise<{ readonly gone: readonly string[]; readonly left: readonly Listed[] }> {
  const gone: string[] = []
  const left: Listed[] = []
  for (const one of objects) {
    const run = await node.kubectl(head, [
      'delete',
      one.kind,
      ...(one.namespace === '' ? [] : [`--namespace=${one.namespace}`]),
      // What Flux took over is its own.
      `--selector=${APP_LABEL}=${app.id},${NOT_OF_FLUX}`,
      `--field-selector=metadata.name=${one.name}`,
      '--ignore-not-found',
      '--wait=false',
      '--output=name',
    ])
    const what = `${one.kind.split('.')[0]?.toLowerCase() ?? ''} ${one.name}`
    // A kind that the cluster does not know any more took its objects along.
    if (run.ok || /doesn't have a resource type/.test(run.err)) {
      if (run.out.trim() !== '') gone.push(what)
    } else {
      left.push(one)
      onLeft(what, lastWords(run))
    }
  }
  return { gone, left }
}

/**
 * Puts objects in by `apply`, then takes out what an earlier time put in and is not among them. Only what still carries
 * the application's label goes. Written down before as well as after, so that an interruption forgets nothing.
 * Returns what went: "deployment shop". A failed removal is told by `onLeft` and tried again the next time.
 */
export async function withInventory(
  way: Way & {
    readonly app: AppSpec
    readonly onLeft: (what: string, why: string) => void
    /** Of the files that are put in; empty: it is not known. */
    readonly sum?: string
  },
  manifests: readonly Manifest[],
  apply: () => Promise<void>,
): Promise<readonly string[]> {
  const { api, cluster, app, onLeft, sum = '' } = way
  const now = listedOf(manifests)
  const before = await stored(api, cluster, app)
  const both = inventoryText([...readInventory(before), ...now])
  if (both !== before) await store(api, cluster, app, both, '')
  await apply()
  const wanted = new Set(now.map(lineOf))
  const { gone, left } = await takeOut(
    way,
    app,
    readInventory(both).filter((each) => !wanted.has(lineOf(each))),
    onLeft,
  )
  const after = inventoryText([...now, ...left])
  // Not kept, the list names more than is there; the next time takes care of that.
  if (after !== both || sum !== '') await store(api, cluster, app, after, sum).catch(() => undefined)
  return gone
}
