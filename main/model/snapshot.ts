import type { ActionSpec } from './action.ts'
import type { Ladder, Fix } from './ladder.ts'
import type { DockerSeen } from './observation.ts'
import type { CatalogProblem, ExampleSpec, TierId } from './service.ts'
import type { Scheme } from './protocol.ts'

/** These words only, in every face ("degraded" is said as "works, with a problem"). */
export type State =
  'works' | 'degraded' | 'starting' | 'stopping' | 'failed' | 'stopped' | 'not set up' | 'unknown'

/** One way into an endpoint, best first in a list. */
export interface Access {
  /** clean: by name on port 80; named: by name on the native port; address: by loopback address; direct: the container itself. */
  readonly kind: 'clean' | 'named' | 'address' | 'direct'
  /** What is opened or copied, e.g. `http://grafana.macula.local`. */
  readonly url: string
  readonly host: string
  readonly port: number
  readonly works: boolean
  /** Why it does not work, or that it was not tried. */
  readonly reason?: string
  /** It leads there all the same: only its name takes long. */
  readonly slow?: true
  /** Nothing speaks against it, but it was not asked lately: another one is used. */
  readonly untried?: true
  /** It leads to another program, or to another machine's: its port is held, or its name leads elsewhere. Never handed on. */
  readonly elsewhere?: true
  /** This machine does not know its name: an address is handed on rather. */
  readonly unnamed?: true
}

export interface EndpointView {
  readonly id: string
  readonly scheme: Scheme
  readonly name: string | null
  readonly accesses: readonly Access[]
  /** Index into `accesses` of the one Open and Copy use now; -1: none works. */
  readonly best: number
  /** Opens by name only: it is routed by host name and has no port of its own. */
  readonly byNameOnly: boolean
  readonly opens: boolean
  readonly ladder: Ladder
  readonly answerMs?: number
  /** HTTP only: what a person may ask it. */
  readonly example?: ExampleSpec
}

/** What happened, why, what to do: at most three lines each. */
export interface Headline {
  readonly what: string
  readonly why: string
  readonly todo: string
  readonly fix?: Fix
}

/** What fires in Prometheus about a row. */
export interface AlertView {
  /** The rule's, "DiskFilling". */
  readonly name: string
  readonly severity: 'warning' | 'critical'
  /** One line: what is so. */
  readonly summary: string
  /** What to do. */
  readonly description: string
  /** Grafana's uid of the dashboard that shows it; empty: none. */
  readonly dashboard: string
  /** Epoch ms of when it began to be so. */
  readonly since: number
}

/** A cluster that is not there, and is created by the next start of its row or of what runs in it. */
export interface CreatesView {
  /** Its row. */
  readonly row: string
  /** It was there once, and was removed by somebody else. */
  readonly before: boolean
}

export interface ServiceView {
  readonly id: string
  readonly tier: TierId
  readonly title: string
  readonly purpose: string
  /** How one signs in to its page, in a sentence or two; absent: that needs no words. */
  readonly signIn?: string
  /** false: its image has no shell, so none is offered. */
  readonly shell?: false
  readonly origin: 'ours' | 'user'
  /** Runs in a cluster, or is one; found: made by somebody else, only shown; absent: a container of the stack. */
  readonly cluster?: 'cluster' | 'application' | 'found'
  readonly state: State
  /** The cluster that a start of it creates first, which takes minutes and gigabytes; absent: a start creates none. */
  readonly creates?: CreatesView
  /** Address a person sees first ("127.0.0.4:3000"), or the container's for what is inside Docker only. */
  readonly address: string | null
  readonly names: readonly string[]
  readonly endpoints: readonly EndpointView[]
  /** The worst of each rung over all endpoints. */
  readonly ladder: Ladder
  readonly headline?: Headline
  /** The row's few words: "up 3 d 4 h" is made by faces from `since`; this is the reason when not green. */
  readonly reason: string
  readonly answerMs?: number
  /** Epoch ms of the container's start while it runs. */
  readonly since?: number
  readonly container?: {
    readonly id: string
    readonly name: string
    readonly image: string
    readonly address: string
    readonly restarts: number
    /** It does not run, and Docker does not start it again: there is nothing to stop. */
    readonly ended?: true
  }
  /** psql is in it; absent: it is no PostgreSQL. */
  readonly sql?: true
  /** It has buckets, which `maculactl s3` lists and makes. */
  readonly buckets?: true
  /** What its description offers to be done in its container; absent: nothing. */
  readonly actions?: readonly ActionSpec[]
  readonly needs: readonly string[]
  readonly uses: readonly string[]
  readonly neededBy: readonly string[]
  readonly warnings: readonly string[]
  /** Worst first; absent: nothing fires, or nobody was asked. */
  readonly alerts?: readonly AlertView[]
}

export interface TierView {
  readonly id: TierId
  readonly title: string
  readonly addresses: string
  readonly state: State
  /** "6 of 6, names slow" */
  readonly says: string
  readonly services: readonly string[]
}

/** A cause shared by many services, told once. */
export interface SharedCause {
  readonly id:
    | 'docker'
    | 'owner'
    | 'names'
    | 'route'
    | 'forwarders'
    | 'ports'
    | 'network'
    | 'cluster'
    | 'limits'
    | 'orphans'
    | 'hosts'
    | 'before'
    | 'restore'
    | 'taking'
    | 'partial'
    | 'tls'
  readonly headline: Headline
  readonly services: readonly string[]
}

export interface Summary {
  readonly state: State
  /** "12 of 14 services work. Tempo fails, TimescaleDB is starting." */
  readonly says: string
  /** The second line: the shared cause or empty. */
  readonly more: string
}

/** Everything a face shows. Whole on every change; `rev` grows by one. */
export interface Snapshot {
  readonly rev: number
  readonly at: number
  readonly suffix: string
  readonly docker: DockerSeen
  readonly summary: Summary
  readonly causes: readonly SharedCause[]
  readonly tiers: readonly TierView[]
  readonly services: readonly ServiceView[]
  readonly problems: readonly CatalogProblem[]
  /** Containers of ours whose service the catalog does not have; absent: there are none. */
  readonly orphans?: readonly { readonly service: string; readonly container: string }[]
}
