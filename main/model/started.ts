import { isGood } from './may.ts'
import type { ServiceView } from './snapshot.ts'

/** How far the first start is. */
export interface Started {
  /** What it is about: chosen services, without clusters that were never made (they have a step of their own). */
  readonly services: readonly ServiceView[]
  /** Of those, what is set up and counts. */
  readonly all: readonly ServiceView[]
  readonly answering: number
  readonly failed: number
  /** Something of it is on its way. */
  readonly starting: boolean
}

/** Counts the first start from what services are now. `chosen`: ids; null: all. */
export function startedOf(every: readonly ServiceView[], chosen: readonly string[] | null): Started {
  const services = every.filter(
    ({ id, cluster, state }) =>
      (chosen === null || chosen.includes(id)) && (cluster === undefined || state !== 'not set up'),
  )
  const all = services.filter(({ state }) => state !== 'not set up')
  const are = (state: ServiceView['state']): number => all.filter((view) => view.state === state).length
  return {
    services,
    all,
    answering: all.filter(isGood).length,
    failed: are('failed'),
    starting: are('starting') > 0,
  }
}
