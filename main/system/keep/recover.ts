import { parse } from 'yaml'
import { join } from 'node:path'
import { isSecretName } from '../../model/atoms.ts'
import { secretForms, whyNotSecret } from '../../model/secret.ts'
import type { ServiceSpec } from '../../model/service.ts'
import { readyOf } from '../catalog/ready.ts'
import { readIfThere } from '../files.ts'
import { isPlainValue } from '../stack/variables-file.ts'

/** What a generated password looks like. */
const GENERATED = '[A-Za-z0-9]{8,128}'

/** A variable of a fragment that Compose fills with a password, in one of its forms, with what may follow the name. */
const REFERENCE = new RegExp(
  `\\$\\{(${secretForms.map(({ prefix }) => prefix).join('|')})([A-Z][A-Z0-9_]{0,63})(?::?[-?+][^}]*)?\\}`,
  'g',
)

interface Written {
  readonly services?: Record<string, { environment?: unknown; volumes?: unknown } | null> | null
  readonly volumes?: Record<string, { name?: unknown } | null> | null
}

/** A service's fragment as it is written; empty when it cannot be read. */
async function writtenOf({ folder }: ServiceSpec): Promise<Written> {
  const text = await readIfThere(join(folder, 'compose.yaml')).catch(() => undefined)
  try {
    const value = text === undefined ? undefined : (readyOf(text)?.value ?? parse(text))
    return (value as Written | null | undefined) ?? {}
  } catch {
    return {}
  }
}

/** The volumes of a service's fragment: their keys, or the names that it gives them. */
export async function volumesIn(service: ServiceSpec): Promise<readonly string[]> {
  const { services, volumes } = await writtenOf(service)
  const mounts = services?.[service.id]?.volumes
  return (Array.isArray(mounts) ? (mounts as readonly unknown[]) : []).flatMap((mount) => {
    const key =
      typeof mount === 'string' ? mount.split(':')[0] : (mount as { source?: unknown } | null)?.source
    if (typeof key !== 'string' || volumes?.[key] === undefined) return []
    const name = volumes[key]?.name
    return [typeof name === 'string' ? name : key]
  })
}

/**
 * The variables of a service's fragment whose values hold passwords: variable -> the text as written. Those that a Compose
 * file over it names are left out: what they hold may be a person's own. `overlays`: the folder of all overlays.
 */
export async function templatesOf(
  service: ServiceSpec,
  overlays: string,
): Promise<ReadonlyMap<string, string>> {
  const over = [
    join(service.folder, 'compose.override.yaml'),
    join(overlays, service.id, 'compose.yaml'),
    join(overlays, service.id, 'compose.override.yaml'),
  ]
  const texts = await Promise.all(over.map(async (file) => await readIfThere(file).catch(() => undefined)))
  const { services } = await writtenOf(service)
  const environment = services?.[service.id]?.environment
  const entries = Array.isArray(environment)
    ? environment.map((entry) => String(entry).split(/=(.*)/s).slice(0, 2))
    : Object.entries((environment ?? {}) as Record<string, unknown>)
  return new Map(
    entries.flatMap(([name, written]) =>
      typeof name === 'string' &&
      typeof written === 'string' &&
      written.search(REFERENCE) >= 0 &&
      !texts.some((text) => text?.includes(name) === true)
        ? [[name, written] as const]
        : [],
    ),
  )
}

/** A password out of the form in which it was written; undefined: it is none. */
function readForm(prefix: string | undefined, text: string): string | undefined {
  try {
    const value = secretForms.find((form) => form.prefix === prefix)?.read(text)
    return value === undefined || whyNotSecret(value) !== undefined ? undefined : value
  } catch {
    return undefined
  }
}

/** The passwords that a container was made with, told from its variables by the fragment it was made from. */
export function secretsInside(
  templates: ReadonlyMap<string, string>,
  variables: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const [variable, written] of templates) {
    const references = [...written.matchAll(REFERENCE)]
    // The expression has two groups, which split returns between the texts.
    const literals = written.split(new RegExp(REFERENCE.source)).filter((_, index) => index % 3 === 0)
    // Where two stand side by side, nobody knows where one of any characters ends.
    const value = references.length === 1 ? '.+' : GENERATED
    const shape = literals
      .map((literal) => literal.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join(`(${value})`)
    const match = new RegExp(`^${shape}$`, 's').exec(variables.get(variable) ?? '')
    references.forEach(([, prefix, name = ''], index) => {
      const read = match ? readForm(prefix, match[index + 1] ?? '') : undefined
      if (read !== undefined) found.set(name, read)
    })
  }
  return found
}

/** The passwords in the variables file of a rendered copy of the stack, as `environmentText` writes them. */
export function secretsInCopy(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('\n').flatMap((line) => {
      const match = /^#? ?MACULA_SECRET_([A-Z0-9_]+)=(.*)$/.exec(line)
      const [, name = '', written = ''] = match ?? []
      const value = valueIn(written, line.startsWith('#'))
      return isSecretName(name) && value !== undefined && whyNotSecret(value) === undefined
        ? [[name, value] as const]
        : []
    }),
  )
}

/** What stands behind the equals sign: plain, in single quotes, or as JSON in a comment, which Compose does not read. */
function valueIn(written: string, isComment: boolean): string | undefined {
  if (isComment) return readForm('MACULA_JSON_SECRET_', written)
  if (isPlainValue(written)) return written
  return /^'([^'\\]*)'$/.exec(written)?.[1]
}
