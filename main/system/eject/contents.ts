import { isLabel, isZone } from '../../model/atoms.ts'
import { MaculaError } from '../../model/errors.ts'
import { POWERDNS, POWERDNS_KEY, type ServiceSpec, type Settings } from '../../model/service.ts'
import { newZone } from '../dns/powerdns.ts'

/** A name in PostgreSQL that needs no quotes, and none of a shell. */
function identifier(text: string): string {
  if (/^[a-z_][a-z0-9_]{0,62}$/.test(text)) return text
  throw new MaculaError({ kind: 'invalid', what: `${JSON.stringify(text)} is not the name of a database.` })
}

/** The head of setup-databases.sh: what a start of ours sees to in each database server. Undefined: there is none. */
export function databasesHead(services: readonly ServiceSpec[]): string | undefined {
  const lines = services.flatMap(({ id, databases }) =>
    databases === undefined || !isLabel(id)
      ? []
      : databases.names.map(
          (name) =>
            `  "$1" ${[id, identifier(databases.user), identifier(name), ...databases.extensions.map(identifier)].join(' ')}`,
        ),
  )
  if (lines.length === 0) return undefined
  return [
    '#!/bin/sh',
    '# Makes databases that are not there yet, with their extensions. Usage: ./setup-databases.sh, as often as you like.',
    '# shellcheck disable=SC2317',
    'set -eu',
    'cd "$(dirname "$0")"',
    '',
    '# COMMAND for each: service, user, database, extensions.',
    'each() {',
    ...lines,
    '}',
    '',
  ].join('\n')
}

/** The zones that PowerDNS is to have, as its API takes them: by path. Empty: there is no PowerDNS. */
export function zoneFiles(
  services: readonly ServiceSpec[],
  { suffix, zones }: Pick<Settings, 'suffix' | 'zones'>,
): ReadonlyMap<string, string> {
  if (!services.some(({ id }) => id === POWERDNS)) return new Map()
  return new Map(
    [suffix, ...zones]
      .filter(isZone)
      .map((zone) => [
        `infrastructure/config/zones/${zone}.json`,
        `${JSON.stringify(newZone(zone), null, 2)}\n`,
      ]),
  )
}

/** The head of setup-zones.sh: where PowerDNS answers, and which variable of .env opens it. */
export function zonesHead(address: string): string {
  return [
    '#!/bin/sh',
    '# Makes the zones of config/zones in PowerDNS where they are not there yet. Usage: ./setup-zones.sh, as often as you like.',
    'set -eu',
    'cd "$(dirname "$0")"',
    '',
    `api=http://${address}:8081/api/v1/servers/localhost/zones`,
    `variable=MACULA_SECRET_${POWERDNS_KEY}`,
    '',
  ].join('\n')
}
