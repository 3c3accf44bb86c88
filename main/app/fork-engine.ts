import { utilityProcess } from 'electron'
import type { FromEngine } from './frames.ts'
import type { Wire, WireEvents } from './engine-link.ts'

/** So much of what a process said last is told when it ends (characters). */
const LAST = 2000

/** Starts the engine's process. What it said last, if it ends, goes with the reason. */
export function forkEngine(file: string, events: WireEvents): Wire {
  const child = utilityProcess.fork(file, [], {
    serviceName: 'Macula engine',
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let last = ''
  child.stderr?.on('data', (data: Buffer) => {
    last = (last + data.toString()).slice(-LAST)
  })
  child.on('message', (frame: FromEngine) => events.frame(frame))
  child.once('exit', (code) => events.end(`exit code ${code}${last === '' ? '' : `; ${last.trim()}`}`))
  return {
    // A process that is gone takes nothing; its end is told by itself.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a process, not a window
    send: (frame) => child.postMessage(frame),
    kill: () => void child.kill(),
  }
}
