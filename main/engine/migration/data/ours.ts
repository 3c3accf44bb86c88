import { MaculaError } from '../../../model/errors.ts'
import type { ServiceSpec } from '../../../model/service.ts'
import type { DataHands, ServiceMade } from '../../adapters.ts'
import type { RunContext } from '../../run/context.ts'
import { consequencesOf, down } from '../../run/down.ts'
import { keepAside, refuseShared } from '../../run/reset.ts'

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

  /**
   * Moves its data aside, as `reset` does; nothing where it has none. `image`: of helpers, one that is here. `note`: keeps
   * where it is, before the originals are removed.
   */
  async function aside(
    image: string,
    tell: (says: string) => void,
    note: (moved: readonly Moved[]) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    await rest(signal)
    const own = await volumes()
    const there = await Promise.all(own.map(async (name) => await adapters.docker.volumes.has(name)))
    const names = own.filter((_, index) => there[index])
    const seen = truth.seen.containers.get(id)
    await adapters.docker.volumes.sweep()
    for (const name of names) await refuseShared(context, spec(), name, seen?.id ?? '')
    const kept = await keepAside(
      context,
      { service: spec(), names, image, began: adapters.clock.now() },
      (event) => {
        if ('says' in event && event.says !== undefined) tell(event.says)
      },
      signal,
    )
    await note(kept.map(({ from, to }) => ({ from, to })))
    await remove()
  }

  /** Removes its container and its volumes. */
  async function remove(): Promise<void> {
    await truth.observe.containers()
    const seen = truth.seen.containers.get(id)
    if (seen) await adapters.docker.remove(seen.id)
    truth.observe.saw(id, undefined)
    for (const name of await volumes()) await adapters.docker.volumes.remove(name)
  }

  /** What compose would make of it; renders the stack, makes nothing. It needs no network: an old one may still have ours. */
  async function made(signal: AbortSignal): Promise<ServiceMade> {
    const all = context.catalog().services.filter(({ runtime }) => runtime.kind === 'container')
    const { refused } = await adapters.stack.render(all, { publish: !truth.observe.isNative() })
    const bad = refused.find(({ service }) => service === id)
    if (bad) throw new MaculaError(bad.trouble)
    return await adapters.stack.resolved(id, signal)
  }

  /** Makes its volumes anew, empty. */
  async function home(hands: DataHands, signal: AbortSignal): Promise<void> {
    const { volumes: all } = await made(signal)
    // What we removed ourselves is not told as lost at the next start, and a container that is made from here on shows.
    await adapters.record.keep(new Map([[id, { volumes: [] }]])).catch(() => undefined)
    for (const { name, key } of all) await hands.make(name, key)
  }

  /** Whether no container of it was made since `home`: `up` writes down each. Not known counts as made. */
  async function isUnmade(): Promise<boolean> {
    const record = (await adapters.record.read()).get(id)
    return record !== undefined && record.made === undefined && record.volumes.length === 0
  }

  /** Removes its container and its volumes, also while helpers hold them. */
  async function empty(hands: DataHands): Promise<void> {
    for (const name of await volumes()) await hands.close(name)
    await remove()
  }

  /** Removes what was filled, and puts back what was moved aside; one copy for each volume. */
  async function putBack(
    hands: DataHands,
    image: string,
    moved: readonly Moved[],
    signal: AbortSignal,
  ): Promise<void> {
    await empty(hands)
    if (moved.length === 0) return
    await home(hands, signal)
    for (const { from, to } of moved) {
      const kept = await hands.open(to, image, 'read')
      const back = await hands.open(from, image, 'write')
      await hands.copy(kept, back, '', () => undefined, signal)
      await hands.close(to)
    }
  }

  /** Removes the copies of what was put back. */
  async function forget(moved: readonly Moved[]): Promise<void> {
    for (const { to } of moved) await adapters.docker.volumes.discard(to)
  }

  return { spec, image, volumes, volume, rest, aside, made, home, isUnmade, empty, putBack, forget }
}

export type Ours = ReturnType<typeof openOurs>
