/** What the engine needs of the machine: forwarders, names, sockets, and root. */
import type { Change, LedgerEntry, RootOutcome, RootStepResult } from '../../model/change.ts'
import type { EngineMeans } from '../../model/engine-means.ts'
import type { Person } from '../../model/owner.ts'
import type { NamesElsewhere } from '../../model/waiting.ts'
import type {
  AddressSeen,
  AnswerSeen,
  DockerSeen,
  Holder,
  ListenerSeen,
  NameLine,
  NameSeen,
} from '../../model/observation.ts'
import type { ListenerPlace } from '../../model/listeners.ts'
import type { Protocol, WithProtocol, Scheme } from '../../model/protocol.ts'
import type { ProbeSpec, Settings } from '../../model/service.ts'
import type { FilesSeen } from '../../model/open-files.ts'
import type { WaySeen } from '../../model/way.ts'
import type { NameServerSeen } from '../../model/world.ts'

/** A forwarder that should be there: listens on address:port, leads to host:toPort. */
export interface Forward extends WithProtocol {
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
  | {
      readonly kind: 'failed'
      readonly forward: Forward
      readonly code: string
      readonly says: string
      /** Who has the port, when that is why. */
      readonly holder?: Holder
    }

/** A forwarder process of ours that lives (its pid record matches pid, start time and argv). */
export interface ForwarderSeen extends Forward {
  readonly pid: number
  readonly program: 'socat' | 'macula-forward'
}

export interface ForwardersAdapter {
  /**
   * Living forwarders of ours; stale records are cleared, foreign pids never touched. `quick`: as records tell whose process lives
   * by its number and start, within a few milliseconds, for whoever asks ahead of the reading that counts; nothing is cleared,
   * and what no record tells of is left out.
   */
  list(how?: 'quick'): Promise<readonly ForwarderSeen[]>
  /** Whether one of those that `list` told last has ended since. Costs next to nothing. */
  someEnded(): boolean
  /** Makes each of `wanted` be there: keeps right ones, replaces astray ones, starts missing ones. Others stay. */
  ensure(wanted: readonly Forward[]): Promise<readonly ForwardResult[]>
  /** Ends ours on these listeners (all of ours when absent), with their process groups. */
  stop(listeners?: readonly ListenerPlace[]): Promise<void>
}

/** An address and port. */
export interface Endpoint {
  readonly address: string
  readonly port: number
}

/** A name server that ours asks, by UDP and TCP. */
export type DnsUpstream = Endpoint

/** Our own dnsmasq (an unprivileged process on 127.0.0.1, high port). */
export interface NameServerAdapter {
  seen(): Promise<NameServerSeen>
  /**
   * Makes it run and answer exactly these names, and ask `upstream` for the rest of our zones (nobody when absent); refuses
   * what is not a valid name or loopback address.
   */
  ensure(names: ReadonlyMap<string, string>, upstream?: DnsUpstream): Promise<void>
  stop(): Promise<void>
}

/** PowerDNS, which keeps what others write into our zones. All within a few seconds; MaculaError with the reason. */
export interface ZonesAdapter {
  /**
   * Makes each of `zones` that PowerDNS does not have, unless it has one above it, which holds its records already.
   * Returns those that were made. Doing it twice does no harm.
   */
  ensure(api: Endpoint, key: string, zones: readonly string[]): Promise<readonly string[]>
  /** The names with an address in its zones, as its API tells them: enabled A records, wildcards left out; at most MOST_RECORDS and one. */
  records(api: Endpoint, key: string): Promise<ReadonlyMap<string, readonly string[]>>
  /** What it answers to these names itself (A); those that it does not know are absent. Never throws. */
  answers(dns: DnsUpstream, names: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>
}

/** The machine as any program on it sees it. */
export interface HostAdapter {
  /** The OS resolver's whole answer (getaddrinfo), with a deadline in ms. */
  lookup(name: string, deadline: number): Promise<NameSeen>
  /** Which lines of the machine's own files give a name what the resolver said instead of our address; empty: none. */
  nameLines(name: string, address: string, answers: readonly string[]): Promise<readonly NameLine[]>
  /** Names of the networks that are up and are not Docker's own or loopback: "wlan0", "tun0". */
  links?(): readonly string[]
  canBind(address: string): Promise<AddressSeen>
  /** Where this machine sends what goes to a container; `bridge`: the address of its Docker network's bridge. */
  wayTo(address: string, bridge: string): Promise<WaySeen>
  /** How many files this process has open and may open; undefined where that cannot be told. */
  openFiles(): Promise<FilesSeen | undefined>
  /** Who listens on address:port (the wildcard counts), given our living forwarders. */
  listener(
    address: string,
    port: number,
    ours: readonly ForwarderSeen[],
    protocol?: Protocol,
  ): Promise<ListenerSeen>
  /** Speaks the scheme's protocol to address:port; `host` is the HTTP Host header. Deadline in ms. */
  ask(question: {
    readonly scheme: Scheme
    readonly address: string
    readonly port: number
    readonly host: string
    readonly probe: ProbeSpec
    readonly deadline: number
    /** What its program is asked, where the scheme is of no protocol of its own (`tcp`, `udp`). */
    readonly speaks?: 'dns'
    /** It is asked itself, with no forwarder before it that takes connections by itself. */
    readonly isItself?: true
  }): Promise<AnswerSeen>
  /** Lowest port a plain user may bind (Linux: net.ipv4.ip_unprivileged_port_start). */
  lowestPort(): Promise<number>
  /** Path of a program, or undefined. */
  tool(name: string): Promise<string | undefined>
}

/** What a route is planned for and compared with. */
export interface RouteInput {
  readonly settings: Settings
  readonly names: ReadonlyMap<string, string>
  /** Not all names can be known now (PowerDNS or a cluster is away): others that were written before are not wrong. */
  readonly loose?: boolean
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
  /** What of others answers our names before this route does, in a sentence with its file; undefined: nothing. */
  goesBefore?(settings: Settings): Promise<string | undefined>
  /** The change that makes it so; the same input gives the same bytes. */
  plan(input: { readonly settings: Settings; readonly names: ReadonlyMap<string, string> }): Change
  /** Whether the machine has exactly this route now (files as planned). */
  isInPlace(input: RouteInput): Promise<boolean>
  /** What of ours is there and not as planned, in a sentence; undefined: nothing of ours, or exactly as planned. */
  differs?(input: RouteInput): Promise<string | undefined>
  /**
   * Names that are planned and wait for set-up, where what it wrote before lists names one by one; undefined: nothing of ours
   * is there, or names need not be listed.
   */
  waits?(input: RouteInput): Promise<readonly string[] | undefined>
  /** Names that what is there leads to other addresses, where it lists names; undefined: none, or nothing of ours is there. */
  leads?(input: RouteInput): Promise<Omit<NamesElsewhere, 'project'> | undefined>
  /** The other project of the same person for which it was written, as root's record tells; undefined: none that is known. */
  ofProject?(own: string): Promise<string | undefined>
  /** Another person whose Macula this route leads to now; undefined: nobody else's. */
  heldBy?(): Promise<Person | undefined>
}

/** One thing set-up may change on this machine besides the resolver route: low ports, missing tools. One file a member. */
export interface MachineStep {
  readonly id: string
  /** What would be changed, or undefined when this machine never needs it. `known`: all names of ours with their addresses. */
  plan(known?: {
    readonly names: ReadonlyMap<string, string>
  }): Promise<{ readonly change: Change; readonly inPlace: boolean; readonly says: string } | undefined>
}

/** The container engine of this machine as something that is started; asked only while it does not answer. */
export interface EngineStartAdapter {
  /** What would bring the engine that setting and environment lead to; `down`: how it was seen. Undefined: nobody here knows. */
  means(down: Extract<DockerSeen, { kind: 'down' }>['code']): Promise<EngineMeans | undefined>
  /** Starts, as the person, what needs no root; resolves when its command has ended. MaculaError with what it said. */
  run(means: Extract<EngineMeans, { kind: 'start' }>, signal: AbortSignal): Promise<void>
}

/** Ends what holds a port and was shown to a person, by the right end of it. MaculaError with what was in the way. */
export interface ReleaseAdapter {
  /** Stops a container that is not ours; nothing of it is removed. */
  container(name: string): Promise<void>
  userUnit(name: string): Promise<void>
}

export interface RootAdapter {
  /** Runs all verbs of `changes` in one elevation. `onStep` is called as root reports each step. */
  apply(changes: readonly Change[], onStep: (step: RootStepResult) => void): Promise<RootOutcome>
  /**
   * Undoes the entries (all that are applied when absent), newest first. Drifted ones only with `evenIfDrifted`, another
   * person's only with `evenOthers`.
   */
  undo(
    entries: readonly string[] | undefined,
    options: { readonly evenIfDrifted: boolean; readonly evenOthers?: boolean },
    onStep: (step: RootStepResult) => void,
  ): Promise<RootOutcome>
  ledger(): Promise<readonly LedgerEntry[]>
  /** How root would be asked now: nothing, sudo in the terminal, a desktop prompt; undefined: no way. */
  elevation(): Promise<'root' | 'sudo' | 'desktop' | undefined>
}
