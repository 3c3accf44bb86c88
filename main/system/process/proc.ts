import { readFileSync, readlinkSync, statSync } from 'node:fs'
import { basename } from 'node:path'

/*
 * What the kernel answers of a process without asking the process: its state, its user, its namespaces. Read at once, because
 * each reading by the pool of threads is four turns of it: a look at all processes took longer than everything else of a look.
 * What lies in a process' own memory (arguments, environment) may have to wait for it, and is never read so.
 */

/** The fields of /proc/PID/stat after the program's name, which may hold anything; empty: it is gone. */
export function statFields(pid: number): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return []
  }
}

/** The user that a process runs as; undefined: it is gone. */
export function userOf(pid: number): number | undefined {
  try {
    return statSync(`/proc/${pid}`).uid
  } catch {
    return undefined
  }
}

/**
 * The network that a process is in (its namespace, as the kernel names it). One in a sandbox or a container listens on
 * addresses of that, whoever's it is. Undefined: it is not ours to see.
 */
export function networkOf(pid: number | 'self'): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`)
  } catch {
    return undefined
  }
}

/** What runtimes call their first thread, which the kernel then tells as the name of the process: Node from version 24 on. */
const NAMELESS = new Set(['MainThread'])

/** The name of a process (its first 15 characters): its own, else that of its file. Undefined: it is gone, or another user's. */
export function nameOf(pid: number): string | undefined {
  try {
    const name = readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
    if (!NAMELESS.has(name)) return name
    return basename(readlinkSync(`/proc/${pid}/exe`)).replace(/ \(deleted\)$/, '')
  } catch {
    return undefined
  }
}
