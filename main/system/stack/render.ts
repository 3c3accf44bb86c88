import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { RenderedService, SecretsAdapter } from '../../engine/adapters.ts'
import { troubleOf, type Trouble } from '../../model/errors.ts'
import type { ServiceSpec, Settings } from '../../model/service.ts'
import type { Paths } from '../paths.ts'
import { environmentText, overrideText, portsOf, projectText, variablesOf } from './compose-texts.ts'
import { OVERRIDE, readFragment, type Fragment } from './fragment.ts'
import { hashOf, writeCopy, type CopyFile } from './rendered-copy.ts'

/** Where the rendered copy of the stack is. */
export function stackFolder(paths: Paths): string {
  return join(paths.data, 'stack')
}

export interface Rendering {
  readonly services: readonly RenderedService[]
  readonly keptAside: readonly string[]
  /** Services whose files cannot be used, with the reason; they are left out and the others rendered. */
  readonly refused: readonly { readonly service: string; readonly trouble: Trouble }[]
  readonly fragments: readonly Fragment[]
}

type Read =
  | { readonly kind: 'read'; readonly service: ServiceSpec; readonly fragment: Fragment }
  | { readonly kind: 'refused'; readonly service: string; readonly trouble: Trouble }

/**
 * Writes the rendered copy of the stack and returns each service with the hash it must have been made from.
 * Unchanged files are not rewritten; edits found in the copy are moved to `.kept/` and returned.
 */
export async function renderStack(
  input: {
    readonly paths: Paths
    readonly settings: Settings
    readonly secrets: SecretsAdapter
    readonly now: number
  },
  services: readonly ServiceSpec[],
  options: { readonly publish: boolean },
): Promise<Rendering> {
  const { paths, settings } = input
  const read = await Promise.all(
    services
      .filter((service) => service.runtime.kind === 'container')
      .map(async (service): Promise<Read> => {
        try {
          return { kind: 'read', service, fragment: await readFragment(service, services, paths, settings) }
        } catch (error) {
          return { kind: 'refused', service: service.id, trouble: troubleOf(error) }
        }
      }),
  )
  const fragments = read.filter((one) => one.kind === 'read')
  const refused = read.flatMap((one) =>
    one.kind === 'refused' ? [{ service: one.service, trouble: one.trouble }] : [],
  )
  const variables = variablesOf(settings)
  const names = [...new Set(fragments.flatMap(({ fragment }) => fragment.secrets))].sort()
  const secrets = await input.secrets.ensure(names)
  const values = new Map([
    ...Object.entries(variables),
    ...names.map((name) => [`MACULA_SECRET_${name}`, secrets.get(name) ?? ''] as const),
  ])
  const files = new Map<string, CopyFile>()
  const rendered: RenderedService[] = []
  for (const { fragment, service } of fragments) {
    const ports = options.publish ? portsOf(service) : []
    const config = configOf(fragment, ports, values)
    for (const [path, content] of fragment.files) files.set(`${fragment.id}/${path}`, content)
    files.set(`${fragment.id}/${OVERRIDE}`, {
      data: Buffer.from(overrideText(fragment, settings, config, ports)),
      mode: 0o644,
    })
    rendered.push({ id: fragment.id, image: fragment.image, config })
  }
  const project = projectText(
    settings.project,
    fragments.map(({ fragment }) => fragment),
  )
  files.set('compose.yaml', { data: Buffer.from(project), mode: 0o644 })
  files.set('.env', { data: Buffer.from(environmentText(values)), mode: 0o600 })
  const keptAside = await writeCopy(stackFolder(paths), files, input.now)
  return { services: rendered, keptAside, refused, fragments: fragments.map(({ fragment }) => fragment) }
}

/**
 * The hash of everything a container is made from: files with their modes, published ports, and the values of the
 * variables its files name (a changed suffix makes anew only what uses it). Of secrets only a hash goes in.
 */
function configOf(fragment: Fragment, ports: readonly string[], values: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256').update(JSON.stringify([ports, [...fragment.volumes]]))
  const texts: string[] = []
  for (const [path, { data, mode }] of [...fragment.files].sort(([one], [two]) => (one < two ? -1 : 1))) {
    hash.update(`\0${path}\0${mode}\0${data.length}\0`).update(data)
    if (/\.(?:ya?ml|env)$/.test(path)) texts.push(data.toString('utf8'))
  }
  for (const [name, value] of [...values].sort(([one], [two]) => (one < two ? -1 : 1)))
    if (texts.some((text) => text.includes(name))) hash.update(`\0${name}\0${hashOf(value)}`)
  return hash.digest('hex').slice(0, 16)
}
