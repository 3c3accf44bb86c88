import { sayExitCode } from '../exit-code.ts'
import { inert } from '../atoms.ts'
import { knownTrouble } from '../docker-known.ts'
import { driftOf, sayDrift, type Expected } from '../drift.ts'
import { showLog, strongest, type Failure } from '../fixes.ts'
import type { Fix, Rung } from '../ladder.ts'
import type { ContainerSeen } from '../observation.ts'
import { sayClock, sayCount, sayDuration } from '../say.ts'
import { isStarved, outOfMemory } from './memory.ts'

/** Containers that ended or never began, for a reason of their own: no button promises what a start cannot do. */

interface Ended {
  readonly service: string
  readonly title: string
  /** The person's own compose.yaml; absent for a service of ours. */
  readonly file?: string
  readonly expected: Expected | undefined
  /** How its last starts ended, where they failed. */
  readonly failure: Failure | undefined
}

/** Docker itself could not start it: its program never ran, so that its log says nothing. */
export function refused(look: Ended, seen: ContainerSeen, start: Fix): Rung {
  const { service, title, failure, expected } = look
  const drift = expected ? driftOf(expected, seen).filter(({ stops }) => stops) : []
  return {
    id: 'container',
    state: 'stop',
    says: `could not be started${drift.length > 0 ? `: ${sayDrift(drift)}` : ''}`,
    reason: drift[0]?.says ?? 'could not be started',
    why: `Docker says: ${inert(seen.error).slice(0, 300)}`,
    ...((drift.length > 0 ? undefined : putRightFirst(look, seen.error)) ??
      strongest({
        service,
        title,
        failure,
        after: 2,
        first: {
          todo: drift.length > 0 ? `Start ${title}: its container is recreated.` : `Start ${title}.`,
          fix: start,
        },
      })),
  }
}

/** What to do where Docker names something that no start mends; undefined: a start may. */
export function putRightFirst(
  { file }: Pick<Ended, 'file'>,
  error: string,
): { readonly todo: string } | undefined {
  const known = knownTrouble(error)
  // What Macula writes itself is written anew by a start.
  if (known === undefined || known.starts === 'any' || (known.starts === 'ours' && file === undefined))
    return undefined
  return { todo: known.todo }
}

/** One that ran for longer than this did not fail at its start (ms). */
const RAN_MS = 60_000

/** It ended by itself, again and again or once. */
export function crashed(look: Ended, seen: ContainerSeen, last: string, start: Fix): Rung {
  if (isStarved(seen)) return starved(look, seen, start)
  // While it runs between two crashes its exit code is not known.
  const running = seen.state === 'running'
  const restarts = seen.restarts > 0 ? `, ${sayCount(seen.restarts, 'restart')}` : ''
  const ran = seen.finishedAt - seen.startedAt
  // What worked until then may work again; what ends at its start ends at the next one, too.
  const isLate = seen.state === 'exited' && seen.restarts === 0 && ran > RAN_MS && look.failure === undefined
  return {
    id: 'container',
    state: 'stop',
    says: running
      ? `crashes and starts again and again${restarts}`
      : isLate
        ? `ended by itself at ${sayClock(seen.finishedAt)} after ${sayDuration(ran)}: ${sayExitCode(seen.exitCode)}`
        : `stops right after it starts: ${sayExitCode(seen.exitCode)}${restarts}`,
    reason: running ? `crashes${restarts}` : `exit code ${seen.exitCode}${restarts}`,
    why: last || 'It left no line in its log.',
    ...(isLate
      ? {
          todo: `Start ${look.title}; its log may say why it ended (maculactl logs ${look.service}).`,
          fix: start,
        }
      : untilRepaired(look, last)),
  }
}

/** Its log says why it ends; only where that says nothing is anything else worth a try. */
function untilRepaired(look: Ended, last: string): { readonly fix: Fix; readonly todo: string } {
  return strongest({
    service: look.service,
    title: look.title,
    failure: last === '' ? look.failure : undefined,
    after: 2,
    first: {
      todo: `Read its log (maculactl logs ${look.service}), repair what it names, then start it.`,
      fix: showLog(look.service),
    },
  })
}

/** The log of a program that was ended from outside does not know why, and the same limit ends it again. */
function starved(look: Ended, seen: ContainerSeen, start: Fix): Rung {
  const isMachine = (seen.memoryLimit ?? 0) === 0
  return {
    id: 'container',
    state: 'stop',
    ...outOfMemory(look, seen),
    // Docker starts it again by itself otherwise.
    ...(isMachine && seen.state === 'exited' ? { fix: start } : {}),
  }
}
