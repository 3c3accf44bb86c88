import type { AnswerSeen } from '../../model/observation.ts'
import type { ServiceSpec } from '../../model/service.ts'
import { bridgeOf, isLost } from '../../model/way.ts'
import { answerKey, type AskedAccess } from '../../model/world.ts'
import type { Adapters } from '../adapters.ts'
import type { Seen } from './seen.ts'

/** A way that was just looked at is as it was: what does not answer is asked every two seconds (ms). */
const WAY_AGE_MS = 10_000

/**
 * What did not answer says only that. Where the reason lies below it, it is looked for there, and only then: the way to
 * containers that are lost, and forwarders that took nothing though their service answers past them (`listeners` reads
 * them again).
 */
export async function explain(
  adapters: Pick<Adapters, 'host' | 'clock'>,
  seen: Seen,
  services: readonly ServiceSpec[],
  native: boolean,
  listeners: () => Promise<void>,
): Promise<void> {
  const answersOf = (service: ServiceSpec, access: AskedAccess): readonly AnswerSeen[] =>
    service.endpoints.flatMap(({ id }) => seen.answers.get(answerKey(service.id, id, access)) ?? [])
  const lost = services.filter((service) => answersOf(service, 'direct').some(isLost))
  const address = lost.flatMap(({ id }) => seen.containers.get(id)?.address ?? []).find((one) => one !== '')
  if (address !== undefined && native) {
    const now = adapters.clock.now()
    if (seen.way === undefined || Math.abs(now - seen.wayAt) > WAY_AGE_MS) {
      seen.wayAt = now
      seen.way = await adapters.host.wayTo(address, bridgeOf(address)).catch(() => undefined)
    }
  } else if (![...seen.answers].some(([key, answer]) => key.endsWith('/direct') && isLost(answer)))
    seen.way = undefined
  const isPast = (service: ServiceSpec): boolean => {
    const all = (['front', 'native', 'direct'] as const).flatMap((access) => answersOf(service, access))
    return all.some(({ kind }) => kind === 'timeout') && all.some(({ kind }) => kind === 'answer')
  }
  if (services.some(isPast)) await listeners()
}
