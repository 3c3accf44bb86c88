import { pause } from '../../engine/wait.ts'
import { spawn } from 'node:child_process'
import { closeSync, constants, fstatSync, ftruncateSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { readSoon } from '../files.ts'
import { signalGroup } from './end.ts'
import { markedEnvironment, type Mark } from './mark.ts'
import { argvOf, startOf, type PidRecord } from './record.ts'

/** A log larger than this is begun anew when its process is started (bytes). */
const MAX_LOG_BYTES = 1024 * 1024

export type StartResult =
  | { readonly kind: 'ready'; readonly record: PidRecord }
  /** It ended or never became ready; `output`: what it said. */
  | { readonly kind: 'failed'; readonly exitCode: number | null; readonly output: string }

/**
 * Starts a detached process in a group of its own that outlives us, and waits until `isReady` says so, it ends,
 * or `deadline` ms pass (then it is killed). Its output goes to the file `log`.
 */
export async function startDetached(input: {
  readonly program: string
  readonly args: readonly string[]
  readonly log: string
  /** Whose it is: by this it is known again when its record was never written, or is lost. */
  readonly mark: Mark
  readonly isReady: (pid: number) => Promise<boolean>
  readonly deadline: number
}): Promise<StartResult> {
  const { log, before } = openLog(input.log)
  const child = spawn(input.program, input.args, {
    detached: true,
    stdio: ['ignore', log ?? 'ignore', log ?? 'ignore'],
    cwd: '/',
    // Nothing of the person's shell may change what it does.
    env: {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      LC_ALL: 'C',
      ...markedEnvironment(input.mark),
    },
  })
  if (log !== undefined) closeSync(log)
  const end: { code?: number | null } = {}
  child.on('exit', (code) => {
    end.code = code
  })
  child.on('error', () => {
    end.code = -1
  })
  child.unref()
  const said = (): string => {
    try {
      return (readSoon(input.log) ?? '').slice(before).trim().slice(-600)
    } catch {
      return ''
    }
  }
  const { pid } = child
  if (pid === undefined)
    return { kind: 'failed', exitCode: null, output: `${input.program} cannot be started` }
  const until = Date.now() + input.deadline
  for (let wait = 1; end.code === undefined && Date.now() < until; wait = Math.min(wait * 2, 25)) {
    if (await input.isReady(pid)) {
      const started = await startOf(pid)
      const argv = await argvOf(pid)
      if (started !== undefined && argv !== undefined)
        return { kind: 'ready', record: { pid, started, argv } }
    }
    await pause(wait)
  }
  if (end.code === undefined) signalGroup(pid, 'SIGKILL')
  return { kind: 'failed', exitCode: end.code ?? null, output: said() }
}

/** A log to write on at its end, and its length; none where nothing can be written: what is started matters more. */
function openLog(path: string): { readonly log?: number; readonly before: number } {
  let log: number | undefined
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    // A FIFO in its place must not hold us up until somebody reads it.
    const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK } = constants
    log = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, 0o600)
    const info = fstatSync(log)
    if (info.isFile()) {
      if (info.size > MAX_LOG_BYTES) ftruncateSync(log)
      return { log, before: fstatSync(log).size }
    }
  } catch {
    // A full or read-only disk, or no plain file: without a log.
  }
  if (log !== undefined) closeSync(log)
  return { before: 0 }
}
