import { inert } from '../atoms.ts'
import type { Fix, Rung } from '../ladder.ts'
import type { ContainerSeen, DockerSeen } from '../observation.ts'
import { sayClock, sayCount, sayDuration } from '../say.ts'
import { outOfMemory } from './memory.ts'

/** Without a health check, a container that runs for less than this and does not answer yet is still starting. */
const SETTLING_MS = 20_000

export interface ContainerLook {
  readonly service: string
  readonly title: string
  /** The person's own compose.yaml; absent for a service of ours. */
  readonly file?: string
  readonly docker: DockerSeen
  readonly seen: ContainerSeen | undefined
  readonly wanted: boolean
  readonly acting: 'starting' | 'stopping' | undefined
  /** Whether some access got a protocol answer. */
  readonly answers: boolean
  readonly now: number
}

/** The fourth rung: is the container running and healthy, and if not, why? */
export function containerRung(look: ContainerLook): Rung {
  const { docker, seen, wanted, acting, now, service, title } = look
  const base = { id: 'container' } as const
  if (docker.kind !== 'up')
    return {
      ...base,
      state: 'unknown',
      says: 'Docker does not answer',
      reason: 'unknown while Docker is down',
      cause: 'docker',
    }
  const start: Fix = {
    label: `Start ${title}`,
    command: `maculactl up ${service}`,
    action: { kind: 'start', services: [service] },
  }
  const restart: Fix = {
    label: `Restart ${title}`,
    command: `maculactl restart ${service}`,
    action: { kind: 'restart', services: [service] },
  }
  if (acting === 'stopping') return { ...base, state: 'progress', says: 'stopping', reason: 'stopping' }
  if (!seen || seen.state === 'removing') {
    if (acting === 'starting') return { ...base, state: 'progress', says: 'being made', reason: 'starting' }
    if (!wanted) return { ...base, state: 'unreached', says: 'stopped', reason: 'stopped' }
    return {
      ...base,
      state: 'stop',
      says: 'there is no container',
      reason: 'container is gone',
      why: 'It was removed, not by Macula, or its last start ended before it was made.',
      todo: 'Start it again; its data is kept in its volume.',
      fix: start,
    }
  }
  const last =
    seen.lastLine === undefined || seen.lastLine === ''
      ? ''
      : `Its last line: ${inert(seen.lastLine).slice(0, 200)}`
  switch (seen.state) {
    case 'running': {
      const up = sayDuration(now - seen.startedAt)
      if (seen.health === 'unhealthy') {
        const output = inert((seen.healthOutput ?? '').split('\n').filter(Boolean).at(-1) ?? '').slice(0, 200)
        return {
          ...base,
          state: look.answers ? 'round' : 'stop',
          says: `running for ${up}, but its own health check fails${output === '' ? '' : `: ${output}`}`,
          reason: 'unhealthy',
          why:
            output === '' ? 'Its health check gets no answer in time.' : `The health check says: ${output}`,
          todo: `Restart ${title}; if it happens again, its log says more (maculactl logs ${service}).`,
          fix: restart,
        }
      }
      // Docker started it again after a crash, and it does not answer: the next crash is on its way.
      if (!look.answers && seen.restarts > 0 && seen.health !== 'healthy')
        return crashed(look, seen, last, start)
      if (
        !look.answers &&
        (seen.health === 'starting' || (seen.health === 'none' && now - seen.startedAt < SETTLING_MS))
      )
        return {
          ...base,
          state: 'progress',
          says: `running for ${up}, not ready yet`,
          reason: `starting, ${up}`,
        }
      return {
        ...base,
        state: 'ok',
        says: seen.health === 'healthy' ? `running and healthy for ${up}` : `running for ${up}`,
      }
    }
    case 'restarting':
    case 'dead':
      return crashed(look, seen, last, start)
    case 'exited':
      if (acting === 'starting') return { ...base, state: 'progress', says: 'starting', reason: 'starting' }
      if (!wanted) return { ...base, state: 'unreached', says: 'stopped', reason: 'stopped' }
      if (!seen.stoppedOnPurpose) return crashed(look, seen, last, start)
      return {
        ...base,
        state: 'stop',
        says: `stopped at ${sayClock(seen.finishedAt)}, not by Macula (exit code ${seen.exitCode})`,
        reason: `stopped since ${sayClock(seen.finishedAt)}`,
        why: 'Somebody stopped the container, or Docker was restarted.',
        todo: `Start ${title}.`,
        fix: start,
      }
    case 'created':
      if (acting === 'starting' || !wanted)
        return acting === 'starting'
          ? { ...base, state: 'progress', says: 'made, not started yet', reason: 'starting' }
          : { ...base, state: 'unreached', says: 'stopped', reason: 'stopped' }
      return {
        ...base,
        state: 'stop',
        says: `made, but not started${seen.error === '' ? '' : `: ${inert(seen.error).slice(0, 300)}`}`,
        reason: 'made, not started',
        why: seen.error === '' ? 'The start before this was interrupted.' : inert(seen.error).slice(0, 300),
        todo: `Start ${title}.`,
        fix: start,
      }
    case 'paused':
      return {
        ...base,
        state: 'stop',
        says: 'paused, not by Macula',
        reason: 'paused',
        why: 'Somebody paused the container (docker pause).',
        todo: `Restart ${title}.`,
        fix: restart,
      }
  }
}

function crashed(look: ContainerLook, seen: ContainerSeen, last: string, start: Fix): Rung {
  // While it runs between two crashes its exit code is not known.
  const running = seen.state === 'running'
  const restarts = seen.restarts > 0 ? `, ${sayCount(seen.restarts, 'restart')}` : ''
  const showLog = seen.state === 'restarting' || running
  return {
    id: 'container',
    state: 'stop',
    says: running
      ? `crashes and starts again and again${restarts}`
      : `stops right after it starts: exit code ${seen.exitCode}${restarts}`,
    reason: running ? `crashes${restarts}` : `exit code ${seen.exitCode}${restarts}`,
    why: last || 'It left no line in its log.',
    todo: `Read its log (maculactl logs ${look.service}), repair what it names, then start it.`,
    fix: showLog
      ? {
          label: 'Show log',
          command: `maculactl logs ${look.service}`,
          action: { kind: 'logs', service: look.service },
        }
      : start,
    // The log of a program that was ended from outside does not know why.
    ...(seen.oomKilled ? outOfMemory(look, seen) : {}),
  }
}
