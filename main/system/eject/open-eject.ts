import { isAbsolute, join } from 'node:path'
import type { EjectAdapter, EjectWish } from '../../engine/adapters.ts'
import { leftOfClusters } from '../../model/eject.ts'
import { MaculaError, troubleOf } from '../../model/errors.ts'
import { INGRESS, POWERDNS, type Catalog, type ServiceSpec, type Settings } from '../../model/service.ts'
import { wholeFile } from '../files.ts'
import type { Paths } from '../paths.ts'
import { productVersion } from '../product.ts'
import { ADDITION, FRAGMENT, readFragment, type Fragment } from '../stack/fragment.ts'
import { fixedAddresses } from './addresses.ts'
import { untouchable } from './aside.ts'
import { clusterFiles } from './cluster.ts'
import { databasesHead, zoneFiles, zonesHead } from './contents.ts'
import { composeFiles, type ComposeFiles } from './compose-file.ts'
import { dnsmasqText } from './dnsmasq.ts'
import { envText, exampleText, makeEnvHead } from './env-file.ts'
import { place, type PlacedFile } from './place.ts'
import { readmeText } from './readme.ts'
import { routingTexts } from './routing.ts'

interface Read {
  readonly fragments: ReadonlyMap<string, Fragment>
  readonly refused: readonly { readonly service: string; readonly trouble: ReturnType<typeof troubleOf> }[]
}

/** Writes the stack as plain files. */
export function openEject(input: {
  readonly paths: Paths
  readonly settings: Settings
  readonly env: Readonly<Record<string, string | undefined>>
  readonly now: () => number
}): EjectAdapter {
  const { paths, env, now } = input
  // A key of its own would be a copy that nobody renews.
  const settings = { ...input.settings, tls: false }
  const own = (name: string): string => join(paths.assets, 'eject', name)

  async function readAll(services: readonly ServiceSpec[]): Promise<Read> {
    const fragments = new Map<string, Fragment>()
    const refused: { service: string; trouble: ReturnType<typeof troubleOf> }[] = []
    for (const service of services) {
      if (service.runtime.kind !== 'container') continue
      try {
        fragments.set(service.id, await readFragment(service, services, paths, settings, env))
      } catch (error) {
        refused.push({ service: service.id, trouble: troubleOf(error) })
      }
    }
    return { fragments, refused }
  }

  return {
    async read({ services }: Catalog) {
      const { fragments, refused } = await readAll(services)
      const good = services.filter(({ id }) => fragments.has(id))
      const all = [...fragments.values()]
      return {
        addresses: fixedAddresses(good, fragments, settings),
        refused,
        volumes: all.flatMap(({ volumes }) => [...volumes.values()]),
        secrets: [...new Set([...all, ...good].flatMap(({ secrets }) => secrets))].sort(),
      }
    },
    async write(wish) {
      const { plan, catalog, folder, options } = wish
      if (!isAbsolute(folder))
        throw new MaculaError({ kind: 'usage', what: `${JSON.stringify(folder)} is not a whole path.` })
      const { fragments, refused } = await readAll(catalog.services)
      if (refused[0]) throw new MaculaError(refused[0].trouble)
      const order = plan.services.flatMap((id) => catalog.services.find((one) => one.id === id) ?? [])
      const addresses = fixedAddresses(
        catalog.services.filter(({ id }) => fragments.has(id)),
        fragments,
        settings,
      )
      const home = env['HOME']
      const compose = composeFiles({
        plan,
        settings,
        home,
        volumes: wish.volumes,
        head: '# The infrastructure of the Macula platform: docker compose up -d --wait. README.md explains the rest.\n',
        services: order.flatMap((spec) => {
          const fragment = fragments.get(spec.id)
          return fragment ? [{ spec, fragment, address: addresses.get(spec.id) }] : []
        }),
      })
      const files = new Map<string, PlacedFile>()
      const places = catalog.services.flatMap(({ title, runtime }) => {
        const place = runtime.kind === 'cluster' ? runtime.app?.place : undefined
        return place
          ? [`${title} is not among them: it lies in ${place.path}, and kubectl applies it from there.`]
          : []
      })
      const notes: string[] = [...leftOfClusters(catalog), ...places]
      const put = (path: string, data: string | Buffer, mode: PlacedFile['mode'] = 0o644): void =>
        void files.set(path, { data, mode })
      put('infrastructure/docker-compose.yml', compose.compose)
      if (compose.override !== undefined) put('infrastructure/docker-compose.override.yml', compose.override)
      for (const fragment of fragments.values()) notes.push(...putConfiguration(fragment, compose, wish, put))
      await putEnvironment(compose, wish, put)
      const { suffix, zones } = settings
      const powerdns = addresses.get(POWERDNS)
      put(
        'infrastructure/config/dnsmasq/macula.conf',
        dnsmasqText({ suffix, zones, names: plan.names, powerdns }),
      )
      await putContents(catalog.services, powerdns, put)
      put('infrastructure/setup-dnsmasq.sh', await wholeFile(own('setup-dnsmasq.sh')), 0o755)
      for (const [path, text] of routingTexts(plan, (id) => addresses.get(id))) put(path, text, 0o755)
      put('scripts/routing.sh', await wholeFile(own('routing.sh')))
      if (catalog.services.some(({ runtime }) => runtime.kind === 'cluster')) {
        const clusters = await clusterFiles(wish, settings)
        for (const [path, file] of clusters.files) files.set(path, file)
        const rest = (await wholeFile(own('setup-cluster.sh'))).toString('utf8')
        put('scripts/setup-cluster.sh', clusters.head + rest, 0o755)
      }
      put(
        'README.md',
        readmeText(wish, settings, { paths: new Set(files.keys()), version: productVersion() }),
      )
      const { movedAside, keptEnv } = await place(folder, files, {
        force: options.force,
        untouchable: await untouchable(paths, env),
        now: now(),
      })
      return {
        folder,
        files: [...files.keys()].sort(),
        ...(movedAside === undefined ? {} : { movedAside }),
        volumes: [...wish.volumes].sort(),
        secrets: wish.secrets ? 'written' : keptEnv ? 'kept' : 'to be made',
        notes,
      }
    },
  }

  /** Databases and zones, which a start of ours sees to. */
  async function putContents(
    services: readonly ServiceSpec[],
    powerdns: string | undefined,
    put: (path: string, data: string, mode?: PlacedFile['mode']) => void,
  ): Promise<void> {
    const script = async (name: string, head: string): Promise<void> =>
      put(`infrastructure/${name}`, head + (await wholeFile(own(name))).toString('utf8'), 0o755)
    const databases = databasesHead(services)
    if (databases !== undefined) await script('setup-databases.sh', databases)
    const files = zoneFiles(services, settings)
    for (const [path, text] of files) put(path, text)
    if (powerdns !== undefined && files.size > 0) await script('setup-zones.sh', zonesHead(powerdns))
  }

  /** Passwords with their values, or what makes new ones. */
  async function putEnvironment(
    compose: ComposeFiles,
    { secrets, volumes, plan }: EjectWish,
    put: (path: string, data: string, mode?: PlacedFile['mode']) => void,
  ): Promise<void> {
    if (secrets) return put('infrastructure/.env', envText(compose.variables, secrets), 0o600)
    put('infrastructure/.env.example', exampleText(compose.variables))
    const named = compose.volumes.map((key) => `${plan.project}_${key}`)
    const head = makeEnvHead(compose.variables, [...volumes, ...named])
    put('infrastructure/make-env.sh', head + (await wholeFile(own('make-env.sh'))).toString('utf8'), 0o755)
  }
}

/** The configuration of a service; files of variables may hold passwords of the person's own. Returns what is to be told. */
function putConfiguration(
  { id, files, left }: Fragment,
  compose: ComposeFiles,
  { secrets }: EjectWish,
  put: (path: string, data: string | Buffer, mode?: PlacedFile['mode']) => void,
): readonly string[] {
  const notes = [...left]
  const variables = compose.environmentFiles.get(id) ?? []
  for (const [path, { data, mode }] of files) {
    const to = `infrastructure/config/${id}/${path}`
    if (path === FRAGMENT || path === ADDITION) continue
    if (variables.includes(path)) {
      if (secrets) put(to, data, 0o600)
      else {
        put(`${to}.example`, data.toString('utf8').replaceAll(/^(\s*(?:export\s+)?[\w.]+\s*[=:]).*$/gm, '$1'))
        notes.push(
          `${path} of ${id} may hold passwords: it is written as ${to}.example, without values. Copy it to ${to} and fill it in, or use --with-secrets.`,
        )
      }
    } else if (path !== '.env') put(to, id === INGRESS ? alone(path, data) : data, mode)
  }
  return notes
}

/** A file that is rendered for the ingress, without what is true only where Macula Desktop is. */
function alone(path: string, data: Buffer): Buffer | string {
  if (path.startsWith('routes/'))
    return data.toString('utf8').replace(/^# Rendered from the catalog;[^\n]*\n/, '')
  if (path.startsWith('home/') && path.endsWith('.html'))
    return data.toString('utf8').replaceAll('<code>maculactl status</code>', '<code>docker compose ps</code>')
  return data
}
