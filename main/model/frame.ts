import type { ServiceSpec } from './service.ts'
import type { World } from './world.ts'

/** What is the same for all services of one look. */
export interface Frame {
  readonly world: World
  readonly suffix: string
  readonly services: readonly ServiceSpec[]
}
