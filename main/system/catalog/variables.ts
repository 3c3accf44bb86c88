import leven from 'leven'
import { isSecretName } from '../../model/atoms.ts'
import { secretForms } from '../../model/secret.ts'
import type { Settings } from '../../model/service.ts'
import { interpolate, type Lookup } from './interpolate.ts'

/** What a variable of the person's environment may be: the same in a terminal, from a menu and in the browser. */
const STEADY = ['HOME', 'USER', 'LOGNAME'] as const

/** Whether a variable is a secret in one of the forms in which fragments take them. */
const isSecret = (name: string): boolean =>
  secretForms.some(({ prefix }) => name.startsWith(prefix) && isSecretName(name.slice(prefix.length)))

/** The variables that fragments may use, without secrets. */
export function variablesOf(settings: Settings): Readonly<Record<string, string>> {
  return {
    MACULA_NETWORK: settings.project,
    MACULA_SUBNET_PREFIX: settings.subnet.slice(0, settings.subnet.lastIndexOf('.')),
    MACULA_SUFFIX: settings.suffix,
  }
}

/** Where the values of a fragment's variables come from. */
export interface Variables {
  readonly lookup: Lookup
  /** Variables of the `.env` beside it that we would read otherwise than Compose does. */
  readonly odd: ReadonlySet<string>
}

/** The lines of a `.env` that hold a plain value; quotes, dollars and backslashes are Compose's own matter. */
export function dotenv(text: string): {
  readonly values: ReadonlyMap<string, string>
  readonly odd: ReadonlySet<string>
} {
  const values = new Map<string, string>()
  const odd = new Set<string>()
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*(?:export\s+)?([A-Za-z_][\w.]*)\s*[=:]?(.*)$/.exec(line)
    if (!match) continue
    const [, name = '', rest = ''] = match
    const plain = new RegExp(`^${name}=([\\w.:/@%+,-]*)$`).exec(line)?.[1]
    if (plain === undefined && rest !== '') odd.add(name)
    else if (plain !== undefined) values.set(name, plain)
  }
  return { values, odd }
}

/**
 * What Compose fills into a fragment: what we give, then the person's HOME and name, then the `.env` beside the file. Other
 * variables of a shell do not count, so that a service is the same from wherever it is started. Secrets are made later:
 * their place holds any text.
 */
export function variablesFor(
  settings: Settings,
  env: Readonly<Record<string, string | undefined>>,
  beside = '',
): Variables {
  const ours = new Map(Object.entries({ ...variablesOf(settings), COMPOSE_PROJECT_NAME: settings.project }))
  for (const name of STEADY) if (env[name] !== undefined) ours.set(name, env[name])
  const { values, odd } = dotenv(beside)
  return {
    lookup: (name) => (isSecret(name) ? 'secret' : (ours.get(name) ?? values.get(name))),
    odd: new Set([...odd].filter((name) => !ours.has(name))),
  }
}

const OURS = ['MACULA_NETWORK', 'MACULA_SUBNET_PREFIX', 'MACULA_SUFFIX', 'COMPOSE_PROJECT_NAME', ...STEADY]

/** What to write where a variable has no value. */
function sayUnset(name: string): string {
  const near = OURS.find((one) => leven(one, name) <= 2)
  return near === undefined
    ? `${name} has no value: variables of a shell are not read. Write \${${name}:-value}, or ${name}=value into a file .env beside it`
    : `${name} has no value. Did you mean ${near}?`
}

/** A text of a file with its variables filled in, or why it cannot be. */
export function fillIn(
  text: string,
  { lookup, odd }: Variables,
): { readonly text: string } | { readonly reason: string } {
  const asked = new Set<string>()
  const filled = interpolate(text, (name) => {
    asked.add(name)
    return lookup(name)
  })
  const strange = [...asked].find((name) => odd.has(name))
  if (strange !== undefined)
    return {
      reason: `${strange} cannot be read from the file .env beside it. Write ${strange}=value there, in letters, digits and . : / @ % + , - _`,
    }
  if (filled.kind === 'refused') return filled
  const [unset] = filled.unset
  return unset === undefined ? { text: filled.text } : { reason: sayUnset(unset) }
}
