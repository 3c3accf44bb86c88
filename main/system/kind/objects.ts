import { z } from 'zod'
import { APP_LABEL, type ClusterEvent, type PodSeen } from '../../model/cluster.ts'

/** What the API server tells, as far as it is read; everything else is passed over. */

const instant = (value: string | null | undefined): number => {
  const at = Date.parse(value ?? '')
  return Number.isNaN(at) ? 0 : at
}

const meta = z.looseObject({
  name: z.string(),
  labels: z.record(z.string(), z.string()).default({}),
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

const pod = z.looseObject({
  metadata: meta,
  spec: z.looseObject({
    containers: z.array(z.looseObject({ name: z.string(), image: z.string().default('') })).default([]),
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
      containerStatuses: z
        .array(
          z.looseObject({
            name: z.string(),
            ready: z.boolean().default(false),
            restartCount: z.number().default(0),
            state: containerState,
            lastState: containerState,
          }),
        )
        .default([]),
    })
    .prefault({}),
})

const list = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item).default([]) })

export interface Labelled<Value> {
  readonly app: string | undefined
  readonly value: Value
}

function podSeen(value: z.infer<typeof pod>): PodSeen {
  const { metadata, spec, status } = value
  const first = status.containerStatuses.find(({ ready }) => !ready) ?? status.containerStatuses[0]
  const ended = first?.state.terminated ?? first?.lastState.terminated
  const scheduled = status.conditions.find(({ type }) => type === 'PodScheduled')
  const unplaced = scheduled?.status === 'False' && scheduled.reason === 'Unschedulable'
  const container = spec.containers.find(({ name }) => name === first?.name) ?? spec.containers[0]
  return {
    name: metadata.name,
    ready: status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
    phase: status.phase,
    reason:
      first?.state.waiting?.reason ??
      first?.state.terminated?.reason ??
      (unplaced ? 'Unschedulable' : status.reason),
    message:
      (first?.state.waiting?.message ?? '') ||
      (ended?.message ?? '') ||
      (unplaced ? scheduled.message : status.message),
    restarts: status.containerStatuses.reduce((sum, { restartCount }) => sum + restartCount, 0),
    ...(ended ? { exitCode: ended.exitCode } : {}),
    startedAt: instant(first?.state.running?.startedAt ?? status.startTime),
    createdAt: instant(metadata.creationTimestamp),
    image: container?.image ?? '',
    container: container?.name ?? '',
    address: status.podIP,
    ending: typeof metadata.deletionTimestamp === 'string',
  }
}

/** The pods of a PodList, with the application that each belongs to. */
export function podsOf(value: unknown): readonly Labelled<PodSeen>[] {
  return (list(pod).safeParse(value).data?.items ?? []).map((item) => ({
    app: item.metadata.labels[APP_LABEL],
    value: podSeen(item),
  }))
}

const ingress = z.looseObject({
  metadata: meta,
  spec: z.looseObject({
    rules: z.array(z.looseObject({ host: z.string().default('') })).default([]),
  }),
})

/** Host names of the ingresses, with their application. */
export function hostsOf(value: unknown): readonly Labelled<readonly string[]>[] {
  return (list(ingress).safeParse(value).data?.items ?? []).map(({ metadata, spec }) => ({
    app: metadata.labels[APP_LABEL],
    value: spec.rules.map(({ host }) => host).filter((host) => host !== ''),
  }))
}

const workload = z.looseObject({
  metadata: meta,
  spec: z.looseObject({ replicas: z.number().default(1) }).prefault({}),
})

export interface Workload {
  readonly name: string
  readonly replicas: number
}

/** Deployments or stateful sets with the number of pods that each wants. */
export function workloadsOf(value: unknown): readonly Labelled<Workload>[] {
  return (list(workload).safeParse(value).data?.items ?? []).map(({ metadata, spec }) => ({
    app: metadata.labels[APP_LABEL],
    value: { name: metadata.name, replicas: spec.replicas },
  }))
}

const event = z.looseObject({
  type: z.string().default('Normal'),
  reason: z.string().default(''),
  message: z.string().default(''),
  count: z.number().nullish(),
  lastTimestamp: z.string().nullish(),
  eventTime: z.string().nullish(),
  metadata: z.looseObject({ creationTimestamp: z.string().nullish() }),
  series: z.looseObject({ count: z.number().default(1), lastObservedTime: z.string().nullish() }).nullish(),
  involvedObject: z.looseObject({ kind: z.string().default(''), name: z.string().default('') }),
})

/** Events, newest first. `ownerOf`: the application of an object's name. */
export function eventsOf(
  value: unknown,
  ownerOf: (name: string) => string | undefined,
): readonly ClusterEvent[] {
  return (list(event).safeParse(value).data?.items ?? [])
    .map((item): ClusterEvent => {
      const app = ownerOf(item.involvedObject.name)
      return {
        at: instant(
          item.series?.lastObservedTime ??
            item.lastTimestamp ??
            item.eventTime ??
            item.metadata.creationTimestamp,
        ),
        warning: item.type === 'Warning',
        reason: item.reason,
        about: `${item.involvedObject.kind.toLowerCase()} ${item.involvedObject.name}`,
        says: item.message,
        count: item.series?.count ?? item.count ?? 1,
        ...(app === undefined ? {} : { app }),
      }
    })
    .sort((one, two) => two.at - one.at)
}
