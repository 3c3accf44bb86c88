import type { Frame } from '../frame.ts'
import { sayOther } from '../owner.ts'
import type { SharedCause } from '../snapshot.ts'

/** What runs here is another person's. */
export function ownerCause({ world: { docker } }: Frame): SharedCause | undefined {
  if (docker.kind !== 'up' || !docker.other) return undefined
  return { id: 'owner', headline: sayOther(docker.other), services: [] }
}
