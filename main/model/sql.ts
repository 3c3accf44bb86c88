import type { ServiceSpec } from './service.ts'

/** Who psql is in a PostgreSQL of ours, and where it begins; undefined: the service is none. */
export function sqlUser({
  databases,
  credentials,
  endpoints,
  secretUses,
}: Pick<ServiceSpec, 'databases' | 'credentials' | 'endpoints' | 'secretUses'>):
  { readonly user: string; readonly database: string } | undefined {
  if (databases) return { user: databases.user, database: databases.names[0] ?? databases.user }
  const kept = Object.values(secretUses ?? {}).find((use) => use.kept === 'postgres')
  const user =
    kept?.user ?? (endpoints.some(({ scheme }) => scheme === 'postgres') ? credentials?.user : undefined)
  // One that begins as an option does would be read as one.
  return user === undefined || !/^[A-Za-z_][A-Za-z0-9_.-]{0,62}$/.test(user)
    ? undefined
    : { user, database: user }
}
