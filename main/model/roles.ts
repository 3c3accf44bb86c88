import type { ServiceSpec } from './service.ts'

/**
 * The roles of a service's PostgreSQL that its migrations make, by the names of their passwords: told to it at each start, so that
 * no container carries them and data follows whatever they are.
 */
export function rolesSetAtStart({
  databases,
  secretUses = {},
}: Pick<ServiceSpec, 'databases' | 'secretUses'>): ReadonlyMap<string, string> {
  if (databases?.migrations === undefined) return new Map()
  return new Map(
    Object.entries(secretUses).flatMap(([name, { kept, user }]) =>
      kept === 'postgres' && user !== undefined && user !== databases.user ? [[name, user] as const] : [],
    ),
  )
}
