import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { argv, user } from '../../../integration/support/actor.ts'

/** `maculactl ui` of the plain user, as it runs. */
export interface Ui {
  /** The one-time address that it printed. */
  readonly url: string
  readonly pid: number
  /** Ends it as Ctrl-C does; resolves with its exit code. */
  end(): Promise<number | null>
}

const START_MS = 120_000

/**
 * Starts `maculactl ui --no-open` with `env` besides a sign-in's, and waits for its address. `before`: words that lead into
 * something around it, as `unshare -m`.
 */
export async function startUi(
  env: Readonly<Record<string, string>> = {},
  who = user,
  before: readonly string[] = [],
): Promise<Ui> {
  const [program = '', ...args] = [...before, ...argv(['ui', '--no-open'], who, env)]
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  let said = ''
  child.stderr.on('data', (data: Buffer) => (said += data.toString()))
  const url = await new Promise<string>((resolve, reject) => {
    const give = (why: string): void => {
      child.kill('SIGKILL')
      reject(new Error(`maculactl ui printed no address (${why}): ${said}`))
    }
    const timer = setTimeout(() => give('after two minutes'), START_MS)
    void ended.then((code) => give(`it ended with ${code}`))
    createInterface({ input: child.stdout }).once('line', (text) => {
      clearTimeout(timer)
      resolve(text)
    })
  })
  return {
    url,
    pid: child.pid ?? 0,
    async end() {
      child.kill('SIGINT')
      return await ended
    },
  }
}
