import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { awayIn, isDocument, namesIn, nearestName, straysBeside } from '../catalog/strays.ts'
import { readIfThere } from '../files.ts'
import { MAX_FRAGMENT_BYTES } from '../catalog/fragment.ts'
import { troubleOf } from '../../model/errors.ts'
import type { ServiceSpec, Settings } from '../../model/service.ts'
import type { Paths } from '../paths.ts'
import { ADDITION, FRAGMENT, readFragment } from './fragment.ts'

/**
 * What a person should know of what they laid over services, before any is started: what cannot be used, with file and
 * line, and what nothing reads. A sentence each; empty when all is well.
 */
export async function overlayNotes(
  services: readonly ServiceSpec[],
  paths: Paths,
  settings: Settings,
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly string[]> {
  const overlays = new Set(await readdir(join(paths.config, 'stack')).catch(() => []))
  const notes: string[] = []
  for (const service of services.filter(({ runtime }) => runtime.kind === 'container')) {
    const own = service.origin === 'user' ? await namesIn(service.folder) : []
    notes.push(...straysBeside(service.folder, own))
    // What the catalog did not read already: what lies over a service, and what a person's own mounts.
    if (!overlays.has(service.id) && service.origin !== 'user') continue
    try {
      await readFragment(service, services, paths, settings, env)
    } catch (error) {
      const { what, why = '' } = troubleOf(error)
      notes.push(`${what} ${why} ${service.title} cannot be started like this.`.replaceAll(/\s+/g, ' '))
    }
    if (overlays.has(service.id))
      notes.push(...(await straysOver(service, join(paths.config, 'stack', service.id))))
  }
  return notes
}

/** Files of an overlay that replace none of the service's and that nothing mounts. */
async function straysOver(service: ServiceSpec, overlay: string): Promise<readonly string[]> {
  const texts = await Promise.all(
    [service.folder, overlay].flatMap((folder) =>
      [FRAGMENT, ADDITION].map(
        async (name) => await readIfThere(join(folder, name), MAX_FRAGMENT_BYTES).catch(() => undefined),
      ),
    ),
  )
  // A file that a Compose file speaks of is used by it, or lies in a folder that is.
  const isNamed = (key: string): boolean =>
    texts.some(
      (text) =>
        text !== undefined &&
        new RegExp(`(?<![\\w-])${key.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w.-])`).test(text),
    )
  const notes: string[] = []
  async function walk(prefix: string): Promise<void> {
    notes.push(...(await awayIn(join(overlay, prefix))).map((one) => `${one}: it is not used.`))
    const names = await namesIn(join(overlay, prefix))
    const ours = await namesIn(join(service.folder, prefix))
    const compose = prefix === '' ? [FRAGMENT, ADDITION] : []
    for (const name of names) {
      const key = `${prefix}${name.replace(/\/$/, '')}`
      if (compose.includes(name) || isDocument(name) || isNamed(key)) continue
      if (!ours.includes(name)) {
        const near = nearestName(name, [...compose, ...ours])
        notes.push(
          `${join(overlay, key)} is not used: it replaces no file of ${service.title}, and nothing mounts it.${near === undefined ? '' : ` Did you mean ${join(overlay, prefix, near).replace(/\/$/, '')}?`}`,
        )
      } else if (name.endsWith('/')) await walk(`${key}/`)
    }
  }
  await walk('')
  return notes
}
