import { join } from 'node:path'
import { z } from 'zod'
import { isLabel, isSubnet24, isSuffix } from '../../model/atoms.ts'
import type { Settings } from '../../model/service.ts'
import { keepAside, readIfThere } from '../files.ts'
import type { Paths } from '../paths.ts'

/** What settings.json may hold; everything has a default. */
const settingsSchema = z.strictObject({
  version: z.literal(1).default(1),
  suffix: z
    .string()
    .refine(isSuffix, { error: 'must be a suffix of two labels or more, like macula.local' })
    .default('macula.local'),
  subnet: z
    .string()
    .refine(isSubnet24, { error: 'must be a private /24 like 172.23.0.0/24' })
    .default('172.23.0.0/24'),
  project: z
    .string()
    .refine(isLabel, { error: 'must be a label: a-z, 0-9 and inner hyphens' })
    .default('macula'),
  dnsPort: z.int().min(1024).max(65535).default(5354),
  dockerHost: z.string().max(200).default(''),
})

/** Where a person changes settings. */
export function settingsFile(paths: Paths): string {
  return join(paths.config, 'settings.json')
}

/**
 * The settings, defaults for what is absent. A file that cannot be read or is not valid is moved aside (never
 * overwritten) and told in `problem`; the defaults then hold. A file of a newer version is left in place.
 */
export async function openSettings(
  paths: Paths,
  now: number,
): Promise<{ readonly settings: Settings; readonly problem?: string }> {
  const file = settingsFile(paths)
  const defaults = settingsOf(settingsSchema.parse({}))
  let text: string | undefined
  try {
    text = await readIfThere(file)
  } catch (error) {
    return {
      settings: defaults,
      problem: `${file} cannot be read (${(error as Error).message}); the defaults hold.`,
    }
  }
  if (text === undefined) return { settings: defaults }
  const value = ((): unknown => {
    try {
      return JSON.parse(text)
    } catch {
      return undefined
    }
  })()
  const version = (value as { version?: unknown } | undefined)?.version
  if (typeof version === 'number' && version > 1)
    return {
      settings: defaults,
      problem: `${file} was written by a newer Macula Desktop (version ${version}); it is left as it is and the defaults hold.`,
    }
  const parsed = settingsSchema.safeParse(value)
  if (parsed.success) return { settings: settingsOf(parsed.data) }
  const issue = parsed.error.issues[0]
  const why =
    value === undefined
      ? 'it is not JSON'
      : `${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not valid'}`.trim()
  const aside = await keepAside(file, now).catch(() => undefined)
  return {
    settings: defaults,
    problem: `${file} cannot be used: ${why}. ${aside === undefined ? 'It is left as it is' : `It was kept as ${aside}`}; the defaults hold.`,
  }
}

function settingsOf({ version: _version, ...settings }: z.infer<typeof settingsSchema>): Settings {
  return settings
}
