import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createEngine } from '../engine/create-engine.ts'
import type { Engine } from '../engine/engine.ts'
import { readCatalog } from './catalog-files.ts'
import { openSettings } from './keep/settings.ts'
import { openPorts } from './open-ports.ts'
import { pathsOf } from './paths.ts'
import { openRoot } from './root/open-root.ts'
import { openRoutes, openSteps } from './routes/open-routes.ts'

/** The product's own files: beside dist/ in an installed copy, three folders up from here in the sources. */
function assetsFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url))
  const candidates = [join(here, '..', 'assets'), join(here, '..', '..', 'assets')]
  return candidates.find((folder) => existsSync(join(folder, 'stack'))) ?? join(here, '..', 'assets')
}

/**
 * Opens everything for this environment: folders, settings, catalog, the outside, and the engine over them.
 * `notes` tell what a person should know of our own files (a settings file that could not be used).
 */
export async function openSystem(
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly engine: Engine; readonly notes: readonly string[] }> {
  const paths = pathsOf(env, assetsFolder())
  const { settings, problem } = await openSettings(paths, Date.now())
  const notes: string[] = problem === undefined ? [] : [problem]
  const catalog = await readCatalog(paths)
  const ports = await openPorts({
    paths,
    settings,
    env,
    self: [process.execPath, process.argv[1] ?? ''],
    root: openRoot(paths, { env, onProblem: (says) => void notes.push(says) }),
    routes: openRoutes(),
    steps: openSteps(),
  })
  return { engine: createEngine({ ports, settings, catalog, notes }), notes }
}
