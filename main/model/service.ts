/** The words for what is run: tiers, services, endpoints. Pure data; read from the catalog, never changed. */
import type { ActionSpec } from './action.ts'
import type { BucketsSpec } from './bucket.ts'
import type { AppSpec, ClusterSpec } from './cluster.ts'
import type { Scheme, WithProtocol } from './protocol.ts'
import type { SecretUse } from './secret.ts'
import type { Sets } from './settings.ts'

export type {
  ClusterSettings,
  DesktopSettings,
  Sets,
  Settings,
  SettingsPatch,
  SettingsView,
  SourceMount,
} from './settings.ts'

/** The tiers, in the order people see and start them (the approved design's names). */
export const tiers = [
  { id: 'host', title: 'Host' },
  { id: 'applications', title: 'Applications' },
  { id: 'observability', title: 'Observability' },
  { id: 'tools', title: 'Tools' },
  { id: 'data', title: 'Data' },
] as const

export type TierId = (typeof tiers)[number]['id']
export const tierIds: readonly TierId[] = tiers.map((tier) => tier.id)

/** The service whose container routes by host name (assets/stack/ingress). */
export const INGRESS = 'ingress'

/** The port on which the ingress ends TLS. */
export const TLS_PORT = 443

/** The service that keeps the zones, and answers what our name server does not (assets/stack/powerdns). */
export const POWERDNS = 'powerdns'

/** The secret that opens its HTTP API. */
export const POWERDNS_KEY = 'POWERDNS_API_KEY'

/** The host by which the ingress says only which routes it has read: GET /REVISION answers 204 for those, else 404. */
export const REVISION_HOST = 'routes.macula.invalid'

/** How an endpoint is asked whether it answers. */
export interface ProbeSpec {
  /** HTTP only: path asked with GET. */
  readonly path: string
  /** HTTP only: status codes that count as an answer; empty: any below 500. */
  readonly expect: readonly number[]
  /** HTTP only: extra headers; values may hold `{secret:NAME}`. */
  readonly headers: Readonly<Record<string, string>>
}

export interface EndpointSpec {
  readonly id: string
  /** Label under the suffix; the whole name is `${name}.${suffix}`. */
  readonly name?: string
  readonly scheme: Scheme
  /** Port inside the container. */
  readonly target: number
  /** Native port on the service's loopback address; absent: no forwarder of its own. */
  readonly listen?: number
  /** A loopback address of its own for that port, beside the service's; absent: it is the service's. */
  readonly address?: string
  /** That port is not held on this machine, by a setting (`nativePorts`). */
  readonly givenUp?: true
  /** Also forwarded on port 80 of the service's own address. */
  readonly clean: boolean
  /** Path prefix routed by host name through the ingress on port 80 of the service's address. */
  readonly ingress?: string
  /** Path that a browser opens; absent: nothing to open. */
  readonly open?: string
  /** Nothing tells that HTTP is answered there: that its pods run is all that is asked of it. */
  readonly quiet?: true
  readonly probe: ProbeSpec
  readonly example?: ExampleSpec
}

/** What a person may ask an HTTP endpoint to see what it gives: GET `path`, or POST of `json` to it. */
export interface ExampleSpec {
  readonly path: string
  readonly json?: string
}

/** The databases of a PostgreSQL of ours. */
export interface DatabasesSpec {
  /** Who makes and owns them. */
  readonly user: string
  readonly names: readonly string[]
  readonly extensions: readonly string[]
  /** Absolute folder of the migrations that the first of `names` gets, `0001-name.sql` and so on; absent: it gets none. */
  readonly migrations?: string
}

/** What runs a service: a container of ours, or a KinD cluster (the cluster's own row, or an application in it). */
export type Runtime =
  | {
      readonly kind: 'container'
      readonly image: string
      /** What the description names, where `image` is an update of the person's. */
      readonly shipped?: string
    }
  | {
      readonly kind: 'cluster'
      /** Said while there is no cluster. */
      readonly reason: string
      readonly cluster: ClusterSpec
      /** Absent: the row is the cluster itself. */
      readonly app?: AppSpec
    }

/** Where a program shows its metrics to Prometheus. */
export interface MetricsSpec {
  /** Port inside the container, of an application in its pods. */
  readonly target: number
  readonly path: string
}

export interface ServiceSpec {
  readonly id: string
  readonly tier: TierId
  readonly title: string
  readonly purpose: string
  readonly order: number
  /** Loopback address; null: inside Docker only. */
  readonly address: string | null
  readonly endpoints: readonly EndpointSpec[]
  readonly needs: readonly string[]
  readonly uses: readonly string[]
  readonly credentials?: { readonly user: string; readonly secret: string }
  /** How one signs in to its page, where no variable is the way; absent: that needs no words. */
  readonly signIn?: string
  /** false: its image has no shell, so none is offered. */
  readonly shell?: false
  /** Variables for `maculactl env`; values are templates ({url:ID} {host:ID} {port:ID} {name:ID} {secret:NAME}). */
  readonly env: Readonly<Record<string, string>>
  readonly runtime: Runtime
  readonly origin: 'ours' | 'user'
  /** Absolute folder that holds the service's fragment. */
  readonly folder: string
  /** Names of the secrets its fragment refers to. */
  readonly secrets: readonly string[]
  /** Further names of its container in the docker network, and in clusters; absent: none. */
  readonly aliases?: readonly string[]
  /** What its fragment tells of them; absent for one: it is read at each start. */
  readonly secretUses?: Readonly<Record<string, SecretUse>>
  /** What can be done in its container by a press; absent: nothing. */
  readonly actions?: readonly ActionSpec[]
  /** Absent: Prometheus is not told of it (those of ours stand in assets/stack/prometheus). */
  readonly metrics?: MetricsSpec
  /** Databases that are made in it when it answers, with these extensions; others are made by `maculactl db create`. */
  readonly databases?: DatabasesSpec
  /** A program in its container that makes what belongs in it and is missing, whenever it answers; absent: nothing is prepared. */
  readonly prepare?: readonly string[]
  /** It is an object store whose buckets can be listed and made. */
  readonly buckets?: BucketsSpec
  /** What a person should know before the first start (privileged, mounts of / or the Docker socket). */
  readonly warnings: readonly string[]
}

/** A fragment that was refused; the rest of the catalog works. */
export interface CatalogProblem {
  readonly service: string
  readonly file: string
  /** 0: the file, or the folder, as a whole. */
  readonly line: number
  readonly column: number
  readonly reason: string
}

/** A route that is forwarded without a service of ours behind it (the cluster's clean address). */
export interface FixedForward extends WithProtocol {
  readonly address: string
  readonly listen: number
  readonly host: string
  readonly port: number
  readonly tier: TierId
  /** Id of the cluster behind it. */
  readonly cluster: string
}

export interface Catalog {
  readonly services: readonly ServiceSpec[]
  readonly forwards: readonly FixedForward[]
  /** Port 443 of what has a clean URL leads to the ingress too, which ends TLS there. */
  readonly tls?: true | undefined
  /** A person's names for some of them together, from the settings. */
  readonly sets?: Sets | undefined
  readonly problems: readonly CatalogProblem[]
}
