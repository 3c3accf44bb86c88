import { MaculaError } from '../../model/errors.ts'
import type { AnswerSeen, ContainerSeen } from '../../model/observation.ts'
import { sayAnswer } from '../../model/rungs/service.ts'
import { sayDuration } from '../../model/say.ts'
import { isStarved, outOfMemory } from '../../model/rungs/memory.ts'
import type { ServiceSpec } from '../../model/service.ts'
import { inert } from '../../model/atoms.ts'
import { askAccess, type Asking } from '../look/asking.ts'
import { pause } from '../wait.ts'
import type { Adapters } from '../adapters.ts'
import { wayWatch } from './way.ts'

/** First pause between two readiness probes, and the longest (ms). A probe on loopback costs about a millisecond. */
const FIRST_PAUSE = 10
const LONGEST_PAUSE = 250

/** Each pause against the one before: an answer is seen at most about this part of the whole wait too late. */
const GROWTH = 1.15

/** How long a service may take from its start to its first answer: PowerDNS-Admin's first migration is the slowest. */
export const READY_DEADLINE_MS = 180_000

/** How often Docker is asked whether the container still runs (ms). */
const LOOK_AGAIN_MS = 500

/** After this long without an answer it is said what is waited for, and then again and again (ms). */
const SAY_AFTER_MS = 10_000
const SAY_AGAIN_MS = 30_000

/** One probe waits at most this long: what is not ready often accepts and says nothing. */
const PROBE_DEADLINE_MS = 2000

/**
 * Waits until every endpoint of a started service answers at the container itself; where it has none, until it runs and its own health
 * check, if it has one, said its first word. Returns the milliseconds it
 * took. Throws MaculaError `failed` when the container ends, or does not answer in time, with the last reason;
 * `refused` when `signal` aborts.
 */
export async function untilReady(input: {
  readonly adapters: Adapters
  readonly service: ServiceSpec
  readonly container: ContainerSeen
  readonly asking: Asking
  readonly signal: AbortSignal
  /** Told what is waited for when it takes long: "nothing listens on its port 80 yet, after 10 s". */
  readonly onSlow: (says: string) => void
  readonly deadlineMs?: number
}): Promise<number> {
  const { adapters, service, asking, signal } = input
  const deadline = input.deadlineMs ?? READY_DEADLINE_MS
  const began = adapters.clock.now()
  const waiting = new Set(service.endpoints)
  const isSilent = waiting.size === 0
  let runs = !isSilent || isReady(input.container)
  let wait = FIRST_PAUSE
  let last = ''
  let port = 0
  let sayAt = began + SAY_AFTER_MS
  let looked = began
  let seenLast: AnswerSeen | undefined
  const checkWay = wayWatch(asking.host, service, asking.native, () => adapters.clock.now())
  if (isOff(input.container, asking.settings.project)) throw off(service, asking.settings.project)
  while (waiting.size > 0 || !runs) {
    if (signal.aborted) throw aborted(service)
    await Promise.all(
      [...waiting].map(async (endpoint) => {
        const seen = await askAccess(asking, service, endpoint, 'direct', PROBE_DEADLINE_MS)
        if (seen?.kind === 'answer') waiting.delete(endpoint)
        else {
          seenLast = seen
          port = endpoint.target
          last = seen ? sayAnswer(seen) : 'it has no address yet'
        }
      }),
    )
    if (waiting.size === 0 && runs) break
    await checkWay(seenLast, asking.containers.get(service.id) ?? input.container)
    const now = adapters.clock.now()
    // The container itself is asked now and then: one that ended will never answer.
    if (now - looked > LOOK_AGAIN_MS) {
      looked = now
      const state = await adapters.docker.inspect(input.container.id)
      if (
        !state ||
        state.state === 'exited' ||
        state.state === 'dead' ||
        state.state === 'restarting' ||
        state.restarts > input.container.restarts
      )
        throw ended(service, await whenEnded(adapters, state))
      if (state.health === 'unhealthy') throw hung(service, state)
      if (state.state === 'paused') throw paused(service)
      if (isOff(state, asking.settings.project)) throw off(service, asking.settings.project)
      runs ||= isReady(state)
      if (waiting.size === 0 && runs) break
    }
    if (now - began > deadline)
      throw new MaculaError({
        kind: 'failed',
        what: `${service.title} ${isSilent ? 'was not ready' : 'did not answer'} within ${sayDuration(deadline)}.`,
        why: isSilent ? 'Its own health check does not pass.' : `The last try: ${last}.`,
        todo: `Its log says more: maculactl logs ${service.id}`,
      })
    if (now >= sayAt) {
      sayAt += SAY_AGAIN_MS
      // A port that is not open yet is what a start looks like, not an error.
      const isShut = seenLast?.kind === 'refused' && seenLast.code === 'ECONNREFUSED'
      const after = sayDuration(now - began)
      input.onSlow(
        isSilent
          ? `its own health check does not pass yet, after ${after}`
          : isShut
            ? `nothing listens on its port ${port} yet, after ${after}`
            : `no answer on its port ${port} after ${after}: ${last}`,
      )
    }
    await pause(wait, signal)
    wait = Math.min(wait * GROWTH, LONGEST_PAUSE)
  }
  return adapters.clock.now() - began
}

/** Whether a container that nobody can ask is as far as it gets. */
const isReady = ({ state, health }: ContainerSeen): boolean => state === 'running' && health !== 'starting'

/** Whether a container was made for our network and is not on it: then nobody reaches it, however long is waited. */
function isOff({ made, state }: ContainerSeen, network: string): boolean {
  return state === 'running' && made?.mode === network && made.networks[network] === undefined
}

function off(service: ServiceSpec, network: string): MaculaError {
  return new MaculaError({
    kind: 'failed',
    what: `${service.title} is not on the docker network ${network}, so nobody reaches it.`,
    why: 'It was taken off the network while it started, not by Macula.',
    todo: `Run maculactl up ${service.id} again: its container is recreated.`,
  })
}

function paused(service: ServiceSpec): MaculaError {
  return new MaculaError({
    kind: 'failed',
    what: `${service.title} was paused while it started, not by Macula.`,
    why: 'A paused program does not answer.',
    todo: `Run maculactl up ${service.id} again: it goes on.`,
  })
}

/** A crash-looping container is running again at times: waits a little for its next end, which tells code and last line. */
async function whenEnded(
  adapters: Adapters,
  state: ContainerSeen | undefined,
): Promise<ContainerSeen | undefined> {
  const until = adapters.clock.now() + 3000
  const never = new AbortController().signal
  let last = state
  while (last?.state === 'running' && adapters.clock.now() < until) {
    await pause(25, never)
    last = await adapters.docker.inspect(last.id)
  }
  return last
}

/** What is told of a container that does not go on: how it ended, or what its own health check says. */
export async function endOf(
  adapters: Adapters,
  service: ServiceSpec,
  state: ContainerSeen | undefined,
): Promise<MaculaError> {
  if (state?.state === 'running' && state.health === 'unhealthy') return hung(service, state)
  return ended(service, await whenEnded(adapters, state))
}

function ended(service: ServiceSpec, state: ContainerSeen | undefined): MaculaError {
  if (state !== undefined && isStarved(state)) {
    const file = service.origin === 'user' ? { file: `${service.folder}/compose.yaml` } : {}
    const { says, why, todo } = outOfMemory({ service: service.id, title: service.title, ...file }, state)
    return new MaculaError({ kind: 'failed', what: `${service.title} ${says}.`, why, todo })
  }
  const line = inert(state?.lastLine ?? '').slice(0, 300)
  return new MaculaError({
    kind: 'failed',
    what: `${service.title} stops right after it starts${state ? `: exit code ${state.exitCode}` : ': its container is gone'}.`,
    why: line === '' ? 'It left no line in its log.' : `Its last line: ${line}`,
    todo: `Read its log (maculactl logs ${service.id}), repair what it names, then run maculactl up ${service.id}.`,
  })
}

/** It runs, but its own health check gave up: waiting longer would not help. */
function hung(service: ServiceSpec, state: ContainerSeen): MaculaError {
  const output = inert((state.healthOutput ?? '').split('\n').at(-1) ?? '').slice(0, 300)
  return new MaculaError({
    kind: 'failed',
    what: `${service.title} runs, but does not answer.`,
    why: output === '' ? 'Its own health check fails.' : `Its own health check says: ${output}`,
    todo: `Restart it: maculactl restart ${service.id}`,
  })
}

export function aborted(service: ServiceSpec): MaculaError {
  return new MaculaError({
    kind: 'refused',
    what: `The wait for ${service.title} was interrupted.`,
    why: 'The start was interrupted.',
    todo: 'maculactl up continues where it stopped.',
  })
}
