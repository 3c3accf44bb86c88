import { defaultSettings } from '../../../main/system/keep/settings.ts'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import type { SecretsAdapter } from '../../../main/engine/adapters.ts'
import type { EndpointSpec, ServiceSpec, Settings } from '../../../main/model/service.ts'
import { pathsOf, type Paths } from '../../../main/system/paths.ts'

export const settings: Settings = {
  ...defaultSettings,
  suffix: 'macula.test',
  subnet: '172.28.81.0/24',
  project: 'macula-it-stack',
  addresses: '127.0.0.0/24',
  dnsPort: 5399,
  dockerHost: '',
}

/** A secret that must never be seen where it does not belong. */
export const CANARY = 'CanaryCanaryCanary0123456789'

/** Folders of their own, with services that are written into them. */
export interface Fixture {
  readonly paths: Paths
  readonly rendered: string
  readonly secrets: SecretsAdapter
  readonly env: Readonly<Record<string, string>>
  /** Writes a service's folder. */
  put(id: string, files: Readonly<Record<string, string>>, more?: Partial<ServiceSpec>): ServiceSpec
  /** Writes a file of the person's configuration. */
  overlay(path: string, text: string): void
  clear(): void
}

export function openFixture(): Fixture {
  const home = mkdtempSync(join(tmpdir(), 'macula-stack-'))
  const paths = pathsOf({ MACULA_HOME: home }, join(home, 'assets'))
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    if (path.endsWith('.sh')) chmodSync(path, 0o755)
  }
  const values = (names: readonly string[]): ReadonlyMap<string, string> =>
    new Map(names.map((name) => [name, `${CANARY}${name.replaceAll('_', '')}`]))
  let have: readonly string[] = []
  return {
    paths,
    rendered: join(paths.data, 'stack'),
    env: { HOME: home },
    secrets: {
      async ensure(names) {
        have = [...new Set([...have, ...names])]
        return await Promise.resolve(values(have))
      },
      read: async () => await Promise.resolve(values(have)),
      held: async () => await Promise.resolve(() => undefined),
      lost: async () => await Promise.resolve(undefined),
      restore: async () => await Promise.resolve([]),
      odd: async () => await Promise.resolve(new Map()),
      changing: async () => await Promise.resolve(undefined),
      begin: async (to) => await Promise.resolve({ since: 0, from: new Map(), to }),
      commit: async () => await Promise.resolve(),
      settle: async () => await Promise.resolve(),
      generate: () => CANARY,
    },
    put(id, files, more = {}) {
      const folder = join(home, 'services', id)
      for (const [path, text] of Object.entries(files)) write(join(folder, path), text)
      return service(id, { folder, ...more })
    },
    overlay: (path, text) => write(join(paths.config, 'stack', path), text),
    clear: () => rmSync(home, { recursive: true, force: true }),
  }
}

export function service(id: string, more: Partial<ServiceSpec> = {}): ServiceSpec {
  return {
    id,
    tier: 'tools',
    title: id,
    purpose: 'A test',
    order: 1,
    address: '127.0.0.77',
    endpoints: [],
    needs: [],
    uses: [],
    env: {},
    runtime: { kind: 'container', image: 'macula-test/base' },
    origin: 'ours',
    folder: '/nonexistent',
    secrets: [],
    warnings: [],
    ...more,
  }
}

export function endpoint(more: Partial<EndpointSpec> = {}): EndpointSpec {
  return {
    id: 'web',
    scheme: 'http',
    target: 80,
    clean: false,
    probe: { path: '/', expect: [], headers: {} },
    ...more,
  }
}

/** A fragment in the shape of ours. */
export function fragmentText(id: string, more = ''): string {
  return `# ${id}
services:
  ${id}:
    image: macula-test/base
    command: [sleep, infinity]
    stop_grace_period: 1s
    networks: { macula: {} }
${more}    x-macula: { tier: tools, title: ${id}, purpose: A test, order: 1, address: none }
networks:
  macula: { name: '\${MACULA_NETWORK:-macula}', external: true }
`
}

/** All files below a folder: path, mode, time of writing, text. */
export function filesIn(folder: string): ReadonlyMap<string, { mode: string; mtime: number; text: string }> {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  return new Map(
    found.sort().map((path) => {
      const { mode, mtimeNs } = statSync(path, { bigint: true })
      return [
        relative(folder, path),
        {
          mode: (Number(mode) & 0o777).toString(8),
          mtime: Number(mtimeNs),
          text: readFileSync(path, 'utf8'),
        },
      ]
    }),
  )
}
