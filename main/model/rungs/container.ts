import { inert } from '../atoms.ts'
import { sayExitCode } from '../exit-code.ts'
import { silentTrouble } from '../docker-silent.ts'
import { driftOf, sayDrift, type Expected } from '../drift.ts'
import { makeAnew, strongest, UNHEALTHY, type Failure, type Unmade } from '../fixes.ts'
import type { Fix, Rung } from '../ladder.ts'
import type { ContainerSeen, DockerSeen } from '../observation.ts'
import { sayClock, sayDuration, sayList, sentence } from '../say.ts'
import { crashed, putRightFirst, refused } from './ended.ts'

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
  /** It was stopped from here by what was to start it again. */
  readonly resting?: true
  /** Docker answered again a moment ago, and starts what ran before. */
  readonly returning?: true
  readonly acting: 'starting' | 'stopping' | undefined
  /** Whether some access got a protocol answer. */
  readonly answers: boolean
  /** It has no endpoint, and so nothing that could answer: what runs works, where no health check of its own says otherwise. */
  readonly silent?: true
  /** What it would be if it were made now; undefined: not known, and nothing is said of it. */
  readonly expected: Expected | undefined
  /** How its last starts ended, where they failed. */
  readonly failure: Failure | undefined
  readonly now: number
}

/** Nobody can tell from here whether it is still at work. */
export const SAY_RESTING =
  'A restart, a snapshot or a take-over stopped it to start it again, and was interrupted or is still at work.'

/** What is not there yet while Docker comes back. */
const COMING = {
  state: 'progress',
  says: 'not started yet: Docker answered again a moment ago',
  reason: 'starting with Docker',
} as const

/** What is known of its data while it has no container: nothing is said that was not looked up. */
function sayData(expected: Expected | undefined): string {
  if (!expected) return ''
  const { volumes } = expected
  if (volumes.length === 0) return 'It keeps no data in a volume.'
  // What never was cannot be lost.
  if (volumes.every(({ fresh }) => fresh)) return 'It has no data yet.'
  const gone = volumes.filter(({ there, fresh }) => !there && !fresh).map(({ name }) => name)
  const kept = volumes.filter(({ there }) => there).map(({ name }) => name)
  if (gone.length === 0)
    return `Its data is kept in its ${kept.length === 1 ? 'volume' : 'volumes'} ${sayList(kept)}.`
  return `Its ${gone.length === 1 ? `volume ${sayList(gone)} is` : `volumes ${sayList(gone)} are`} not there: what was in ${gone.length === 1 ? 'it' : 'them'} is lost, and it starts empty.`
}

/** The fourth rung: is the container running and healthy, is it what would be made now, and if not, why? */
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
  if (seen?.silentSince !== undefined) return silent(look, seen, seen.silentSince)
  if (acting === 'stopping') return { ...base, state: 'progress', says: 'stopping', reason: 'stopping' }
  if (!seen || seen.state === 'removing') {
    if (acting === 'starting')
      return { ...base, state: 'progress', says: 'being created', reason: 'starting' }
    if (!wanted) return { ...base, state: 'unreached', says: 'stopped', reason: 'stopped' }
    if (look.returning) return { ...base, ...COMING }
    if (look.failure?.unmade) return unmade(look, look.failure.unmade, start)
    return {
      ...base,
      state: 'stop',
      says: 'there is no container',
      reason: 'container is gone',
      why: [
        'It was removed, not by Macula, or its last start ended before it was created.',
        sayData(look.expected),
      ]
        .filter(Boolean)
        .join(' '),
      todo: `Start ${title}.`,
      fix: start,
    }
  }
  const last = seen.lastLine ? `Its last line: ${inert(seen.lastLine).slice(0, 200)}` : ''
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
          ...strongest({
            service,
            title,
            // A start that failed for another reason says nothing of a restart.
            failure: look.failure?.says === UNHEALTHY ? look.failure : undefined,
            after: 1,
            first: { todo: `Restart ${title}.`, fix: restart },
          }),
        }
      }
      const differs = drifted(look, seen, start)
      // What cannot be reached as it is explains why it does not answer, and no waiting helps.
      if (differs?.state === 'stop') return differs
      const isYoung = seen.health === 'none' && now - seen.startedAt < SETTLING_MS
      // Docker started it again after a crash, and it does not answer: the next crash is on its way. What nobody can ask got over
      // its crashes once it stays.
      const isOver = seen.health === 'healthy' || (look.silent === true && seen.health === 'none' && !isYoung)
      if (!look.answers && seen.restarts > 0 && !isOver) return crashed(look, seen, last, start)
      if (
        !look.answers &&
        (acting === 'starting' || seen.health === 'starting' || (isYoung && look.silent !== true))
      )
        return {
          ...base,
          state: 'progress',
          says: `running for ${up}, not ready yet`,
          reason: `starting, ${up}`,
        }
      if (differs) return differs
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
      if (look.returning) return { ...base, ...COMING }
      if (seen.error !== '' && !seen.oomKilled) return refused(look, seen, start)
      // Also where it did not end in time and was killed for that.
      if (look.resting)
        return {
          ...base,
          state: 'stop',
          says: `stopped by Macula at ${sayClock(seen.finishedAt)}, not started again`,
          reason: `stopped since ${sayClock(seen.finishedAt)}`,
          why: SAY_RESTING,
          todo: `Start ${title}; a take-over starts it when maculactl migrate goes on.`,
          fix: start,
        }
      if (!seen.stoppedOnPurpose) return crashed(look, seen, last, start)
      return {
        ...base,
        state: 'stop',
        says: `stopped at ${sayClock(seen.finishedAt)}, not by Macula (${sayExitCode(seen.exitCode)})`,
        reason: `stopped since ${sayClock(seen.finishedAt)}`,
        why: 'Somebody stopped the container, or Docker was restarted.',
        todo: `Start ${title}.`,
        fix: start,
      }
    case 'created':
      if (acting === 'starting')
        return { ...base, state: 'progress', says: 'created, not started yet', reason: 'starting' }
      if (!wanted) return { ...base, state: 'unreached', says: 'stopped', reason: 'stopped' }
      return {
        ...base,
        state: 'stop',
        says: `created, but not started${seen.error === '' ? '' : `: ${inert(seen.error).slice(0, 300)}`}`,
        reason: 'created, not started',
        why: seen.error === '' ? 'The start before this was interrupted.' : inert(seen.error).slice(0, 300),
        ...(putRightFirst(look, seen.error) ??
          strongest({
            service,
            title,
            failure: seen.error === '' ? undefined : look.failure,
            after: 1,
            first: { todo: `Start ${title}.`, fix: start },
          })),
      }
    case 'paused':
      if (acting === 'starting') return { ...base, state: 'progress', says: 'starting', reason: 'starting' }
      return {
        ...base,
        state: 'stop',
        says: 'paused, not by Macula',
        reason: 'paused',
        why: 'Somebody paused the container (docker pause): its program does not answer.',
        todo: `Let it go on: Start ${title}.`,
        fix: start,
      }
  }
}

/** Docker answers no question about it. A program that answers all the same is at work, but nothing can be done with it. */
function silent({ answers, now }: ContainerLook, { name }: ContainerSeen, since: number): Rung {
  const { what, why, todo } = silentTrouble(name, now - since)
  return {
    id: 'container',
    state: answers ? 'round' : 'stop',
    says: what.replace(/\.$/, ''),
    reason: 'Docker does not answer about it',
    why: why ?? '',
    todo: todo ?? '',
  }
}

/** Its last start ended before there was a container: why is told, and the start that failed is not offered again. */
function unmade(
  { service, title, expected }: ContainerLook,
  { what, why, todo, config }: Unmade,
  start: Fix,
): Rung {
  const isOther = config !== undefined && expected?.config !== undefined && config !== expected.config
  const again = todo?.includes('maculactl up') === true ? '' : ` Then run maculactl up ${service}.`
  return {
    id: 'container',
    state: 'stop',
    says: 'could not be created',
    reason: 'could not be created',
    why: inert([what, why ?? ''].filter(Boolean).map(sentence).join(' ')).slice(0, 600),
    ...(isOther
      ? { todo: `Its configuration has changed since: start ${title}.`, fix: start }
      : { todo: `${todo === undefined ? 'Repair what it names.' : inert(todo)}${again}` }),
  }
}

/** A running container that is not what would be made now; undefined: it is, or that is not known. */
function drifted(look: ContainerLook, seen: ContainerSeen, start: Fix): Rung | undefined {
  const { service, title, answers, now } = look
  const drift = look.expected ? driftOf(look.expected, seen) : []
  const [first] = [...drift].sort((one, two) => Number(two.stops) - Number(one.stops))
  if (!first) return undefined
  const must = drift.some(({ asks }) => !asks)
  const says = sayDrift(drift)
  return {
    id: 'container',
    state: !answers && drift.some(({ stops }) => stops) ? 'stop' : 'round',
    says: `running for ${sayDuration(now - seen.startedAt)}, but ${says}`,
    reason: first.says,
    why: must
      ? 'It differs from what would be created now.'
      : 'It was changed after it was created, not by Macula; somebody may have wanted that.',
    todo: must
      ? `Start ${title}: its container is recreated; no data is removed.`
      : `Recreate it to undo that (no data is removed), or write the change into compose.override.yaml of ${service} to keep it.`,
    fix: must ? start : makeAnew(service, title),
  }
}
