import { readIfThere } from '../files.ts'
import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, readlink } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'

/** What resolver routes and set-up steps look at. They read through this only, so a test may give them any machine. */
export interface Machine {
  readonly platform: NodeJS.Platform
  /** A file's text; undefined when it is absent or not ours to read. */
  text(path: string): Promise<string | undefined>
  /** Where a link leads as written; undefined when it is none. */
  link(path: string): Promise<string | undefined>
  /** Whether a program listens on this Unix socket. */
  answers(socket: string): Promise<boolean>
  /** Path of a program in PATH or a system folder. */
  tool(name: string): Promise<string | undefined>
  /** What a program prints, or undefined when it fails or takes longer than `deadline` (ms, 2 s when not given). */
  output(tool: string, args: readonly string[], deadline?: number): Promise<string | undefined>
}

/** This machine; with `below`, the files of one that lies in a folder. */
export function openMachine(below = ''): Machine {
  async function tool(name: string): Promise<string | undefined> {
    const path = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/bin', '/sbin', '/bin']
    for (const folder of path.filter((one) => one.startsWith('/'))) {
      const file = join(below, folder, name)
      if (await succeeds(access(file, constants.X_OK))) return file
    }
    return undefined
  }
  return {
    platform: process.platform,
    text: (path) => readIfThere(join(below, path)).catch(() => undefined),
    link: (path) => readlink(join(below, path)).catch(() => undefined),
    answers: (socket) =>
      new Promise((resolve) => {
        const connection = connect(join(below, socket))
        connection.setTimeout(2000, () => connection.destroy())
        connection.once('connect', () => {
          resolve(true)
          connection.destroy()
        })
        connection.once('error', () => resolve(false))
        connection.once('close', () => resolve(false))
      }),
    tool,
    output: (name, args, deadline = 2000) =>
      new Promise((resolve) => {
        execFile(name, args, { timeout: deadline }, (error, stdout) => resolve(error ? undefined : stdout))
      }),
  }
}

function succeeds(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  )
}
