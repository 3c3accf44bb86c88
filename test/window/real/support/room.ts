import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { argv, run, user } from '../../../integration/support/actor.ts'

const script = fileURLToPath(new URL('../inside/room.sh', import.meta.url))

/** `maculactl ui` of the plain user on a machine of its own, and a way for a browser out here to it. */
export interface Room {
  /** The one-time address, which a browser of this machine reaches. */
  readonly url: string
  /** Runs a command of root in it; resolves with what it printed. */
  readonly inside: (...command: readonly string[]) => ReturnType<typeof run>
  /** argv of maculactl of the plain user in it. */
  readonly maculactl: (...words: readonly string[]) => readonly string[]
  /** All of it ends, with every process. */
  readonly close: () => Promise<void>
}

/** Packing three programs and unpacking them anew takes a slow disk a while (ms). */
const START_MS = 300_000

/** Opens the room (see room.sh) with the window's server in it. */
export async function openRoom(): Promise<Room> {
  const mine = (words: readonly string[]): readonly string[] =>
    argv(words, user, { HOME: '/tmp/home', XDG_RUNTIME_DIR: '' })
  const command = mine(['ui', '--no-open'])
  const room = spawn(script, command, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  room.stderr.on('data', (data: Buffer) => (said += data.toString()))
  const line = once(createInterface({ input: room.stdout }), 'line', {
    signal: AbortSignal.any([AbortSignal.timeout(START_MS), ended(room)]),
  })
  const [url] = (await line.catch(() => {
    room.kill('SIGKILL')
    throw new Error(`the room printed no address: ${said}`)
  })) as [string]
  const pid = await innermost(room.pid ?? 0)
  const { port } = new URL(url)
  // The room has a network of its own; the same port out here, because the server knows itself by it.
  const near = `TCP-LISTEN:${port},bind=127.0.0.1,reuseaddr,fork`
  const far = `EXEC:nsenter --target ${pid} --net socat - TCP\\:127.0.0.1\\:${port}`
  const relay = spawn('socat', [near, far], { stdio: 'ignore', detached: true })
  const enter = ['--target', String(pid), '--mount', '--net', '--pid'] as const
  return {
    url,
    inside: async (...words) => await run('nsenter', [...enter, ...words], { timeout: 120_000 }),
    maculactl: (...words) => ['nsenter', ...enter, ...mine(words)],
    close: async () => {
      if (relay.pid !== undefined) process.kill(-relay.pid, 'SIGKILL')
      const gone = once(room, 'exit')
      // The first process of the room, and with it all others.
      process.kill(pid, 'SIGKILL')
      if (room.exitCode === null && room.signalCode === null) await gone
    },
  }
}

/** Aborts when a process ends. */
function ended(child: ChildProcess): AbortSignal {
  const abort = new AbortController()
  child.once('exit', () => abort.abort())
  return abort.signal
}

/** The first process in the room: the child of unshare, which waits outside. */
async function innermost(pid: number): Promise<number> {
  const { out } = await run('ps', ['-o', 'pid=', '--ppid', String(pid)])
  return Number(out.trim().split('\n')[0])
}
