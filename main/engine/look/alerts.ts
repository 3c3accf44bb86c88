import type { Adapters } from '../adapters.ts'
import { directTarget } from './asking.ts'
import type { Seen } from './seen.ts'

export const PROMETHEUS = 'prometheus'
const PORT = 9090

/** Alerts are a by-thing: nothing waits longer for them (ms). */
const DEADLINE_MS = 1500

/**
 * Asks Prometheus what fires, while it works; else nothing is known to fire. A question that was not answered changes nothing: what
 * fired a moment ago most likely does.
 */
export function alertsLook(adapters: Pick<Adapters, 'alerts'>, seen: Seen, isNative: () => boolean) {
  /** Whether its last answer, by whichever way, was one. */
  const answers = (): boolean =>
    [...seen.answers].some(([key, { kind }]) => key.startsWith(`${PROMETHEUS}/`) && kind === 'answer')
  return async function alerts(): Promise<void> {
    if (!adapters.alerts) return
    const where = answers() ? directTarget(seen.containers.get(PROMETHEUS), PORT, isNative()) : undefined
    if (where === undefined) {
      seen.alerts = []
      return
    }
    seen.alerts = await adapters.alerts.firing({ ...where, deadline: DEADLINE_MS }).catch(() => seen.alerts)
  }
}
