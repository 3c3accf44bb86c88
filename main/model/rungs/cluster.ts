import { inert } from '../atoms.ts'
import { clusterOfRow } from '../cluster-id.ts'
import type { ClusterSeen, PodSeen } from '../cluster.ts'
import { sayExitCode } from '../exit-code.ts'
import type { Failure } from '../fixes.ts'
import type { Fix, Rung } from '../ladder.ts'
import { sayCount, sayDuration, sayList, sentence } from '../say.ts'
import { SAY_RESTING } from './container.ts'

export interface ClusterLook {
  readonly service: string
  readonly title: string
  readonly name: string
  readonly seen: ClusterSeen | undefined
  readonly wanted: boolean
  /** How its last start ended, where that failed. */
  readonly failure?: Failure | undefined
  /** It was stopped from here by what was to start it again. */
  readonly resting?: true
  readonly acting: 'starting' | 'stopping' | undefined
  readonly now: number
}

const base = { id: 'container' } as const

/** How a node ends that was told to: by itself, or by SIGINT, SIGKILL or SIGTERM. */
const stops: ReadonlySet<number> = new Set([0, 130, 137, 143])
/** What began this short a time ago is still starting (ms). */
const SETTLING_MS = 90_000

/** The fourth rung of a cluster's own row: its nodes, and the controller that routes into it. */
export function clusterRung(look: ClusterLook): Rung {
  const { service, title, seen, acting, now } = look
  const start: Fix = {
    label: `Start ${title}`,
    command: `maculactl up ${service}`,
    action: { kind: 'start', services: [service] },
  }
  const failed = lastEnd(look.failure)
  // To create one has a price, which a face that can ask tells first.
  const creates: Fix =
    seen?.kind === 'absent' && seen.like === undefined ? { ...start, label: `${start.label}…` } : start
  if (acting === 'stopping') return { ...base, state: 'progress', says: 'stopping', reason: 'stopping' }
  if (seen === undefined) return { ...base, state: 'unknown', says: 'not checked yet' }
  if (acting === 'starting' && seen.kind !== 'up' && seen.kind !== 'foreign')
    return {
      ...base,
      state: 'progress',
      says: seen.kind === 'absent' ? 'being created' : 'starting',
      reason: 'starting',
    }
  switch (seen.kind) {
    case 'absent':
      if (!look.wanted) return { ...base, state: 'unreached', says: 'not created yet', reason: 'not set up' }
      return seen.wasMade
        ? {
            ...base,
            state: 'stop',
            says: 'there is no cluster any more',
            reason: 'cluster is gone',
            why: 'It was removed, not by Macula.',
            todo:
              seen.like === undefined
                ? 'Start it: it is created again.'
                : `Start it: ${seen.like}, which somebody else made, is used in its place, with what is in it.`,
            fix: creates,
          }
        : {
            ...base,
            state: 'stop',
            says: 'it was started, but never created',
            reason: 'not created',
            ...(failed ?? {
              why: 'Its last start was interrupted before anything was created.',
              todo: 'Start it again.',
            }),
            fix: creates,
          }
    case 'unfinished':
      return {
        ...base,
        state: 'stop',
        says:
          seen.during === 'create'
            ? 'created in part: its creation was interrupted'
            : 'removed in part: its removal was interrupted',
        reason: seen.during === 'create' ? 'created in part' : 'removed in part',
        ...(failed === undefined || seen.during !== 'create' ? {} : { why: failed.why }),
        todo:
          seen.during === 'create'
            ? 'Start it: what is left of the first try is removed and it is created again.'
            : `Remove the rest (maculactl cluster delete ${clusterOfRow(service) ?? service}), or start it: it is created again.`,
        fix: start,
      }
    case 'foreign':
      return {
        ...base,
        state: 'stop',
        says: `a cluster named ${look.name} exists that Macula did not create, and no URL reaches it`,
        reason: 'a cluster that is not ours has its name, and publishes no port 80',
        why: inert(seen.says),
        todo: `It is left as it is: kubectl reaches what is in it. For clean URLs its kind.yaml needs extraPortMappings with containerPort 80; kind has to recreate its nodes for that, which takes some minutes and loses what is only in the cluster.`,
      }
    case 'stopped': {
      if (!look.wanted) return { ...base, state: 'unreached', says: 'stopped', reason: 'stopped' }
      const crashed = seen.nodes.find(({ exitCode }) => !stops.has(exitCode))
      return {
        ...base,
        state: 'stop',
        says: crashed
          ? `its node ${crashed.name} ended: ${sayExitCode(crashed.exitCode)}`
          : look.resting
            ? 'its nodes were stopped by Macula, and not started again'
            : 'its nodes are stopped, not by Macula',
        reason: crashed ? `exit code ${crashed.exitCode}` : 'nodes are stopped',
        why: crashed
          ? `docker logs ${crashed.name} says more.`
          : look.resting
            ? SAY_RESTING
            : 'Somebody stopped them, or Docker was restarted.',
        todo: `Start ${title}; what is in it is kept.`,
        fix: start,
      }
    }
    case 'down': {
      const young = seen.nodes.find((node) => node.running && now - node.startedAt < SETTLING_MS)
      if (young)
        return {
          ...base,
          state: 'progress',
          says: `its node runs for ${sayDuration(now - young.startedAt)}, the API server does not answer yet`,
          reason: `starting, ${sayDuration(now - young.startedAt)}`,
        }
      return {
        ...base,
        state: 'stop',
        says: 'its nodes run, but the API server does not answer',
        reason: 'the API server does not answer',
        why: inert(seen.says),
        todo: `Restart ${title}; what is in it is kept.`,
        fix: {
          label: `Restart ${title}`,
          command: `maculactl restart ${service}`,
          action: { kind: 'restart', services: [service] },
        },
      }
    }
    case 'up': {
      const nodes = seen.nodes.length === 1 ? '' : ` of ${sayCount(seen.nodes.length, 'node')}`
      const since = Math.min(...seen.nodes.map((node) => node.startedAt))
      const off = seen.nodes.filter((node) => !node.running)
      if (off.length > 0)
        return {
          ...base,
          state: 'stop',
          says: `${sayList(off.map((node) => node.name))} ${off.length === 1 ? 'does' : 'do'} not run`,
          reason: `${off.length} of ${sayCount(seen.nodes.length, 'node')} stopped`,
          todo: `Start ${title}.`,
          fix: start,
        }
      if (!seen.ingress.some((pod) => pod.ready)) return ingressRung(look, seen.ingress)
      if (seen.nodes.some((node) => node.address === ''))
        return {
          ...base,
          state: 'round',
          says: 'it runs, but is not in the docker network of the services',
          reason: 'pods do not reach services',
          why: 'The network was recreated, or somebody disconnected its node.',
          todo: `Start ${title}: it joins again.`,
          fix: start,
        }
      return {
        ...base,
        state: 'ok',
        says: `running${nodes} for ${sayDuration(now - since)}, its ingress is ready`,
      }
    }
  }
}

/** Why its last start failed, and what to do about that, as it was told then; undefined: it did not fail. */
function lastEnd(failure: Failure | undefined): { readonly why: string; readonly todo: string } | undefined {
  const unmade = failure?.unmade
  if (unmade === undefined) return undefined
  const todo = unmade.todo === undefined ? '' : `${sentence(inert(unmade.todo))} `
  return {
    why: inert([unmade.what, unmade.why ?? ''].filter(Boolean).map(sentence).join(' ')).slice(0, 600),
    todo: `${todo === '' ? 'Repair what it names. ' : todo}Then start it again.`,
  }
}

/** The controller is not ready: no application can be reached. */
function ingressRung(look: ClusterLook, pods: readonly PodSeen[]): Rung {
  const pod = pods[0]
  const waits = !pod || ['', 'ContainerCreating', 'PodInitializing'].includes(pod.reason)
  if (waits && (look.acting === 'starting' || (pod && look.now - pod.startedAt < SETTLING_MS)))
    return {
      ...base,
      state: 'progress',
      says: 'its ingress controller is starting',
      reason: 'ingress is starting',
    }
  return {
    ...base,
    state: 'stop',
    says: pod
      ? `its ingress controller is not ready${pod.reason === '' ? '' : `: ${inert(pod.reason)}`}`
      : 'it has no ingress controller',
    reason: 'its ingress is not ready',
    why: pod
      ? inert(pod.message).slice(0, 300)
      : 'Its start was interrupted before the controller was installed.',
    todo: `Start ${look.title}: what is missing is installed.`,
    fix: {
      label: `Start ${look.title}`,
      command: `maculactl up ${look.service}`,
      action: { kind: 'start', services: [look.service] },
    },
  }
}

/** The fifth rung of a cluster's own row: the API server. */
export function apiRung(look: ClusterLook): Rung {
  const { seen } = look
  if (seen?.kind === 'up')
    return { id: 'service', state: 'ok', says: `Kubernetes ${inert(seen.version)} answers` }
  if (seen === undefined) return { id: 'service', state: 'unknown', says: 'not checked yet' }
  return { id: 'service', state: 'unreached', says: 'not reached' }
}
