import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ExpectedService, RenderedService, SecretsAdapter } from '../../engine/adapters.ts'
import type { Trouble } from '../../model/errors.ts'
import { variablesOfSecret, whyNotSecret } from '../../model/secret.ts'
import type { ServiceSpec, Settings } from '../../model/service.ts'
import { variablesOf } from '../catalog/variables.ts'
import { namesThere, readIfThere } from '../files.ts'
import { secretsInCopy } from '../keep/recover.ts'
import type { Paths } from '../paths.ts'
import { withdrawServed } from '../tls/served.ts'
import { labelsOf, overrideText, portsOf, projectText } from './compose-texts.ts'
import { OVERRIDE, readFragment, type Fragment } from './fragment.ts'
import { foldersOf, isOwn, oldPlace, volumesFor } from './own-binds.ts'
import { hashOf, keptFolder, writeCopy, writtenIn, type CopyFile } from './rendered-copy.ts'
import { oddSecret, readTrouble, writeTrouble } from './render-trouble.ts'
import { takeOver } from './take-over.ts'
import { environmentText, unwritable } from './variables-file.ts'

/** Where the rendered copy of the stack is. */
export function stackFolder(paths: Paths): string {
  return join(paths.data, 'stack')
}

export interface Rendering {
  readonly services: readonly RenderedService[]
  readonly keptAside: readonly string[]
  /** What a person should know of where things lie: sentences. */
  readonly notes: readonly string[]
  /** Services whose files cannot be used, with the reason; they are left out and the others rendered. */
  readonly refused: readonly { readonly service: string; readonly trouble: Trouble }[]
  readonly fragments: readonly Fragment[]
  /** What must be there before a service's container is made, by service: folders of the person. */
  readonly folders: ReadonlyMap<string, readonly string[]>
  /** Variables that Compose must be given beside the file of variables. */
  readonly variables: Readonly<Record<string, string>>
}

type Read =
  | { readonly kind: 'read'; readonly service: ServiceSpec; readonly fragment: Fragment }
  | { readonly kind: 'refused'; readonly service: string; readonly trouble: Trouble }

/** Where fragments and their values come from. */
export interface Reading {
  readonly paths: Paths
  readonly settings: Settings
  readonly secrets: SecretsAdapter
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Reads the fragments of services that run in containers; what cannot be read is its own service's trouble. */
async function readAll(
  { paths, settings, env }: Reading,
  services: readonly ServiceSpec[],
): Promise<readonly Read[]> {
  // What cannot be listed is looked for one by one, so that each service tells why.
  const overlays = await namesThere(join(paths.config, 'stack')).catch(() => undefined)
  return await Promise.all(
    services
      .filter((service) => service.runtime.kind === 'container')
      .map(async (service): Promise<Read> => {
        try {
          return {
            kind: 'read',
            service,
            fragment: await readFragment(service, services, paths, settings, env, overlays),
          }
        } catch (error) {
          return { kind: 'refused', service: service.id, trouble: readTrouble(service.id, error) }
        }
      }),
  )
}

/** The values of all variables of the project, secrets in all their forms. */
function valuesOf(
  settings: Settings,
  names: readonly string[],
  secrets: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  return new Map([
    ...Object.entries(variablesOf(settings)),
    ...names.flatMap((name) => {
      const value = secrets.get(name)
      return value === undefined || whyNotSecret(value) !== undefined ? [] : variablesOfSecret(name, value)
    }),
  ])
}

/**
 * What `renderStack` would return for services that can be read, without writing or making anything. The hash of one that
 * needs a secret which does not exist, or whose data has still to be moved, is not known.
 */
export async function expectStack(
  reading: Reading,
  services: readonly ServiceSpec[],
  { publish }: { readonly publish: boolean },
): Promise<readonly ExpectedService[]> {
  const base = stackFolder(reading.paths)
  const [all, secrets] = await Promise.all([
    readAll(reading, services),
    reading.secrets.read().catch(() => new Map<string, string>()),
  ])
  return all.flatMap((one): readonly ExpectedService[] => {
    if (one.kind === 'refused') return []
    const { fragment, service } = one
    const { id, image, volumes, own } = fragment
    const isKnown =
      fragment.secrets.every((name) => secrets.has(name)) &&
      own.every((bind) => !existsSync(oldPlace(join(base, id), bind) ?? ''))
    const config = isKnown
      ? configOf(
          fragment,
          base,
          publish ? portsOf(service, reading.settings) : [],
          valuesOf(reading.settings, fragment.secrets, secrets),
          volumesFor(fragment, new Map()),
        )
      : undefined
    const labels = labelsOf(id, reading.settings)
    return [{ id, image, config, labels, volumes: [...volumes.values()], ...revisionOf(fragment) }]
  })
}

/**
 * Writes the rendered copy of the stack and returns each service with the hash it must have been made from.
 * Unchanged files are not rewritten; edits found in the copy are moved to `.kept/` and returned.
 */
export async function renderStack(
  input: Reading & { readonly now: number },
  services: readonly ServiceSpec[],
  options: { readonly publish: boolean },
): Promise<Rendering> {
  const { paths, settings } = input
  const read = await readAll(input, services)
  const all = [...new Set(read.flatMap((one) => (one.kind === 'read' ? one.fragment.secrets : [])))].sort()
  // Only what hangs on a password that data does not want is refused.
  const wanted = [...all, ...services.flatMap((one) => one.secrets)]
  const held = wanted.length === 0 ? () => undefined : await input.secrets.held(services)
  const heldIn = ({ secrets: mine }: Fragment): Trouble | undefined =>
    mine.map((name) => held(name)).find((trouble) => trouble !== undefined)
  const names = all.filter((name) =>
    read.some(
      (one) =>
        one.kind === 'read' && one.fragment.secrets.includes(name) && heldIn(one.fragment) === undefined,
    ),
  )
  const handed = read.flatMap((one) =>
    one.kind === 'read' && heldIn(one.fragment) === undefined ? one.service.secrets : [],
  )
  // What only programs are handed (passwords of roles) is there before anybody asks: pods are given it when their cluster starts.
  const made = [...new Set([...names, ...handed.filter((name) => held(name) === undefined)])]
  const secrets = made.length === 0 ? new Map<string, string>() : await input.secrets.ensure(made)
  const refused = read.flatMap((one) => {
    if (one.kind === 'refused') return [{ service: one.service, trouble: one.trouble }]
    const trouble = heldIn(one.fragment)
    if (trouble) return [{ service: one.service.id, trouble }]
    // Whoever keeps secrets tells what is odd; nothing that is not text of one line gets to Compose whoever says so.
    const odd = one.fragment.secrets.find((name) => secrets.has(name) && whyNotSecret(secrets.get(name)))
    return odd === undefined ? [] : [{ service: one.service.id, trouble: oddSecret(odd) }]
  })
  const fragments = read.filter(
    (one) => one.kind === 'read' && refused.every(({ service }) => service !== one.service.id),
  ) as Extract<Read, { kind: 'read' }>[]
  const values = valuesOf(settings, names, secrets)
  const base = stackFolder(paths)
  const written = await writtenIn(base)
  const files = new Map<string, CopyFile>()
  const rendered: RenderedService[] = []
  const keptAside: string[] = []
  const notes: string[] = []
  const folders = new Map<string, readonly string[]>()
  for (const { fragment, service } of fragments) {
    const { id, own } = fragment
    const ports = options.publish ? portsOf(service, settings) : []
    const below = Object.entries(written).flatMap(([key, hash]) =>
      key.startsWith(`${id}/`) ? [[key.slice(id.length + 1), hash] as const] : [],
    )
    const taken = await takeOver(
      {
        copy: join(base, id),
        kept: join(keptFolder(base), id),
        written: Object.fromEntries(below),
        now: input.now,
      },
      own,
    )
    keptAside.push(...taken.keptAside)
    notes.push(...fragment.left, ...taken.notes)
    const mounts = volumesFor(fragment, taken.places)
    folders.set(id, foldersOf(own, taken.places))
    const config = configOf(fragment, base, ports, values, mounts)
    for (const [path, content] of fragment.files) files.set(`${id}/${path}`, content)
    files.set(`${id}/${OVERRIDE}`, {
      data: Buffer.from(overrideText(fragment, settings, config, ports, mounts, fragment.names)),
      mode: 0o644,
    })
    const { image, volumes } = fragment
    rendered.push({
      id,
      image,
      config,
      labels: labelsOf(id, settings),
      volumes: [...volumes.values()],
      ...revisionOf(fragment),
    })
  }
  const project = projectText(
    settings.project,
    fragments.map(({ fragment }) => fragment),
  )
  files.set('compose.yaml', { data: Buffer.from(project), mode: 0o644 })
  // A password that is held may be nowhere else.
  const before = secretsInCopy((await readIfThere(join(base, '.env')).catch(() => undefined)) ?? '')
  const kept = [...before].filter(([name]) => all.includes(name) && !names.includes(name))
  const texts = fragments.flatMap(({ fragment }) => textsOf(fragment))
  const variables = new Map([
    // Of secrets the plain form is always there, for reading them back.
    ...[...values].filter(
      ([name]) => !/_(?:URL|JSON)_SECRET_/.test(name) || texts.some((text) => text.includes(name)),
    ),
    ...kept.map(([name, value]) => [`MACULA_SECRET_${name}`, value] as const),
  ])
  files.set('.env', { data: Buffer.from(environmentText(variables)), mode: 0o600 })
  const own = new Map(fragments.map(({ fragment }) => [fragment.id, fragment.own]))
  const copy = await writeCopy(base, files, input.now, (key) => {
    const slash = key.indexOf('/')
    const mine = slash < 0 ? undefined : own.get(key.slice(0, slash))
    // A container may still write there: of a service that is not rendered now, and below what is a program's own.
    return slash >= 0 && (mine === undefined || isOwn(key.slice(slash + 1), mine))
  })
  // TLS was turned off while the ingress was away.
  if (!settings.tls) await withdrawServed(paths)
  refused.push(
    ...[...copy.failed].map(([service, error]) => ({ service, trouble: writeTrouble(service, error) })),
  )
  const isSound = (id: string): boolean => !copy.failed.has(id)
  return {
    services: rendered.filter(({ id }) => isSound(id)),
    keptAside: [...keptAside, ...copy.keptAside],
    notes,
    refused,
    folders,
    variables: unwritable(variables),
    fragments: fragments.map(({ fragment }) => fragment).filter(({ id }) => isSound(id)),
  }
}

const revisionOf = ({ live }: Fragment): { readonly revision?: string } =>
  live?.revision === undefined ? {} : { revision: live.revision }

/**
 * The hash of everything a container is made from: files with their modes and the folder they are mounted from,
 * published ports, names in the docker network, and the values of the variables its files name (a changed suffix makes anew only what uses it). Of
 * secrets only a hash goes in.
 */
function configOf(
  fragment: Fragment,
  folder: string,
  ports: readonly string[],
  values: ReadonlyMap<string, string>,
  mounts: readonly unknown[],
): string {
  const hash = createHash('sha256').update(
    JSON.stringify([folder, ports, [...fragment.volumes], mounts, fragment.names]),
  )
  for (const [path, { data, mode }] of [...fragment.files].sort(([one], [two]) => (one < two ? -1 : 1))) {
    if (fragment.live?.isLive(path) === true) continue
    hash.update(`\0${path}\0${mode}\0${data.length}\0`).update(data)
  }
  const texts = textsOf(fragment)
  for (const [name, value] of [...values].sort(([one], [two]) => (one < two ? -1 : 1)))
    if (texts.some((text) => text.includes(name))) hash.update(`\0${name}\0${hashOf(value)}`)
  return hash.digest('hex').slice(0, 16)
}

/** The files of a fragment that may name variables. */
function textsOf({ files }: Fragment): readonly string[] {
  return [...files].flatMap(([path, { data }]) =>
    /\.(?:ya?ml|env)$/.test(path) ? [data.toString('utf8')] : [],
  )
}
