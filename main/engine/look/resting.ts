import type { AnswerSeen } from '../../model/observation.ts'
import type { ServiceSpec } from '../../model/service.ts'
import type { Clock } from '../adapters.ts'
import type { Seen } from './seen.ts'

/** How long an application in a pod that answered is left alone, while nothing is known to have changed (ms). */
export const APP_REST_MS = 120_000

/**
 * Applications write a line about each question, often without who asked (a Phoenix application never tells the user agent):
 * what answered is asked seldom. Its pods' readiness and its Ingress are watched, so that what changes there is asked at once.
 */
export function restingApps(clock: Clock, seen: Pick<Seen, 'answers'>) {
  const answered = new Map<string, number>()
  return {
    /** It was asked just now, with these answers. */
    asked({ id }: ServiceSpec, found: ReadonlyMap<string, AnswerSeen>): void {
      const isWell = found.size > 0 && [...found.values()].every(({ kind }) => kind === 'answer')
      if (isWell) answered.set(id, clock.now())
      else answered.delete(id)
    },
    /** It need not be asked now. A clock that was set back ends the rest. */
    isResting({ id, runtime }: ServiceSpec): boolean {
      if (runtime.kind !== 'cluster' || runtime.app === undefined) return false
      const passed = clock.now() - (answered.get(id) ?? -Infinity)
      return (
        passed >= 0 &&
        passed < APP_REST_MS &&
        [...seen.answers.keys()].some((key) => key.startsWith(`${id}/`))
      )
    },
  }
}
