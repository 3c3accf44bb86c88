import { Document, isAlias, isMap, isScalar, isSeq, parseDocument, visit, YAMLMap, YAMLSeq } from 'yaml'
import type { EjectPlan } from '../../model/eject.ts'
import { MaculaError } from '../../model/errors.ts'
import { portText } from '../../model/protocol.ts'
import type { ServiceSpec, Settings } from '../../model/service.ts'
import { ADDITION, FRAGMENT, type Fragment } from '../stack/fragment.ts'
import { openFilling, type KeptVariable } from './fill.ts'
import { configFolder, environmentFiles, movePaths } from './paths.ts'
import { prepareWithin } from './prepare-within.ts'

const MAX_ALIASES = 100

/** One service on its way into the file. */
export interface EjectService {
  readonly spec: ServiceSpec
  readonly fragment: Fragment
  /** Its address in the docker network; undefined: any. */
  readonly address: string | undefined
}

export interface ComposeFiles {
  readonly compose: string
  /** What a person laid over services; Compose lays it over by itself. Undefined: nothing. */
  readonly override: string | undefined
  /** Variables that the files leave to `.env`. */
  readonly variables: ReadonlyMap<string, KeptVariable & { readonly services: readonly string[] }>
  /** Keys of the volumes that Compose makes for it. */
  readonly volumes: readonly string[]
  /** Files that services take variables from, by service. */
  readonly environmentFiles: ReadonlyMap<string, readonly string[]>
}

/** The root of a Compose text as a map of nodes; comments and tags stay where no alias needs them resolved. */
function rootOf(text: string): YAMLMap {
  const document = parseDocument(text, { merge: true, logLevel: 'error' })
  let aliases = 0
  visit(document, { Node: (_, node) => void (aliases += isAlias(node) ? 1 : 0) })
  const root =
    aliases === 0
      ? document.contents
      : new Document(document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown, {
          aliasDuplicateObjects: false,
        }).contents
  return isMap(root) ? root : new YAMLMap()
}

/** The map under a key; made where there is none. */
function mapIn(of: YAMLMap, key: string): YAMLMap {
  const found = of.get(key)
  if (isMap(found)) return found
  const made = new YAMLMap()
  of.set(key, made)
  return made
}

function addTo(service: YAMLMap, key: string, items: readonly string[]): void {
  if (items.length === 0) return
  const found = service.get(key)
  const list = isSeq(found) ? found : new YAMLSeq()
  for (const item of items) list.add(item)
  service.set(key, list)
}

/** Whether a container of these texts has a health check that Compose can wait for. */
function hasHealthcheck(texts: readonly string[], id: string): boolean {
  let has = false
  for (const text of texts) {
    const service = mapIn(mapIn(rootOf(text), 'services'), id)
    if (!service.has('healthcheck')) continue
    const check = mapIn(service, 'healthcheck')
    const test = check.get('test')
    const first = isSeq(test) ? String(isScalar(test.items[0]) ? test.items[0].value : '') : test
    has = check.get('disable') !== true && first !== 'NONE'
  }
  return has
}

const textsOf = ({ files, compose }: Fragment): readonly string[] =>
  compose.map((name) => files.get(name)?.data.toString('utf8') ?? '')

/** Puts a service on the network at its address, with the names that others know it by besides its own. */
function onNetwork(service: YAMLMap, address: string | undefined, names: readonly string[]): void {
  const networks = service.get('networks')
  if (isSeq(networks)) {
    const map = new YAMLMap()
    for (const item of networks.items) map.set(isScalar(item) ? item.value : item, null)
    service.set('networks', map)
  }
  const network = mapIn(mapIn(service, 'networks'), 'macula')
  // Written in lines: the names are many.
  for (const map of [service.get('networks'), network]) if (isMap(map)) map.flow = false
  if (address !== undefined) network.set('ipv4_address', address)
  addTo(network, 'aliases', names)
}

/** Top-level parts of several files in one; what two call the same must be the same. */
function merged(into: YAMLMap, from: YAMLMap, what: string, service: string): void {
  for (const pair of from.items) {
    const key = String(isScalar(pair.key) ? pair.key.value : pair.key)
    const before = into.get(key, true)
    const same = (value: unknown): string => JSON.stringify(value ?? null)
    if (into.has(key) && same(before) !== same(pair.value))
      throw new MaculaError({
        kind: 'invalid',
        what: `Two services describe ${what} ${key} differently; ${service} is one of them.`,
        why: 'In one compose file there is one of each name.',
        todo: `Give one of them another name in its compose.yaml.`,
      })
    into.set(key, pair.value)
  }
}

/**
 * The services as one compose file, and what lies over them as a second one that Compose lays over by itself, so that its
 * own rules of merging hold. `volumes`: names of volumes that are there and go on.
 */
export function composeFiles(input: {
  readonly plan: EjectPlan
  readonly services: readonly EjectService[]
  readonly settings: Settings
  readonly home: string | undefined
  readonly volumes: ReadonlySet<string>
  readonly head: string
}): ComposeFiles {
  const { plan, settings, home, volumes } = input
  const filled = { ...settings, project: plan.project }
  const variables = new Map<string, KeptVariable & { readonly services: readonly string[] }>()
  const envFiles = new Map<string, readonly string[]>()
  const healthy = new Set(
    input.services.flatMap(({ spec, fragment }) =>
      hasHealthcheck(textsOf(fragment), spec.id) ? [spec.id] : [],
    ),
  )
  const files = [FRAGMENT, ADDITION].map((name) => {
    const services = new YAMLMap()
    const top = {
      volumes: new YAMLMap(),
      networks: new YAMLMap(),
      configs: new YAMLMap(),
      secrets: new YAMLMap(),
    }
    for (const { spec, fragment, address } of input.services) {
      const text = fragment.compose.includes(name)
        ? fragment.files.get(name)?.data.toString('utf8')
        : undefined
      if (text === undefined) continue
      const root = rootOf(text)
      const filling = openFilling(spec.id, filled, fragment.files.get('.env')?.data.toString('utf8') ?? '')
      visit(root, {
        Scalar(_, node) {
          if (typeof node.value === 'string') node.value = filling.fill(node.value)
        },
      })
      const service = mapIn(mapIn(root, 'services'), spec.id)
      service.delete('x-macula')
      movePaths(service, { service: spec.id, own: fragment.own, home })
      const read = environmentFiles(service).map((path) => path.replace(`config/${spec.id}/`, ''))
      envFiles.set(spec.id, [...(envFiles.get(spec.id) ?? []), ...read])
      if (name === FRAGMENT) {
        // An update of a person's goes with the data that it wrote.
        if (spec.runtime.kind === 'container' && spec.runtime.shipped !== undefined)
          service.set('image', spec.runtime.image)
        prepareWithin(service, spec.prepare)
        onNetwork(service, address, fragment.names)
        addTo(
          service,
          'ports',
          plan.published
            .filter((one) => one.service === spec.id)
            .map((one) => `${one.address}:${one.port}:${portText(one.target, one.protocol)}`),
        )
        const needs = spec.needs.filter((id) => plan.services.includes(id))
        if (needs.length > 0) {
          const gate = mapIn(service, 'depends_on')
          for (const need of needs)
            mapIn(gate, need).set('condition', healthy.has(need) ? 'service_healthy' : 'service_started')
        }
      }
      services.set(spec.id, service)
      for (const key of ['volumes', 'networks', 'configs', 'secrets'] as const) {
        const part = mapIn(root, key)
        if (key === 'networks') part.delete('macula')
        for (const { value } of part.items)
          if (isMap(value) && /^\.{1,2}\//.test(String(value.get('file'))))
            value.set('file', `${configFolder(spec.id)}/${String(value.get('file')).replace(/^\.\//, '')}`)
        merged(top[key], part, `the ${key.slice(0, -1)}`, spec.id)
      }
      if (name === FRAGMENT)
        for (const [key, full] of fragment.volumes)
          top.volumes.set(key, volumeNode(top.volumes.get(key), full, volumes))
      for (const [key, variable] of filling.kept)
        if (!['HOME', 'USER', 'LOGNAME'].includes(key))
          variables.set(key, { ...variable, services: [...(variables.get(key)?.services ?? []), spec.id] })
      // What only a program keeps is named by no fragment; setup-databases.sh gives it to roles.
      if (name === FRAGMENT)
        for (const secret of spec.secrets) {
          const key = `MACULA_SECRET_${secret}`
          if (!variables.has(key)) variables.set(key, { name: key, services: [spec.id] })
        }
    }
    return { services, top }
  })
  const [base, laid] = files
  const prefix = settings.subnet.slice(0, settings.subnet.lastIndexOf('.'))
  base?.top.networks.set('macula', {
    name: plan.project,
    ipam: {
      // Addresses that Docker gives out come from the upper half: fixed ones are in the lower.
      config: [{ subnet: settings.subnet, gateway: `${prefix}.1`, ip_range: `${prefix}.128/25` }],
    },
  })
  return {
    compose: textOf(base, { name: plan.project }, input.head),
    override:
      laid === undefined || laid.services.items.length === 0
        ? undefined
        : textOf(
            laid,
            {},
            '# What was laid over services in your configuration folder; Compose lays it over docker-compose.yml.\n',
          ),
    variables,
    volumes: [
      ...new Set(
        input.services.flatMap(({ fragment }) =>
          [...fragment.volumes].flatMap(([key, full]) => (volumes.has(full) ? [] : [key])),
        ),
      ),
    ],
    environmentFiles: envFiles,
  }
}

function volumeNode(described: unknown, full: string, volumes: ReadonlySet<string>): unknown {
  if (volumes.has(full)) return { name: full, external: true }
  if (!isMap(described)) return {}
  // Its name would be that of the volume that Macula has.
  described.delete('name')
  return described.items.length === 0 ? {} : described
}

function textOf(
  file: { readonly services: YAMLMap; readonly top: Readonly<Record<string, YAMLMap>> } | undefined,
  first: Readonly<Record<string, string>>,
  head: string,
): string {
  const root: Record<string, unknown> = { ...first, services: file?.services }
  for (const [key, part] of Object.entries(file?.top ?? {})) if (part.items.length > 0) root[key] = part
  const document = new Document(root, { aliasDuplicateObjects: false })
  return head + document.toString({ lineWidth: 0 })
}
