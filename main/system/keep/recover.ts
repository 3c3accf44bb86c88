import { parse } from 'yaml'
import { join } from 'node:path'
import { isSecretName } from '../../model/atoms.ts'
import type { ServiceSpec } from '../../model/service.ts'
import { readIfThere } from '../files.ts'

/** What a generated password looks like; anything else is not one of ours. */
const VALUE = '[A-Za-z0-9]{8,128}'

/** A variable of a fragment that Compose fills with a password: ${MACULA_SECRET_NAME}, with what may follow the name. */
const REFERENCE = /\$\{MACULA_SECRET_([A-Z][A-Z0-9_]{0,63})(?::?[-?+][^}]*)?\}/g

interface Written {
  readonly services?: Record<string, { environment?: unknown; volumes?: unknown } | null> | null
  readonly volumes?: Record<string, { name?: unknown } | null> | null
}

/** A service's fragment as it is written; empty when it cannot be read. */
async function writtenOf({ folder }: ServiceSpec): Promise<Written> {
  const text = await readIfThere(join(folder, 'compose.yaml')).catch(() => undefined)
  try {
    return (parse(text ?? '') as Written | null) ?? {}
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
