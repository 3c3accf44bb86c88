import { inert } from '../atoms.ts'
import { imageOf, pushCommand, type AppSeen, type ClusterSeen, type PodSeen } from '../cluster.ts'
import type { Fix, Rung } from '../ladder.ts'
import { sayCount, sayDuration } from '../say.ts'
import type { Runtime } from '../service.ts'

/** A pod that runs this long without being ready is not starting any more (ms). */
const SETTLING_MS = 60_000

const base = { id: 'container' } as const

export interface PodLook {
  readonly service: string
  readonly title: string
  readonly runtime: Extract<Runtime, { kind: 'cluster' }>
  readonly seen: ClusterSeen | undefined
  readonly acting: 'starting' | 'stopping' | undefined
  readonly images: Readonly<Record<string, string>>
  readonly suffix: string
  readonly now: number
}

function lastWords(text: string): string {
  return inert(text.replaceAll(/\s+/g, ' ').trim()).slice(0, 300)
}

const pulls = new Set(['ImagePullBackOff', 'ErrImagePull', 'ErrImageNeverPull', 'RegistryUnavailable'])
const onItsWay = new Set(['', 'ContainerCreating', 'PodInitializing'])

/** Pods of what was put into the cluster last, without those that go and those of jobs that are done. */
export function currentPods(app: AppSeen | undefined): readonly PodSeen[] {
  return app?.pods.filter((pod) => !pod.ending && !pod.outdated && pod.phase !== 'Succeeded') ?? []
}

/** Whether a pod of the version before still answers while the newest is on its way. */
export function isOldReady(app: AppSeen | undefined): boolean {
  return app?.pods.some((pod) => pod.outdated && pod.ready && !pod.ending) ?? false
}

/** The pod that decides while not all are ready: the newest of what was put into the cluster last. */
function newest(app: AppSeen): PodSeen | undefined {
  return currentPods(app)
    .filter((pod) => !pod.ready)
    .toSorted((one, two) => two.createdAt - one.createdAt)[0]
}

/** Whether its newest pod waits for an image that nobody has pushed yet. */
export function isImageMissing(app: AppSeen | undefined): boolean {
  if (!app || app.pods.some((pod) => pod.ready && !pod.ending)) return false
  return isPullRefused(app)
}

/** Whether the image of its newest pod is not in the registry, whatever else still runs. */
export function isPullRefused(app: AppSeen): boolean {
  const pod = newest(app)
  return (
    pod !== undefined &&
    pulls.has(pod.reason) &&
    (app.pushed === false ||
      (app.pushed === undefined && /not found|manifest unknown|name unknown|404/i.test(pod.message)))
  )
}

/** The fourth rung of an application: is a pod of it ready, and if not, why? */
export function podRung(look: PodLook): Rung {
  const { seen, runtime, acting, title } = look
  const app = runtime.app
  if (acting === 'stopping') return { ...base, state: 'progress', says: 'stopping', reason: 'stopping' }
  if (seen === undefined) return { ...base, state: 'unknown', says: 'the cluster was not looked at yet' }
  if (seen.kind !== 'up' || !app) {
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
      : { ...base, state: 'unreached', says: sayAbsence(seen), reason: sayAbsence(seen) }
  }
  const found = seen.apps.get(app.id)
  if (!found || !found.applied)
    return acting === 'starting'
      ? { ...base, state: 'progress', says: 'being put into the cluster', reason: 'starting' }
      : { ...base, state: 'unreached', says: 'not in the cluster', reason: 'stopped' }
  if (found.replicas === 0)
    return { ...base, state: 'unreached', says: 'stopped: no pod is wanted', reason: 'stopped' }
  const ready = currentPods(found).filter((pod) => pod.ready)
  if (ready.length >= found.replicas) {
    const up = sayDuration(look.now - Math.min(...ready.map((pod) => pod.startedAt)))
    const restarts = ready.reduce((sum, pod) => sum + pod.restarts, 0)
    return {
      ...base,
      state: 'ok',
      says: `${ready.length === 1 ? 'pod ready' : `${ready.length} pods ready`} for ${up}${restarts > 0 ? `, ${sayCount(restarts, 'restart')}` : ''}`,
    }
  }
  const bad = newest(found)
  const rung = (bad && troubleOfPod(look, found, bad)) ?? absentRung(look, found)
  const said = rung.says === '' ? `${title} is starting` : rung.says
  // What answers is not what was put in last: that is what a person who just pushed wants to know.
  if (isOldReady(found))
    return {
      ...rung,
      state: rung.state === 'stop' ? 'round' : rung.state,
      says: `the version before still answers; the new one: ${said}`,
      ...(rung.state === 'stop' ? { reason: `new version: ${rung.reason ?? said}` } : {}),
    }
  // Some of several are ready: it answers, with a problem.
  return ready.length > 0 && rung.state === 'stop'
    ? { ...rung, state: 'round', says: `${ready.length} of ${found.replicas} pods ready; ${said}` }
    : { ...rung, says: said }
}

/** No pod is there though one is wanted: it is being made, or what makes it tells why it cannot. */
function absentRung({ service }: PodLook, { event }: AppSeen): Rung {
  // A warning about a pod is of one that is gone.
  return event === undefined || event.about.startsWith('pod ')
    ? { ...base, state: 'progress', says: 'its pod is being made', reason: 'starting' }
    : {
        ...base,
        state: 'stop',
        says: lastWords(event.says),
        reason: inert(event.reason),
        todo: `maculactl cluster events ${service} lists what the cluster told.`,
      }
}

function sayAbsence(seen: ClusterSeen): string {
  switch (seen.kind) {
    case 'absent':
      return 'there is no cluster'
    case 'unfinished':
      return 'the cluster is not finished'
    case 'foreign':
      return 'the cluster of this name is not ours'
    case 'stopped':
      return 'the cluster is stopped'
    case 'down':
    case 'up':
      return ''
  }
}

/** Why one pod is not ready. */
function troubleOfPod(look: PodLook, app: AppSeen, pod: PodSeen): Rung {
  const { service, title, runtime } = look
  const showLog: Fix = {
    label: 'Show log',
    command: `maculactl logs ${service}`,
    action: { kind: 'logs', service },
  }
  const image = runtime.app ? imageOf(runtime.app, look.images, look.suffix) : pod.image
  if (pulls.has(pod.reason)) {
    if (isImageMissing(app))
      return {
        ...base,
        // Nothing is broken: it waits for a person.
        state: 'unreached',
        says: `no image yet: ${inert(image)} is not in the registry`,
        reason: `no image yet: push ${inert(image)}`,
        why: 'A placeholder page answers at its URL until the image is there; the pod then starts by itself within some minutes.',
        todo: `Push it: docker push ${inert(image)}`,
        fix: { label: 'Push an image', command: pushCommand(image), action: { kind: 'none' } },
      }
    if (app.pushed === true)
      return {
        ...base,
        state: 'progress',
        says: 'its image is in the registry; the next try to pull it is on its way',
        reason: 'starting, pulls its image again',
      }
    return {
      ...base,
      state: 'stop',
      says: isPullRefused(app)
        ? `its image ${inert(pod.image)} is not in the registry any more`
        : `its image ${inert(pod.image)} cannot be pulled`,
      reason: isPullRefused(app) ? 'image is not in the registry' : 'image cannot be pulled',
      why: lastWords(pod.message),
      todo: isPullRefused(app)
        ? `Push it: docker push ${inert(image)}`
        : 'See whether the registry works (maculactl status registry) and the image’s name is right.',
    }
  }
  if (
    pod.reason === 'CrashLoopBackOff' ||
    pod.reason === 'Error' ||
    pod.reason === 'OOMKilled' ||
    pod.reason === 'Completed'
  ) {
    const code = pod.exitCode === undefined ? '' : `: exit code ${pod.exitCode}`
    const restarts = pod.restarts > 0 ? `, ${sayCount(pod.restarts, 'restart')}` : ''
    const memory = pod.reason === 'OOMKilled' || /OOMKilled/.test(pod.message) ? ' (out of memory)' : ''
    return {
      ...base,
      state: 'stop',
      says: `its program ends right after it starts${code}${memory}${restarts}`,
      reason: `${code === '' ? 'crashes' : code.slice(2)}${memory}${restarts}`,
      why:
        pod.lastLine === undefined || pod.lastLine === ''
          ? 'It left no line in its log.'
          : `Its last line: ${lastWords(pod.lastLine)}`,
      todo: `Read its log (maculactl logs ${service}), repair what it names, push the image again.`,
      fix: showLog,
    }
  }
  if (pod.reason === 'Unschedulable')
    return {
      ...base,
      state: 'stop',
      says: `its pod has no place in the cluster: ${lastWords(pod.message)}`,
      reason: 'pending: no place for its pod',
      why: lastWords(app.event?.says ?? pod.message),
      todo: 'Lower what its manifest requests, or stop another application.',
    }
  if (pod.phase === 'Running' && pod.reason === '') {
    const age = look.now - pod.startedAt
    if (age < SETTLING_MS)
      return {
        ...base,
        state: 'progress',
        says: `its pod runs for ${sayDuration(age)}, not ready yet`,
        reason: `starting, ${sayDuration(age)}`,
      }
    return {
      ...base,
      state: 'stop',
      says: `its pod runs for ${sayDuration(age)} and is not ready`,
      reason: 'pod not ready',
      why: lastWords(app.event?.says ?? 'Its readiness probe fails.'),
      todo: `Its log may say why: maculactl logs ${service}`,
      fix: showLog,
    }
  }
  if (onItsWay.has(pod.reason))
    return { ...base, state: 'progress', says: `the pod of ${title} is being made`, reason: 'starting' }
  return {
    ...base,
    state: 'stop',
    says: `its pod cannot start: ${inert(pod.reason)}`,
    reason: inert(pod.reason),
    why: lastWords(pod.message === '' ? (app.event?.says ?? '') : pod.message),
    todo: `maculactl cluster events ${service} lists what the cluster told.`,
  }
}
