import { relative } from 'node:path'
import { isLabel, isSecretName, isZone } from '../../model/atoms.ts'
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
  const all = services.flatMap(({ id, databases, folder, secretUses = {} }) =>
    databases === undefined || !isLabel(id) ? [] : [{ id, databases, folder, secretUses }],
  )
  const made = all.flatMap(({ id, databases: { user, names, extensions } }) =>
    names.map((name) => [id, identifier(user), identifier(name), ...extensions.map(identifier)]),
  )
  if (made.length === 0) return undefined
  const migrated = all.flatMap(({ id, databases: { user, names, migrations }, folder }) =>
    migrations === undefined || names[0] === undefined
      ? []
      : [[id, identifier(user), identifier(names[0]), `config/${id}/${label(relative(folder, migrations))}`]],
  )
  const roles = all.flatMap(({ id, databases: { user: admin, migrations }, secretUses }) =>
    Object.entries(secretUses).flatMap(([name, { kept, user }]) =>
      migrations === undefined || kept !== 'postgres' || user === undefined || user === admin
        ? []
        : [[id, identifier(admin), identifier(user), `MACULA_SECRET_${secret(name)}`]],
    ),
  )
  return [
    '#!/bin/sh',
    '# Makes databases that are not there yet, with their extensions, applies the migrations that they have not had, and gives roles',
    '# their passwords of .env. Usage: ./setup-databases.sh, as often as you like.',
    '# shellcheck disable=SC2317',
    'set -eu',
    'cd "$(dirname "$0")"',
    '',
    '# COMMAND for each: service, user, database, extensions.',
    ...each('each', made),
    '# COMMAND for each: service, user, database, folder.',
    ...each('each_migrated', migrated),
    '# COMMAND for each: service, user, role, variable of its password.',
    ...each('each_role', roles),
    '',
  ].join('\n')
}

/** A function of a script that calls its argument with each row; every word is an atom. */
const each = (name: string, rows: readonly (readonly string[])[]): readonly string[] => [
  `${name}() {`,
  ...(rows.length === 0 ? ['  :'] : rows.map((words) => `  "$1" ${words.join(' ')}`)),
  '}',
]

function label(text: string): string {
  if (isLabel(text)) return text
  throw new MaculaError({
    kind: 'invalid',
    what: `${JSON.stringify(text)} is not the name of a folder of migrations.`,
  })
}

function secret(name: string): string {
  if (isSecretName(name)) return name
  throw new MaculaError({ kind: 'invalid', what: `${JSON.stringify(name)} is not the name of a secret.` })
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
