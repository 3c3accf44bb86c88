import { troubleOf } from '../../model/errors.ts'
import type { ContainerSeen } from '../../model/observation.ts'
import type { StepEvent } from '../../model/run.ts'
import type { ServiceSpec } from '../../model/service.ts'
import type { Adapters } from '../adapters.ts'
import { pause } from '../wait.ts'
import type { RunContext } from './context.ts'

/**
 * Docker was ended between making a container's task and starting it: containerd still has the task, so Docker can never
 * start that container again ("task ID: already exists", moby 26). No program of it ever ran.
 */
const NEVER_AGAIN = /\btask [0-9a-f]{12,64}: already exists/

/**
 * Starts the container of a service; one that Docker itself can never start again is made anew, with its data. Returns the
 * one that was started. Throws what Docker says of every other failure.
 */
export async function startContainer(
  { adapters, truth }: RunContext,
  service: ServiceSpec,
  made: ContainerSeen,
  tell: (event: StepEvent) => void,
  elapsed: () => number,
  signal: AbortSignal,
): Promise<ContainerSeen> {
  try {
    await adapters.docker.start(made.id)
    return made
  } catch (error) {
    // After its own restart Docker starts what ran before, too: whoever was second is told that it failed.
    const running = await untilRunning(adapters, made.id, signal)
    if (running) return running
    const inPlace = await another(adapters, truth, service, made)
    if (inPlace) return inPlace
    if (!NEVER_AGAIN.test(troubleOf(error).why ?? '')) throw error
    tell({
      kind: 'note',
      ms: elapsed(),
      says: `Docker stopped while it was starting ${service.title} and cannot start that container again: it is recreated, and its data is kept.`,
    })
    await adapters.docker.remove(made.id)
    truth.observe.saw(service.id, undefined)
    await adapters.stack.create(
      [service.id],
      (id, says) => tell({ kind: 'waiting', ms: elapsed(), service: id, says }),
      signal,
    )
    await truth.observe.containers()
    const anew = truth.seen.containers.get(service.id)
    if (!anew) throw error
    await adapters.docker.start(anew.id)
    return anew
  }
}

/** The one that was made in the place of what was known, once it is started; undefined: there is none. */
async function another(
  { docker }: Adapters,
  { observe, seen }: RunContext['truth'],
  service: ServiceSpec,
  known: ContainerSeen,
): Promise<ContainerSeen | undefined> {
  if ((await docker.inspect(known.id, 'quick').catch(() => known)) !== undefined) return undefined
  await observe.containers()
  const now = seen.containers.get(service.id)
  if (now === undefined || now.id === known.id) return undefined
  await docker.start(now.id)
  return now
}

/** How long Docker may take for a start of its own (ms). */
const OWN_START_MS = 1000

/** The container once it runs without our doing; undefined when it does not. */
async function untilRunning(
  adapters: Adapters,
  id: string,
  signal: AbortSignal,
): Promise<ContainerSeen | undefined> {
  const until = adapters.clock.now() + OWN_START_MS
  for (let wait = 20; ; wait = Math.min(wait * 2, 200)) {
    const seen = await adapters.docker.inspect(id, 'quick').catch(() => undefined)
    if (seen?.state === 'running') return seen
    if (seen === undefined || adapters.clock.now() >= until || signal.aborted) return undefined
    await pause(wait, signal)
  }
}
