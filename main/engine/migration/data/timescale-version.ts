import { MaculaError } from '../../../model/errors.ts'

/** "2.19.3" and "2.20.0-dev" as numbers, the later one greater. */
function order(one: string, two: string): number {
  const [a, b] = [one, two].map((text) => text.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0))
  for (let at = 0; at < 4; at += 1) {
    const difference = (a?.[at] ?? 0) - (b?.[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/**
 * The version of the extension that both sides can have, so that a dump of one fits into the other (TimescaleDB's manual,
 * "Migrate with pg_dump and pg_restore"): theirs where ours has it too; else the newest that their own image can be brought
 * to and ours has. Throws MaculaError where there is none.
 */
export function commonVersion(
  database: string,
  installed: string,
  /** Versions that their own image can bring it to. */
  reached: readonly string[],
  ours: readonly string[],
): string {
  if (ours.includes(installed)) return installed
  const both = reached.filter((one) => ours.includes(one) && order(one, installed) > 0).sort(order)
  const newest = both.at(-1)
  if (newest !== undefined) return newest
  const sorted = [...ours].sort(order)
  const [first = 'none', last = 'none'] = [sorted[0], sorted.at(-1)]
  const isNewer = order(installed, last) > 0
  throw new MaculaError({
    kind: 'failed',
    what: `The database ${database} has version ${installed} of TimescaleDB’s extension, and Macula’s image has ${first === last ? first : `${first} to ${last}`}.`,
    why: isNewer
      ? 'Data is taken to the same or a newer version only.'
      : 'Both sides need one version, and the old image cannot be brought to one that Macula’s has.',
    todo: isNewer
      ? `Leave it out; or give Macula’s TimescaleDB an image with ${installed} in its compose.override.yaml.`
      : 'Pull a newer image of the old one (docker pull timescale/timescaledb:latest-pg16), recreate its container, then run this again; or leave it out.',
  })
}

const role = /^(?:CREATE|ALTER) ROLE ("(?:[^"]|"")+"|[^\s;]+)/

/**
 * What of `pg_dumpall --roles-only` is run on ours: roles that are there are not made again, and the one that is ours keeps
 * its password and rights. One statement a line; what psql alone understands (from the minor versions of August 2025 on) goes.
 */
export function rolesForOurs(dumped: string, there: ReadonlySet<string>, own: string): string {
  return dumped
    .split('\n')
    .filter((line) => {
      if (line.startsWith('\\')) return false
      const quoted = role.exec(line)?.[1]
      if (quoted === undefined) return true
      const name = quoted.startsWith('"') ? quoted.slice(1, -1).replaceAll('""', '"') : quoted
      if (name === own) return false
      return !line.startsWith('CREATE') || !there.has(name)
    })
    .join('\n')
}
