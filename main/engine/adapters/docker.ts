/** What the engine needs of Docker. */
import type { ServiceFacts, StatsSample } from '../../model/facts.ts'
import type { LogLine } from '../../model/log-line.ts'
import type { Usage } from '../../model/load.ts'
import type { ContainerSeen, DockerSeen } from '../../model/observation.ts'
import type { TheirEnd } from '../../model/told-end.ts'
import type { PullProgress } from '../../model/run.ts'
import type { PipedHandle, TerminalArgv, TerminalHandle } from './terminal.ts'
import type { VolumesAdapter } from './volumes.ts'

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

/** What exists now of the parts that containers are made of. */
export interface Parts {
  /** Id of each image that is here, by the name that was asked for. */
  readonly images: ReadonlyMap<string, string>
  /** Id of the network of our name; undefined: there is none. */
  readonly network: string | undefined
  /** Names of all volumes. */
  readonly volumes: ReadonlySet<string>
}
