import { z } from 'zod'
import { APP_LABEL, type PodSeen } from '../../model/cluster.ts'

/** What the API server tells, as far as it is read; everything else is passed over. */

export const instant = (value: string | null | undefined): number => {
  const at = Date.parse(value ?? '')
  return Number.isNaN(at) ? 0 : at
}

export const meta = z.looseObject({
  name: z.string(),
  namespace: z.string().optional(),
  generation: z.number().optional(),
  labels: z.record(z.string(), z.string()).default({}),
  annotations: z.record(z.string(), z.string()).default({}),
  ownerReferences: z
    .array(z.looseObject({ kind: z.string().default(''), name: z.string().default('') }))
    .default([]),
  creationTimestamp: z.string().nullish(),
  deletionTimestamp: z.string().nullish(),
})

const containerState = z
  .looseObject({
    waiting: z.looseObject({ reason: z.string().default(''), message: z.string().default('') }).optional(),
    running: z.looseObject({ startedAt: z.string().nullish() }).optional(),
    terminated: z
      .looseObject({
        exitCode: z.number().default(0),
        reason: z.string().default(''),
        message: z.string().default(''),
      })
      .optional(),
  })
  .default({})

const container = z.looseObject({
  name: z.string(),
  image: z.string().default(''),
  resources: z
    .looseObject({ limits: z.record(z.string(), z.union([z.string(), z.number()])).default({}) })
    .prefault({}),
})

const containerStatus = z.looseObject({
  name: z.string(),
  ready: z.boolean().default(false),
  started: z.boolean().nullish(),
  restartCount: z.number().default(0),
  state: containerState,
  lastState: containerState,
})

const pod = z.looseObject({
  metadata: meta,
  spec: z.looseObject({
    containers: z.array(container).default([]),
    initContainers: z.array(container).default([]),
  }),
  status: z
    .looseObject({
      phase: z.string().default('Unknown'),
      podIP: z.string().default(''),
      startTime: z.string().nullish(),
      reason: z.string().default(''),
      message: z.string().default(''),
      conditions: z
        .array(
          z.looseObject({
            type: z.string(),
            status: z.string(),
            reason: z.string().default(''),
            message: z.string().default(''),
          }),
        )
        .default([]),
      initContainerStatuses: z.array(containerStatus).default([]),
      containerStatuses: z.array(containerStatus).default([]),
    })
    .prefault({}),
})

export const list = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item).default([]) })

/** Something that makes pods. */
export interface Workload {
  readonly name: string
  readonly replicas: number
  /** Its controller has seen what is wanted now. */
  readonly takenUp: boolean
}

export interface Labelled<Value> {
  readonly app: string | undefined
  readonly value: Value
}

/** The container that runs before the others and is not over yet: a sidecar counts as over once it has started. */
function initOf({ status }: z.infer<typeof pod>) {
  if (status.phase !== 'Pending') return undefined
  return status.initContainerStatuses.find(
    ({ state, started, ready }) =>
      !(state.terminated?.exitCode === 0 || (state.running && (started ?? ready))),
  )
}

function podSeen(value: z.infer<typeof pod>, versions: Versions): PodSeen {
  const { metadata, spec, status } = value
  const init = initOf(value)
  const first = init ?? status.containerStatuses.find(({ ready }) => !ready) ?? status.containerStatuses[0]
  const { waiting, terminated } = first?.state ?? {}
  const ended = terminated ?? first?.lastState.terminated
  const scheduled = status.conditions.find(({ type }) => type === 'PodScheduled')
  const unplaced = scheduled?.status === 'False' && scheduled.reason === 'Unschedulable'
  const of = init ? spec.initContainers : spec.containers
  const told = of.find(({ name }) => name === first?.name) ?? of[0]
  const limit = told?.resources.limits['memory']
  // What ended the whole pod (Evicted, NodeShutdown) goes before how its containers ended by that.
  const whole = status.phase === 'Failed' ? status.reason : ''
  const job = metadata.ownerReferences.find(({ kind }) => kind === 'Job')?.name
  return {
    name: metadata.name,
    ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
    ready: status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
    phase: status.phase,
    reason: whole || (waiting?.reason ?? terminated?.reason ?? (unplaced ? 'Unschedulable' : status.reason)),
    message: whole
      ? status.message
      : // A back-off only counts; how the container ended says why.
        (waiting?.reason === 'CrashLoopBackOff' ? ended?.message : '') ||
        (waiting?.message ?? '') ||
        (ended?.message ?? '') ||
        (unplaced ? scheduled.message : status.message),
    restarts: [...status.initContainerStatuses, ...status.containerStatuses].reduce(
      (sum, { restartCount }) => sum + restartCount,
      0,
    ),
    ...(ended ? { exitCode: ended.exitCode } : {}),
    startedAt: instant(first?.state.running?.startedAt ?? status.startTime),
    createdAt: instant(metadata.creationTimestamp),
    image: told?.image ?? '',
    container: told?.name ?? '',
    containers: (init && told ? [told] : spec.containers).map(({ name }) => name),
    ...(init ? { init: true } : {}),
    ...(limit === undefined ? {} : { memoryLimit: String(limit) }),
    ...(ended?.reason === 'OOMKilled' && !first?.ready ? { oomKilled: true } : {}),
    ...(job === undefined ? {} : { job }),
    address: status.podIP,
    ending: typeof metadata.deletionTimestamp === 'string',
    outdated: isOutdated(metadata, versions),
  }
}

/** The pods of a PodList, with the application that each belongs to. */
export function podsOf(value: unknown, versions: Versions = oneVersion): readonly Labelled<PodSeen>[] {
  return (list(pod).safeParse(value).data?.items ?? []).map((item) => ({
    app: item.metadata.labels[APP_LABEL],
    value: podSeen(item, versions),
  }))
}

/** Pods that nothing but a manifest made: each is wanted itself. */
export function barePodsOf(value: unknown): readonly Labelled<Workload>[] {
  return (list(pod).safeParse(value).data?.items ?? [])
    .filter(
      ({ metadata, status }) =>
        metadata.ownerReferences.length === 0 &&
        typeof metadata.deletionTimestamp !== 'string' &&
        status.phase !== 'Succeeded',
    )
    .map(({ metadata }) => ({
      app: metadata.labels[APP_LABEL],
      value: { name: metadata.name, replicas: 1, takenUp: true },
    }))
}

/** Where the number of a deployment's version stands on its replica sets (Kubernetes' deployment controller). */
const REVISION = 'deployment.kubernetes.io/revision'
/** The version of a stateful set that a pod is of (Kubernetes' stateful set controller). */
const REVISION_HASH = 'controller-revision-hash'

/** Which version of a workload a pod is of, told by what made it. */
export interface Versions {
  /** Names of replica sets whose deployment has a newer one. */
  readonly replaced: ReadonlySet<string>
  /** The newest version of each stateful set, by its name. */
  readonly newest: ReadonlyMap<string, string>
}

const oneVersion: Versions = { replaced: new Set(), newest: new Map() }

const replicaSet = z.looseObject({ metadata: meta })
const statefulSet = z.looseObject({
  metadata: meta,
  status: z.looseObject({ updateRevision: z.string().default('') }).prefault({}),
})

/** The versions that a ReplicaSetList and a StatefulSetList tell of. */
export function versionsOf(replicaSets: unknown, statefulSets: unknown): Versions {
  const last = new Map<string, { readonly name: string; readonly revision: number }>()
  const replaced = new Set<string>()
  for (const { metadata } of list(replicaSet).safeParse(replicaSets).data?.items ?? []) {
    const owner = metadata.ownerReferences.find(({ kind }) => kind === 'Deployment')?.name
    const revision = Number(metadata.annotations[REVISION] ?? Number.NaN)
    if (owner === undefined || Number.isNaN(revision)) continue
    const before = last.get(owner)
    if (before) replaced.add(before.revision < revision ? before.name : metadata.name)
    if (!before || before.revision < revision) last.set(owner, { name: metadata.name, revision })
  }
  const newest = (list(statefulSet).safeParse(statefulSets).data?.items ?? [])
    .filter(({ status }) => status.updateRevision !== '')
    .map(({ metadata, status }) => [metadata.name, status.updateRevision] as const)
  return { replaced, newest: new Map(newest) }
}

function isOutdated(metadata: z.infer<typeof meta>, { replaced, newest }: Versions): boolean {
  return metadata.ownerReferences.some(({ kind, name }) => {
    if (kind === 'ReplicaSet') return replaced.has(name)
    const wanted = kind === 'StatefulSet' ? newest.get(name) : undefined
    return wanted !== undefined && metadata.labels[REVISION_HASH] !== wanted
  })
}

const ingress = z.looseObject({
  metadata: meta,
  spec: z.looseObject({
    rules: z
      .array(
        z.looseObject({
          host: z.string().default(''),
          http: z
            .looseObject({ paths: z.array(z.looseObject({ path: z.string().default('/') })).default([]) })
            .optional(),
        }),
      )
      .default([]),
  }),
})

/** What the ingresses route, with their application: `host` for all of a host, `host/path` for a part of it. */
export function hostsOf(value: unknown): readonly Labelled<readonly string[]>[] {
  return (list(ingress).safeParse(value).data?.items ?? []).map(({ metadata, spec }) => ({
    app: metadata.labels[APP_LABEL],
    value: spec.rules.flatMap(({ host, http }) =>
      host === ''
        ? []
        : (http?.paths ?? [{ path: '/' }]).map(({ path }) => (path === '/' ? host : `${host}${path}`)),
    ),
  }))
}
