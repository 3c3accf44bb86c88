import type { Frame } from '../frame.ts'
import type { ServiceView, SharedCause } from '../snapshot.ts'

/** What is wrong with the authority, for all that have https: told once, and before it hits anything. */
export function tlsCause({ world }: Frame, views: readonly ServiceView[]): SharedCause | undefined {
  const trouble = world.tls?.seen.trouble
  if (trouble === undefined) return undefined
  const hit = views.filter(({ ladder }) => ladder.some(({ id, cause }) => id === 'tls' && cause === 'tls'))
  return {
    id: 'tls',
    headline: { what: trouble.what, why: trouble.why ?? '', todo: trouble.todo ?? '' },
    services: hit.map(({ id }) => id),
  }
}
