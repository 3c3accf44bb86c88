import type { KeptVariable } from './fill.ts'
import { quoteDotenv } from '../../model/quote.ts'
import { variablesOfSecret } from '../../model/secret.ts'

type Variables = ReadonlyMap<string, KeptVariable & { readonly services: readonly string[] }>

const SECRET = 'MACULA_SECRET_'

/** `.env` as Compose reads it, with the values. */
export function envText(variables: Variables, secrets: ReadonlyMap<string, string>): string {
  const ours = [...variables.keys()].filter((name) => name.startsWith(SECRET))
  const lines = ours.flatMap((name) => {
    const value = secrets.get(name.slice(SECRET.length)) ?? ''
    // The other forms are the same for a word of letters and digits, and taken from this one then.
    const all = /^[A-Za-z][A-Za-z0-9]{7,}$/.test(value)
      ? [[name, value] as const]
      : variablesOfSecret(name.slice(SECRET.length), value)
    return all.map(([variable, text]) => `${variable}=${quoteDotenv(text)}\n`)
  })
  // Of a person's own .env only plain values are read, which every reader takes as they are.
  const own = [...variables].flatMap(([name, { value }]) =>
    value === undefined ? [] : [`${name}=${value}\n`],
  )
  return lines.sort().join('') + own.sort().join('')
}

/** `.env.example`: what is to be in `.env`, without values. */
export function exampleText(variables: Variables): string {
  const lines = [...variables]
    .sort(([one], [two]) => (one < two ? -1 : 1))
    .map(
      ([name, { services, value }]) =>
        `# ${[...new Set(services)].join(', ')}${value === undefined ? '' : ': from the .env beside its compose.yaml'}\n${name}=\n`,
    )
  return `# What docker-compose.yml wants to find in .env. ./make-env.sh makes that, with new passwords.\n${lines.join('')}`
}

/** The head of make-env.sh, which is followed by what is the same for every catalog. */
export function makeEnvHead(variables: Variables, volumes: readonly string[]): string {
  const all = [...variables.keys()].sort()
  const list = (names: readonly string[]): string => `'${names.map((name) => ` ${name}`).join('')}'`
  return [
    '#!/bin/sh',
    '# Makes .env with a new password for each name. Usage: ./make-env.sh [--new]',
    'set -eu',
    'cd "$(dirname "$0")"',
    '',
    `names=${list(all.filter((name) => name.startsWith(SECRET)))}`,
    `yours=${list(all.filter((name) => !name.startsWith(SECRET)))}`,
    '# Where data is, made with passwords.',
    `volumes=${list(volumes)}`,
    '',
  ].join('\n')
}
