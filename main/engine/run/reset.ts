import { MaculaError, troubleOf } from '../../model/errors.ts'
import { movedOf, nameOfCopy, type MovedVolume } from '../../model/kept.ts'
import type { RunResult, StepEvent } from '../../model/run.ts'
import { sayBytes, sayCount, sayList } from '../../model/say.ts'
import type { ServiceSpec } from '../../model/service.ts'
import type { KeptVolume } from '../adapters.ts'
import type { RunContext } from './context.ts'
import { needNetwork } from './network.ts'
import { consequencesOf, down } from './down.ts'
import { isPartial } from './partial.ts'
import { whyNotStartable } from './startable.ts'

export type ResetResult = RunResult & { readonly moved: readonly MovedVolume[] }

/** The end of a service's data being moved; `ms`: how long it took. */
export function moved(service: ServiceSpec, kept: ResetResult['moved'], ms: number): ResetResult {
  return { ok: true, done: [service.id], failed: [], skipped: [], ms, moved: movedOf(kept) }
}

/** "20261124-0712" in local time, for the name of what is kept. */
export function stamp(at: number): string {
  const date = new Date(at)
  const two = (part: number): string => String(part).padStart(2, '0')
  return `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}-${two(date.getHours())}${two(date.getMinutes())}`
}

/**
 * Stops a service and moves its data aside: each volume is copied under a new name and compared, and only when all
 * copies are whole are the originals removed. Refused while others that need it run.
 */
export async function reset(
  context: RunContext,
  service: ServiceSpec,
  tell: (event: StepEvent) => void,
  signal: AbortSignal,
  /** Called when all copies are whole, before anything is removed. */
  how: { readonly before?: (kept: ResetResult['moved']) => Promise<void> } = {},
): Promise<ResetResult> {
  const { adapters, truth } = context
  const { volumes } = adapters.docker
  const began = adapters.clock.now()
  const elapsed = (): number => adapters.clock.now() - began
  await needData(context, service)
  refuseNeeded(context, service)
  await volumes.sweep()
  const container = truth.seen.containers.get(service.id) ?? (await make(context, service, tell, signal))
  const names = await volumes.of(container.id)
  if (names.length === 0) throw keepsNone(service)
  for (const name of names) await refuseShared(context, service, name, container.id)
  const [, trouble] = [...(await whyNotStartable(context, [service.id], tell, elapsed, signal))][0] ?? []
  if (trouble)
    throw new MaculaError({
      ...trouble,
      what: `${service.title} was not reset, because it could not be started again.`,
      why: [trouble.what, trouble.why].filter(Boolean).join(' '),
    })
  const stopped = await down(context, [service.id], { remove: false }, tell, signal)
  if (!stopped.ok || signal.aborted) return { ...stopped, ok: false, moved: [] }
  const kept = await keepAside(
    context,
    { service, names, image: container.imageId, began },
    tell,
    signal,
  ).catch((error: unknown) => {
    const trouble = troubleOf(error)
    throw new MaculaError(
      {
        ...trouble,
        todo: `${trouble.todo ?? ''} Nothing was removed: maculactl up ${service.id} starts it with its data.`.trim(),
      },
      { cause: error },
    )
  })
  await how.before?.(movedOf(kept))
  tell({ kind: 'phase', ms: elapsed(), says: 'Removing what was copied' })
  try {
    await adapters.docker.remove(container.id)
    truth.observe.saw(service.id, undefined)
    tell({ kind: 'removed', ms: elapsed(), service: service.id, what: 'container' })
    for (const { from } of kept) await volumes.remove(from)
    // What we removed ourselves is not told as lost at the next start.
    await adapters.record.keep(new Map([[service.id, { volumes: [] }]])).catch(() => undefined)
  } catch (error) {
    throw new MaculaError(
      {
        ...troubleOf(error),
        todo: `Nothing is lost: ${sayList(kept.map(({ from, to }) => `${from} is copied to ${to}`))}.`,
      },
      { cause: error },
    )
  }
  await truth.look()
  return moved(service, kept, elapsed())
}

/**
 * Copies each volume under a new name and compares; the originals stay. Half a set of copies does not: it would only take
 * room. `image`: of the helpers. Throws MaculaError.
 */
export async function keepAside(
  context: RunContext,
  wish: {
    readonly service: ServiceSpec
    readonly names: readonly string[]
    readonly image: string
    /** Names are given by it, and times told from it (epoch ms). */
    readonly began: number
  },
  tell: (event: StepEvent) => void,
  signal: AbortSignal,
): Promise<readonly KeptVolume[]> {
  const { adapters } = context
  const { volumes } = adapters.docker
  const { service, names, image, began } = wish
  const elapsed = (): number => adapters.clock.now() - began
  const kept: KeptVolume[] = []
  // What is a part only is kept as that: nobody is to take it for a way back.
  const partial = await isPartial(context, service)
  const at = await freeTime(adapters, names, began)
  const set = names.map((from) => nameOfCopy(from, at))
  try {
    for (const from of names) {
      tell({ kind: 'phase', ms: elapsed(), says: `Copying ${from}` })
      const copy = await volumes.keep(
        { from, to: nameOfCopy(from, at), image, service: service.id, set, ...(partial ? { partial } : {}) },
        (bytes) =>
          tell({ kind: 'waiting', ms: elapsed(), service: service.id, says: `${sayBytes(bytes)} copied` }),
        signal,
      )
      kept.push(copy)
      tell({
        kind: 'note',
        done: true,
        ms: elapsed(),
        says: `${from} is kept as ${copy.to}${partial ? ', a part of its data only' : ''}: ${sayCount(copy.entries, 'file or folder', 'files and folders')}, ${sayBytes(copy.bytes)}, compared.`,
      })
    }
    // Who interrupts the last of them ends it too: nothing is removed yet.
    if (signal.aborted)
      throw new MaculaError({
        kind: 'refused',
        what: `The data of ${service.title} was not moved: interrupted.`,
      })
    return kept
  } catch (error) {
    for (const { to } of kept) await volumes.discard(to)
    throw error
  }
}

/** Its volumes were not made yet, so there is nothing to move. */
export class NoDataYet extends MaculaError {}

const keepsNone = ({ title }: ServiceSpec): MaculaError =>
  new MaculaError({
    kind: 'failed',
    what: `${title} keeps no data in a volume; there is nothing to reset.`,
  })

/**
 * Refuses a service without data that could be moved aside, before a person is asked for its name and before anything is
 * made for it. Writes nothing. Throws MaculaError.
 */
export async function needData(context: RunContext, service: ServiceSpec): Promise<void> {
  const { adapters, truth } = context
  const { volumes } = adapters.docker
  await truth.observe.docker()
  await context.needDocker('no data can be moved')
  await truth.observe.containers()
  const container = truth.seen.containers.get(service.id)
  if (container) {
    if ((await volumes.of(container.id)).length === 0) throw keepsNone(service)
    return
  }
  const all = context.catalog().services.filter(({ runtime }) => runtime.kind === 'container')
  const expected = await adapters.stack.expect(all, { publish: !truth.observe.isNative() })
  const names = expected.find(({ id }) => id === service.id)?.volumes
  // A file that cannot be used is told by what reads it to start the service.
  if (names === undefined) return
  if (names.length === 0) throw keepsNone(service)
  const there = await Promise.all(names.map(async (name) => await volumes.has(name)))
  if (!there.includes(true))
    throw new NoDataYet({
      kind: 'failed',
      what: `${service.title} has no data yet; there is nothing to reset.`,
      why: `Its ${names.length === 1 ? 'volume' : 'volumes'} ${sayList(names)} ${names.length === 1 ? 'is' : 'are'} not there.`,
    })
}

/** What needs it must not lose it under its feet. */
export function refuseNeeded(
  { catalog, truth }: RunContext,
  service: ServiceSpec,
  refused = `${service.title} is not reset`,
): void {
  const running = new Set(
    [...truth.seen.containers].filter(([, { state }]) => state === 'running').map(([id]) => id),
  )
  const { failing } = consequencesOf(catalog(), [service.id], running)
  if (failing.length === 0) return
  throw new MaculaError({
    kind: 'usage',
    what: `${refused}: ${sayList(failing.map(({ title }) => title))} ${failing.length === 1 ? 'needs' : 'need'} it and ${failing.length === 1 ? 'runs' : 'run'}.`,
    why: 'They would fail and might write to an empty store.',
    todo: `Stop them first: maculactl down ${service.id} --also`,
  })
}

/** Data that others use too is not one service's to move. `own`: the service's container; `refused`: in which words. Throws MaculaError. */
export async function refuseShared(
  { adapters }: RunContext,
  service: ServiceSpec,
  name: string,
  own: string,
  refused = { what: `${service.title} is not reset`, why: 'Their data would be moved with it.' },
): Promise<void> {
  const users = await adapters.docker.volumes.users(name, own)
  if (users.length === 0) return
  throw new MaculaError({
    kind: 'failed',
    what: `${refused.what}: its volume ${name} is used by ${sayList(users)} too.`,
    why: refused.why,
    todo: `Remove ${users.length === 1 ? 'that container' : 'those containers'} first, if nothing needs ${users.length === 1 ? 'it' : 'them'}.`,
  })
}

/** A service that was taken down has no container to read its volumes from: it is made again, not started. */
export async function make(
  context: RunContext,
  service: ServiceSpec,
  tell: (event: StepEvent) => void,
  signal: AbortSignal,
) {
  const { adapters, truth } = context
  await adapters.stack.render(context.catalog().services, { publish: !truth.observe.isNative() })
  await needNetwork(adapters)
  await adapters.stack.create(
    [service.id],
    (_, says) => tell({ kind: 'waiting', ms: 0, service: service.id, says }),
    signal,
  )
  await truth.observe.containers()
  const made = truth.seen.containers.get(service.id)
  if (made) return made
  throw new MaculaError({
    kind: 'failed',
    what: `${service.title} has no container.`,
    why: 'Compose did not create it.',
  })
}

/** A time of which no volume has a copy yet: "20261124-0712", with a number when that is taken. One for all, for they belong together. */
async function freeTime(
  adapters: RunContext['adapters'],
  names: readonly string[],
  began: number,
): Promise<string> {
  const base = stamp(began)
  for (let count = 1; ; count += 1) {
    const at = count === 1 ? base : `${base}-${count}`
    const taken = await Promise.all(
      names.map(async (from) => await adapters.docker.volumes.has(nameOfCopy(from, at))),
    )
    if (!taken.includes(true)) return at
  }
}
