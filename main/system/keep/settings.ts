import { isAbsolute, join } from 'node:path'
import { z } from 'zod'
import { isImageName, isLabel, isLoopback24, isSubnet24, isSuffix, isZone } from '../../model/atoms.ts'
import { MaculaError, troubleOf, type Trouble } from '../../model/errors.ts'
import { MOST_BEFORE } from '../../model/image-pin.ts'
import { sentence } from '../../model/say.ts'
import { isMemberId, isSetName, MOST_IN_SET, MOST_SETS } from '../../model/sets.ts'
import type { Settings, SettingsPatch } from '../../model/service.ts'
import { keepAside, readIfThere, writeWhole } from '../files.ts'
import { readJson, withoutMark } from '../json-file.ts'
import type { Paths } from '../paths.ts'
import { openRoutes } from '../setup/open-routes.ts'
import { changingFile } from './changing-file.ts'

/** An image by the id of an application or a cluster. */
const images = z.record(
  z.string().refine(isLabel, { error: 'must be the id of an application or a cluster' }),
  z.string().refine((text) => isImageName(text.replaceAll('{suffix}', 'macula.local')), {
    error: 'must name an image: NAME:TAG, the name in lower case',
  }),
)

const imageName = z.string().refine(isImageName, { error: 'must name an image: NAME:TAG' })

/** Ways to lead names here, as a person would choose one. */
const routeIds: readonly string[] = openRoutes().map(({ id }) => id)

/** What is wrong with a suffix. */
const suffixSays = (suffix: string): string =>
  isSuffix(suffix.toLowerCase().replace(/\.$/, ''))
    ? `must be in lower case and without a dot at its end: ${suffix.toLowerCase().replace(/\.$/, '')}`
    : 'must be a suffix of two labels or more, like macula.local; one alone would take a whole top-level domain'

/** What settings.json may hold; everything has a default. */
const settingsSchema = z.strictObject({
  version: z.literal(1).default(1),
  suffix: z
    .string()
    .refine(isSuffix, { error: ({ input }) => suffixSays(String(input)) })
    .default('macula.local'),
  subnet: z
    .string()
    .refine(isSubnet24, { error: 'must be a private /24 like 172.23.0.0/24' })
    .default('172.23.0.0/24'),
  addresses: z
    .string()
    .refine(isLoopback24, { error: 'must be a /24 of loopback addresses like 127.0.0.0/24' })
    .default('127.0.0.0/24'),
  project: z
    .string()
    .refine(isLabel, { error: 'must be a label: a-z, 0-9 and inner hyphens' })
    .default('macula'),
  nativePorts: z.boolean().default(true),
  dnsPort: z.int().min(1024).max(65535).default(5354),
  zones: z
    .array(
      z.string().refine(isZone, {
        error: 'must be a zone in lower case like lab or beam.lab, and no top-level domain that is in use',
      }),
    )
    .max(16)
    .refine((all) => new Set(all).size === all.length, { error: 'must name each zone once' })
    .default([]),
  dns53: z.boolean().default(false),
  tls: z.boolean().default(false),
  dockerHost: z.string().max(200).default(''),
  route: z
    .string()
    .refine((id) => id === '' || routeIds.includes(id), {
      error: `must be ${routeIds.join(' or ')}; empty ("") leaves the choice to Macula`,
    })
    .default(''),
  clusters: z
    .strictObject({
      kubeconfig: z.enum(['own', 'user']).default('own'),
      images: images.default({}),
      nodes: images.default({}),
      sources: z
        .array(
          z.strictObject({
            host: z.string().max(4096).refine(isAbsolute, { error: 'must be an absolute path' }),
            node: z
              .string()
              .max(4096)
              .refine((path) => path === '' || isAbsolute(path), { error: 'must be an absolute path' })
              .default(''),
          }),
        )
        .max(20)
        .default([]),
    })
    .prefault({}),
  apps: z
    .array(
      z.strictObject({
        path: z.string().max(4096).refine(isAbsolute, { error: 'must be an absolute path' }),
        id: z
          .string()
          .refine((id) => id === '' || isLabel(id), {
            error: 'must be a label: 1 to 63 of a-z, 0-9 and inner hyphens; empty: taken from the folder',
          })
          .default(''),
        cluster: z
          .string()
          .refine((id) => id === '' || isLabel(id), { error: 'must be the id of a cluster' })
          .default(''),
        follow: z.boolean().default(false),
      }),
    )
    .max(200)
    .default([]),
  sets: z
    .record(
      z.string().refine(isSetName, {
        error: 'must be the name of a set: a label of a-z, 0-9 and inner hyphens',
      }),
      z
        .array(
          z
            .string()
            .refine(isMemberId, { error: 'must be the id of a service, like grafana or cluster/hub' }),
        )
        .max(MOST_IN_SET)
        .refine((all) => new Set(all).size === all.length, { error: 'must name each service once' }),
    )
    .refine((all) => Object.keys(all).length <= MOST_SETS, { error: `must be ${MOST_SETS} sets at most` })
    .default({}),
  updates: z
    .record(
      z.string().refine(isLabel, { error: 'must be the id of a service' }),
      z.strictObject({
        image: z.string().refine((text) => isImageName(text) && /@sha256:[0-9a-f]{64}$/.test(text), {
          error: 'must be NAME:TAG@sha256:…, as maculactl update writes it',
        }),
        instead: imageName,
        before: z.array(imageName).min(1).max(MOST_BEFORE),
      }),
    )
    .default({}),
  desktop: z
    .strictObject({
      theme: z.enum(['system', 'light', 'dark']).default('system'),
      startAtLogin: z.boolean().default(false),
      startMinimised: z.boolean().default(false),
      startServices: z.boolean().default(false),
      notify: z
        .strictObject({
          muted: z.boolean().default(false),
          failed: z.boolean().default(true),
          recovered: z.boolean().default(true),
          ready: z.boolean().default(true),
        })
        .prefault({}),
      letterKeys: z.boolean().default(true),
    })
    .prefault({}),
})

/** What holds where a person set nothing. */
export const defaultSettings: Settings = settingsOf(settingsSchema.parse({}))

/** Where a person changes settings. */
export function settingsFile(paths: Paths): string {
  return join(paths.config, 'settings.json')
}

/** Larger is no settings file of anybody's (bytes). */
const MOST_BYTES = 256 * 1024

/**
 * The settings, defaults for what is absent. A file that cannot be used stays where it is and is told in `problem` with
 * line and column; nothing may be done by the defaults then, which would be somebody else's project and addresses.
 */
export async function openSettings(
  paths: Paths,
): Promise<{ readonly settings: Settings; readonly problem?: Trouble }> {
  const file = settingsFile(paths)
  const unusable = (
    why: string,
    todo: string,
  ): { readonly settings: Settings; readonly problem: Trouble } => ({
    settings: defaultSettings,
    problem: { kind: 'invalid', what: `${file} cannot be used.`, why, todo },
  })
  let text: string | undefined
  try {
    text = await readIfThere(file, MOST_BYTES)
  } catch (error) {
    const { what, why, todo } = troubleOf(error)
    return error instanceof MaculaError
      ? unusable(what, todo ?? '')
      : unusable(
          `It cannot be read: ${sentence(why ?? what)}`,
          `Nothing is done without it. ls -l ${file} shows who may read it.`,
        )
  }
  if (text === undefined) return { settings: defaultSettings }
  const read = readJson(text, settingsSchema)
  if (read.kind === 'read') return { settings: settingsOf(read.value) }
  const version = versionOf(text)
  if (version > 1)
    return unusable(
      `It was written by a newer Macula Desktop (version ${version}).`,
      'Use that one, or move the file away to begin with the defaults. It is left as it is.',
    )
  return unusable(
    `Line ${read.line}, column ${read.column}: ${sentence(read.reason)}`,
    'Correct it there, then try again. Nothing is done without the settings, and the file is left as it is.',
  )
}

function versionOf(text: string): number {
  try {
    const version = (JSON.parse(withoutMark(text)) as { version?: unknown } | null)?.version
    return typeof version === 'number' ? version : 1
  } catch {
    return 1
  }
}

function settingsOf({ version: _version, ...settings }: z.infer<typeof settingsSchema>): Settings {
  return settings
}

/** Without what is undefined, which would overwrite what is set. */
function given(part: object): object {
  return Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined))
}

/** Settings with some of them changed. Throws MaculaError `invalid` naming the setting when the whole would not be valid. */
export function changeSettings(settings: Settings, patch: SettingsPatch): Settings {
  const { desktop: { notify, ...desktop } = {}, clusters = {}, ...plain } = patch
  const parsed = settingsSchema.safeParse({
    ...settings,
    ...given(plain),
    clusters: { ...settings.clusters, ...given(clusters) },
    desktop: {
      ...settings.desktop,
      ...given(desktop),
      notify: { ...settings.desktop.notify, ...given(notify ?? {}) },
    },
  })
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new MaculaError({
      kind: 'invalid',
      what: `The setting ${issue?.path.join('.') ?? ''} cannot have this value: it ${issue?.message ?? 'is not valid'}.`,
      todo: 'Nothing was saved.',
    })
  }
  return settingsOf(parsed.data)
}

/**
 * Writes some settings, the others stay as they are in the file; a function makes them of those there are then. Throws
 * MaculaError `invalid` naming the setting when the whole would not be valid, and when the file there cannot be used: it is
 * never overwritten silently.
 */
export async function saveSettings(
  paths: Paths,
  patch: SettingsPatch | ((now: Settings) => SettingsPatch),
): Promise<Settings> {
  return await changingFile(settingsFile(paths), async () => {
    const { settings, problem } = await openSettings(paths)
    if (problem !== undefined)
      throw new MaculaError({
        ...problem,
        what: `The settings were not saved: ${settingsFile(paths)} cannot be used.`,
      })
    const changed = changeSettings(settings, typeof patch === 'function' ? patch(settings) : patch)
    await writeWhole(settingsFile(paths), `${JSON.stringify({ version: 1, ...changed }, null, 2)}\n`)
    return changed
  })
}

/** Puts the settings file aside, so that the defaults hold; returns where it is kept, undefined when there was none. */
export async function resetSettings(paths: Paths, now: number): Promise<string | undefined> {
  return await keepAside(settingsFile(paths), now).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
}
