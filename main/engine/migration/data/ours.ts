import { MaculaError } from '../../../model/errors.ts'
import type { ContainerSeen } from '../../../model/observation.ts'
import type { ServiceSpec } from '../../../model/service.ts'
import type { DataHands } from '../../adapters.ts'
import type { RunContext } from '../../run/context.ts'
import { consequencesOf, down } from '../../run/down.ts'
import { make, reset } from '../../run/reset.ts'

export interface Moved {
  readonly from: string
  readonly to: string
}

/** A store of ours: what it is called, what it is made of, and how it is emptied and put back. */
export function openOurs(context: RunContext, id: string) {
  const { adapters, truth } = context
  const silent = (): void => undefined

  function spec(): ServiceSpec {
    const found = context.catalog().services.find((service) => service.id === id)
    if (found?.runtime.kind === 'container') return found
    throw new MaculaError({
      kind: 'failed',
      what: `There is no service ${id} of ours that could take the data.`,
      why: 'Its compose.yaml is gone, or cannot be read.',
      todo: 'maculactl doctor says what is wrong with it.',
    })
  }

  const image = (): string => {
    const { runtime } = spec()
    return runtime.kind === 'container' ? runtime.image : ''
  }

  /** Names of its volumes, whether they are there or not. */
  async function volumes(): Promise<readonly string[]> {
    const all = context.catalog().services.filter(({ runtime }) => runtime.kind === 'container')
    const expected = await adapters.stack.expect(all, { publish: !truth.observe.isNative() })
    return expected.find((one) => one.id === id)?.volumes ?? []
  }

  /** Its one volume. */
  async function volume(): Promise<string> {
    const [name] = await volumes()
    if (name !== undefined) return name
    throw new MaculaError({ kind: 'failed', what: `${spec().title} keeps no data in a volume.` })
  }

  /** Stops it and what needs it; what was wanted stays wanted. */
  async function rest(signal: AbortSignal): Promise<void> {
    await truth.observe.docker()
    await context.needDocker('no data can be taken over')
    await truth.observe.containers()
    const running = new Set(
      [...truth.seen.containers].flatMap(([service, { state }]) => (state === 'running' ? [service] : [])),
    )
    const { failing } = consequencesOf(context.catalog(), [id], running)
    const ids = [...failing.map(({ service }) => service), ...(running.has(id) ? [id] : [])]
    if (ids.length === 0) return
    const ended = await down(context, ids, { remove: false, keepWanted: true }, silent, signal)
    const [failure] = ended.failed
    if (failure) throw new MaculaError(failure.trouble)
  }

  /** Moves its data aside, as `reset` does; nothing where it has none. */
  async function aside(tell: (says: string) => void, signal: AbortSignal): Promise<readonly Moved[]> {
    await rest(signal)
    const there = await Promise.all(
      (await volumes()).map(async (name) => await adapters.docker.volumes.has(name)),
    )
    if (!there.includes(true)) return []
    await truth.observe.wanted()
    const wanted = truth.seen.wanted.has(id)
    const done = await reset(
      context,
      spec(),
      (event) => {
        if ('says' in event && event.says !== undefined) tell(event.says)
      },
      signal,
    )
    // It was stopped for the taking, not because a person wants it stopped.
    if (wanted) await adapters.intent.want([id])
    signal.throwIfAborted()
    const [failure] = done.failed
    if (failure) throw new MaculaError(failure.trouble)
    return done.moved
  }

  /** Its container, made with its volumes and never started. */
  async function container(signal: AbortSignal): Promise<ContainerSeen> {
    await truth.observe.containers()
    return truth.seen.containers.get(id) ?? (await make(context, spec(), silent, signal))
  }

  /** Removes what was filled, and puts back what was moved aside last. */
  async function putBack(hands: DataHands, moved: readonly Moved[], signal: AbortSignal): Promise<void> {
    await truth.observe.containers()
    const seen = truth.seen.containers.get(id)
    if (seen) await adapters.docker.remove(seen.id)
    truth.observe.saw(id, undefined)
    for (const name of await volumes()) {
      await hands.close(name)
      await adapters.docker.volumes.remove(name)
    }
    const last = new Map(moved.map((one) => [one.from, one.to]))
    if (last.size === 0) return
    await container(signal)
    for (const [from, to] of last) {
      const kept = await hands.open(to, image(), 'read')
      const home = await hands.open(from, image(), 'write')
      await hands.copy(kept, home, '', () => undefined, signal)
      await hands.close(to)
    }
  }

  /** Removes the copies of what was put back. */
  async function forget(moved: readonly Moved[]): Promise<void> {
    for (const { to } of new Map(moved.map((one) => [one.from, one])).values())
      await adapters.docker.volumes.discard(to)
  }

  return { id, spec, image, volumes, volume, rest, aside, container, putBack, forget }
}

export type Ours = ReturnType<typeof openOurs>
