import { z } from 'zod'
import { isLabel, isSecretName } from '../../model/atoms.ts'
import type { CatalogProblem, ServiceSpec, TierId } from '../../model/service.ts'
import { firstIssue, parseFile, problemsOf, type CatalogFile, type Parsed } from './fragment.ts'
import { blockSchema, type Block } from './schema.ts'
import { warningsOf } from './warnings.ts'

/** A service that passed its own file's rules; the address may still have to be found. */
export interface Candidate {
  readonly spec: ServiceSpec
  /** No address was written: the next free one is wanted. */
  readonly wantsAddress: boolean
  /** Fixed address in the docker network as written, for the duplicate check. */
  readonly containerAddress?: string
  readonly problemAt: (path: readonly (string | number)[], reason: string) => CatalogProblem
}

/** Only what the engine itself reads of Compose; Compose checks the rest when it makes the container. */
const composeSchema = z.looseObject({
  image: z
    .string()
    .max(400)
    .regex(/^[a-zA-Z0-9${][a-zA-Z0-9._\-/:@${}]*$/, { error: 'must name an image' }),
  networks: z.union([
    z.record(z.string(), z.union([z.null(), z.looseObject({ ipv4_address: z.string().optional() })])),
    z.array(z.string()),
  ]),
})

/** Keys that would take a container out of our network or name it past Compose. */
const refusedKeys = [
  'container_name',
  'network_mode',
  'extends',
  'build',
  'profiles',
  'scale',
  'deploy',
] as const

/** Reads one service folder's compose.yaml. Returns what it describes, or the first thing wrong with it. */
export function parseFragment(file: CatalogFile): Candidate | CatalogProblem {
  const problem = problemsOf(file)
  if (!isLabel(file.service))
    return problem('the folder’s name must be a label: 1 to 63 of a-z, 0-9 and inner hyphens')
  const parsed = parseFile(file)
  if ('reason' in parsed) return parsed
  const services = (parsed.value as { services?: unknown } | null)?.services
  if (typeof services !== 'object' || services === null) return problem('it has no services', parsed.at([]))
  const ids = Object.keys(services)
  if (ids.length !== 1 || ids[0] !== file.service)
    return problem(
      `it must describe exactly one service, named as its folder: ${file.service}`,
      parsed.at(['services', ids.find((id) => id !== file.service) ?? ''], true),
    )
  const base = ['services', file.service] as const
  const raw = (services as Record<string, unknown>)[file.service]
  const compose = composeSchema.safeParse(raw)
  if (!compose.success) {
    const { reason, at } = firstIssue(compose.error, base, parsed)
    return problem(reason.replace(/^x-macula\.?/, 'service '), at)
  }
  const refused = refusedKeys.find((key) => key in compose.data)
  if (refused !== undefined && (refused !== 'deploy' || file.origin === 'user'))
    return problem(`${refused} cannot be used here`, parsed.at([...base, refused], true))
  const networks = compose.data.networks
  const onNetwork = Array.isArray(networks) ? networks.includes('macula') : 'macula' in networks
  if (!onNetwork) return problem('it must join the network macula', parsed.at([...base, 'networks'], true))
  // Declared at the top too, with the same words in every fragment: Compose wants it, and the engine makes the network.
  const top = (parsed.value as { networks?: { macula?: { external?: unknown } } }).networks?.macula
  if (top?.external !== true)
    return problem(
      'it must declare the network: networks: { macula: { name: "${MACULA_NETWORK:-macula}", external: true } }',
      parsed.at(['networks', 'macula']),
    )
  const block = blockSchema.safeParse(compose.data['x-macula'] ?? {})
  if (!block.success) {
    const { reason, at } = firstIssue(block.error, [...base, 'x-macula'], parsed)
    return problem(compose.data['x-macula'] === undefined ? 'it has no x-macula block' : reason, at)
  }
  const secrets = secretsIn(file.text)
  const badSecret = secrets.find((name) => !isSecretName(name))
  if (badSecret !== undefined) return problem(`MACULA_SECRET_${badSecret} is not the name of a secret`)
  const containerAddress = Array.isArray(networks) ? undefined : networks['macula']?.ipv4_address
  return {
    ...candidateOf(file, block.data, parsed, [...base, 'x-macula'], {
      runtime: { kind: 'container', image: compose.data.image },
      secrets,
      warnings: file.origin === 'user' ? warningsOf(compose.data) : [],
    }),
    ...(containerAddress === undefined ? {} : { containerAddress }),
  }
}

function candidateOf(
  file: CatalogFile,
  block: Block,
  parsed: Parsed,
  base: readonly (string | number)[],
  rest: Pick<ServiceSpec, 'runtime' | 'secrets' | 'warnings'>,
): Candidate {
  const problem = problemsOf(file)
  return {
    spec: {
      id: file.service,
      tier: block.tier as TierId,
      title: block.title,
      purpose: block.purpose,
      order: block.order,
      address: block.address === undefined || block.address === 'none' ? null : block.address,
      endpoints: block.endpoints.map(({ name, listen, ingress, open, ...endpoint }) => ({
        ...endpoint,
        ...(name === undefined ? {} : { name }),
        ...(listen === undefined ? {} : { listen }),
        ...(ingress === undefined ? {} : { ingress }),
        ...(open === undefined ? {} : { open }),
      })),
      needs: block.needs,
      uses: block.uses,
      ...(block.credentials === undefined ? {} : { credentials: block.credentials }),
      env: block.env,
      origin: file.origin,
      folder: file.folder,
      ...rest,
    },
    wantsAddress: block.address === undefined,
    problemAt: (path, reason) => problem(reason, parsed.at([...base, ...path])),
  }
}

/** The names in all `${MACULA_SECRET_<name>…}` references of a text, each once. */
export function secretsIn(text: string): readonly string[] {
  return [
    ...new Set([...text.matchAll(/\$\{?MACULA_SECRET_([A-Za-z0-9_]*)/g)].map((match) => match[1] ?? '')),
  ]
}
