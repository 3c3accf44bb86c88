import { close, open, read, readFileSync, readlinkSync, statSync } from 'node:fs'
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

/** As most processes have of arguments and environment, and Node takes from its pool (bytes). */
const PROC_BYTES = 4095

/**
 * The text of a process' `cmdline` or `environ` in /proc, which may have to wait for it, by the pool of threads: without asking for its size, which
 * is none, and without a handle of Node's for it. Throws Node's error.
 */
export async function readProc(path: string): Promise<string> {
  const file = await new Promise<number>((resolve, reject) => {
    open(path, 'r', (error, found) => (error ? reject(error) : resolve(found)))
  })
  try {
    const parts: Buffer[] = []
    for (;;) {
      const room = Buffer.allocUnsafe(PROC_BYTES)
      const bytes = await new Promise<number>((resolve, reject) => {
        read(file, room, 0, room.length, null, (error, count) => (error ? reject(error) : resolve(count)))
      })
      parts.push(room.subarray(0, bytes))
      // The kernel fills what it is given as far as there is something (fs/proc/base.c): less is the end. Not so of
      // tables that are made line by line, as those of /proc/net.
      if (bytes < room.length) return Buffer.concat(parts).toString('utf8')
    }
  } finally {
    close(file, () => undefined)
  }
}
