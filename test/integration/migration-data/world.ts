import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Docker from 'dockerode'
import { vi } from 'vitest'
import { openDataMoves } from '../../../main/engine/migration/data/open.ts'
import type { DataMove } from '../../../main/engine/migration/family.ts'
import { createTruth } from '../../../main/engine/look/truth.ts'
import { createRunContext } from '../../../main/engine/run/context.ts'
import type { Adapters } from '../../../main/engine/adapters.ts'
import type {
  ComposeProjectSeen,
  DataProgress,
  DataSetId,
  OldContainer,
} from '../../../main/model/migration.ts'
import type { Settings } from '../../../main/model/service.ts'
import { readCatalog } from '../../../main/system/catalog/files.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { openAdapters } from '../../../main/system/open-adapters.ts'
import { pathsOf } from '../../../main/system/paths.ts'

/** A Macula of its own over the real engine and the real stack, and an old project made with plain docker. */
export const settings: Settings = {
  ...defaultSettings,
  suffix: 'macula.test',
  subnet: '172.28.84.0/24',
  project: 'macula-data-it',
  addresses: '127.0.0.0/24',
  dnsPort: 5398,
}

/** The old compose project; also the prefix of all that it has. */
export const OLD = 'macula-data-before'

export const raw = new Docker()

export const docker = (...args: readonly string[]): string =>
  execFileSync('docker', [...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1e8,
  }).trim()

const assets = fileURLToPath(new URL('../../../assets', import.meta.url))

export async function clear(): Promise<void> {
  const containers = await raw.listContainers({ all: true })
  const made = containers.filter(
    ({ Labels: labels, Names: names }) =>
      labels['dev.macula.project'] === settings.project ||
      labels['com.docker.compose.project'] === OLD ||
      names.some((name) => name.startsWith(`/${OLD}`)),
  )
  await Promise.all(made.map(({ Id: id }) => raw.getContainer(id).remove({ force: true, v: true })))
  const { Volumes: volumes } = await raw.listVolumes()
  for (const { Name: name } of volumes)
    if (name.startsWith(`${settings.project}_`) || name.startsWith(`${OLD}_`))
      await raw.getVolume(name).remove()
  for (const { Id: id, Name: name } of await raw.listNetworks())
    if (name === settings.project || name.startsWith(OLD)) await raw.getNetwork(id).remove()
}

/** Our side; `more` stands in for parts of the outside. */
export async function openOursIn(folder: string, more: Partial<Adapters['data']> = {}) {
  const env = {
    ...process.env,
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_DATA_HOME: join(folder, 'data'),
    XDG_STATE_HOME: join(folder, 'state'),
  }
  const paths = pathsOf(env, assets)
  const catalog = await readCatalog(paths, settings, env, () => undefined)
  const opened = await openAdapters({
    paths,
    settings,
    catalog,
    env,
    self: [],
    root: {} as Adapters['root'],
    routes: [],
    steps: [],
  })
  // Its parts are loaded when they are asked for, so there is nothing to spread.
  const data = Object.assign(Object.create(opened.data) as Adapters['data'], more)
  const adapters: Adapters = { ...opened, data }
  const truth = createTruth(
    adapters,
    settings,
    () => catalog,
    () => undefined,
  )
  const context = createRunContext(adapters, settings, () => catalog, truth)
  const moves = openDataMoves(context)
  return {
    context,
    adapters,
    move: (id: DataSetId): DataMove => {
      const found = moves.find((one) => one.id === id)
      if (!found) throw new Error(`no ${id}`)
      return found
    },
  }
}

export function temporaryFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'macula-data-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** One container of the old project, as `docker compose` would have made and stopped it. */
export function oldContainer(
  service: string,
  image: string,
  at: string,
  more: readonly string[] = [],
  argv: readonly string[] = [],
): OldContainer {
  const name = `${OLD}-${service}`
  const volume = `${OLD}_${service}-data`
  const id = docker(
    'create',
    '--name',
    name,
    '--label',
    `com.docker.compose.project=${OLD}`,
    '--label',
    `com.docker.compose.service=${service}`,
    '--volume',
    `${volume}:${at}`,
    ...more,
    image,
    ...argv,
  )
  return {
    id,
    name,
    service,
    image,
    imageId: docker('inspect', '--format', '{{.Image}}', id),
    running: false,
    volumes: [{ name: volume, at }],
    ports: [],
  }
}

export const oldProject = (containers: readonly OldContainer[]): ComposeProjectSeen => ({
  project: OLD,
  folder: '/nowhere/infrastructure',
  files: [],
  containers,
  networks: [],
})

/** Everything in a volume: kind, mode, owner, size, link and sum of each entry. Read by the test's own eyes. */
export function contentOf(volume: string, from = '.'): string {
  const script = `cd /data && find ${from} -printf '%p %y %m %U:%G %l\\n' | sort; find ${from} -type f -print0 | sort -z | xargs -0 -r sha256sum`
  return docker(
    'run',
    '--rm',
    '--network',
    'none',
    '--volume',
    `${volume}:/data:ro`,
    'macula-test/base',
    'bash',
    '-c',
    script,
  )
}

export const inVolume = (volume: string, script: string): string =>
  docker(
    'run',
    '--rm',
    '--network',
    'none',
    '--volume',
    `${volume}:/data`,
    'macula-test/base',
    'bash',
    '-c',
    `cd /data && ${script}`,
  )

/** Names of volumes of ours and helpers that are there now, to see what was left. */
export async function left(): Promise<{ readonly volumes: readonly string[]; readonly helpers: number }> {
  const { Volumes: volumes } = await raw.listVolumes()
  const all = await raw.listContainers({ all: true })
  return {
    volumes: volumes
      .map(({ Name: name }) => name)
      .filter((name) => name.startsWith(settings.project))
      .sort(),
    helpers: all.filter(
      ({ Labels: labels }) =>
        labels['dev.macula.taking'] === settings.project ||
        labels['dev.macula.copy-project'] === settings.project,
    ).length,
  }
}

/** Collects what is told. */
export function listening() {
  const told: DataProgress[] = []
  return { told, tell: (progress: DataProgress): void => void told.push(progress) }
}

/** Removes what of ours was made, so that a test begins with nothing. */
export async function clearOurs(): Promise<void> {
  const all = await raw.listContainers({ all: true })
  const made = all.filter(({ Labels: labels }) => labels['dev.macula.project'] === settings.project)
  await Promise.all(made.map(({ Id: id }) => raw.getContainer(id).remove({ force: true, v: true })))
  for (const name of (await left()).volumes) await raw.getVolume(name).remove()
}

/** Builds the images that the old project's databases ran; those that are up to date stay. */
export function buildOld(): void {
  const script = fileURLToPath(new URL('../../images/build.mjs', import.meta.url))
  execFileSync(process.execPath, [script, '--only', 'old-postgres,old-timescaledb'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

export function psql(container: string, user: string, database: string, sql: string): string {
  return execFileSync(
    'docker',
    [
      'exec',
      '-i',
      container,
      'psql',
      '-X',
      '-q',
      '-A',
      '-t',
      '-v',
      'ON_ERROR_STOP=1',
      '-U',
      user,
      '-d',
      database,
    ],
    { encoding: 'utf8', input: sql, stdio: ['pipe', 'pipe', 'pipe'] },
  ).trim()
}

/** Starts a database and waits until it takes connections by its port, which is after it made itself. */
export async function startDatabase(container: string, user: string, how?: 'running'): Promise<void> {
  if (how === undefined) docker('start', container)
  await vi.waitFor(() => docker('exec', container, 'pg_isready', '-h', '127.0.0.1', '-U', user), {
    timeout: 180_000,
    interval: 100,
  })
}

export const stopDatabase = (container: string): void => void docker('stop', '--time', '30', container)
