import type { NamesElsewhere } from './waiting.ts'
import type { BackupCut, BackupTaking } from './backup.ts'
import type { AlertSeen } from './alerts.ts'
import type { ClusterSeen } from './cluster.ts'
import type { OldPart } from './migration.ts'
import type { FilesSeen } from './open-files.ts'
import type { PartialData } from './partial.ts'
import type { TlsLooked } from './tls.ts'
import type { WaySeen } from './way.ts'
import type { Expected } from './drift.ts'
import type { Failure } from './fixes.ts'
import type { Lack } from './lack.ts'
import type {
  AddressSeen,
  AnswerSeen,
  ContainerSeen,
  DockerSeen,
  ListenerSeen,
  NameSeen,
} from './observation.ts'

/** The accesses that are asked for an answer: port 80 of the address with the name as host, the native port, the container. */
export type AskedAccess = 'front' | 'native' | 'direct'

/** Our name server as last seen. */
export type NameServerSeen =
  | {
      readonly kind: 'runs'
      readonly pid: number
      readonly port: number
      readonly names: ReadonlyMap<string, string>
      /** Whom it asks for the rest of our zones, "172.23.0.10:53"; absent: nobody. */
      readonly asks?: string
      /** Where it answers besides; absent: that is not wished. `held`: why it does not. */
      readonly also?: { readonly port: number; readonly pid?: number; readonly held?: string }
    }
  /** It lives and answers nothing: stopped by a signal, or only silent. */
  | {
      readonly kind: 'hung'
      readonly pid: number
      readonly port: number
      readonly hung: 'suspended' | 'silent'
    }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'no-tool' }
  | { readonly kind: 'port-taken'; readonly says: string }

/** How the OS resolver is led to our names. */
export type RouteSeen =
  | { readonly kind: 'in place'; readonly id: string; readonly title: string; readonly needsServer: boolean }
  /** `waits`: what set-up wrote lists names one by one, and lacks these. */
  | {
      readonly kind: 'absent'
      readonly waits?: {
        readonly route: string
        readonly title: string
        readonly names: readonly string[]
        /** Those of them that are there, at other addresses. */
        readonly elsewhere?: NamesElsewhere
      }
    }
  | { readonly kind: 'unknown' }

/** Everything seen in one look, before any judgement. Absent keys were not looked at. */
export interface World {
  /** Epoch ms of the look. */
  readonly at: number
  readonly docker: DockerSeen
  /** When Docker answered again after it did not, epoch ms; absent: it did all the time. */
  readonly dockerCameAt?: number
  readonly names: ReadonlyMap<string, NameSeen>
  /** What PowerDNS answers to names of ours, by name; ours win, so that nobody hears it. */
  readonly theirs?: ReadonlyMap<string, readonly string[]>
  readonly addresses: ReadonlyMap<string, AddressSeen>
  /** By "address:port". */
  readonly listeners: ReadonlyMap<string, ListenerSeen>
  readonly containers: ReadonlyMap<string, ContainerSeen>
  /** What each container would be if it were made now, by service; absent: not known. */
  readonly expected?: ReadonlyMap<string, Expected>
  /** How the last starts of services ended, where they failed. */
  readonly failures?: ReadonlyMap<string, Failure>
  /** What could not be created in services when they were started. */
  readonly lacks?: ReadonlyMap<string, Lack>
  /** By cluster id. */
  readonly clusters?: ReadonlyMap<string, ClusterSeen>
  /** Images of applications, as the settings name them. */
  readonly images?: Readonly<Record<string, string>>
  /** By answerKey(). */
  readonly answers: ReadonlyMap<string, AnswerSeen>
  readonly nameServer: NameServerSeen
  readonly route: RouteSeen
  /** What PowerDNS has an address for; read only where names are listed one by one, which cannot ask it. */
  readonly records?: ReadonlyMap<string, readonly string[]>
  /** Where this machine sends what goes to containers; seen only while some cannot be reached. */
  readonly way?: WaySeen
  /** How many files our own process may open. */
  readonly files?: FilesSeen
  /** What this machine ran for the platform before Macula; looked for only while somebody else has a port of ours. */
  readonly before?: readonly OldPart[]
  /** A restore that did not come to its end. */
  readonly cut?: BackupCut
  /** The making of a snapshot that did not come to its end. */
  readonly taking?: BackupTaking
  /** Services that have a part of their data only, because what replaced it was ended midway. */
  readonly partial?: readonly PartialData[]
  /** TLS of the clean URLs; absent: it is not wished. */
  readonly tls?: TlsLooked
  /** What fires in Prometheus; absent: nothing, or it was not asked. */
  readonly alerts?: readonly AlertSeen[]
  /** Services a person wants to run. */
  readonly wanted: ReadonlySet<string>
  /** Of those, what is stopped from here: a restart or a take-over is at work, or was ended. */
  readonly resting?: ReadonlySet<string>
  /** What an actor is doing right now. */
  readonly acting: ReadonlyMap<string, 'starting' | 'stopping'>
  /** The network that came up last while we looked (tun0), and when that was seen, epoch ms. */
  readonly linkCame?: { readonly name: string; readonly at: number }
  /** Since when names have been slow or failing, epoch ms. */
  readonly namesBadSince?: number
}

/** Docker starts what ran before it went: for so long after it answers again what does not run yet is on its way (ms). */
const DOCKER_BACK_MS = 10_000

/** Whether Docker answered again only a moment ago. */
export function isDockerBack(
  { dockerCameAt }: { readonly dockerCameAt?: number | undefined },
  now: number,
): boolean {
  return dockerCameAt !== undefined && Math.abs(now - dockerCameAt) < DOCKER_BACK_MS
}

export function answerKey(service: string, endpoint: string, access: AskedAccess): string {
  return `${service}/${endpoint}/${access}`
}
