import { MaculaError, troubleOf } from '../../model/errors.ts'
import type { RunResult, StepEvent } from '../../model/run.ts'
import { sayBytes, sayList } from '../../model/say.ts'
import type { ServiceSpec } from '../../model/service.ts'
import type { KeptVolume } from '../ports.ts'
import type { Crew } from './crew.ts'
import { consequencesOf, down } from './down.ts'

export type ResetResult = RunResult & {
  readonly moved: readonly { readonly from: string; readonly to: string }[]
}

/** Whether what a person typed names this service. */
export function isTyped(service: Pick<ServiceSpec, 'id' | 'title'>, typed: string): boolean {
  const word = typed.trim().toLowerCase()
  return word === service.id.toLowerCase() || word === service.title.toLowerCase()
}

/** "20261124-0712" in local time, for the name of what is kept. */
function stamp(at: number): string {
  const date = new Date(at)
  const two = (part: number): string => String(part).padStart(2, '0')
  return `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}-${two(date.getHours())}${two(date.getMinutes())}`
}

/**
 * Stops a service and moves its data aside: each volume is copied under a new name and compared, and only when all
 * copies are whole are the originals removed. Refused while others that need it run.
 */
export async function reset(
  crew: Crew,
  service: ServiceSpec,
  tell: (event: StepEvent) => void,
  signal: AbortSignal,
): Promise<ResetResult> {
  const { ports, truth } = crew
  const { volumes } = ports.docker
  const began = ports.clock.now()
  const elapsed = (): number => ports.clock.now() - began
  await truth.observe.docker()
  await crew.needDocker('no data can be moved')
  await truth.observe.containers()
  refuseNeeded(crew, service)
  await volumes.sweep()
  const container = truth.seen.containers.get(service.id) ?? (await make(crew, service, tell, signal))
  const names = await volumes.of(container.id)
  if (names.length === 0)
    throw new MaculaError({
      kind: 'failed',
      what: `${service.title} keeps no data in a volume; there is nothing to reset.`,
    })
  for (const name of names) await refuseShared(crew, service, name, container.id)
  const stopped = await down(crew, [service.id], { also: false, remove: false }, tell, signal)
  if (!stopped.ok || signal.aborted) return { ...stopped, ok: false, moved: [] }
  const kept: KeptVolume[] = []
  try {
    for (const from of names) {
      tell({ kind: 'phase', ms: elapsed(), says: `Copying ${from}` })
      const to = await freeName(crew, from, began)
      const copy = await volumes.keep(
        { from, to, image: container.imageId, service: service.id },
        (bytes) =>
          tell({ kind: 'waiting', ms: elapsed(), service: service.id, says: `${sayBytes(bytes)} copied` }),
        signal,
      )
      kept.push(copy)
      tell({
        kind: 'note',
        ms: elapsed(),
        says: `${from} is kept as ${to}: ${copy.entries} files and folders, ${sayBytes(copy.bytes)}, compared.`,
      })
    }
  } catch (error) {
    // The originals are as they were; half a set of copies would only take room.
    for (const { to } of kept) await volumes.discard(to)
    const trouble = troubleOf(error)
    throw new MaculaError(
      {
        ...trouble,
        todo: `${trouble.todo ?? ''} Nothing was removed: maculactl up ${service.id} starts it with its data.`.trim(),
      },
      { cause: error },
    )
  }
  tell({ kind: 'phase', ms: elapsed(), says: 'Removing what was copied' })
  try {
    await ports.docker.remove(container.id)
    truth.observe.saw(service.id, undefined)
    tell({ kind: 'removed', ms: elapsed(), service: service.id, what: 'container' })
    for (const { from } of kept) await volumes.remove(from)
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
  return {
    ok: true,
    done: [service.id],
    failed: [],
    skipped: [],
    ms: elapsed(),
    moved: kept.map(({ from, to }) => ({ from, to })),
  }
}

/** What needs it must not lose it under its feet. */
function refuseNeeded({ catalog, truth }: Crew, service: ServiceSpec): void {
  const running = new Set(
    [...truth.seen.containers].filter(([, { state }]) => state === 'running').map(([id]) => id),
  )
  const { failing } = consequencesOf(catalog(), [service.id], running)
  if (failing.length === 0) return
  throw new MaculaError({
    kind: 'usage',
    what: `${service.title} is not reset: ${sayList(failing.map(({ title }) => title))} ${failing.length === 1 ? 'needs' : 'need'} it and ${failing.length === 1 ? 'runs' : 'run'}.`,
    why: 'They would fail and might write to an empty store.',
    todo: `Stop them first: maculactl down ${service.id} --also`,
  })
}

/** Data that others use too is not one service's to move. */
async function refuseShared({ ports }: Crew, service: ServiceSpec, name: string, own: string): Promise<void> {
  const users = await ports.docker.volumes.users(name, own)
  if (users.length === 0) return
  throw new MaculaError({
    kind: 'failed',
    what: `${service.title} is not reset: its volume ${name} is used by ${sayList(users)} too.`,
    why: 'Their data would be moved with it.',
    todo: `Remove ${users.length === 1 ? 'that container' : 'those containers'} first, if nothing needs ${users.length === 1 ? 'it' : 'them'}.`,
  })
}

/** A service that was taken down has no container to read its volumes from: it is made again, not started. */
async function make(crew: Crew, service: ServiceSpec, tell: (event: StepEvent) => void, signal: AbortSignal) {
  const { ports, truth } = crew
  const all = crew.catalog().services.filter(({ runtime }) => runtime.kind === 'container')
  await ports.stack.render(all, { publish: !truth.observe.isNative() })
  await ports.docker.ensureNetwork()
  await ports.stack.create(
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
    why: 'Compose did not make it.',
  })
}

/** "macula_grafana_before-20261124-0712", with a number when that is taken. */
async function freeName({ ports }: Crew, from: string, at: number): Promise<string> {
  const base = `${from}_before-${stamp(at)}`
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? base : `${base}-${count}`
    if (!(await ports.docker.volumes.has(name))) return name
  }
}
