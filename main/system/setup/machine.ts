import { readIfThere } from '../files.ts'
import { execFile } from 'node:child_process'
import { readdir, readlink } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { toolEnvironment } from '../host/environment.ts'
import type { Person } from '../../model/owner.ts'
import { personOf } from '../root/person.ts'
import { findTool } from '../host/tool.ts'

/** What resolver routes and set-up steps look at. They read through this only, so a test may give them any machine. */
export interface Machine {
  readonly platform: NodeJS.Platform
  /** For whom this machine is set up. */
  readonly person: Person
  /** Ids of the groups that a person has had since signing in; undefined: not known. */
  readonly groups?: readonly number[]
  /** A file's text; undefined when it is absent or not ours to read. */
  text(path: string): Promise<string | undefined>
  /** The names of what lies in a folder, sorted; empty when it is absent or not ours to read. */
  list(path: string): Promise<readonly string[]>
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
  return {
    platform: process.platform,
    person: personOf(process.env),
    groups: process.getgroups?.() ?? [],
    text: (path) => readIfThere(join(below, path)).catch(() => undefined),
    list: async (path) =>
      (await readdir(join(below, path)).catch(() => [])).toSorted((one, two) => (one < two ? -1 : 1)),
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
    tool: async (name) => await findTool(name, process.env, below),
    output: (name, args, deadline = 2000) =>
      new Promise((resolve) => {
        execFile(
          name,
          args,
          { timeout: deadline, env: { ...toolEnvironment(process.env), LC_ALL: 'C' } },
          (error, stdout) => resolve(error ? undefined : stdout),
        )
      }),
  }
}
