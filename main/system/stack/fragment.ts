import { join } from 'node:path'
import { z } from 'zod'
import { parseFile } from '../catalog/fragment.ts'
import { parseFragment, secretsIn } from '../catalog/parse.ts'
import { isLabel, isSecretName } from '../../model/atoms.ts'
import { MaculaError } from '../../model/errors.ts'
import { INGRESS, type ServiceSpec, type Settings } from '../../model/service.ts'
import type { Paths } from '../paths.ts'
import { ingressRoutes } from './ingress-routes.ts'
import { readTree, textFile, type Content } from './tree.ts'

/** What describes a service to compose. A person's overlay may replace the first and add the second. */
export const FRAGMENT = 'compose.yaml'
export const ADDITION = 'compose.override.yaml'

/** One service as it will be rendered: ours with the person's overlay laid over it. */
export interface Fragment {
  readonly id: string
  readonly files: ReadonlyMap<string, Content>
  /** The compose files, in the order they are laid over each other. */
  readonly compose: readonly string[]
  readonly image: string
  readonly secrets: readonly string[]
  /** Top-level volumes that compose makes for it: key -> name. */
  readonly volumes: ReadonlyMap<string, string>
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
): Promise<Fragment> {
  const { id } = service
  if (!isLabel(id)) throw refused(`${JSON.stringify(id)} is not the name of a service.`, 'It is no label.')
  const overlayFolder = join(paths.config, 'stack', id)
  const overlay = await readTree(overlayFolder, { within: false })
  const files = new Map([...(await readTree(service.folder)), ...overlay])
  // The engine's own file; one of that name in a folder would be merged as if it were ours.
  files.delete(OVERRIDE)
  if (id === INGRESS) files.set('routes/services.conf', textFile(ingressRoutes(all, settings.suffix)))
  const text = files.get(FRAGMENT)?.data.toString('utf8') ?? ''
  const base = overlay.has(FRAGMENT)
    ? imageOf(service, join(overlayFolder, FRAGMENT), text)
    : service.runtime.kind === 'container'
      ? service.runtime.image
      : ''
  const addition = files.get(ADDITION)?.data.toString('utf8')
  const added = addition === undefined ? undefined : readAddition(id, join(overlayFolder, ADDITION), addition)
  const secrets = [...new Set(secretsIn(text + (addition ?? '')))].sort()
  const badSecret = secrets.find((name) => !isSecretName(name))
  if (badSecret !== undefined) throw refused(`MACULA_SECRET_${badSecret} is not the name of a secret.`, '')
  return {
    id,
    files,
    compose: addition === undefined ? [FRAGMENT] : [FRAGMENT, ADDITION],
    image: added?.image ?? base,
    secrets,
    volumes: new Map([text, addition ?? ''].flatMap((one) => [...volumesIn(one, settings.project)])),
  }
}

/** The file the engine adds: labels, published ports. */
export const OVERRIDE = 'macula.override.yaml'

/** The image of a fragment that a person put in the place of ours; the catalog has not read it. */
function imageOf(service: ServiceSpec, file: string, text: string): string {
  const { id, origin, folder } = service
  const read = parseFragment({ service: id, origin, folder, file, text })
  if ('reason' in read)
    throw refused(`${file}:${read.line}:${read.column} cannot be used.`, `In it, ${read.reason}.`)
  return read.spec.runtime.kind === 'container' ? read.spec.runtime.image : ''
}

function readAddition(id: string, file: string, text: string): { readonly image?: string } {
  const parsed = parseFile({ service: id, origin: 'user', folder: '', file, text })
  if ('reason' in parsed)
    throw refused(`${file}:${parsed.line}:${parsed.column} cannot be used.`, parsed.reason)
  const { data } = additionSchema.safeParse(parsed.value ?? {})
  const foreign = Object.keys(data?.services ?? {}).filter((name) => name !== id)
  if (!data || foreign.length > 0)
    throw refused(`${file} cannot be used.`, `It may only describe the service ${id}.`)
  const image = data.services?.[id]?.image
  return image === undefined ? {} : { image }
}

function volumesIn(text: string, project: string): ReadonlyMap<string, string> {
  const parsed = parseFile({ service: '', origin: 'ours', folder: '', file: '', text })
  const data = 'reason' in parsed ? undefined : volumesSchema.safeParse(parsed.value).data
  return new Map(
    Object.entries(data?.volumes ?? {}).flatMap(([key, volume]) =>
      // What a person declares external is theirs to name.
      volume?.external === undefined || volume.external === false
        ? [[key, volume?.name ?? `${project}_${key}`] as const]
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
