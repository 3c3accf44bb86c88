import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs'
import { dirname } from 'node:path'
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
  mkdirSync(dirname(input.log), { recursive: true, mode: 0o700 })
  if ((statSync(input.log, { throwIfNoEntry: false })?.size ?? 0) > MAX_LOG_BYTES) truncateSync(input.log)
  const before = statSync(input.log, { throwIfNoEntry: false })?.size ?? 0
  const log = openSync(input.log, 'a', 0o600)
  const child = spawn(input.program, input.args, {
    detached: true,
    stdio: ['ignore', log, log],
    cwd: '/',
    // Nothing of the person's shell may change what it does.
    env: {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      LC_ALL: 'C',
      ...markedEnvironment(input.mark),
    },
  })
  closeSync(log)
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
      return readFileSync(input.log, 'utf8').slice(before).trim().slice(-600)
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
    await new Promise((resolve) => setTimeout(resolve, wait))
  }
  if (end.code === undefined) signalGroup(pid, 'SIGKILL')
  return { kind: 'failed', exitCode: end.code ?? null, output: said() }
}
