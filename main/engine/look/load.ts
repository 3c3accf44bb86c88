import type { StatsSample } from '../../model/facts.ts'
import { loadBetween, LOAD_KEPT_MS, withLoad, type Usage } from '../../model/load.ts'
import type { ContainerSeen } from '../../model/observation.ts'
import type { Clock, DockerAdapter } from '../adapters.ts'

/** How often every running container is asked while a window is seen (ms). */
const PACE_MS = 60_000

/** Load of the last hour by service, as far as somebody looked. */
export interface LoadHistory {
  /** A window is seen: until the undo every running container is asked now and then. */
  watch(): () => void
  /** A sample that was taken for somebody. */
  took(service: string, sample: StatsSample): void
  of(service: string): readonly StatsSample[]
  close(): void
}

/** Keeps in memory what is read; nothing is asked while nobody looks. */
export function createLoadHistory(input: {
  readonly docker: Pick<DockerAdapter, 'usage'>
  readonly clock: Clock
  /** The containers that run. */
  readonly running: () => readonly ContainerSeen[]
}): LoadHistory {
  const { docker, clock } = input
  const samples = new Map<string, readonly StatsSample[]>()
  const last = new Map<string, { readonly id: string; readonly usage: Usage }>()
  let watchers = 0
  let timer: NodeJS.Timeout | undefined
  let asking: Promise<void> | undefined

  const took = (service: string, sample: StatsSample): void => {
    samples.set(service, withLoad(samples.get(service) ?? [], sample))
  }

  /** One after the other: Docker is not to be asked for all at once by what nobody waits for. */
  async function ask(): Promise<void> {
    const running = input.running()
    for (const container of running) {
      if (watchers === 0) return
      const usage = await docker.usage?.(container).catch(() => undefined)
      if (!usage) continue
      const before = last.get(container.service)
      last.set(container.service, { id: container.id, usage })
      const sample = before?.id === container.id ? loadBetween(before.usage, usage) : undefined
      if (sample) took(container.service, sample)
    }
    const oldest = clock.now() - LOAD_KEPT_MS
    for (const [service, kept] of samples)
      if ((kept.at(-1)?.at ?? 0) < oldest) {
        samples.delete(service)
        last.delete(service)
      }
  }

  const soon = (): void => {
    asking ??= ask()
      .catch(() => undefined)
      .finally(() => {
        asking = undefined
      })
  }

  const stop = (): void => {
    clearInterval(timer)
    timer = undefined
  }

  return {
    watch() {
      watchers += 1
      if (docker.usage && timer === undefined) {
        timer = setInterval(soon, PACE_MS).unref()
        soon()
      }
      let isOver = false
      return () => {
        if (isOver) return
        isOver = true
        watchers -= 1
        if (watchers === 0) stop()
      }
    },
    took,
    of: (service) => (samples.get(service) ?? []).filter(({ at }) => at > clock.now() - LOAD_KEPT_MS),
    close() {
      watchers = 0
      stop()
    },
  }
}
