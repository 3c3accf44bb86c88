import { readdirSync, readlinkSync } from 'node:fs'

/** All processes, and which of them has opened each socket, as far as that is ours to see. */
export interface Opened {
  readonly pids: readonly number[]
  readonly opened: ReadonlyMap<string, number>
}

/** One walk through all processes serves all that ask within the same moment: another stack holds dozens of ports (ms). */
const WALK_AGE_MS = 20

let walked: { readonly at: number; readonly found: Opened } | undefined

/** Who has opened which socket now, told at once. */
export function openedNow(): Opened {
  if (walked && performance.now() - walked.at <= WALK_AGE_MS) return walked.found
  let pids: readonly number[] = []
  try {
    pids = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
  } catch {
    // No /proc: nothing is known of anybody.
  }
  const opened = new Map<string, number>()
  for (const pid of pids)
    // Who inherited a socket has it too: the first one is told.
    for (const link of socketsOf(pid)) if (!opened.has(link)) opened.set(link, pid)
  walked = { at: performance.now(), found: { pids, opened } }
  return walked.found
}

/** Whether a process (or one of its group's leader's descriptors) has the socket. */
export function hasSocket(pid: number, inode: string): boolean {
  return socketsOf(pid).includes(`socket:[${inode}]`)
}

/** Whether a process has opened a socket of any kind. */
export function hasAnySocket(pid: number): boolean {
  return socketsOf(pid).length > 0
}

/** What the kernel tells of a process' own files without asking it: "socket:[INODE]" of each socket. */
function socketsOf(pid: number): readonly string[] {
  const folder = `/proc/${pid}/fd`
  try {
    return readdirSync(folder).flatMap((fd) => {
      const link = linkOf(`${folder}/${fd}`)
      return link?.startsWith('socket:') === true ? [link] : []
    })
  } catch {
    return []
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}
