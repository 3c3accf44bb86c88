import { inert } from '../atoms.ts'
import type { AppSeen, PodSeen } from '../cluster.ts'
import type { Fix, Rung } from '../ladder.ts'
import { sayCount, sayDuration } from '../say.ts'
import { isOurImage } from '../registry.ts'
import { podWords } from './pod-words.ts'

/** A pod that runs this long without being ready is not starting any more (ms). */
export const SETTLING_MS = 60_000

const base = { id: 'container' } as const
const crashes = new Set([
  'CrashLoopBackOff',
  'Error',
  'OOMKilled',
  'Completed',
  'StartError',
  'ContainerCannotRun',
])
const onItsWay = new Set(['', 'ContainerCreating', 'PodInitializing'])
/** Reasons of a whole pod that the kubelet ended or never began (its own words). */
const gone = new Set(['Evicted', 'NodeLost', 'NodeShutdown', 'Terminated', 'Preempting', 'Shutdown'])

export interface TroubleLook {
  readonly service: string
  readonly title: string
  /** Where a person finds its manifests. */
  readonly folder: string
  readonly suffix: string
  readonly now: number
}

/** Why one pod is not ready, its image apart. */
export function troubleOfPod(look: TroubleLook, app: AppSeen, pod: PodSeen): Rung {
  const { service, title, folder } = look
  const showLog: Fix = {
    label: 'Show log',
    command: `maculactl logs ${service}`,
    action: { kind: 'logs', service },
  }
  const again = `then maculactl up ${service}.`
  const whose = pod.init === true ? `its init container ${inert(pod.container)}` : 'its program'
  const events = `maculactl cluster events ${service} lists the recent events of the cluster.`
  // Warnings of an earlier pod say nothing of this one.
  const event = app.event?.about === `pod ${pod.name}` ? app.event : undefined
  if (pod.oomKilled === true) return memoryRung(look, pod, whose)
  if (gone.has(pod.reason))
    return {
      ...base,
      state: 'stop',
      says: `its pod was ended by the cluster (${inert(pod.reason)}): ${podWords(pod.message)}`,
      reason: pod.reason === 'Evicted' ? 'evicted' : inert(pod.reason),
      why: podWords(pod.message),
      todo: /disk|ephemeral|inode/i.test(pod.message)
        ? `Free space on this machine (docker system df), ${again}`
        : /memory/i.test(pod.message)
          ? `Free memory on this machine, or give its containers a memory request in ${folder}, ${again}`
          : events,
    }
  if (crashes.has(pod.reason)) {
    const code = pod.exitCode === undefined ? '' : `: exit code ${pod.exitCode}`
    const restarts = pod.restarts > 0 ? `, ${sayCount(pod.restarts, 'restart')}` : ''
    const last = podWords(pod.lastLine ?? '')
    const said = podWords(pod.message)
    return {
      ...base,
      state: 'stop',
      says: `${whose} ends right after it starts${code}${restarts}`,
      reason: `${code === '' ? 'crashes' : code.slice(2)}${restarts}`,
      why: last === '' ? said || 'It left no line in its log.' : `Its last line: ${last}`,
      todo: afterCrash(service, pod.image, look.suffix),
      fix: showLog,
    }
  }
  if (pod.reason === 'Unschedulable')
    return {
      ...base,
      state: 'stop',
      says: `its pod has no place in the cluster: ${podWords(pod.message)}`,
      reason: 'pending: no place for its pod',
      why: podWords(event?.says ?? pod.message),
      todo: placeTodo(pod.message, folder, again),
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
      why: podWords(event?.says ?? 'Its readiness probe fails.'),
      todo: `Its log may say why: maculactl logs ${service}`,
      fix: showLog,
    }
  }
  if (pod.init === true && onItsWay.has(pod.reason)) {
    const age = look.now - pod.startedAt
    return {
      ...base,
      state: 'progress',
      says: `${whose} runs for ${sayDuration(age)}; the rest of its pod waits for it`,
      reason: `starting, ${inert(pod.container)} first`,
    }
  }
  if (onItsWay.has(pod.reason)) {
    // A volume, a network or a mount that is not there is told by events alone.
    if (event !== undefined && look.now - pod.createdAt >= SETTLING_MS)
      return {
        ...base,
        state: 'stop',
        says: `its pod cannot be created: ${podWords(event.says)}`,
        reason: inert(event.reason),
        why: podWords(event.says),
        todo: /configmap|secret/i.test(event.says)
          ? `Make what it names, or correct the name in ${folder}, ${again}`
          : events,
      }
    return { ...base, state: 'progress', says: `the pod of ${title} is being created`, reason: 'starting' }
  }
  const why = podWords(pod.message === '' ? (event?.says ?? '') : pod.message)
  return {
    ...base,
    state: 'stop',
    says: `its pod cannot start: ${inert(pod.reason)}${why === '' ? '' : `: ${why}`}`,
    reason: inert(pod.reason),
    why,
    todo:
      pod.reason === 'CreateContainerConfigError'
        ? `Make the Secret or ConfigMap that it names, or correct the name in ${folder}, ${again}`
        : pod.reason === 'CreateContainerError' || pod.reason === 'RunContainerError'
          ? `Correct what it names (command, mounts, user) in ${folder}, ${again}`
          : events,
  }
}

/** What helps a program that ends: only an image of our registry is one that a person pushes again. */
export function afterCrash(service: string, image: string, suffix: string): string {
  const again = isOurImage(image, suffix) ? 'push the image again.' : `then maculactl restart ${service}.`
  return `Read its log (maculactl logs ${service}), repair what it names, ${again}`
}

/** What gives a pod its place, by what the scheduler misses. */
function placeTodo(message: string, folder: string, again: string): string {
  if (/persistentvolumeclaim|volume/i.test(message))
    return `See which volume claim waits (kubectl get pvc, kubectl describe pvc), and correct its storage class or size in ${folder}, ${again}`
  if (/disk-pressure/i.test(message))
    return 'Free space on this machine (docker system df); it is placed by itself then.'
  if (/memory-pressure/i.test(message)) return 'Free memory on this machine; it is placed by itself then.'
  if (/affinity|selector|taint/i.test(message) && !/insufficient/i.test(message))
    return `Correct nodeSelector, affinity or tolerations in ${folder}: no node of this cluster fits, ${again}`
  return 'Lower what its manifest requests, or stop another application.'
}

/** The kernel ended it for its memory: its log does not know that. */
function memoryRung({ service, folder }: TroubleLook, pod: PodSeen, whose: string): Rung {
  const restarts = pod.restarts > 0 ? `, ${sayCount(pod.restarts, 'restart')}` : ''
  const limit = pod.memoryLimit === undefined ? undefined : inert(pod.memoryLimit)
  return limit === undefined
    ? {
        ...base,
        state: 'stop',
        says: `${whose} ended because its node had no memory left${restarts}`,
        reason: `the node was out of memory${restarts}`,
        why: 'It has no limit of its own; the kernel ended it to free memory for the rest.',
        todo: `Free memory on this machine or stop another application, then maculactl restart ${service}.`,
      }
    : {
        ...base,
        state: 'stop',
        says: `${whose} ended because it used all of its ${limit} of memory${restarts}`,
        reason: `out of memory at ${limit}${restarts}`,
        why: `Its container ${inert(pod.container)} may use ${limit}; it needed more, and the kernel ended it.`,
        todo: `Raise limits.memory of ${inert(pod.container)} in ${folder} (${limit} now), then maculactl up ${service}.`,
      }
}
