import { join } from 'node:path'
import { z } from 'zod'
import type { Bind } from '../catalog/mounts.ts'
import { composeProblem } from '../catalog/compose-problem.ts'
import { MAX_FRAGMENT_BYTES, parseFile, problemsOf, type CatalogFile } from '../catalog/fragment.ts'
import { parseFragment, secretsIn } from '../catalog/parse.ts'
import { fillIn, variablesFor, type Variables } from '../catalog/variables.ts'
import { isLabel, isSecretName } from '../../model/atoms.ts'
import { MaculaError } from '../../model/errors.ts'
import { namesOfContainer } from '../../model/network-names.ts'
import { shortPlace } from '../../model/say.ts'
import {
  INGRESS,
  type CatalogProblem,
  type ServiceSpec,
  type Settings,
  type TierId,
} from '../../model/service.ts'
import { bytesBeside, readIfThere } from '../files.ts'
import type { Paths } from '../paths.ts'
import { servedMark } from '../tls/served.ts'
import { ingressFiles, isLiveFile } from './ingress/files.ts'
import { ingressRoutes } from './ingress/routes.ts'
import { missingBeside } from './missing.ts'
import { isTargetFile, PROMETHEUS, targetFiles } from './targets.ts'
import { copiedBinds, isOwn, ownBinds, type OwnBind } from './own-binds.ts'
import { readTree, textFile, type Content } from './tree.ts'

/** What describes a service to compose. A person's overlay may replace the first and add the second. */
export const FRAGMENT = 'compose.yaml'
export const ADDITION = 'compose.override.yaml'

/** One service as it will be rendered: ours with the person's overlay laid over it. */
export interface Fragment {
  readonly id: string
  readonly tier: TierId
  readonly files: ReadonlyMap<string, Content>
  /** What of its folders was not copied, a sentence each. */
  readonly left: readonly string[]
  /** The compose files, in the order they are laid over each other. */
  readonly compose: readonly string[]
  readonly image: string
  readonly secrets: readonly string[]
  /** Top-level volumes that compose makes for it: key -> name. */
  readonly volumes: ReadonlyMap<string, string>
  /** Mounts that lie in the person's folder, not in the copy. */
  readonly own: readonly OwnBind[]
  /** Mounts of what is copied. */
  readonly copied: readonly Bind[]
  /** Names of its container in the docker network, besides its id. */
  readonly names: readonly string[]
  /** Whether Docker asks for its health less often while it starts than its files say; see `overrideText`. */
  readonly calm?: true
  /** Files that its program reads again while it runs, so that they make no container anew; `revision`: which they are, where it can be asked. */
  readonly live?: { readonly revision?: string; readonly isLive: (path: string) => boolean }
}

const volumesSchema = z.looseObject({
  volumes: z
    .record(
      z.string(),
      z.union([
        z.null(),
        z.looseObject({
          name: z.string().optional(),
          external: z.union([z.boolean(), z.string(), z.looseObject({})]).optional(),
        }),
      ]),
    )
    .nullish(),
})

const additionSchema = z.looseObject({
  services: z.record(z.string(), z.looseObject({ image: z.string().optional() })).optional(),
})

/**
 * Reads a service's folder and the overlay of the person's configuration (`stack/<id>/`). Throws MaculaError
 * `invalid` with file and line when the overlay is not a fragment of this service.
 */
export async function readFragment(
  service: ServiceSpec,
  all: readonly ServiceSpec[],
  paths: Paths,
  settings: Settings,
  env: Readonly<Record<string, string | undefined>>,
  /** What overlays there are, as far as that is known: where there is none it is not looked for, file by file. */
  overlays?: ReadonlySet<string>,
): Promise<Fragment> {
  const { id } = service
  if (!isLabel(id)) throw refused(`${JSON.stringify(id)} is not the name of a service.`, 'It is not a label.')
  const overlayFolder = join(paths.config, 'stack', id)
  const isLaid = overlays?.has(id) !== false
  // First what says which folders are a program's own: those may be large, and not ours to read.
  const [base, laid, addedBase, addedLaid, besideBase, besideLaid] = await Promise.all(
    [FRAGMENT, ADDITION, '.env'].flatMap((name) => [
      service.origin === 'ours'
        ? bytesBeside(join(service.folder, name), MAX_FRAGMENT_BYTES).then((bytes) => bytes?.toString('utf8'))
        : readIfThere(join(service.folder, name), MAX_FRAGMENT_BYTES),
      isLaid ? readIfThere(join(overlayFolder, name), MAX_FRAGMENT_BYTES) : Promise.resolve(undefined),
    ]),
  )
  const variables = variablesFor(settings, env, besideLaid ?? besideBase ?? '')
  const text = laid ?? base ?? ''
  const image =
    laid === undefined
      ? service.runtime.kind === 'container'
        ? service.runtime.image
        : ''
      : imageOf(service, join(overlayFolder, FRAGMENT), laid, variables)
  const addition = addedLaid ?? addedBase
  const additionFile = join(addedLaid === undefined ? service.folder : overlayFolder, ADDITION)
  const added = addition === undefined ? undefined : readAddition(id, additionFile, addition, variables)
  const home = service.origin === 'user' ? service.folder : overlayFolder
  const described = [serviceIn(id, text), serviceIn(id, addition ?? '')]
  const own = ownBinds(described, variables, home)
  // What is ours is whole, and some of it is only rendered.
  for (const [file, content] of [
    [
      join(laid === undefined ? service.folder : overlayFolder, FRAGMENT),
      service.origin === 'user' ? text : laid,
    ],
    [additionFile, addition],
  ] as const) {
    const one: CatalogFile = { service: id, origin: 'user', folder: home, file, text: content ?? '' }
    const missing =
      content === undefined ? undefined : await missingBeside(one, [service.folder, overlayFolder], variables)
    if (missing) throw refusedAt(missing)
  }
  const skip = (key: string): boolean => isOwn(key, own)
  const left: string[] = []
  const onLeft = (says: string): void => void left.push(says)
  const files = new Map([
    ...(await readTree(service.folder, { within: true, beside: service.origin === 'ours', skip, onLeft })),
    ...(isLaid ? await readTree(overlayFolder, { within: false, skip, onLeft }) : []),
  ])
  // A mount of the whole folder leaves these to us all the same.
  for (const [name, content] of [
    [FRAGMENT, laid ?? base],
    [ADDITION, addition],
    ['.env', besideLaid ?? besideBase],
  ] as const)
    if (content !== undefined) files.set(name, textFile(content))
  // The engine's own file; one of that name in a folder would be merged as if it were ours.
  files.delete(OVERRIDE)
  const served = id === INGRESS && settings.tls ? await servedMark(paths) : undefined
  const routes = id === INGRESS ? ingressRoutes(all, settings.suffix, served) : undefined
  if (routes)
    for (const [path, content] of ingressFiles(all, settings.suffix, routes.text))
      files.set(path, textFile(content))
  if (id === PROMETHEUS) for (const [path, content] of targetFiles(all)) files.set(path, textFile(content))
  const secrets = [...new Set(secretsIn(text + (addition ?? '')))].sort()
  const badSecret = secrets.find((name) => !isSecretName(name))
  if (badSecret !== undefined) throw refused(`MACULA_SECRET_${badSecret} is not the name of a secret.`, '')
  return {
    ...(service.origin === 'ours' && laid === undefined && isChecked(described) ? { calm: true } : {}),
    id,
    tier: service.tier,
    files,
    left,
    compose: addition === undefined ? [FRAGMENT] : [FRAGMENT, ADDITION],
    image: added?.image ?? image,
    secrets,
    volumes: new Map(
      [text, addition ?? ''].flatMap((one) => [...volumesIn(one, settings.project, variables)]),
    ),
    own,
    names: [...(service.aliases ?? []), ...namesOfContainer(all, settings.suffix, id)],
    ...(routes ? { live: { revision: routes.revision, isLive: isLiveFile } } : {}),
    ...(id === PROMETHEUS ? { live: { isLive: isTargetFile } } : {}),
    copied: copiedBinds(described, variables, own, files.keys()),
  }
}

/** The file the engine adds: labels, published ports. */
export const OVERRIDE = 'macula.override.yaml'

const checkSchema = z.looseObject({ healthcheck: z.looseObject({ start_interval: z.string() }) })

/** Whether a description has a health check that is asked more often at the start, and a person added none. */
function isChecked([base, added]: readonly unknown[]): boolean {
  const isTheirs = typeof added === 'object' && added !== null && 'healthcheck' in added
  return !isTheirs && checkSchema.safeParse(base).success
}

/** The image of a fragment that a person put in the place of ours; the catalog has not read it. */
function imageOf(service: ServiceSpec, file: string, text: string, variables: Variables): string {
  const { id, origin, folder } = service
  const read = parseFragment({ service: id, origin, folder, file, text }, variables)
  if ('reason' in read) throw refusedAt(read)
  return read.spec.runtime.kind === 'container' ? read.spec.runtime.image : ''
}

function readAddition(
  id: string,
  path: string,
  text: string,
  variables: Variables,
): { readonly image?: string } {
  const file: CatalogFile = { service: id, origin: 'user', folder: '', file: path, text }
  const parsed = parseFile(file)
  if ('reason' in parsed) throw refusedAt(parsed)
  const { data } = additionSchema.safeParse(parsed.value ?? {})
  const foreign = Object.keys(data?.services ?? {}).find((name) => name !== id)
  if (!data || foreign !== undefined)
    throw refusedAt(
      problemsOf(file)(
        `it may only describe the service ${id}`,
        parsed.at(['services', foreign ?? ''], true),
      ),
    )
  const problem = composeProblem(file, parsed, variables)
  if (problem) throw refusedAt(problem)
  const image = data.services?.[id]?.image
  const filled = image === undefined ? undefined : fillIn(image, variables)
  return filled && 'text' in filled ? { image: filled.text } : {}
}

/** The part of a text that describes a service; undefined when there is none that can be read. */
function serviceIn(id: string, text: string): unknown {
  const parsed = parseFile({ service: id, origin: 'user', folder: '', file: '', text })
  const services = 'reason' in parsed ? undefined : (parsed.value as { services?: unknown } | null)?.services
  return typeof services === 'object' && services !== null
    ? (services as Record<string, unknown>)[id]
    : undefined
}

function refusedAt(problem: CatalogProblem): MaculaError {
  return refused(`${shortPlace(problem)} cannot be used.`, `In it, ${problem.reason}.`)
}

/** Names as Compose makes them, with variables filled in; one that cannot be stays as it stands, and Compose refuses it. */
function volumesIn(text: string, project: string, variables: Variables): ReadonlyMap<string, string> {
  const parsed = parseFile({ service: '', origin: 'ours', folder: '', file: '', text })
  const data = 'reason' in parsed ? undefined : volumesSchema.safeParse(parsed.value).data
  const nameOf = (name: string | undefined): string | undefined => {
    const filled = name === undefined ? undefined : fillIn(name, variables)
    return filled && 'text' in filled ? filled.text : name
  }
  return new Map(
    Object.entries(data?.volumes ?? {}).flatMap(([key, volume]) =>
      // What a person declares external is theirs to name.
      volume?.external === undefined || volume.external === false
        ? [[key, nameOf(volume?.name) ?? `${project}_${key}`] as const]
        : [],
    ),
  )
}

function refused(what: string, why: string): MaculaError {
  return new MaculaError({
    kind: 'invalid',
    what,
    why,
    todo: 'Correct it; the other services are not touched by this.',
  })
}
