import { parse } from 'yaml'
import { join } from 'node:path'
import { isSecretName } from '../../model/atoms.ts'
import type { ServiceSpec } from '../../model/service.ts'
import { readIfThere } from '../files.ts'

/** What a generated password looks like; anything else is not one of ours. */
const VALUE = '[A-Za-z0-9]{8,128}'

/** A variable of a fragment that Compose fills with a password: ${MACULA_SECRET_NAME}, with what may follow the name. */
const REFERENCE = /\$\{MACULA_SECRET_([A-Z][A-Z0-9_]{0,63})(?::?[-?+][^}]*)?\}/g

/** The variables of a service's fragment whose values hold passwords: variable -> the text as written. */
export async function templatesOf({ id, folder }: ServiceSpec): Promise<ReadonlyMap<string, string>> {
  const text = await readIfThere(join(folder, 'compose.yaml')).catch(() => undefined)
  const value = ((): unknown => {
    try {
      return parse(text ?? '')
    } catch {
      return undefined
    }
  })()
  const { services } = (value ?? {}) as { services?: Record<string, { environment?: unknown } | null> }
  const environment = services?.[id]?.environment
  const entries = Array.isArray(environment)
    ? environment.map((entry) => String(entry).split(/=(.*)/s).slice(0, 2))
    : Object.entries((environment ?? {}) as Record<string, unknown>)
  return new Map(
    entries.flatMap(([name, written]) =>
      typeof name === 'string' && typeof written === 'string' && written.search(REFERENCE) >= 0
        ? [[name, written] as const]
        : [],
    ),
  )
}

/** The passwords that a container was made with, told from its variables by the fragment it was made from. */
export function secretsInside(
  templates: ReadonlyMap<string, string>,
  variables: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const [variable, written] of templates) {
    const names = [...written.matchAll(REFERENCE)].map((match) => match[1] ?? '')
    const literals = written.split(new RegExp(REFERENCE.source)).filter((_, index) => index % 2 === 0)
    const shape = literals
      .map((literal) => literal.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join(`(${VALUE})`)
    const match = new RegExp(`^${shape}$`).exec(variables.get(variable) ?? '')
    names.forEach((name, index) => {
      const value = match?.[index + 1]
      if (value !== undefined) found.set(name, value)
    })
  }
  return found
}

/** The passwords in the variables file of a rendered copy of the stack. */
export function secretsInCopy(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('\n').flatMap((line) => {
      const match = new RegExp(`^MACULA_SECRET_([A-Z0-9_]+)=(${VALUE})$`).exec(line)
      return match?.[1] !== undefined && match[2] !== undefined && isSecretName(match[1])
        ? [[match[1], match[2]] as const]
        : []
    }),
  )
}
