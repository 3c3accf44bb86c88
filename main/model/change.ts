import type { Person } from './owner.ts'

/** What root may be asked to do. A change is what a person sees and may leave out; verbs are what root runs. */

/** The closed list of what the root program can do. Paths and values are checked again on root's side. */
export type RootVerb =
  /** Write a whole file (its folder is made when absent). Content is UTF-8 text. */
  | { readonly verb: 'file'; readonly path: string; readonly mode: number; readonly content: string }
  /** Put or replace our managed block in a file that is not ours; other bytes stay. */
  | { readonly verb: 'block'; readonly path: string; readonly content: string }
  /** Set a kernel parameter now (a `file` verb makes it last). */
  | { readonly verb: 'sysctl'; readonly key: string; readonly value: string }
  /** Let a system service read its configuration again. */
  /** `again`: though it has read everything already, because another program came before it since. */
  | { readonly verb: 'reload'; readonly unit: string; readonly again?: true }
  /** Install distribution packages. Not undone: undo says so. */
  | { readonly verb: 'packages'; readonly names: readonly string[] }
  /**
   * Take a file or a link of the old set-up away; kept whole (bytes, mode, owner, or where it led), put back by undo. `shown`
   * stands for what a person saw (SHA-256 of the bytes, or "link-" and that of where it leads): refused when it is another by now.
   */
  | { readonly verb: 'remove'; readonly path: string; readonly shown: string }
  /** Take lines, or some names of lines, out of /etc/hosts. Refused when a text is not there as said, or lies in a block of ours. */
  | { readonly verb: 'lines'; readonly path: '/etc/hosts'; readonly lines: readonly TakenLine[] }
  /** Stop and disable a unit of systemd; undo enables and starts it as it was. */
  | { readonly verb: 'unit-off'; readonly unit: 'macula-port-forwarding.service' | 'dnsmasq.service' }
  /** Install distribution packages whose undo removes exactly those that came with them, unless others need them by then. */
  | { readonly verb: 'install'; readonly names: readonly string[] }
  /** Start a unit that is there. Nothing of the machine changes by it, so it is not written down. */
  | { readonly verb: 'start'; readonly unit: 'docker.service' | 'podman.socket' }
  /** Start a unit, now and with the machine; undo stops and disables it as it was. */
  | { readonly verb: 'enable'; readonly unit: 'docker.service' }
  /** Put whoever asks into a group, and let the sessions that began before use its socket; undo takes them out. */
  | { readonly verb: 'group'; readonly group: 'docker' }
  /** Stop a unit that holds a port (root looks that it does); it stays enabled, undo starts it. */
  | { readonly verb: 'stop'; readonly unit: string; readonly port: number }
  /** End a socat of root's that listens and is exactly this one (`started`: clock ticks since boot); undo starts it again. */
  | {
      readonly verb: 'end'
      readonly pid: number
      readonly started: number
      readonly argv: readonly string[]
    }

/** The name of each verb, for what is read back from a face or a file. */
export const rootVerbNames = [
  'file',
  'block',
  'sysctl',
  'reload',
  'packages',
  'remove',
  'lines',
  'unit-off',
  'install',
  'start',
  'enable',
  'group',
  'stop',
  'end',
] as const satisfies readonly RootVerb['verb'][]

/** A line of /etc/hosts: its number from 1, its exact text now (without its end), and what stays of it ('': nothing). */
export interface TakenLine {
  readonly line: number
  readonly text: string
  readonly stays: string
}

/** One change of the machine, shown before the prompt with its reason, price and exact content. */
export interface Change {
  /** Stable id, e.g. "low-ports", "route-systemd-resolved", "route-hosts", "tools". */
  readonly id: string
  readonly title: string
  readonly reason: string
  /** What else it means: "any program you run may listen on ports from 80". */
  readonly price?: string
  readonly verbs: readonly RootVerb[]
  /** The same for people who prefer to type it: shell lines, made from the verbs, never run by us. */
  readonly commands: readonly string[]
}

/** What root recorded of one change; read from the ledger. */
export interface LedgerEntry {
  readonly id: string
  readonly change: string
  readonly title: string
  /** Epoch ms. */
  readonly at: number
  readonly verb: RootVerb['verb']
  /** Path, kernel key, unit, or number of a process. */
  readonly target: string
  readonly state: 'applied' | 'undone' | 'unfinished'
  /** Whether the machine still has what we wrote. */
  readonly drift: 'none' | 'changed' | 'missing' | 'unreadable'
  /** Lines of a unified diff between what we wrote and what is there, for `changed`. */
  readonly diff?: readonly string[]
  /** For whom root wrote it; absent in what an older version wrote, which counts as one's own. */
  readonly by?: Person
  /** It is another person's: undone only when that is said as well. */
  readonly others?: boolean
  /** For which project of that person; absent in what an older version wrote, which counts as this one's. */
  readonly project?: string
  /** It is of another project of the same person: undone only when it is named itself, never with all. */
  readonly elsewhere?: boolean
  /** Whether undo takes it back for whoever asks, with nothing more said than that. */
  readonly undoable: boolean
}

/** How a run of root's program went. */
export type RootOutcome =
  | { readonly kind: 'done'; readonly steps: readonly RootStepResult[] }
  | { readonly kind: 'failed'; readonly steps: readonly RootStepResult[]; readonly says: string }
  /** The prompt was refused or dismissed, timed out, or no agent could show it. */
  | {
      readonly kind: 'refused'
      readonly how: 'dismissed' | 'denied' | 'no-agent' | 'timeout'
      readonly says: string
    }

export interface RootStepResult {
  readonly change: string
  readonly verb: RootVerb['verb']
  readonly target: string
  readonly result: 'done' | 'unchanged' | 'failed'
  readonly says: string
}

/** One set-up change with whether the machine has it already. */
export interface SetupItem {
  readonly change: Change
  /** `blocked`: this machine lets nobody do it; it has no verbs then, and `says` tells what is in the way. */
  readonly state: 'to do' | 'in place' | 'blocked'
  /** How it is known: "net.ipv4.ip_unprivileged_port_start is 1024". */
  readonly says: string
}
