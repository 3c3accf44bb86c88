import { readFileSync, readlinkSync } from 'node:fs'
import type { Writable } from 'node:stream'
import type { Trouble } from '../model/errors.ts'

/** Nobody reads any more: a pipe's other end or a terminal was closed. That is no failure of ours. */
const left = new Set(['EPIPE', 'EIO', 'ECONNRESET', 'ENXIO', 'ERR_STREAM_DESTROYED'])

/** One of the two streams, with what became of it. */
interface Watched {
  readonly stream: Writable
  failure: NodeJS.ErrnoException | undefined
}

export interface Streams {
  /** Resolves when all that was written is out, or can never be. */
  flushed(): Promise<void>
  /** Why a result could not be written, and where it can still be said; undefined: all was written, or nobody reads. */
  trouble(): { readonly trouble: Trouble; readonly on: Writable } | undefined
}

/**
 * Keeps what cannot be written from ending the process: what a command has begun is finished whoever listens
 * (`up 2>&1 | head -1`), and at the end it is told what was lost.
 */
export function watchStreams(out: Writable, err: Writable): Streams {
  const watched = [out, err].map((stream): Watched => {
    const one: Watched = { stream, failure: undefined }
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (!left.has(error.code ?? '')) one.failure ??= error
    })
    return one
  })
  return {
    async flushed() {
      await Promise.all(watched.map(async ({ stream }) => await taken(stream)))
      // A file's failure is told one turn later.
      await new Promise((resolve) => setImmediate(resolve))
    },
    trouble() {
      const bad = watched.find(({ failure }) => failure !== undefined)
      if (bad?.failure === undefined) return undefined
      const other = bad.stream === out ? err : out
      return { trouble: lost(bad.stream === out ? 'result' : 'progress', bad.failure), on: other }
    },
  }
}

/** Resolves when a stream has nothing left to write: all was taken, or it broke. */
export async function taken(stream: Writable): Promise<void> {
  if (stream.writableLength === 0 || stream.destroyed) return
  await new Promise<void>((resolve) => {
    const done = (): void => {
      for (const event of ['drain', 'close', 'error'] as const) stream.off(event, done)
      resolve()
    }
    for (const event of ['drain', 'close', 'error'] as const) stream.on(event, done)
    // Calls back once all before it is written; drain comes only where the stream was full.
    stream.write('', done)
  })
}

function lost(what: 'result' | 'progress', { code = '', message }: NodeJS.ErrnoException): Trouble {
  const why = { ENOSPC: 'There is no space left there', EDQUOT: 'The quota there is used up' }[code]
  return {
    kind: 'failed',
    what: `The ${what} could not be written (${code || message}).`,
    why: `${why ?? 'Writing there fails'}; the output is incomplete. What the command did stays done.`,
    todo: 'Free some space or write to another place, then run it again.',
  }
}

/** Programs that give their children the streams they have, or those they were told to, and open none of their own. */
const shells = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'mksh', 'fish', 'busybox'])

/**
 * Whether the shell that runs us closed a stream (`>&-`). Node opens /dev/null in its place, for reading and writing, before
 * any of our code runs; a shell's own `>/dev/null` is for writing only. Other programs (cron, systemd, a test) give such a
 * one on purpose, so it counts only under a shell whose own stream is another. Linux; elsewhere false.
 */
export function isClosed(descriptor: 1 | 2, parent = process.ppid): boolean {
  try {
    if (!isOpenedNull('self', descriptor)) return false
    const shell = readFileSync(`/proc/${parent}/comm`, 'utf8').trim()
    if (!shells.has(shell)) return false
  } catch {
    return false
  }
  try {
    return !isOpenedNull(String(parent), descriptor)
  } catch {
    // The shell has it closed itself, for the time of this command.
    return true
  }
}

function isOpenedNull(pid: string, descriptor: number): boolean {
  if (readlinkSync(`/proc/${pid}/fd/${descriptor}`) !== '/dev/null') return false
  const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/${pid}/fdinfo/${descriptor}`, 'utf8'))?.[1]
  // The access mode is the last two bits: 2 is reading and writing (fcntl.h, O_RDWR).
  return (Number.parseInt(flags ?? '0', 8) & 3) === 2
}

/** What is said where the result could go nowhere; nothing was done then. */
export const closedOutput: Trouble = {
  kind: 'failed',
  what: 'The standard output is closed, so nothing was done.',
  why: 'What the command found or did cannot be printed.',
  todo: 'Run it with an output, or with >/dev/null to discard it.',
}
