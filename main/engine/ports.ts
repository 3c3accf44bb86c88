/** The interfaces the engine needs of the outside; main/system implements them, tests may stand in for them. */
import type { AppSpec, ClusterSeen, ClusterSpec, KubeconfigView } from '../model/cluster.ts'
import type { Change, LedgerEntry, RootOutcome, RootStepResult } from '../model/change.ts'
import type { Trouble } from '../model/errors.ts'
import type {
  AddressSeen,
  AnswerSeen,
  ContainerSeen,
  DockerSeen,
  ListenerSeen,
  NameSeen,
} from '../model/observation.ts'
import type { ServiceFacts, StatsSample } from '../model/facts.ts'
import type { LogLine } from '../model/log-line.ts'
import type { PullProgress } from '../model/run.ts'
import type { ProbeSpec, Scheme, ServiceSpec, Settings } from '../model/service.ts'
import type { WizardStepId } from '../model/wizard.ts'
import type { NameServerSeen } from '../model/world.ts'

/** "This container changed": nothing more is taken from an event, the truth is read by inspect. */
export interface ContainerEvent {
  readonly id: string
  readonly service: string
  /** Docker's action, "die", "start", "health_status: healthy", "destroy", … */
  readonly action: string
  readonly at: number
}

/** The state of our docker network against what settings want. */
export type NetworkSeen =
  | { readonly kind: 'ours'; readonly subnet: string }
  | { readonly kind: 'absent' }
  /** A network of our name that we did not make, or with another subnet. */
  | { readonly kind: 'foreign'; readonly says: string }
  /** Another network or host route has (part of) our subnet; `free` is a /24 that nothing uses. */
  | { readonly kind: 'overlaps'; readonly withName: string; readonly subnet: string; readonly free: string }

/** A volume that was copied and compared. */
export interface KeptVolume {
  readonly from: string
  readonly to: string
  /** Files and folders. */
  readonly entries: number
  readonly bytes: number
}

/** Volumes of our project; those of others are never changed. */
export interface VolumesPort {
  /** Names of our volumes that a container writes to. */
  of(container: string): Promise<readonly string[]>
  has(name: string): Promise<boolean>
  /** Names of containers that have a volume, without one container (id). */
  users(name: string, except: string): Promise<readonly string[]>
  /**
   * Copies a volume into a new one through containers of `image` that are never started, and compares both. A copy that
   * is not whole does not stay; the original is only read.
   */
  keep(
    wish: { readonly from: string; readonly to: string; readonly image: string; readonly service: string },
    onBytes: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<KeptVolume>
  /** Removes what an interrupted copy left behind. */
  sweep(): Promise<void>
  /** Removes a volume that compose made for us and nothing uses. */
  remove(name: string): Promise<void>
  /** Removes a copy while its original is there. */
  discard(copy: string): Promise<void>
}

export interface DockerPort {
  readonly volumes: VolumesPort
  /** Whether the engine answers and is new enough; never throws. */
  see(): Promise<DockerSeen>
  /**
   * Streams changes of our project's containers until `signal` aborts or the stream ends; resolves with the
   * reason of the end, never throws. `onOpen` is called once the stream is open: inspect all after that.
   */
  events(handlers: {
    readonly signal: AbortSignal
    readonly onOpen: () => void
    readonly onEvent: (event: ContainerEvent) => void
  }): Promise<string>
  /** All our project's containers (label), inspected. */
  containers(): Promise<readonly ContainerSeen[]>
  /** One container, or undefined when it is gone. `quick`: without the last line of its log. */
  inspect(id: string, how?: 'quick'): Promise<ContainerSeen | undefined>
  /** Starts a made container; already running is fine. Throws MaculaError with the daemon's reason (port taken, mount missing). */
  start(id: string): Promise<void>
  /** Stops with the container's own grace period; already stopped is fine. */
  stop(id: string): Promise<void>
  remove(id: string): Promise<void>
  /**
   * Log lines by time; ends at the newest unless `follow`. A service made again later is not followed here. With `until`
   * (epoch ms, exclusive) and `tail`: the last lines before it.
   */
  logs(
    container: ContainerSeen,
    options: {
      readonly follow: boolean
      readonly since?: number
      readonly until?: number
      readonly tail?: number
      readonly signal: AbortSignal
    },
  ): AsyncIterable<LogLine>
  network(): Promise<NetworkSeen>
  /** Makes our network when absent. Throws MaculaError kind `failed` on overlap or a foreign one, naming it. */
  ensureNetwork(): Promise<void>
  /** Removes our network if it is ours and empty. */
  removeNetwork(): Promise<void>
  hasImage(image: string): Promise<boolean>
  /** Size on disk of an image that is here; undefined when it is not. */
  imageBytes(image: string): Promise<number | undefined>
  /** What is known of a container besides its state; undefined when it is gone. */
  facts(container: ContainerSeen): Promise<ServiceFacts | undefined>
  /** Load about once a second; ends when the container does or `signal` aborts. */
  stats(container: ContainerSeen, signal: AbortSignal): AsyncIterable<StatsSample>
  pull(image: string, onProgress: (progress: PullProgress) => void, signal: AbortSignal): Promise<void>
}

/** One service's rendered fragment: what the container must have been made from. */
export interface RenderedService {
  readonly id: string
  readonly image: string
  /** Hash over the fragment, its configuration files and the variables it uses; also its label dev.macula.config. */
  readonly config: string
}

/** What is kept of the set-up over processes; how far it is, is read from the machine. */
export interface SetupMemory {
  /** The end was seen, or the wizard was closed. */
  readonly ended: boolean
  readonly skipped: readonly WizardStepId[]
  /** Ids of changes that a person left out when the others were made. */
  readonly leftOut: readonly string[]
  /** When and how the password was last refused; gone once it is given. */
  readonly refused?: { readonly at: number; readonly says: string } | undefined
}

export interface SetupMemoryPort {
  read(): Promise<SetupMemory>
  /** Changes some of it; the rest stays. */
  keep(part: Partial<SetupMemory>): Promise<SetupMemory>
}

export interface StackPort {
  /** "2.29.1"; undefined when Compose is not installed. */
  composeVersion(): Promise<string | undefined>
  /**
   * Writes the rendered copy of the stack (fragments, configuration, overlays, variables), whole files only,
   * and returns the services with their hashes. Edits found in the rendered copy are kept aside and returned.
   */
  render(
    services: readonly ServiceSpec[],
    options: { readonly publish: boolean },
  ): Promise<{
    readonly services: readonly RenderedService[]
    readonly keptAside: readonly string[]
    /** Services whose files cannot be used, with the reason; left out of `services`, the others are rendered. */
    readonly refused: readonly { readonly service: string; readonly trouble: Trouble }[]
  }>
  /**
   * Lets compose create (or recreate, when changed) the containers of `services`, without starting them.
   * Throws MaculaError naming the service and compose's reason.
   */
  create(
    services: readonly string[],
    onStep: (service: string, says: string) => void,
    signal: AbortSignal,
  ): Promise<void>
}

/** A forwarder that should be there: listens on address:port, leads to host:toPort. */
export interface Forward {
  readonly address: string
  readonly port: number
  readonly host: string
  readonly toPort: number
}

export type ForwardResult =
  | {
      readonly kind: 'kept' | 'started' | 'retargeted'
      readonly forward: Forward
      readonly pid: number
      readonly program: string
    }
  /** EADDRINUSE, EACCES, EADDRNOTAVAIL, or "tool" when nothing could be started. */
  | { readonly kind: 'failed'; readonly forward: Forward; readonly code: string; readonly says: string }

/** A forwarder process of ours that lives (its pid record matches pid, start time and argv). */
export interface ForwarderSeen extends Forward {
  readonly pid: number
  readonly program: 'socat' | 'macula-forward'
}

export interface ForwardersPort {
  /** Living forwarders of ours; stale records are cleared, foreign pids never touched. */
  list(): Promise<readonly ForwarderSeen[]>
  /** Makes each of `wanted` be there: keeps right ones, replaces astray ones, starts missing ones. Others stay. */
  ensure(wanted: readonly Forward[]): Promise<readonly ForwardResult[]>
  /** Ends ours on these listeners (all of ours when absent), with their process groups. */
  stop(listeners?: readonly { readonly address: string; readonly port: number }[]): Promise<void>
}

/** Our own dnsmasq (an unprivileged process on 127.0.0.1, high port). */
export interface NameServerPort {
  seen(): Promise<NameServerSeen>
  /** Makes it run and answer exactly these names; refuses what is not a valid name or loopback address. */
  ensure(names: ReadonlyMap<string, string>): Promise<void>
  stop(): Promise<void>
}

/** The machine as any program on it sees it. */
export interface HostPort {
  /** The OS resolver's IPv4 answer (getaddrinfo), with a deadline in ms. */
  lookup(name: string, deadline: number): Promise<NameSeen>
  canBind(address: string): Promise<AddressSeen>
  /** Who listens on address:port (the wildcard counts), given our living forwarders. */
  listener(address: string, port: number, ours: readonly ForwarderSeen[]): Promise<ListenerSeen>
  /** Speaks the scheme's protocol to address:port; `host` is the HTTP Host header. Deadline in ms. */
  ask(question: {
    readonly scheme: Scheme
    readonly address: string
    readonly port: number
    readonly host: string
    readonly probe: ProbeSpec
    readonly deadline: number
  }): Promise<AnswerSeen>
  /** Lowest port a plain user may bind (Linux: net.ipv4.ip_unprivileged_port_start). */
  lowestPort(): Promise<number>
  /** Path of a program, or undefined. */
  tool(name: string): Promise<string | undefined>
}

/** How the OS resolver is made to ask our dnsmasq (or to know the names by itself). One file a member. */
export interface ResolverRoute {
  readonly id: string
  readonly title: string
  /** Lower is better. */
  readonly rank: number
  /** Whether names only work this way while our dnsmasq runs. */
  readonly needsServer: boolean
  /** Whether this machine can take this route, with the reason when not. */
  detect(): Promise<{ readonly fits: boolean; readonly says: string }>
  /** The change that makes it so; the same input gives the same bytes. */
  plan(input: { readonly settings: Settings; readonly names: ReadonlyMap<string, string> }): Change
  /** Whether the machine has exactly this route now (files as planned). */
  isInPlace(input: {
    readonly settings: Settings
    readonly names: ReadonlyMap<string, string>
  }): Promise<boolean>
}

export interface RootPort {
  /** Runs all verbs of `changes` in one elevation. `onStep` is called as root reports each step. */
  apply(changes: readonly Change[], onStep: (step: RootStepResult) => void): Promise<RootOutcome>
  /** Undoes the entries (all that are applied when absent), newest first. Drifted ones only with `evenIfDrifted`. */
  undo(
    entries: readonly string[] | undefined,
    options: { readonly evenIfDrifted: boolean },
    onStep: (step: RootStepResult) => void,
  ): Promise<RootOutcome>
  ledger(): Promise<readonly LedgerEntry[]>
  /** How root would be asked now: nothing, sudo in the terminal, a desktop prompt; undefined: no way. */
  elevation(): Promise<'root' | 'sudo' | 'desktop' | undefined>
}

export interface SecretsPort {
  /** The value of each name, generated and stored (0600) when absent. */
  ensure(names: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** Those that exist already; makes nothing. */
  read(): Promise<ReadonlyMap<string, string>>
}

export interface LockPort {
  /** Runs `work` alone among all our processes. Waits at most `deadline` ms; then MaculaError `busy` naming the holder. */
  alone<T>(purpose: string, deadline: number, work: () => Promise<T>): Promise<T>
}

/** What a person stopped on purpose, kept over processes (a stop by `down` is not a failure). */
export interface IntentPort {
  wanted(): Promise<ReadonlySet<string>>
  want(ids: readonly string[]): Promise<void>
  unwant(ids: readonly string[]): Promise<void>
}

/** One thing set-up may change on this machine besides the resolver route: low ports, missing tools. One file a member. */
export interface MachineStep {
  readonly id: string
  /** What would be changed, or undefined when this machine never needs it. */
  plan(): Promise<{ readonly change: Change; readonly inPlace: boolean; readonly says: string } | undefined>
}

/** What one application is put into its cluster with. */
export interface AppWish {
  readonly app: AppSpec
  readonly title: string
  readonly image: string
}

/** KinD clusters and what runs in them. Everything throws MaculaError, `see` never. */
export interface ClusterPort {
  /** The version of kind that was found, with its place; undefined: it is not installed. */
  tool(): Promise<{ readonly path: string; readonly version: string } | undefined>
  /** What is there now. `registry`: where images of the suffix can be asked for, when the registry runs. */
  see(
    cluster: ClusterSpec,
    apps: readonly AppWish[],
    registry: { readonly address: string; readonly port: number } | undefined,
  ): Promise<ClusterSeen>
  /** Calls `onChange` when a node or an object of the cluster changed, until `signal` aborts. Never throws. */
  watch(
    cluster: ClusterSpec,
    handlers: { readonly signal: AbortSignal; readonly onChange: () => void },
  ): Promise<void>
  /** Makes the cluster with kind. What an interrupted try of ours left is removed first; nothing else ever is. */
  create(
    cluster: ClusterSpec,
    image: string,
    onStep: (says: string) => void,
    signal: AbortSignal,
  ): Promise<void>
  /** Starts the stopped nodes and waits until the API server answers. */
  start(cluster: ClusterSpec, signal: AbortSignal): Promise<void>
  stop(cluster: ClusterSpec): Promise<void>
  /** Removes a cluster that Macula made, and its entries in kubeconfigs. Refuses any other. */
  remove(cluster: ClusterSpec, onStep: (says: string) => void): Promise<void>
  /** Our docker network for every node, and the way to the registry: idempotent, done after every start. */
  join(cluster: ClusterSpec, registry: { readonly name: string; readonly url: string }): Promise<void>
  /** Takes every node out of our docker network, so that the network can go; nodes stay. */
  leave(cluster: ClusterSpec): Promise<void>
  /** Namespace, ingress controller and observability. */
  putBase(cluster: ClusterSpec): Promise<void>
  /** Puts our names into CoreDNS, or takes them out (`undefined`); true when something changed. */
  putNames(
    cluster: ClusterSpec,
    namesOf: ((before: ReadonlyMap<string, string>, node: string) => ReadonlyMap<string, string>) | undefined,
  ): Promise<boolean>
  /** The variables that every pod may take (a Secret of the namespace). */
  putVariables(cluster: ClusterSpec, variables: ReadonlyMap<string, string>): Promise<void>
  putApp(cluster: ClusterSpec, wish: AppWish): Promise<void>
  /** No pod is wanted any more; objects stay. */
  stopApp(cluster: ClusterSpec, app: AppSpec): Promise<void>
  /** New pods, which pull their image again. */
  restartApp(cluster: ClusterSpec, app: AppSpec): Promise<void>
  /** Log lines of an application's pods, as DockerPort.logs gives them. */
  logs(
    cluster: ClusterSpec,
    service: string,
    app: AppSpec | undefined,
    options: Parameters<DockerPort['logs']>[1],
  ): AsyncIterable<LogLine>
  /** Writes our own kubeconfig when it is missing, the person's own when the settings want it. */
  kubeconfig(cluster: ClusterSpec): Promise<KubeconfigView>
}

export interface Clock {
  now(): number
}

/** All of the outside in one value. */
export interface Ports {
  readonly docker: DockerPort
  readonly stack: StackPort
  readonly forwarders: ForwardersPort
  readonly nameServer: NameServerPort
  readonly host: HostPort
  readonly routes: readonly ResolverRoute[]
  readonly steps: readonly MachineStep[]
  readonly root: RootPort
  readonly secrets: SecretsPort
  readonly lock: LockPort
  readonly intent: IntentPort
  readonly memory: SetupMemoryPort
  readonly clusters: ClusterPort
  readonly clock: Clock
}
