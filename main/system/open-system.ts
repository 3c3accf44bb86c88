import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createEngine } from '../engine/create-engine.ts'
import type { Engine } from '../engine/engine.ts'
import { createRefusingEngine } from '../engine/refusing-engine.ts'
import { readCatalog } from './catalog/files.ts'
import { straysIn } from './catalog/strays.ts'
import { defaultSettings, openSettings, resetSettings, saveSettings, settingsFile } from './keep/settings.ts'
import type { Trouble } from '../model/errors.ts'
import { late } from '../model/late.ts'
import { namesOf } from '../model/listeners.ts'
import type { SetupItem } from '../model/change.ts'
import type { Catalog, Settings, SettingsPatch, SettingsView } from '../model/service.ts'
import { readIfThere } from './files.ts'
import { refuseForeignFolders } from './keep/folder-owner.ts'
import { openApps } from './place/open-apps.ts'
import { openAdapters } from './open-adapters.ts'
import { pathsOf } from './paths.ts'
import { seeRoom } from './room.ts'
import { openRoot } from './root/open-root.ts'
import { isUsualEngine } from './docker/means.ts'
import { dockerEngine } from './setup/docker-engine.ts'
import { openMachine } from './setup/machine.ts'
import { trust } from './setup/trust.ts'
import { openBrowsers } from './tls/browsers.ts'
import { withBrowsers } from './tls/with-browsers.ts'
import { homeIfAny } from './home.ts'
import { findTool } from './host/tool.ts'
import { overlayNotes } from './stack/overlays.ts'
import { openNameSteps, openRoutes, openSteps } from './setup/open-routes.ts'
import { namesPart } from './migration/names.ts'

/** The product's own files: beside dist/ in an installed copy, three folders up from here in the sources. */
function assetsFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url))
  const candidates = [join(here, '..', 'assets'), join(here, '..', '..', 'assets')]
  return candidates.find((folder) => existsSync(join(folder, 'stack'))) ?? join(here, '..', 'assets')
}

/** The engine with what faces need of our own files beside it. */
export interface System {
  readonly engine: Engine
  readonly notes: readonly string[]
  /** Why nothing is done until a person has corrected their settings. */
  readonly problem?: Trouble
  readonly paths: { readonly config: string; readonly services: string; readonly state: string }
  readonly settings: {
    view(): Promise<SettingsView>
    /** They hold for engines opened from then on. */
    /** A function makes the change of the settings there are at that moment, whoever saved them. */
    save(patch: SettingsPatch | ((now: Settings) => SettingsPatch)): Promise<void>
    reset(): Promise<void>
  }
  /** The text of each file that these changes would replace, by path; what is absent or unreadable is left out. */
  readPresent(items: readonly SetupItem[]): Promise<Readonly<Record<string, string>>>
}

async function readPresent(items: readonly SetupItem[]): Promise<Readonly<Record<string, string>>> {
  const paths = items.flatMap(({ change }) =>
    change.verbs.flatMap((verb) =>
      verb.verb === 'file' || verb.verb === 'block' || verb.verb === 'remove' ? [verb.path] : [],
    ),
  )
  const found = await Promise.all(
    [...new Set(paths)].map(async (path) => [path, await readIfThere(path).catch(() => undefined)] as const),
  )
  return Object.fromEntries(found.flatMap(([path, text]) => (text === undefined ? [] : [[path, text]])))
}

/**
 * Opens everything for this environment: folders, settings, catalog, the outside, and the engine over them.
 * `notes` tell what a person should know of our own files, whatever was asked; the doctor knows some more. With settings that
 * cannot be used nothing is opened: the
 * engine then answers everything by what to correct.
 */
export async function openSystem(
  env: Readonly<Record<string, string | undefined>>,
  /** The program and arguments that run this command line again. */
  self: readonly string[] = [process.execPath, process.argv[1] ?? ''],
): Promise<System> {
  const paths = pathsOf(env, assetsFolder())
  await refuseForeignFolders(paths, env)
  const { settings, problem } = await openSettings(paths)
  const notes: string[] = []
  /** Only the doctor tells these: nothing is lost by them, and with another HOME they hold for every command. */
  const quiet = new Set<string>()
  const catalog = await readCatalog(paths, settings, env, (says) => void notes.push(says))
  /** What is to be said of what a person described, as it lies there now. */
  async function ownNotes({ services }: Catalog): Promise<readonly string[]> {
    const ids = services.flatMap(({ id, runtime }) => (runtime.kind === 'container' ? [id] : []))
    return [...(await straysIn(paths.config, ids)), ...(await overlayNotes(services, paths, settings, env))]
  }
  /** As the files were when they were last read. */
  let current = catalog
  let own = await ownNotes(catalog)
  const all = (): readonly string[] => [...notes, ...own]
  const routes = openRoutes()
  const tls = late(async () => (await import('./tls/open-tls.ts')).openTls(paths, settings, () => Date.now()))
  const authority = async () => (await tls.seen()).authority
  const browsers = openBrowsers({
    home: homeIfAny(env),
    record: join(paths.data, 'tls', 'browsers.json'),
    tool: async () => await findTool('certutil', env),
    env,
  })
  const root = withBrowsers(
    openRoot(paths, { env, project: settings.project, onProblem: (says) => void notes.push(says) }),
    browsers,
    authority,
  )
  const engine =
    problem === undefined
      ? await working()
      : createRefusingEngine({ trouble: problem, defaults: settings, catalog, root, now: Date.now })

  async function working(): Promise<Engine> {
    const old = namesPart({ suffix: settings.suffix, ledger: async () => await root.ledger() })
    const machine = openMachine()
    const docker = dockerEngine(machine, async () => await isUsualEngine(settings.dockerHost, env))
    const steps = [docker, ...openSteps(), ...openNameSteps(settings, old)]
    // Nothing of it shows before it was wished.
    if (settings.tls) steps.push(trust(openMachine(), authority, browsers))
    const adapters = await openAdapters({ paths, settings, catalog, env, self, root, routes, steps })
    const damage = await adapters.intent.damage()
    if (damage !== undefined) {
      notes.push(
        `${damage.says}. What was to run is not known, so what runs counts as wanted; the next start or stop writes a new file and keeps a damaged one aside.`,
      )
      if (damage.gone) quiet.add(notes.at(-1) ?? '')
    }
    const apps = openApps({ paths, settings, env })
    return createEngine({
      adapters,
      settings,
      catalog,
      async notes(now) {
        own = await ownNotes(now)
        return all()
      },
      room: async () => await seeRoom(paths),
      apps: { ...apps, catalog: async () => (current = await apps.catalog()) },
    })
  }

  return {
    engine,
    get notes() {
      return all().filter((says) => !quiet.has(says))
    },
    ...(problem === undefined ? {} : { problem }),
    paths: { config: paths.config, services: join(paths.config, 'services'), state: paths.state },
    settings: {
      async view() {
        // Nothing is asked of PowerDNS and clusters here: their names are not wrong.
        const input = { settings, names: namesOf(current, settings.suffix), loose: true }
        return {
          settings,
          defaults: defaultSettings,
          file: settingsFile(paths),
          ...(problem === undefined ? {} : { problem }),
          routes: await Promise.all(
            routes.map(async (route) => ({
              id: route.id,
              title: route.title,
              ...(await route.detect()),
              inPlace: await route.isInPlace(input).catch(() => false),
            })),
          ),
        }
      },
      async save(patch) {
        await saveSettings(paths, patch)
      },
      async reset() {
        await resetSettings(paths, Date.now())
      },
    },
    readPresent,
  }
}
