import { createHash } from 'node:crypto'
import { chmod, lstat, mkdir, readdir, readFile, realpath, rename, rm } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { stringify } from 'yaml'
import { z } from 'zod'
import type { RenderedService, SecretsPort } from '../../engine/ports.ts'
import { MaculaError } from '../../model/errors.ts'
import { INGRESS, type ServiceSpec, type Settings } from '../../model/service.ts'
import { labels } from '../docker/container.ts'
import { readIfThere, writeWhole } from '../files.ts'
import type { Paths } from '../paths.ts'
import { ingressRoutes } from './ingress-routes.ts'

/** A configuration folder larger than this is not configuration. */
const MAX_BYTES = 8 * 1024 * 1024

interface Content {
  readonly data: Buffer
  readonly mode: number
}

type Tree = Map<string, Content>

const manifestSchema = z.record(z.string(), z.string())

function hashOf(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex')
}

/** All files below a folder by relative path; nothing outside it is followed. */
async function readTree(folder: string): Promise<Tree> {
  const tree: Tree = new Map()
  const root = await realpath(folder).catch(() => undefined)
  if (root === undefined) return tree
  let bytes = 0
  const walk = async (at: string): Promise<void> => {
    for (const entry of (await readdir(at, { withFileTypes: true })).sort((one, two) =>
      one.name.localeCompare(two.name),
    )) {
      const path = join(at, entry.name)
      if (entry.isDirectory()) await walk(path)
      else if (entry.isFile()) {
        const data = await readFile(path)
        bytes += data.length
        if (bytes > MAX_BYTES)
          throw new MaculaError({
            kind: 'invalid',
            what: `${folder} is too large to be configuration.`,
            why: `It has more than ${MAX_BYTES / 1048576} MiB.`,
            todo: 'Keep data in a volume.',
          })
        const { mode } = await lstat(path)
        // Containers read as other users: readable for all, executable where it was.
        tree.set(relative(root, path), { data, mode: (mode & 0o111) === 0 ? 0o644 : 0o755 })
      }
    }
  }
  await walk(root)
  return tree
}

/** The variables that fragments may use, without secrets. */
export function variablesOf(settings: Settings): Readonly<Record<string, string>> {
  return {
    MACULA_NETWORK: settings.project,
    MACULA_SUBNET_PREFIX: settings.subnet.slice(0, settings.subnet.lastIndexOf('.')),
    MACULA_SUFFIX: settings.suffix,
    COMPOSE_PROJECT_NAME: settings.project,
  }
}

/** What the rendered copy of one service consists of, before it is written. */
async function treeOf(
  service: ServiceSpec,
  all: readonly ServiceSpec[],
  paths: Paths,
  settings: Settings,
): Promise<Tree> {
  const tree = await readTree(service.folder)
  // The person's overlay lies over ours, file by file.
  for (const [path, content] of await readTree(join(paths.config, 'stack', service.id)))
    tree.set(path, content)
  if (service.id === INGRESS)
    tree.set('routes/services.conf', { data: Buffer.from(ingressRoutes(all, settings.suffix)), mode: 0o644 })
  return tree
}

/**
 * Writes the rendered copy of the stack and returns each service with the hash it must have been made from.
 * Unchanged files are not rewritten; edits found in the copy are moved to `kept/` and returned.
 */
export async function renderStack(
  input: {
    readonly paths: Paths
    readonly settings: Settings
    readonly secrets: SecretsPort
    readonly now: number
  },
  services: readonly ServiceSpec[],
  options: { readonly publish: boolean },
): Promise<{ readonly services: readonly RenderedService[]; readonly keptAside: readonly string[] }> {
  const { paths, settings } = input
  const base = join(paths.data, 'stack')
  await mkdir(base, { recursive: true, mode: 0o755 })
  await chmod(base, 0o755)
  const variables = variablesOf(settings)
  const secrets = await input.secrets.ensure(
    [...new Set(services.flatMap((service) => service.secrets))].sort(),
  )
  const manifestFile = join(base, '.manifest.json')
  const before = manifestSchema.safeParse(parseJson(await readIfThere(manifestFile))).data ?? {}
  const manifest: Record<string, string> = {}
  const keptAside: string[] = []
  const rendered: RenderedService[] = []
  for (const service of services) {
    if (service.runtime.kind !== 'container') continue
    const tree = await treeOf(service, services, paths, settings)
    const hash = createHash('sha256').update(JSON.stringify([variables, options.publish]))
    for (const [path, content] of [...tree].sort(([one], [two]) => one.localeCompare(two)))
      hash.update(`${path}\0${content.mode}\0`).update(content.data)
    // A secret that changed makes a new container too; only its hash goes on.
    for (const name of service.secrets) hash.update(`${name}\0${hashOf(secrets.get(name) ?? '')}`)
    const config = hash.digest('hex').slice(0, 16)
    tree.set('macula.override.yaml', {
      data: Buffer.from(overrideOf(service, settings, config, options.publish)),
      mode: 0o644,
    })
    for (const [path, content] of tree) {
      const key = join(service.id, path)
      const kept = await put(base, key, content, before[key], input.now)
      if (kept !== undefined) keptAside.push(kept)
      manifest[key] = hashOf(content.data)
    }
    rendered.push({ id: service.id, image: service.runtime.image, config })
  }
  for (const key of Object.keys(before)) if (!(key in manifest)) await rm(join(base, key), { force: true })
  await writeIfChanged(join(base, 'compose.yaml'), rootOf(services, settings), 0o644)
  await writeIfChanged(join(base, '.env'), envOf({ ...variables }, secrets), 0o600)
  await writeIfChanged(manifestFile, `${JSON.stringify(manifest, null, 1)}\n`, 0o644)
  return { services: rendered, keptAside }
}

/** Writes one file of the copy if it differs; an edit that is not ours is moved aside first. Returns where to. */
async function put(
  base: string,
  key: string,
  content: Content,
  ours: string | undefined,
  now: number,
): Promise<string | undefined> {
  const path = join(base, key)
  const there = await readFile(path).catch(() => undefined)
  if (there !== undefined && hashOf(there) === hashOf(content.data)) return undefined
  let kept: string | undefined
  if (there !== undefined && hashOf(there) !== ours) {
    kept = join(base, 'kept', `${key}.${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}`)
    await mkdir(dirname(kept), { recursive: true, mode: 0o755 })
    await rename(path, kept)
  }
  await makeFolder(base, dirname(path))
  await writeWhole(path, content.data, content.mode)
  // The mode must not depend on the person's umask: containers read these files as other users.
  await chmod(path, content.mode)
  return kept
}

async function makeFolder(base: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o755 })
  for (let at = folder; at.startsWith(base) && at !== base; at = dirname(at)) await chmod(at, 0o755)
}

async function writeIfChanged(path: string, text: string, mode: number): Promise<void> {
  if ((await readIfThere(path)) === text) return
  await writeWhole(path, text, mode)
  await chmod(path, mode)
}

function overrideOf(service: ServiceSpec, settings: Settings, config: string, publish: boolean): string {
  return stringify({
    services: {
      [service.id]: {
        labels: {
          [labels.project]: settings.project,
          [labels.service]: service.id,
          [labels.config]: config,
        },
        // Where container addresses cannot be reached, Docker picks a free port of 127.0.0.1 for each endpoint.
        ...(publish ? { ports: service.endpoints.map((endpoint) => `127.0.0.1::${endpoint.target}`) } : {}),
      },
    },
  })
}

function rootOf(services: readonly ServiceSpec[], settings: Settings): string {
  return stringify({
    name: settings.project,
    include: services
      .filter((service) => service.runtime.kind === 'container')
      .map((service) => ({ path: [`${service.id}/compose.yaml`, `${service.id}/macula.override.yaml`] })),
  })
}

function envOf(variables: Readonly<Record<string, string>>, secrets: ReadonlyMap<string, string>): string {
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}`)
  for (const [name, value] of secrets) lines.push(`MACULA_SECRET_${name}=${value}`)
  return `${lines.sort().join('\n')}\n`
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
