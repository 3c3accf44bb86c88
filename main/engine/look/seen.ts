import type { BackupCut, BackupTaking } from '../../model/backup.ts'
import type { Expected } from '../../model/drift.ts'
import type { Failure } from '../../model/fixes.ts'
import type { Lack } from '../../model/lack.ts'
import { imageOf, type ClusterSeen, type ClusterSpec } from '../../model/cluster.ts'
import type {
  AddressSeen,
  AnswerSeen,
  ContainerSeen,
  DockerSeen,
  ListenerSeen,
  NameSeen,
} from '../../model/observation.ts'
import type { PartialData } from '../../model/partial.ts'
import type { Catalog, ServiceSpec, Settings } from '../../model/service.ts'
import type { OldPart } from '../../model/migration.ts'
import type { AlertSeen } from '../../model/alerts.ts'
import type { FilesSeen } from '../../model/open-files.ts'
import type { TlsLooked } from '../../model/tls.ts'
import type { WaySeen } from '../../model/way.ts'
import type { NameServerSeen, RouteSeen, World } from '../../model/world.ts'
import type { AppWish } from '../adapters.ts'

/** The world as it is filled, part by part. One owner: the truth. */
export interface Seen {
  docker: DockerSeen
  /** When Docker answered again after it did not, epoch ms. */
  dockerCameAt: number | undefined
  names: Map<string, NameSeen>
  /** Whole names under the suffix that Ingresses of our clusters have and the catalog does not, with our loopback address. */
  ingressNames: ReadonlyMap<string, string>
  /** Names that PowerDNS has an address for; read only where names are listed one by one. */
  records: ReadonlyMap<string, readonly string[]>
  /** Whether those are all there are now. */
  recordsKnown: boolean
  /** What PowerDNS itself answers to names of ours, where it answers them at all. */
  theirs: ReadonlyMap<string, readonly string[]>
  addresses: Map<string, AddressSeen>
  listeners: Map<string, ListenerSeen>
  containers: Map<string, ContainerSeen>
  expected: ReadonlyMap<string, Expected>
  failures: ReadonlyMap<string, Failure>
  lacks: ReadonlyMap<string, Lack>
  clusters: Map<string, ClusterSeen>
  answers: Map<string, AnswerSeen>
  nameServer: NameServerSeen
  route: RouteSeen
  /** Where containers are looked for, while some are lost. */
  way: WaySeen | undefined
  /** When that was looked at, epoch ms. */
  wayAt: number
  /** How many files our own process may open. */
  files: FilesSeen | undefined
  /** What ran before Macula, while somebody else has a port of ours. */
  before: readonly OldPart[]
  /** What fires in Prometheus, while somebody watches. */
  alerts: readonly AlertSeen[]
  /** A restore that did not come to its end. */
  cut: BackupCut | undefined
  /** The making of a snapshot that did not come to its end. */
  taking: BackupTaking | undefined
  /** Services that have a part of their data only. */
  partial: readonly PartialData[]
  /** TLS of the clean URLs, while it is wished. */
  tls: TlsLooked | undefined
  wanted: ReadonlySet<string>
  /** Stopped from here though it is wanted: by a restart or a take-over. */
  resting: ReadonlySet<string>
  acting: Map<string, 'starting' | 'stopping'>
  /** How all names together were at the last look; undefined: there was none. */
  namesAre: 'good' | 'bad' | undefined
  /** Epoch ms of when they turned bad while we looked. */
  namesBadSince: number | undefined
  /** Networks that are up, as the last look at names saw them; undefined: there was none. */
  links: readonly string[] | undefined
  linkCame: { readonly name: string; readonly at: number } | undefined
}

export function nothingSeen(): Seen {
  return {
    docker: { kind: 'connecting' },
    dockerCameAt: undefined,
    names: new Map(),
    ingressNames: new Map(),
    records: new Map(),
    recordsKnown: false,
    theirs: new Map(),
    addresses: new Map(),
    listeners: new Map(),
    containers: new Map(),
    expected: new Map(),
    failures: new Map(),
    lacks: new Map(),
    clusters: new Map(),
    answers: new Map(),
    nameServer: { kind: 'stopped' },
    route: { kind: 'unknown' },
    way: undefined,
    wayAt: 0,
    files: undefined,
    before: [],
    cut: undefined,
    taking: undefined,
    partial: [],
    alerts: [],
    tls: undefined,
    wanted: new Set(),
    resting: new Set(),
    acting: new Map(),
    namesAre: undefined,
    namesBadSince: undefined,
    links: undefined,
    linkCame: undefined,
  }
}

/** A frozen copy for the rules. */
export function worldOf(seen: Seen, at: number, images: Readonly<Record<string, string>> = {}): World {
  return {
    at,
    docker: seen.docker,
    ...(seen.dockerCameAt === undefined ? {} : { dockerCameAt: seen.dockerCameAt }),
    names: new Map(seen.names),
    theirs: seen.theirs,
    addresses: new Map(seen.addresses),
    listeners: new Map(seen.listeners),
    containers: new Map(seen.containers),
    expected: seen.expected,
    failures: seen.failures,
    lacks: seen.lacks,
    clusters: new Map(seen.clusters),
    images,
    answers: new Map(seen.answers),
    nameServer: seen.nameServer,
    route: seen.route,
    ...(seen.records.size === 0 ? {} : { records: seen.records }),
    ...(seen.way === undefined ? {} : { way: seen.way }),
    ...(seen.files === undefined ? {} : { files: seen.files }),
    ...(seen.before.length === 0 ? {} : { before: seen.before }),
    ...(seen.cut === undefined ? {} : { cut: seen.cut }),
    ...(seen.taking === undefined ? {} : { taking: seen.taking }),
    ...(seen.partial.length === 0 ? {} : { partial: seen.partial }),
    ...(seen.alerts.length === 0 ? {} : { alerts: seen.alerts }),
    ...(seen.tls === undefined ? {} : { tls: seen.tls }),
    wanted: seen.wanted,
    ...(seen.resting.size === 0 ? {} : { resting: seen.resting }),
    acting: new Map(seen.acting),
    ...(seen.linkCame === undefined ? {} : { linkCame: seen.linkCame }),
    ...(seen.namesBadSince === undefined ? {} : { namesBadSince: seen.namesBadSince }),
  }
}

/** Whether a service runs now, so that its accesses can be asked. */
export function isAskable(seen: Seen, { id, runtime }: ServiceSpec): boolean {
  if (seen.docker.kind !== 'up') return false
  return runtime.kind === 'container'
    ? seen.containers.get(id)?.state === 'running'
    : runtime.app !== undefined && seen.clusters.get(runtime.cluster.id)?.kind === 'up'
}

/** The clusters of the catalog, each once. */
export function clustersOf(catalog: Catalog): readonly ClusterSpec[] {
  return catalog.services.flatMap(({ runtime }) =>
    runtime.kind === 'cluster' && !runtime.app ? [runtime.cluster] : [],
  )
}

/** The applications of a cluster with the images that settings or their folders name. */
export function wishesOf(catalog: Catalog, cluster: string, settings: Settings): readonly AppWish[] {
  return catalog.services.flatMap(({ title, runtime }) =>
    runtime.kind === 'cluster' && runtime.app && runtime.cluster.id === cluster
      ? [{ app: runtime.app, title, image: imageOf(runtime.app, settings.clusters.images, settings.suffix) }]
      : [],
  )
}
