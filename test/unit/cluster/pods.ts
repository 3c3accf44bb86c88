import type { AppSeen, ClusterEvent, ClusterSeen, JobSeen, PodSeen } from '../../../main/model/cluster.ts'
import type { Rung } from '../../../main/model/ladder.ts'
import { podRung, type PodLook } from '../../../main/model/rungs/pod.ts'
import { clusterRuntime } from './spec.ts'
import { app, now, pod, up } from './world.ts'

/** Applications in a cluster by what their pods and jobs are, and their fourth rung. */

export const lookAt = (seen: ClusterSeen | undefined, acting?: 'starting' | 'stopping'): PodLook => ({
  service: 'console',
  title: 'Console',
  runtime: clusterRuntime('console'),
  seen,
  acting,
  suffix: 'macula.local',
  now,
})
export const rungOf = (seen: AppSeen): Rung => podRung(lookAt(up({ console: seen })))
export const one = (part: Partial<PodSeen>, more: Partial<AppSeen> = {}): AppSeen =>
  app({ pods: [pod({ ready: false, phase: 'Pending', ...part })], ...more })
export const waits = (image: string, message: string): AppSeen =>
  one({ reason: 'ImagePullBackOff', image, message })
export const warning = (about: string, reason: string, says: string): ClusterEvent => ({
  at: now,
  warning: true,
  reason,
  about,
  says,
  count: 3,
})
export const job = (part: Partial<JobSeen>): JobSeen => ({
  kind: 'job',
  name: 'migrate',
  state: 'runs',
  says: 'is at work',
  ...part,
})
export const ours = 'registry.macula.local/macula/console:dev'
export const folder = '/nowhere/apps/console'
