import type { OldPart } from '../../model/migration.ts'
import type { MigrationAdapter } from './family.ts'

/**
 * Lines of the hosts file alone are no old world: anybody may have written one, and set-up tells and takes out those that
 * lead a name of ours elsewhere.
 */
function withoutStray(parts: readonly OldPart[]): readonly OldPart[] {
  return parts.every(({ id }) => id === 'hosts') ? [] : parts
}

/** What of the old world is there, member by member. Throws where one cannot be looked at. */
export async function foundParts(migration: MigrationAdapter): Promise<readonly OldPart[]> {
  return withoutStray((await Promise.all(migration.parts.map(async (part) => await part.detect()))).flat())
}

/** The same, as far as it can be told now: Docker may be down, and what it would tell with it. Never throws. */
export async function foundNow(migration: MigrationAdapter): Promise<readonly OldPart[]> {
  const all = await Promise.all(
    migration.parts.map(async (part) => await part.detect().catch((): readonly OldPart[] => [])),
  )
  return withoutStray(all.flat())
}
