import type { EngineMeans } from './engine-means.ts'
import type { OtherMacula } from './owner.ts'

/** What was seen of the outside, before any rule is applied to it. Times in milliseconds, instants as epoch ms. */

/** A line of a file of this machine that decides what a name is. */
export interface NameLine {
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly text: string
  /** It stands in our own block, which set-up writes. */
  readonly ours?: true
  /** The change of set-up that takes it out; absent: only a person can. */
  readonly step?: 'hosts-lines' | 'before-dnsmasq'
}

/**
 * The OS resolver's answer to a name, asked as any program would ask: all addresses in its order, of which programs take
 * the first. `lines`: what in the machine's own files makes it another than ours; looked for only when it is not ours.
 */
export type NameSeen = { readonly ms: number; readonly lines?: readonly NameLine[] } & (
  | { readonly kind: 'answer'; readonly addresses: readonly string[] }
  | { readonly kind: 'none'; readonly code: string }
  | { readonly kind: 'timeout' }
)

/** Whether the loopback address can be bound on a free port. */
export type AddressSeen =
  | { readonly kind: 'ok'; readonly ms: number }
  | { readonly kind: 'absent'; readonly code: string; readonly ms: number }

/** Who a process is; fields are missing where permissions do not allow to know. */
/** Where a program was started: only who started it knows how it ends well. */
export interface StartedFrom {
  /** Its terminal: "pts/3", "tty2". */
  readonly terminal?: string
  /** It has the keys of that terminal, so that Ctrl-C reaches it. */
  readonly foreground?: true
  /** Who started it, nearest first: a shell and what that runs in, or another program. */
  readonly parents: readonly string[]
}

export interface Holder {
  readonly pid?: number
  readonly program?: string
  readonly user?: string
  /** Its command line, made inert and cut; absent for containers, whose listener is Docker's. */
  readonly command?: string
  /** Where it was started, of a program that is neither a unit's nor a container's; absent: that is not known. */
  readonly from?: StartedFrom
  /** The Compose project that its container is of. */
  readonly compose?: string
  /** The systemd unit it belongs to: what ends it for good, where a signal only makes systemd start it again. */
  readonly unit?: { readonly name: string; readonly of: 'system' | 'user' }
  /** The container whose port it is: its name, else its short id. */
  readonly container?: string
  /** Docker has no such container: it is of another engine (Podman, containerd), or Docker does not answer. */
  readonly unknown?: true
  /** The service whose container that is: it publishes the port by itself (`ports`), past our forwarders. */
  readonly service?: { readonly id: string; readonly title: string }
  /** It was started by another Macula: of whom, and (where we may see it) of which instance. */
  readonly macula?: { readonly uid: number; readonly user?: string; readonly project?: string }
}

/** Who listens on an address and port. */
export type ListenerSeen =
  | { readonly kind: 'ours'; readonly pid: number; readonly program: string; readonly ms: number }
  /** Ours, but it leads to another target than the one wanted now. */
  | { readonly kind: 'astray'; readonly pid: number; readonly to: string; readonly ms: number }
  /** Ours, and takes no connection: stopped by a signal, or only deaf. */
  | {
      readonly kind: 'hung'
      readonly pid: number
      readonly program: string
      readonly hung: 'suspended' | 'deaf'
      readonly ms: number
    }
  | { readonly kind: 'foreign'; readonly holder: Holder; readonly ms: number }
  | { readonly kind: 'free'; readonly ms: number }
  /** Free, and a plain user may not listen there (EACCES: low ports need a set-up step). */
  | { readonly kind: 'refused'; readonly code: string; readonly ms: number }

export type Health = 'none' | 'starting' | 'healthy' | 'unhealthy'

/** How a container is made, as `inspect` tells it: what it is compared by with what would be made now. */
export interface Made {
  /** Id by name of each network it is on; empty for one that was never started. */
  readonly networks: Readonly<Record<string, string>>
  /** The network mode it was made with: the name of its first network, "host", "none", … */
  readonly mode: string
  /** Paths of this machine that are mounted into it. */
  readonly binds: readonly string[]
  readonly labels: Readonly<Record<string, string>>
  /**
   * The rest, one text for each trait that is not the engine's default ("restart policy", "memory limit", "variable HOME",
   * "mount /data"): texts that may hold a secret are hashes.
   */
  readonly traits: Readonly<Record<string, string>>
}

/** One container of ours as `inspect` tells it. */
export interface ContainerSeen {
  readonly id: string
  readonly name: string
  readonly service: string
  readonly image: string
  readonly imageId: string
  readonly state: 'created' | 'running' | 'restarting' | 'exited' | 'paused' | 'removing' | 'dead'
  readonly health: Health
  /** Output of the last failed health check, cut to 500 characters. */
  readonly healthOutput?: string
  readonly exitCode: number
  readonly oomKilled: boolean
  /**
   * Something but Docker ended it by SIGKILL, and Docker starts it again. That the kernel did so for want of memory Docker is told
   * only by chance: of a program that is ended at its very start it hears nothing (26.1, cgroup v1).
   */
  readonly killed?: true
  /** Bytes that it may use; 0 or absent: no limit. */
  readonly memoryLimit?: number
  readonly error: string
  readonly restarts: number
  /** When it was made, epoch ms; absent: not known. */
  readonly createdAt?: number
  /** Epoch ms; 0: never. */
  readonly startedAt: number
  readonly finishedAt: number
  /** Address on our docker network; empty while not running. */
  readonly address: string
  /** Container port, of UDP "4433/udp" (portText) -> published "host:port". */
  readonly published: Readonly<Record<string, string>>
  /** A person's or our own stop, not a crash: the container was told to stop. */
  readonly stoppedOnPurpose: boolean
  /** Last line of its log, read only when it is not running well. */
  readonly lastLine?: string
  /** Hash of the rendered fragment it was made from (label dev.macula.config). */
  readonly config: string
  /** Its volumes without a name, each with the path that it is mounted at; absent: it has none. */
  readonly nameless?: readonly { readonly volume: string; readonly path: string }[]
  /** Absent: was not read, and is not compared. */
  readonly made?: Made
  /** Since when Docker answers no question about this one, epoch ms: what else stands here is as it was known before. */
  readonly silentSince?: number
}

/** A protocol answer, or why there was none, through one access. */
export type AnswerSeen =
  | { readonly kind: 'answer'; readonly says: string; readonly status?: number; readonly ms: number }
  /**
   * Connected and spoke, but not what is expected (HTTP 500, wrong server). `without`: the password that it is asked with and
   * that we do not have.
   */
  | {
      readonly kind: 'wrong'
      readonly says: string
      readonly status?: number
      readonly without?: string
      readonly ms: number
    }
  /** Connected, then closed without a word: a forwarder whose target is not there, or a reset. */
  | { readonly kind: 'closed'; readonly ms: number }
  /** No connection was made. `code`: errno, refused by what is there, lost on the way, or never sent by us (errno.ts). */
  | {
      readonly kind: 'refused'
      readonly code: string
      readonly ms: number
      /** It was a datagram (UDP), refused by the kernel that it came to (ICMP). */
      readonly datagram?: true
    }
  /** `unmade`: not even a connection was made; a kernel that is reached makes or refuses one at once. */
  | { readonly kind: 'timeout'; readonly ms: number; readonly unmade?: true }

/** The container engine. */
export type DockerSeen =
  | {
      readonly kind: 'up'
      readonly version: string
      readonly apiVersion: string
      readonly native: boolean
      /** Our project is another person's there. */
      readonly other?: OtherMacula
    }
  | { readonly kind: 'connecting' }
  /**
   * `code`: absent (no socket), denied (permission), old (API too old), slow (no answer in time), address (where it is
   * cannot be used or found), limits (this process ran out of something), broken (anything else).
   */
  | {
      readonly kind: 'down'
      readonly code: 'absent' | 'denied' | 'old' | 'slow' | 'address' | 'limits' | 'broken'
      readonly says: string
      /** What to do, where it is another thing than the code's. */
      readonly todo?: string
      /** What would bring it, where that is known here. */
      readonly means?: EngineMeans
    }
