import type { AppsAdapter } from '../../engine/adapters.ts'
import type { AddedApp, AppListed, AppRead } from '../../model/added-app.ts'
import type { ClusterSpec } from '../../model/cluster.ts'
import { MaculaError } from '../../model/errors.ts'
import { sayPlace, sentence } from '../../model/say.ts'
import type { Catalog, CatalogProblem, Settings } from '../../model/service.ts'
import { readClusters } from '../catalog/cluster-files.ts'
import { readCatalog } from '../catalog/files.ts'
import { ownPlaces } from '../catalog/own-places.ts'
import { openSettings, saveSettings, settingsFile } from '../keep/settings.ts'
import { clusterFolder } from '../kind/marker.ts'
import { peersFolder } from '../kind/peers.ts'
import type { Paths } from '../paths.ts'
import { followFolders } from './follow-folders.ts'
import { parsePlace, type ParsedPlace } from './parse-place.ts'

const sayProblem = (problem: CatalogProblem): string => `${sayPlace(problem)}: ${problem.reason}`

function readOf(
  added: AddedApp,
  { candidate, place, facts, notes }: ParsedPlace,
  suffix: string,
  replaces: readonly string[],
  shared: readonly string[],
): AppRead {
  const { spec } = candidate
  const { runtime } = spec
  const namespaces = runtime.kind === 'cluster' ? (runtime.app?.place?.namespaces ?? []) : []
  const told = facts.hosts.map(({ host }) => host)
  return {
    path: added.path,
    id: spec.id,
    title: spec.title,
    cluster: runtime.kind === 'cluster' ? runtime.cluster.id : '',
    kind: place.kustomized ? 'kustomization' : 'manifests',
    namespaces: namespaces.filter((one) => facts.namespaces.includes(one)),
    hosts: [
      ...new Set([
        ...told,
        ...spec.endpoints.flatMap(({ name }) => (name === undefined ? [] : `${name}.${suffix}`)),
      ]),
    ],
    ports: facts.ports,
    images: facts.images,
    pods: facts.pods,
    replaces,
    follow: added.follow,
    notes: [...shared, ...notes],
  }
}

/** Applications that are used where they lie: settings.json keeps their paths, everything else is read each time. */
export function openApps(input: {
  readonly paths: Paths
  readonly settings: Settings
  readonly env: Readonly<Record<string, string | undefined>>
}): AppsAdapter {
  const { paths, settings, env } = input
  const { suffix } = settings

  const now = async (): Promise<readonly AddedApp[]> => (await openSettings(paths)).settings.apps
  const catalogOf = async (apps: readonly AddedApp[]): Promise<Catalog> => {
    // Images that are updated meanwhile, and sets, by another face too, are part of what is read again.
    const { settings: now, problem } = await openSettings(paths)
    const { updates, sets } = problem === undefined ? now : settings
    return await readCatalog(paths, { ...settings, apps, updates, sets }, env)
  }
  const around = async (): Promise<{
    readonly clusters: ReadonlyMap<string, ClusterSpec>
    readonly reasons: ReadonlyMap<string, string>
  }> => await readClusters(paths, [], suffix)

  return {
    async read(wish) {
      const { clusters, reasons } = await around()
      const parsed = await parsePlace(wish, clusters, reasons, suffix)
      if ('reason' in parsed)
        throw new MaculaError({
          kind: 'invalid',
          what: sentence(sayProblem(parsed)),
          todo: 'Nothing was added.',
        })
      const { spec } = parsed.candidate
      const cluster = spec.runtime.kind === 'cluster' ? spec.runtime.cluster.id : wish.cluster
      const added: AddedApp = { ...wish, id: spec.id, cluster }
      const others = (await now()).filter(({ path }) => path !== wish.path)
      const catalog = await catalogOf([...others, added])
      const before = await catalogOf(others)
      const known = new Set(before.problems.map(sayProblem))
      const fresh = catalog.problems.filter((one) => !known.has(sayProblem(one)))
      const problem = fresh.find(({ service }) => service === spec.id) ?? fresh[0]
      if (problem)
        throw new MaculaError({
          kind: 'usage',
          what: sentence(`${spec.title} cannot be added: ${sayProblem(problem)}`),
          // Of two that want one name the first by id has it; the newcomer must not take it from who was there.
          ...(problem.service === spec.id
            ? {}
            : { why: `With it ${problem.service} could not be used any more.` }),
          todo: 'Nothing was added. --id NAME gives it another id; a host of it is changed in its Ingress.',
        })
      const row = catalog.services.find(({ id }) => id === spec.id)
      const ids = row?.runtime.kind === 'cluster' ? (row.runtime.app?.replaces ?? []) : []
      const replaces = ids.map((id) => before.services.find((one) => one.id === id)?.title ?? id)
      const shared = (row?.warnings ?? []).filter((one) => !parsed.notes.includes(one))
      return { added, read: readOf(added, parsed, suffix, replaces, shared) }
    },
    async keep(added) {
      await saveSettings(paths, ({ apps }) => ({
        apps: [...apps.filter(({ path }) => path !== added.path), added],
      }))
    },
    async forget(added) {
      await saveSettings(paths, ({ apps }) => ({ apps: apps.filter(({ path }) => path !== added.path) }))
    },
    async list() {
      const all = await now()
      const { clusters, reasons } = await around()
      const catalog = await catalogOf(all)
      return await Promise.all(
        all.map(async (added): Promise<AppListed> => {
          const parsed = await parsePlace(added, clusters, reasons, suffix)
          if ('reason' in parsed)
            return { added, id: parsed.service, title: parsed.service, problem: sayProblem(parsed) }
          const { id, title } = parsed.candidate.spec
          const problem = catalog.problems.find(({ service }) => service === id)
          const isThere = catalog.services.some(
            ({ runtime }) => runtime.kind === 'cluster' && runtime.app?.place?.path === added.path,
          )
          return { added, id, title, ...(isThere || !problem ? {} : { problem: sayProblem(problem) }) }
        }),
      )
    },
    catalog: async () => await catalogOf(await now()),
    follow(signal, onChange) {
      followFolders({
        signal,
        onChange,
        async places() {
          const all = await now().catch(() => [])
          // Only what lies elsewhere tells what it is read from.
          const services = all.length === 0 ? [] : (await catalogOf(all)).services
          const known = services.flatMap(({ runtime }) =>
            runtime.kind === 'cluster' ? (runtime.app?.place?.watched ?? []) : [],
          )
          const own = await ownPlaces(paths)
          const mesh = [peersFolder(paths), clusterFolder(paths)]
          return [
            ...new Set([settingsFile(paths), ...own, ...mesh, ...all.map(({ path }) => path), ...known]),
          ]
        },
      })
    },
  }
}
