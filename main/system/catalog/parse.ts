import { join } from 'node:path'
import { z } from 'zod'
import { isLabel, isSecretName, octets } from '../../model/atoms.ts'
import { secretForms, type SecretUse } from '../../model/secret.ts'
import type { CatalogProblem, DatabasesSpec, ServiceSpec, TierId } from '../../model/service.ts'
import { firstIssue, parseFile, problemsOf, type CatalogFile, type Parsed } from './fragment.ts'
import { composeProblem } from './compose-problem.ts'
import { blockSchema, type Block } from './schema.ts'
import { publishedBy, type Published } from './published.ts'
import { checkedBy } from './ready.ts'
import { fillIn, type Variables } from './variables.ts'
import { warningsOf } from './warnings.ts'

/** A service that passed its own file's rules; the address may still have to be found. */
export interface Candidate {
  readonly spec: ServiceSpec
  /** No address was written: the next free one is wanted. */
  readonly wantsAddress: boolean
  /** Fixed address in the docker network as written, for the duplicate check. */
  readonly containerAddress?: string
  /** Ports of this machine that Compose publishes for it. */
  readonly published?: readonly Published[]
  /** A problem of one of those, by its place in `ports`. */
  readonly problemOfPort?: (index: number, reason: string) => CatalogProblem
  readonly problemAt: (path: readonly (string | number)[], reason: string) => CatalogProblem
}

/** Only what the engine itself reads of Compose; Compose checks the rest when it makes the container. */
export const composeSchema = z.looseObject({
  image: z.string().max(400),
  networks: z.union([
    z.record(z.string(), z.union([z.null(), z.looseObject({ ipv4_address: z.string().optional() })])),
    z.array(z.string()),
  ]),
})

/**
 * Reads one service folder's compose.yaml. `variables`: what Compose will fill in. Returns what it describes, or the first
 * thing wrong with it: with our block, with a variable, or with something of Compose that cannot work here.
 */
export function parseFragment(file: CatalogFile, variables: Variables): Candidate | CatalogProblem {
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
      `it must describe exactly one service, named as its folder: ${file.service}${ids.length > 1 ? '. Give each other one a folder of its own' : ''}`,
      parsed.at(['services', ids.find((id) => id !== file.service) ?? ''], true),
    )
  const base = ['services', file.service] as const
  const raw = (services as Record<string, unknown>)[file.service]
  const refused = composeProblem(file, parsed, variables)
  if (refused) return refused
  const compose = checkedBy('compose', composeSchema, file.text, raw)
  if (!compose.success) {
    const { reason, at } = firstIssue(compose.error, base, parsed)
    return problem(reason.replace(/^x-macula\.?/, 'service '), at)
  }
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
  const block = checkedBy('block', blockSchema, file.text, compose.data['x-macula'] ?? {})
  if (!block.success) {
    const { reason, at } = firstIssue(block.error, [...base, 'x-macula'], parsed)
    return problem(compose.data['x-macula'] === undefined ? 'it has no x-macula block' : reason, at)
  }
  const secrets = [...new Set([...secretsIn(file.text), ...keptSecrets(block.data)])]
  const badSecret = secrets.find((name) => !isSecretName(name))
  if (badSecret !== undefined) return problem(`MACULA_SECRET_${badSecret} is not the name of a secret`)
  const written = Array.isArray(networks) ? undefined : networks['macula']?.ipv4_address
  const containerAddress = written === undefined ? undefined : filledText(written, variables)
  const published = publishedBy(compose.data, variables)
  const misplaced = containerAddress === undefined ? undefined : addressTrouble(containerAddress, variables)
  if (misplaced !== undefined)
    return problem(misplaced, parsed.at([...base, 'networks', 'macula', 'ipv4_address']))
  return {
    ...candidateOf(file, block.data, parsed, [...base, 'x-macula'], {
      runtime: { kind: 'container', image: filledText(compose.data.image, variables) },
      secrets,
      warnings: file.origin === 'user' ? warningsOf(compose.data, parsed.value, variables) : [],
    }),
    ...(containerAddress === undefined ? {} : { containerAddress }),
    ...(published.length === 0 ? {} : { published }),
    problemOfPort: (index, reason) => problem(reason, parsed.at([...base, 'ports', index])),
  }
}

/** A text whose variables are known to be fine. */
function filledText(text: string, variables: Variables): string {
  const filled = fillIn(text, variables)
  return 'text' in filled ? filled.text : text
}

/** Docker refuses an address outside of the network only when the container starts. */
function addressTrouble(address: string, { lookup }: Variables): string | undefined {
  const prefix = lookup('MACULA_SUBNET_PREFIX') ?? ''
  const quad = octets(address)
  const isInside = quad !== undefined && quad.slice(0, 3).join('.') === prefix
  // .1 is the machine itself.
  if (isInside && quad[3] > 1 && quad[3] < 255) return undefined
  return `ipv4_address: ${JSON.stringify(address)} is not an address of the network. Write \${MACULA_SUBNET_PREFIX}.NUMBER, from 2 to 254, or leave it out`
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
      endpoints: block.endpoints.map(({ name, listen, address, ingress, open, example, ...endpoint }) => ({
        ...endpoint,
        ...(example === undefined ? {} : { example }),
        ...(name === undefined ? {} : { name }),
        ...(listen === undefined ? {} : { listen }),
        ...(address === undefined ? {} : { address }),
        ...(ingress === undefined ? {} : { ingress }),
        ...(open === undefined ? {} : { open }),
      })),
      ...(block.aliases.length === 0 ? {} : { aliases: block.aliases }),
      ...(block.actions.length === 0
        ? {}
        : {
            actions: block.actions.map(({ asks, ...action }) => ({
              ...action,
              ...(asks === undefined ? {} : { asks }),
            })),
          }),
      needs: block.needs,
      uses: block.uses,
      ...(block.credentials === undefined ? {} : { credentials: block.credentials }),
      ...(block.signIn === undefined ? {} : { signIn: block.signIn }),
      ...(block.shell === undefined ? {} : { shell: block.shell }),
      ...(block.secrets === undefined ? {} : { secretUses: usesIn(block.secrets) }),
      ...(block.metrics === undefined ? {} : { metrics: block.metrics }),
      ...(block.databases === undefined ? {} : { databases: databasesIn(block.databases, file.folder) }),
      ...(block.prepare === undefined ? {} : { prepare: block.prepare }),
      ...(block.buckets === undefined ? {} : { buckets: block.buckets }),
      env: block.env,
      origin: file.origin,
      folder: file.folder,
      ...rest,
    },
    wantsAddress: block.address === undefined,
    problemAt: (path, reason) => problem(reason, parsed.at([...base, ...path])),
  }
}

/** What is written of secrets, without what is not. */
function usesIn(written: NonNullable<Block['secrets']>): Readonly<Record<string, SecretUse>> {
  return Object.fromEntries(
    Object.entries(written).map(([name, { kept, user, was, also, places }]) => [
      name,
      {
        places,
        ...(kept === undefined || user === undefined ? {} : { kept, user }),
        ...(was === undefined ? {} : { was }),
        ...(also === undefined ? {} : { also }),
      },
    ]),
  )
}

/** Passwords that only a program keeps: no variable of its container has them. */
const keptSecrets = ({ secrets = {} }: Block): readonly string[] =>
  Object.entries(secrets).flatMap(([name, { kept }]) => (kept === undefined ? [] : [name]))

/** What is written of databases, with the folder of their migrations where it lies. */
function databasesIn(
  { migrations, ...written }: NonNullable<Block['databases']>,
  folder: string,
): DatabasesSpec {
  return migrations === undefined ? written : { ...written, migrations: join(folder, migrations) }
}

const REFERENCE = new RegExp(
  `\\$\\{?(?:${secretForms.map(({ prefix }) => prefix).join('|')})([A-Za-z0-9_]*)`,
  'g',
)

/** The names in all `${MACULA_SECRET_<name>…}` references of a text, in whatever form, each once. */
export function secretsIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(REFERENCE)].map((match) => match[1] ?? ''))]
}
