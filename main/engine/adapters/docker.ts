/** What the engine needs of Docker and Compose. */
import type { Trouble } from '../../model/errors.ts'
import type { ServiceFacts, StatsSample } from '../../model/facts.ts'
import type { LogLine } from '../../model/log-line.ts'
import type { Usage } from '../../model/load.ts'
import type { ContainerSeen, DockerSeen } from '../../model/observation.ts'
import type { TheirEnd } from '../../model/told-end.ts'
import type { PullProgress } from '../../model/run.ts'
import type { ServiceSpec } from '../../model/service.ts'
import type { VolumeListing } from '../../model/volume-list.ts'
import type { PipedHandle, TerminalArgv, TerminalHandle } from './terminal.ts'

/** "This container changed": nothing more is taken from an event than its end, the truth is read by inspect. */
export interface ContainerEvent {
  readonly id: string
  /** Absent: a container came to a network or left it, which is told by its id alone; it may not be ours. */
  readonly service: string | undefined
  /** Docker's action, "die", "start", "health_status: healthy", "destroy", … */
  readonly action: string
  readonly at: number
  /** It ended, after Docker had sent it a signal as somebody wished (docker stop, docker kill). */
  readonly ended?: TheirEnd
}

/** The state of our docker network against what settings want. */
export type NetworkSeen =
  | { readonly kind: 'ours'; readonly subnet: string }
  | { readonly kind: 'absent' }
  /** Ours, but not as we would make it now; made anew once nothing runs on it. */
  | { readonly kind: 'differs'; readonly says: string }
  /** A network of our name that we did not make. */
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
export interface VolumesAdapter {
  /** Names of our volumes that a container writes to. */
  of(container: string): Promise<readonly string[]>
  has(name: string): Promise<boolean>
  /** Names of all volumes of ours that hold data of services, without those that were moved aside. */
  all(): Promise<readonly string[]>
  /** Those that were moved aside, by name, with what each was. */
  copies(): Promise<readonly { readonly from: string; readonly to: string }[]>
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
  /**
   * Fills a volume of ours that nothing uses with a copy that was moved aside from it: it is made anew under its labels, filled and
   * compared. One that is not whole does not stay; the copy is only read.
   */
  putBack(
    wish: { readonly copy: string; readonly to: string; readonly image: string },
    onBytes: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<KeptVolume>
  /** What is in a volume of ours, within bounds, through a container of `image` that is never started; it is only read. */
  list(wish: { readonly name: string; readonly image: string }): Promise<VolumeListing>
  /** The content of a volume of ours as a tar, through a container of `image` that is never started; it is only read. */
  pack(
    wish: {
      readonly name: string
      readonly image: string
      /** Folders and files below its root that are left out. */
      readonly without?: readonly string[]
    },
    signal: AbortSignal,
  ): AsyncIterable<Buffer>
  /** Contents of those files below a path that are wanted, by their path from its folder; none where there is no such path. */
  contents(
    wish: { readonly name: string; readonly image: string; readonly path: string },
    wants: (path: string, bytes: number) => boolean,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Buffer>>
  /**
   * Makes a volume of ours that nothing uses anew under its labels, fills it with such a tar and compares what arrived. One that
   * is not whole does not stay.
   */
  refill(
    wish: { readonly to: string; readonly image: string },
    source: AsyncIterable<Buffer>,
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

/** A program to run in a container. */
export interface ExecWish {
  readonly argv: readonly string[]
  /** What it is given on its stdin. */
  readonly input?: string
  readonly deadlineMs: number
  /** Ends the program. */
  readonly signal?: AbortSignal | undefined
}

export interface ExecResult {
  readonly code: number
  readonly out: string
  readonly err: string
  /** Bytes before `out` and `err`, of which only the ends are kept; absent: they are whole. */
  readonly dropped?: number
}

export interface DockerAdapter {
  readonly volumes: VolumesAdapter
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
  /**
   * The name of any container that runs, ours or not, by the beginning of its id or by an address that it has; undefined:
   * none, or Docker does not say. Never throws.
   */
  nameOf(ref: string): Promise<string | undefined>
  /** The Compose project that a container of this name is of; undefined: of none. */
  projectOf?(name: string): Promise<string | undefined>
  /** One container, or undefined when it is gone. `quick`: without the last line of its log. */
  inspect(id: string, how?: 'quick'): Promise<ContainerSeen | undefined>
  /** Since when it answers no question about this container, though about others, epoch ms; undefined: it does. */
  silentSince?(id: string): number | undefined
  /**
   * The name of a service's container, the variables that it was made with, and the volumes and folders that it writes to;
   * undefined when there is none.
   */
  madeWith(service: string): Promise<
    | {
        readonly name: string
        readonly variables: ReadonlyMap<string, string>
        readonly data: readonly string[]
      }
    | undefined
  >
  /**
   * Runs a program in a container of ours that runs, by argv. Throws MaculaError when the container is not there, does not
   * run or is not done in time; what the program says of its own failure is in the result.
   */
  exec(id: string, wish: ExecWish): Promise<ExecResult>
  /** Opens a program with a terminal in a container of ours that runs, by argv. Throws MaculaError as `exec` does. */
  terminal(id: string, wish: TerminalArgv): Promise<TerminalHandle>
  /** Runs a program in a container of ours that runs, by argv, its streams apart and without a deadline. Throws as `exec` does. */
  piped(id: string, argv: readonly string[]): Promise<PipedHandle>
  /** Starts a made container; already running is fine, a paused one goes on. Throws MaculaError with the daemon's reason (port taken, mount missing). */
  start(id: string): Promise<void>
  /**
   * Stops with the container's own grace period; already stopped is fine. `for good`: its restart policy does not start it
   * again when Docker itself is started.
   */
  stop(id: string, how?: 'for good'): Promise<void>
  remove(id: string): Promise<void>
  /** Lets the program of a running container read its files again (SIGHUP); not running is fine. */
  reread(id: string): Promise<void>
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
  /** What exists of these images, our network and volumes. */
  parts(images: readonly string[]): Promise<Parts>
  hasImage(image: string): Promise<boolean>
  /** Size on disk of an image that is here; undefined when it is not. */
  imageBytes(image: string): Promise<number | undefined>
  /** What is known of a container besides its state; undefined when it is gone. */
  facts(container: ContainerSeen): Promise<ServiceFacts | undefined>
  /** Load about once a second; ends when the container does or `signal` aborts. */
  stats(container: ContainerSeen, signal: AbortSignal): AsyncIterable<StatsSample>
  /** What a running container has used so far; undefined when it does not run. Absent: that cannot be asked. */
  usage?(container: ContainerSeen): Promise<Usage | undefined>
  /**
   * The text of a small file in a container of ours, running or not, with its volumes; undefined: there is none, or more than
   * 4 KiB of it. Absent: that cannot be asked.
   */
  peek?(id: string, path: string): Promise<string | undefined>
  pull(image: string, onProgress: (progress: PullProgress) => void, signal: AbortSignal): Promise<void>
}

/** One service's rendered fragment: what the container must have been made from. */
export interface RenderedService {
  readonly id: string
  readonly image: string
  /** Hash over the fragment, its configuration files and the variables it uses; also its label dev.macula.config. */
  readonly config: string
  /** Labels by which its container is known. */
  readonly labels: Readonly<Record<string, string>>
  /** Names of the volumes that compose makes for it. */
  readonly volumes: readonly string[]
  /** Of the files that its program reads again while it runs (the ingress' routes); absent: it has none. */
  readonly revision?: string
}

/** The same without writing anything; `config` is undefined while a secret that it needs does not exist. */
export type ExpectedService = Omit<RenderedService, 'config'> & { readonly config: string | undefined }

/** What exists now of the parts that containers are made of. */
export interface Parts {
  /** Id of each image that is here, by the name that was asked for. */
  readonly images: ReadonlyMap<string, string>
  /** Id of the network of our name; undefined: there is none. */
  readonly network: string | undefined
  /** Names of all volumes. */
  readonly volumes: ReadonlySet<string>
}

/** What Compose would make of a service, with all variables filled in: passwords too. */
export interface ServiceMade {
  readonly image: string
  /** Undefined: the image's own. */
  readonly entrypoint: readonly string[] | undefined
  readonly argv: readonly string[] | undefined
  readonly user: string | undefined
  readonly env: Readonly<Record<string, string>>
  readonly mounts: readonly {
    readonly type: 'volume' | 'bind'
    /** The name of a volume, or a path. */
    readonly source: string
    readonly at: string
    readonly readOnly: boolean
  }[]
  /** Volumes that compose makes, by their keys in the fragment. */
  readonly volumes: readonly { readonly key: string; readonly name: string }[]
}

export interface StackAdapter {
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
    /** What a person should know of where things lie: sentences. */
    readonly notes?: readonly string[]
    /** Services whose files cannot be used, with the reason; left out of `services`, the others are rendered. */
    readonly refused: readonly { readonly service: string; readonly trouble: Trouble }[]
  }>
  /** What `render` would give now, without writing anything; services that cannot be read are left out. Never throws. */
  expect(
    services: readonly ServiceSpec[],
    options: { readonly publish: boolean },
  ): Promise<readonly ExpectedService[]>
  /**
   * Variables of a file as Compose reads them, as far as they are there and not empty. Throws MaculaError `usage` with the
   * line where Compose cannot read it, `outside` without Compose.
   */
  readVariables(text: string, names: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** What compose would make of a service that was rendered; makes nothing. Throws MaculaError with compose's reason. */
  resolved(service: string, signal: AbortSignal): Promise<ServiceMade>
  /** When each of these paths came to be (epoch ms, 0: not known); undefined: it is not there. */
  sources(paths: readonly string[]): Promise<ReadonlyMap<string, number | undefined>>
  /**
   * Lets compose create (or recreate, when changed; with `anew` in any case) the containers of `services`, without
   * starting them. Throws MaculaError naming the service and compose's reason.
   */
  create(
    services: readonly string[],
    onStep: (service: string, says: string) => void,
    signal: AbortSignal,
    how?: 'anew',
  ): Promise<void>
}
