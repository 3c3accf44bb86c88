import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Adapters } from '../../../main/engine/adapters.ts'
import { eject } from '../../../main/engine/run/eject.ts'
import type { Ejected, EjectOptions } from '../../../main/model/eject.ts'
import type { Settings } from '../../../main/model/service.ts'
import { readCatalog } from '../../../main/system/catalog/files.ts'
import { openEject } from '../../../main/system/eject/open-eject.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { pathsOf } from '../../../main/system/paths.ts'
import { filesIn } from '../stack/fixture.ts'

const assets = fileURLToPath(new URL('../../../assets', import.meta.url))

/** Stands for every password. */
export const CANARY = 'CanaryCanary0123456789'

export interface World {
  readonly home: string
  readonly folder: string
  /** Writes a file of the person's configuration: services/notes/compose.yaml, stack/grafana/compose.override.yaml. */
  put(path: string, text: string): void
  eject(options?: Partial<EjectOptions>): Promise<Ejected>
  /** What was written: text by path. */
  text(path: string): string
  paths(): readonly string[]
  mode(path: string): string
  clear(): void
}

/** Our own catalog with a person's files beside it, written out; Docker and the store of passwords are stood in for. */
export function openWorld(
  part: Partial<Settings> = {},
  docker: {
    readonly volumes?: readonly string[]
    /** Values of passwords that are not the usual ones. */
    readonly secrets?: Readonly<Record<string, string>>
    readonly held?: Awaited<ReturnType<Adapters['secrets']['held']>>
  } = {},
): World {
  const home = mkdtempSync(join(tmpdir(), 'macula-eject-'))
  const paths = pathsOf({ MACULA_HOME: join(home, 'own') }, assets)
  const settings = { ...defaultSettings, ...part }
  const env = { HOME: home, USER: 'ada', LOGNAME: 'ada' }
  const folder = join(home, 'out')
  const files = () => filesIn(folder)
  const one = (path: string) => {
    const found = files().get(path)
    if (!found) throw new Error(`${path} was not written`)
    return found
  }
  return {
    home,
    folder,
    put(path, text) {
      mkdirSync(dirname(join(paths.config, path)), { recursive: true })
      writeFileSync(join(paths.config, path), text)
      if (path.endsWith('.sh')) chmodSync(join(paths.config, path), 0o755)
    },
    async eject(options = {}) {
      const adapters = {
        eject: openEject({ paths, settings, env, now: () => Date.parse('2026-11-26T20:00:00Z') }),
        docker: {
          parts: () =>
            Promise.resolve({ images: new Map(), network: undefined, volumes: new Set(docker.volumes) }),
        },
        secrets: {
          held: () => Promise.resolve(docker.held ?? (() => undefined)),
          ensure: (names: readonly string[]) =>
            Promise.resolve(
              new Map(
                names.map((name) => [name, docker.secrets?.[name] ?? `${CANARY}${name.replaceAll('_', '')}`]),
              ),
            ),
        },
      } as unknown as Adapters
      const catalog = await readCatalog(paths, settings, env)
      return await eject({ adapters, settings, catalog }, folder, {
        withSecrets: false,
        keepData: false,
        force: false,
        ...options,
      })
    },
    text: (path) => one(path).text,
    paths: () => [...files().keys()],
    mode: (path) => one(path).mode,
    clear: () => rmSync(home, { recursive: true, force: true }),
  }
}

/** A copy of something that was written, to compare with. */
export const copyOf = (from: string, to: string): void => cpSync(from, to, { recursive: true })

/** A service of a person's own, with more lines of it and at the top. */
export function fragment(id: string, more = '', top = '', block = ''): string {
  return `services:
  ${id}:
    image: example/${id}:1.2
    networks: { macula: {} }
${more}    x-macula:
      tier: tools
      title: ${id}
      purpose: A page of one's own
      order: 9
${block}      endpoints:
        - { id: web, name: ${id}, scheme: http, target: 8080, listen: 8080, clean: true, open: /, probe: { path: / } }
networks: { macula: { name: '\${MACULA_NETWORK:-macula}', external: true } }
${top}`
}
