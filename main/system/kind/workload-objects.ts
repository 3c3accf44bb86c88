import { z } from 'zod'
import { APP_LABEL, type JobSeen } from '../../model/cluster.ts'
import { list, meta, type Labelled, type Workload } from './objects.ts'

/** What makes pods, as the API server tells it: what runs on, and what is done once or by a schedule. */

const workload = z.looseObject({
  metadata: meta,
  spec: z.looseObject({ replicas: z.number().default(1) }).prefault({}),
  status: z
    .looseObject({
      observedGeneration: z.number().default(0),
      /** Of daemon sets: one pod a node that fits. */
      desiredNumberScheduled: z.number().optional(),
    })
    .prefault({}),
})

/** Deployments, stateful, replica or daemon sets with the number of pods that each wants. What another made (the replica set of a deployment) is left out. */
export function workloadsOf(value: unknown): readonly Labelled<Workload>[] {
  return (list(workload).safeParse(value).data?.items ?? [])
    .filter(({ metadata }) => !metadata.ownerReferences.some(({ kind }) => kind === 'Deployment'))
    .map(({ metadata, spec, status }) => ({
      app: metadata.labels[APP_LABEL],
      value: {
        name: metadata.name,
        replicas: status.desiredNumberScheduled ?? spec.replicas,
        takenUp: status.observedGeneration >= (metadata.generation ?? 0),
      },
    }))
}

const job = z.looseObject({
  metadata: meta,
  spec: z.looseObject({ suspend: z.boolean().nullish(), schedule: z.string().default('') }).prefault({}),
  status: z
    .looseObject({
      lastScheduleTime: z.string().nullish(),
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
    })
    .prefault({}),
})

/** Jobs and cron jobs. A job that a cron job made is told by that one, unless it failed or is at work. */
export function jobsOf(jobs: unknown, cronJobs: unknown): readonly Labelled<JobSeen>[] {
  const read = (value: unknown) => list(job).safeParse(value).data?.items ?? []
  const once = read(jobs).flatMap(({ metadata, spec, status }): readonly Labelled<JobSeen>[] => {
    const is = (type: string) => status.conditions.find((one) => one.type === type && one.status === 'True')
    const failed = is('Failed')
    const base = { kind: 'job', name: metadata.name } as const
    const seen: JobSeen = failed
      ? { ...base, state: 'failed', says: failed.message || failed.reason || 'it did not succeed' }
      : is('Complete')
        ? { ...base, state: 'done', says: 'is done' }
        : spec.suspend === true
          ? { ...base, state: 'off', says: 'is suspended' }
          : { ...base, state: 'runs', says: 'is at work' }
    const isScheduled = metadata.ownerReferences.some(({ kind }) => kind === 'CronJob')
    if (isScheduled && seen.state !== 'runs' && seen.state !== 'failed') return []
    return [{ app: metadata.labels[APP_LABEL], value: seen }]
  })
  const scheduled = read(cronJobs).map(({ metadata, spec, status }): Labelled<JobSeen> => {
    const last = status.lastScheduleTime ? `, last at ${status.lastScheduleTime}` : ''
    return {
      app: metadata.labels[APP_LABEL],
      value: {
        kind: 'cron job',
        name: metadata.name,
        state: spec.suspend === true ? 'off' : 'waits',
        says: spec.suspend === true ? 'is suspended' : `runs by its schedule ${spec.schedule}${last}`,
      },
    }
  })
  return [...once, ...scheduled]
}
