import { inert } from '../atoms.ts'
import type { AppSeen, ClusterSeen, JobSeen, PodSeen } from '../cluster.ts'
import type { Rung } from '../ladder.ts'
import { sayCount, sayDuration, sayList } from '../say.ts'
import type { Runtime } from '../service.ts'
import { imageRung, isForeignRefused, isNowhere, pulls, waitsForPush } from './pod-image.ts'
import { troubleOfPod } from './pod-trouble.ts'
import { podWords } from './pod-words.ts'

const base = { id: 'container' } as const

export interface PodLook {
  readonly service: string
  readonly title: string
  readonly runtime: Extract<Runtime, { kind: 'cluster' }>
  readonly seen: ClusterSeen | undefined
  readonly acting: 'starting' | 'stopping' | undefined
  readonly suffix: string
  /** It has no endpoint: that its pods run on is all that can be said of it. */
  readonly silent?: boolean
  readonly now: number
}

/** Pods of what was put into the cluster last that are to run on: without those that go, and without those of jobs. */
export function currentPods(app: AppSeen | undefined): readonly PodSeen[] {
  return (
    app?.pods.filter(
      (pod) => !pod.ending && !pod.outdated && pod.job === undefined && pod.phase !== 'Succeeded',
    ) ?? []
  )
}

/** Whether a pod of the version before still answers while the newest is on its way. */
export function isOldReady(app: AppSeen | undefined): boolean {
  return app?.pods.some((pod) => pod.outdated && pod.ready && !pod.ending) ?? false
}

const jobsOf = (app: AppSeen): readonly JobSeen[] => app.jobs ?? []

/** Whether an application is in the cluster with nothing to run: stopped on purpose. */
export function isOff(app: AppSeen): boolean {
  return app.replicas === 0 && jobsOf(app).every(({ state }) => state === 'off')
}

/** The pod that decides while not all are ready: the newest of what was put into the cluster last. */
function newest(pods: readonly PodSeen[]): PodSeen | undefined {
  return pods.filter((pod) => !pod.ready).sort((one, two) => two.createdAt - one.createdAt)[0]
}

/** Pods that jobs which are not over have waiting or running. */
function jobPods(app: AppSeen): readonly PodSeen[] {
  const open = new Set(jobsOf(app).flatMap(({ state, name }) => (state === 'runs' ? [name] : [])))
  return app.pods.filter((pod) => !pod.ending && open.has(pod.job ?? ''))
}

function answers(app: AppSeen): boolean {
  return app.pods.some((pod) => pod.ready && !pod.ending && pod.job === undefined)
}

/** Whether it waits for an image of our registry that nobody has pushed yet, and nothing of it runs. */
export function isImageMissing(app: AppSeen | undefined, suffix: string): boolean {
  return app !== undefined && !answers(app) && isPullRefused(app, suffix)
}

/** Whether the image of its newest pod is not in our registry, whatever else still runs. */
export function isPullRefused(app: AppSeen, suffix: string): boolean {
  const pod = newest(currentPods(app)) ?? (app.replicas === 0 ? newest(jobPods(app)) : undefined)
  return pod !== undefined && waitsForPush(pod, suffix)
}

/**
 * Without a readiness probe a pod is ready as soon as its program runs, also one that ends at once. Where nothing answers,
 * it counts when it has run this long; after a crash, this long (ms).
 */
const STEADY_MS = 3000
const STEADY_AGAIN_MS = 10_000

/** A pod that is ready, but has not run long enough for that to mean anything. */
function unsteady(pods: readonly PodSeen[], now: number): PodSeen | undefined {
  return pods.find(
    (pod) => pod.ready && now - pod.startedAt < (pod.restarts > 0 ? STEADY_AGAIN_MS : STEADY_MS),
  )
}

/** Whether pods of an application without endpoints have run long enough to say that they run on. */
export function isSteady(app: AppSeen, now: number): boolean {
  return unsteady(currentPods(app), now) === undefined
}

/** Whether all of it is ready, of what was put into the cluster last. */
export function isAppReady(app: AppSeen): boolean {
  return (
    app.takenUp &&
    !isOff(app) &&
    currentPods(app).filter((pod) => pod.ready).length >= app.replicas &&
    !isOldReady(app) &&
    !jobsOf(app).some(({ state }) => state === 'failed') &&
    // What is to be done once is done, or does its work.
    !jobPods(app).some((pod) => !pod.ready)
  )
}

/** Reasons that no waiting mends: a person has to change something. */
const final = new Set([
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'InvalidImageName',
  'ErrImageNeverPull',
  'CrashLoopBackOff',
])

/** Whether its newest pod, or a job, has failed for good: waiting for it is of no use. */
export function isHopeless(app: AppSeen, look: PodLook): boolean {
  if (podRung(look).state === 'progress') return false
  const pod = newest(currentPods(app)) ?? newest(jobPods(app))
  return (
    jobsOf(app).some(({ state }) => state === 'failed') ||
    (pod !== undefined && (final.has(pod.reason) || isNowhere(pod, look.suffix)))
  )
}

/** Whether its newest pod, or a job, was refused an image of a foreign registry: out of reach, a sign-in, a limit. */
export function isRefusedElsewhere(app: AppSeen, suffix: string): boolean {
  const pod = newest(currentPods(app)) ?? newest(jobPods(app))
  return pod !== undefined && isForeignRefused(pod, suffix)
}

const absences: Readonly<Record<Exclude<ClusterSeen['kind'], 'up' | 'down'>, string>> = {
  absent: 'there is no cluster',
  unfinished: 'the cluster is not finished',
  foreign: 'the cluster of this name is not ours',
  stopped: 'the cluster is stopped',
}

/** The fourth rung of an application: is a pod of it ready, and if not, why? */
export function podRung(look: PodLook): Rung {
  const { seen, runtime, acting } = look
  const app = runtime.app
  if (acting === 'stopping') return { ...base, state: 'progress', says: 'stopping', reason: 'stopping' }
  if (seen === undefined) return { ...base, state: 'unknown', says: 'the cluster was not checked yet' }
  if (seen.kind !== 'up') {
    if (acting === 'starting')
      return { ...base, state: 'progress', says: 'the cluster is starting', reason: 'starting' }
    return seen.kind === 'down'
      ? {
          ...base,
          state: 'unknown',
          says: 'unknown while the cluster is down',
          reason: 'unknown while the cluster is down',
          cause: 'cluster',
        }
      : { ...base, state: 'unreached', says: absences[seen.kind], reason: absences[seen.kind] }
  }
  const found = app && seen.apps.get(app.id)
  if (!found?.applied)
    return acting === 'starting'
      ? { ...base, state: 'progress', says: 'being applied to the cluster', reason: 'starting' }
      : { ...base, state: 'unreached', says: 'not in the cluster', reason: 'stopped' }
  if (isOff(found))
    return { ...base, state: 'unreached', says: 'stopped: no pod is wanted', reason: 'stopped' }
  return changedRung(
    look,
    found,
    withJobs(look, found, found.replicas === 0 ? undefined : lastingRung(look, found)),
  )
}

/** What lies where its people have it may have been changed since it was put in. */
function changedRung({ service, title, runtime }: PodLook, found: AppSeen, rung: Rung): Rung {
  const place = runtime.app?.place
  if (!place || found.sum === undefined || found.sum === place.sum || rung.state !== 'ok') return rung
  return {
    ...rung,
    state: 'round',
    says: `${rung.says}; its files changed since they were applied`,
    reason: 'changed since it was applied',
    why: `${inert(place.path)} is not what runs in the cluster.`,
    todo: place.follow
      ? `It is applied by itself while a window, the tray or status --watch runs; maculactl up ${service} does it now.`
      : `maculactl up ${service} applies it.`,
    fix: {
      label: `Apply ${title}`,
      command: `maculactl up ${service}`,
      action: { kind: 'start', services: [service] },
    },
  }
}

/** The rung of the pods that are to run on. */
function lastingRung(look: PodLook, found: AppSeen): Rung {
  const pods = currentPods(found)
  const ready = pods.filter((pod) => pod.ready)
  if (ready.length >= found.replicas) {
    const young = look.silent === true ? unsteady(ready, look.now) : undefined
    if (young !== undefined) return youngRung(look, found, young)
    const up = sayDuration(look.now - Math.min(...ready.map((pod) => pod.startedAt)))
    const restarts = ready.reduce((sum, pod) => sum + pod.restarts, 0)
    return {
      ...base,
      state: 'ok',
      says: `${ready.length === 1 ? 'pod ready' : `${ready.length} pods ready`} for ${up}${restarts > 0 ? `, ${sayCount(restarts, 'restart')}` : ''}`,
    }
  }
  const bad = newest(pods)
  const rung = (bad && onePod(look, found, bad)) ?? absentRung(look, found)
  // What answers is not what was put in last: that is what a person who just pushed wants to know.
  if (isOldReady(found))
    return {
      ...rung,
      state: rung.state === 'stop' ? 'round' : rung.state,
      says: `the version before still answers; the new one: ${rung.says}`,
      ...(rung.state === 'stop' ? { reason: `new version: ${rung.reason ?? rung.says}` } : {}),
    }
  // Some of several are ready: it answers, with a problem.
  return ready.length > 0 && rung.state === 'stop'
    ? { ...rung, state: 'round', says: `${ready.length} of ${found.replicas} pods ready; ${rung.says}` }
    : rung
}

/** Between two crashes a pod is ready for a moment: that is no recovery. */
function youngRung(look: PodLook, app: AppSeen, pod: PodSeen): Rung {
  const age = sayDuration(look.now - pod.startedAt)
  return pod.restarts > 0
    ? onePod(look, app, { ...pod, reason: 'Error' })
    : { ...base, state: 'progress', says: `its pod runs for ${age}`, reason: `starting, ${age}` }
}

function onePod(look: PodLook, app: AppSeen, pod: PodSeen): Rung {
  const { service, suffix, runtime } = look
  const folder = runtime.app?.folder ?? 'its folder'
  return pulls.has(pod.reason)
    ? imageRung({ service, suffix, cluster: runtime.cluster.name, folder, answers: answers(app) }, pod)
    : troubleOfPod({ service, title: look.title, folder, suffix, now: look.now }, app, pod)
}

/** Jobs beside the pods that run on (`lasting`; absent: there are only jobs): a failed one is told, a done one is well. */
function withJobs(look: PodLook, app: AppSeen, lasting: Rung | undefined): Rung {
  const jobs = jobsOf(app).filter(({ state }) => state !== 'off')
  if (lasting && (jobs.length === 0 || lasting.state !== 'ok')) return lasting
  const failed = jobs.find(({ state }) => state === 'failed')
  const stuck = newest(jobPods(app))
  const trouble = failed ? failedJob(look, app, failed) : stuck && onePod(look, app, stuck)
  if (trouble !== undefined && trouble.state !== 'progress' && lasting !== undefined)
    return { ...trouble, state: 'round', says: `${lasting.says}, but ${trouble.says}` }
  // A job that works for a while keeps nobody from what answers already.
  if (lasting !== undefined) return { ...lasting, says: `${lasting.says}; ${sayJobs(jobs)}` }
  return trouble ?? { ...base, state: 'ok', says: sayJobs(jobs) }
}

function sayJobs(jobs: readonly JobSeen[]): string {
  return sayList(jobs.map(({ kind, name, says }) => `${kind} ${inert(name)} ${says}`))
}

function failedJob(look: PodLook, app: AppSeen, job: JobSeen): Rung {
  const pod = app.pods
    .filter((one) => one.job === job.name)
    .sort((one, two) => two.createdAt - one.createdAt)[0]
  // Its pod knows better than the job, which only counts tries.
  const own = pod && pod.reason !== '' ? onePod(look, app, pod) : undefined
  return {
    ...base,
    state: 'stop',
    says: `its ${job.kind} ${inert(job.name)} failed: ${podWords(job.says)}`,
    reason: `${job.kind} ${inert(job.name)} failed`,
    why: own?.why ?? podWords(job.says),
    todo: `Read its log (maculactl logs ${look.service}), repair what it names, then maculactl up ${look.service}.`,
    ...(own?.fix === undefined ? {} : { fix: own.fix }),
  }
}

/** No pod is there though one is wanted: it is being created, or what makes it tells why it cannot. */
function absentRung({ service }: PodLook, { event }: AppSeen): Rung {
  // A warning about a pod is of one that is gone.
  return event === undefined || event.about.startsWith('pod ')
    ? { ...base, state: 'progress', says: 'its pod is being created', reason: 'starting' }
    : {
        ...base,
        state: 'stop',
        says: podWords(event.says) || inert(event.reason),
        reason: inert(event.reason),
        todo: `maculactl cluster events ${service} lists the recent events of the cluster.`,
      }
}
