import { z } from 'zod'
import { MaculaError } from '../../model/errors.ts'
import { ownerIn, sayOwner, type FluxSeen } from '../../model/flux.ts'
import { ApiError, type Api } from './api.ts'
import { lastWords, type NodeCommands } from './commands.ts'
import { list, meta } from './objects.ts'

/** Flux's objects in a cluster. Their shapes: its CRDs (kustomize-controller v1, helm-controller v2). */

const condition = z.looseObject({
  type: z.string().default(''),
  status: z.string().default(''),
  reason: z.string().default(''),
  message: z.string().default(''),
})

const object = z.looseObject({
  metadata: meta,
  spec: z.looseObject({ suspend: z.boolean().nullish() }).prefault({}),
  status: z
    .looseObject({
      conditions: z.array(condition).default([]),
      lastAppliedRevision: z.string().default(''),
      lastAttemptedRevision: z.string().default(''),
      history: z.array(z.looseObject({ chartVersion: z.string().default('') })).default([]),
    })
    .prefault({}),
})

/** Newest first: a cluster has the one or the other. */
const paths = {
  Kustomization: [
    '/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations',
    '/apis/kustomize.toolkit.fluxcd.io/v1beta2/kustomizations',
  ],
  HelmRelease: [
    '/apis/helm.toolkit.fluxcd.io/v2/helmreleases',
    '/apis/helm.toolkit.fluxcd.io/v2beta2/helmreleases',
  ],
} as const

/** What the list of one kind tells. */
export function fluxOf(kind: FluxSeen['kind'], value: unknown): readonly FluxSeen[] {
  return (list(object).safeParse(value).data?.items ?? []).map(({ metadata, spec, status }): FluxSeen => {
    const ready = status.conditions.find(({ type }) => type === 'Ready')
    const state =
      spec.suspend === true
        ? 'suspended'
        : ready?.status === 'True'
          ? 'ready'
          : ready?.status === 'False'
            ? 'not ready'
            : 'working'
    const revision =
      status.lastAppliedRevision || (status.history[0]?.chartVersion ?? '') || status.lastAttemptedRevision
    return {
      kind,
      namespace: metadata.namespace ?? '',
      name: metadata.name,
      revision,
      state,
      says: state === 'ready' ? '' : (ready?.message ?? '') || (ready?.reason ?? ''),
    }
  })
}

/** Every Kustomization and HelmRelease of a cluster; none where Flux is not installed. */
export async function readFlux(api: Api): Promise<readonly FluxSeen[]> {
  const found = await Promise.all(
    (['Kustomization', 'HelmRelease'] as const).map(async (kind) => {
      for (const path of paths[kind])
        try {
          return fluxOf(kind, await api.get(path))
        } catch (error) {
          if (!(error instanceof ApiError) || error.status !== 404) throw error
        }
      return []
    }),
  )
  return found.flat()
}

/** What made an object, by its labels; undefined: not Flux. */
export function madeBy(
  labels: Readonly<Record<string, string>>,
  all: readonly FluxSeen[],
): FluxSeen | undefined {
  const owner = ownerIn(labels)
  if (!owner) return undefined
  return (
    all.find(
      (one) => one.kind === owner.kind && one.name === owner.name && one.namespace === owner.namespace,
    ) ?? { ...owner, revision: '', state: 'missing', says: '' }
  )
}

/** The names under which Flux's controllers write fields. */
const managers = new Set(['kustomize-controller', 'helm-controller', 'flux'])

/** Which of some objects, as `kubectl get -o json --show-managed-fields` prints them, are Flux's: "Deployment web (Kustomization …)". */
export function ofFlux(text: string): readonly string[] {
  let value: unknown
  try {
    value = JSON.parse(text === '' ? '{}' : text)
  } catch {
    return []
  }
  const items = (value as { items?: readonly unknown[] }).items ?? [value]
  return items.flatMap((one): readonly string[] => {
    const { kind = '', metadata } = (one ?? {}) as {
      kind?: string
      metadata?: {
        name?: string
        labels?: Readonly<Record<string, string>>
        managedFields?: readonly { manager?: string }[]
      }
    }
    const owner = ownerIn(metadata?.labels ?? {})
    const manager = metadata?.managedFields?.find((field) => managers.has(field.manager ?? ''))?.manager
    if (!owner && manager === undefined) return []
    return [`${kind} ${metadata?.name ?? ''} (${owner ? sayOwner(owner) : (manager ?? '')})`]
  })
}

/** Throws MaculaError `refused` when objects that are about to be put in are Flux's already: its fields are never written here. */
export async function leaveToFlux(
  node: NodeCommands,
  head: string,
  stream: string,
  title: string,
): Promise<void> {
  const run = await node.kubectl(
    head,
    ['get', '-f', '-', '--ignore-not-found', '--show-managed-fields', '--output=json'],
    stream,
  )
  // A kind that the cluster does not know has no object; whatever else is wrong, the API server says when it is put in.
  const found = ofFlux(run.out)
  if (found.length > 0)
    throw new MaculaError({
      kind: 'refused',
      what: `${title} is left to Flux, which created ${found.slice(0, 3).join(', ')}${found.length > 3 ? ` and ${found.length - 3} more` : ''}.`,
      why: 'Both would keep overwriting the same fields. Nothing was applied.',
      todo: 'Change it in the repository that Flux reads, or suspend and remove it there; its row here shows its state.',
    })
  if (!run.ok && /forbidden|unauthorized/i.test(run.err))
    throw new MaculaError({
      kind: 'failed',
      what: `Whether ${title} is Flux’s is not known, so nothing was applied.`,
      why: lastWords(run),
    })
}
