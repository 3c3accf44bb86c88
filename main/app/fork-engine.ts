import { utilityProcess } from 'electron'
import type { FromEngine } from './frames.ts'
import type { Wire, WireEvents } from './engine-link.ts'

/** Starts the engine's process. Its output goes where ours goes. */
export function forkEngine(file: string, events: WireEvents): Wire {
  const child = utilityProcess.fork(file, [], { serviceName: 'Macula engine', stdio: 'inherit' })
  child.on('message', (frame: FromEngine) => events.frame(frame))
  child.once('exit', (code) => events.end(`exit code ${code}`))
  return {
    // A process that is gone takes nothing; its end is told by itself.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a process, not a window
    send: (frame) => child.postMessage(frame),
    kill: () => void child.kill(),
  }
}
