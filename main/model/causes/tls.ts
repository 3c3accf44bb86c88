import type { Frame } from '../frame.ts'
import type { Rung } from '../ladder.ts'
import { sayCount } from '../say.ts'
import type { ServiceView, SharedCause } from '../snapshot.ts'
import { SHARED_FROM } from './shared.ts'

const rungOf = ({ ladder }: ServiceView): Rung | undefined => ladder.find(({ id }) => id === 'tls')

/**
 * What keeps many from having https, told once: the authority, before it hits anything; else one reason that several rows have
 * (another program holds port 443 of all addresses, the ingress has not read its certificate).
 */
export function tlsCause({ world }: Frame, views: readonly ServiceView[]): SharedCause | undefined {
  if (world.tls === undefined) return undefined
  const { trouble } = world.tls.seen
  if (trouble)
    return {
      id: 'tls',
      headline: { what: trouble.what, why: trouble.why ?? '', todo: trouble.todo ?? '' },
      services: views.filter((view) => rungOf(view)?.cause === 'tls').map(({ id }) => id),
    }
  const groups = new Map<string, ServiceView[]>()
  for (const view of views) {
    const rung = rungOf(view)
    if (rung?.state !== 'round' || rung.reason === undefined) continue
    groups.set(rung.reason, [...(groups.get(rung.reason) ?? []), view])
  }
  const [reason, hit] = [...groups].sort(([, one], [, two]) => two.length - one.length)[0] ?? []
  const rung = hit?.[0] && rungOf(hit[0])
  if (reason === undefined || !hit || !rung || hit.length < SHARED_FROM) return undefined
  return {
    id: 'tls',
    headline: {
      what: `${sayCount(hit.length, 'service')} have no https: ${reason}.`,
      why: rung.why ?? '',
      todo: rung.todo ?? '',
      ...(rung.fix === undefined ? {} : { fix: rung.fix }),
    },
    services: hit.map(({ id }) => id),
  }
}
