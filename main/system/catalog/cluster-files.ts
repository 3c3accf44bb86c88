import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseApp, parseCluster } from './cluster.ts'
import { settlePorts } from './app-ports.ts'
import { listenerKey } from '../../model/listeners.ts'
import { sayList } from '../../model/say.ts'
import { isSamePort } from './taken.ts'
import type { Candidate } from './parse.ts'
import { parsePlace, withShared, type ParsedPlace } from '../place/parse-place.ts'
import type { AddedApp } from '../../model/added-app.ts'
import type { ClusterSpec } from '../../model/cluster.ts'
import { HUB, HUB_BEFORE, isPeer } from '../../model/cluster-id.ts'
import type { CatalogProblem, FixedForward } from '../../model/service.ts'
import { fileOf, foldersIn } from './folders.ts'
import { keptBefore, takeKeptBefore } from '../kind/kept-before.ts'
import { isWholePeer, peersFolder } from '../kind/peers.ts'
import { readMarker } from '../kind/marker.ts'
import type { Paths } from '../paths.ts'

type Folder = Awaited<ReturnType<typeof foldersIn>>[number]

/** Our clusters and applications and the person's own, ours first. Never throws for a bad file: it becomes a problem. */
export async function readClusters(
  paths: Paths,
  added: readonly AddedApp[],
  suffix: string,
): Promise<{
  readonly candidates: readonly Candidate[]
  readonly forwards: readonly FixedForward[]
  readonly problems: readonly CatalogProblem[]
  readonly clusters: ReadonlyMap<string, ClusterSpec>
  readonly reasons: ReadonlyMap<string, string>
}> {
  const candidates: Candidate[] = []
  const problems: CatalogProblem[] = []
  const forwards: FixedForward[] = []
  const clusters = new Map<string, ClusterSpec>()
  const reasons = new Map<string, string>()
  const ours = join(paths.assets, 'cluster')
  await takeKeptBefore(paths)
  const base = join(ours, 'base')
  const persons = await foldersIn(join(paths.config, 'clusters'), 'user')
  // A person's own of that id goes before what the template made.
  const described: Folder[] = []
  for (const one of await foldersIn(peersFolder(paths), 'ours'))
    if (
      isPeer(one.service) &&
      persons.every(({ service }) => service !== one.service) &&
      (await isWholePeer(one.folder))
    )
      described.push(one)
  for (const { service, folder, origin } of [
    ...(await foldersIn(join(ours, 'clusters'), 'ours')),
    ...described,
    ...persons,
  ]) {
    const file = await fileOf(service, folder, join(folder, 'cluster.yaml'), origin)
    const kind = await fileOf(service, folder, join(folder, 'kind.yaml'), origin)
    const own = join(folder, 'base')
    const result =
      'reason' in file
        ? [file]
        : 'reason' in kind
          ? [kind]
          : parseCluster(file, kind, {
              base: (await isFolder(own)) ? own : base,
              image: clusters.get(HUB)?.image ?? '',
              before:
                service === HUB && persons.every((one) => one.service !== HUB_BEFORE)
                  ? HUB_BEFORE
                  : undefined,
              made: await readMarker(paths, service),
            })
    const clash = 'cluster' in result ? collision(result.cluster, clusters) : undefined
    if (!('cluster' in result)) problems.push(...result)
    else if (clash !== undefined) problems.push(result.candidate.problemAt([clash.key], clash.says))
    else {
      const notes = [
        ...sharedPorts(result.cluster, clusters),
        ...(service === HUB ? await besideHub(paths, result.cluster) : []),
      ]
      candidates.push(withNotes(result.candidate, notes))
      forwards.push(...result.forwards)
      clusters.set(service, result.cluster)
      if (result.candidate.spec.runtime.kind === 'cluster')
        reasons.set(service, result.candidate.spec.runtime.reason)
    }
  }
  for (const { service, folder, origin } of [
    ...(await foldersIn(join(ours, 'apps'), 'ours')),
    ...(await foldersIn(join(paths.config, 'apps'), 'user')),
  ]) {
    const file = await fileOf(service, folder, join(folder, 'app.yaml'), origin)
    const result = 'reason' in file ? file : parseApp(file, clusters, reasons)
    if ('reason' in result) problems.push(result)
    else candidates.push(result)
  }
  const places: ParsedPlace[] = []
  for (const one of added) {
    const result = await parsePlace(one, clusters, reasons, suffix)
    if ('reason' in result) problems.push(result)
    else places.push(result)
  }
  candidates.push(...withShared(places))
  return { candidates: settlePorts(ownFirst(candidates)), forwards, problems, clusters, reasons }
}

/** An application of a person's own takes the place of one of ours that has its id, or a host of it. */
export function ownFirst(candidates: readonly Candidate[]): readonly Candidate[] {
  const isApp = ({ spec }: Candidate): boolean =>
    spec.runtime.kind === 'cluster' && spec.runtime.app !== undefined
  const names = ({ spec }: Candidate): readonly string[] => spec.endpoints.flatMap(({ name }) => name ?? [])
  const ours = candidates.filter((one) => isApp(one) && one.spec.origin === 'ours')
  const meets = (one: Candidate, other: Candidate): boolean =>
    one.spec.id === other.spec.id || names(one).some((name) => names(other).includes(name))
  const out = new Set<Candidate>()
  const own = candidates.map((one): Candidate => {
    const { runtime } = one.spec
    if (!isApp(one) || one.spec.origin !== 'user' || runtime.kind !== 'cluster' || !runtime.app) return one
    const mine = ours.filter((other) => meets(one, other))
    for (const other of mine) out.add(other)
    if (mine.length === 0) return one
    const app = { ...runtime.app, replaces: mine.map(({ spec }) => spec.id) }
    return { ...one, spec: { ...one.spec, runtime: { ...runtime, app } } }
  })
  return own.filter((one) => !out.has(one))
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true
}

/** Two clusters cannot share a name or an address. */
function collision(
  cluster: ClusterSpec,
  others: ReadonlyMap<string, ClusterSpec>,
): { readonly key: string; readonly says: string } | undefined {
  for (const other of others.values()) {
    if (other.id === cluster.id) return { key: 'title', says: `there is already a cluster ${cluster.id}` }
    if (other.name === cluster.name)
      return {
        key: 'title',
        says: `kind allows each name once: ${cluster.name} is taken by ${other.id}`,
      }
    if (other.address === cluster.address)
      return { key: 'address', says: `${cluster.address}:80 leads to the cluster ${other.id}` }
  }
  return undefined
}

/**
 * What is said of ports that clusters share. They may: one that was never made reserves none, those of the platform's scripts share
 * 8443, and whoever starts the second is told who has it.
 */
function sharedPorts(cluster: ClusterSpec, others: ReadonlyMap<string, ClusterSpec>): readonly string[] {
  return [...others.values()].flatMap((other) => {
    const both = cluster.ports.filter((port) =>
      other.ports.some((one) => one.host === port.host && isSamePort(one, port)),
    )
    if (both.length === 0) return []
    const places = both.map(({ host, port, protocol }) => listenerKey({ address: host, port, protocol }))
    return [
      `${sayList(places, 9)} ${both.length === 1 ? 'is' : 'are'} of the cluster ${other.id} too: only one of the two can run at a time. Another hostPort in its kind.yaml, before it is made, lets both run.`,
    ]
  })
}

/** A cluster that an earlier version made while there was another for the hub. */
async function besideHub(paths: Paths, hub: ClusterSpec): Promise<readonly string[]> {
  const before = await keptBefore(paths)
  return before === undefined || before.name === hub.name
    ? []
    : [
        `An earlier version of Macula made a cluster ${before.name}, which is there beside ${hub.name}. It is the hub again once ${hub.name} is gone (maculactl cluster delete ${hub.id}); kind delete cluster --name ${before.name} removes it, with what is in it.`,
      ]
}

const withNotes = (candidate: Candidate, notes: readonly string[]): Candidate =>
  notes.length === 0
    ? candidate
    : {
        ...candidate,
        spec: { ...candidate.spec, warnings: [...candidate.spec.warnings, ...notes] },
      }
