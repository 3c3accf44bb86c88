/** The engine in a process of its own, so that its work never blocks the shell. Talks to whoever started it. */
// First: how many names are looked up side by side is decided before anything is loaded.
import '../system/thread-pool.ts'
import { openGateway } from '../gateway/open-gateway.ts'
import { troubleOf } from '../model/errors.ts'
import { openSystem } from '../system/open-system.ts'
import { productVersion } from '../system/product.ts'
import { hostGateway } from './engine-host.ts'
import type { FromEngine, ToEngine } from './frames.ts'
import { commandLine } from './command-line.ts'

/** A closing engine lets go of its streams at once; a hanging one is left by this (ms). */
const END_MS = 2000

interface Port {
  send(frame: FromEngine): void
  listen(tell: (frame: ToEngine) => void): void
}

/** A utility process has `parentPort`, a plain Node child has `send`; either end of the pair is ours. */
function portOfThisProcess(): Port {
  const { parentPort } = process
  // Typed as always there; only utility processes have it.
  if ((parentPort as unknown) !== undefined)
    return {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port, not a window
      send: (frame) => parentPort.postMessage(frame),
      listen: (tell) => void parentPort.on('message', ({ data }) => tell(data as ToEngine)),
    }
  return {
    send: (frame) => void process.send?.(frame),
    listen(tell) {
      process.on('message', (frame) => tell(frame as ToEngine))
      process.on('disconnect', () => process.exit(0))
    },
  }
}

const port = portOfThisProcess()
try {
  const self = await commandLine(process.env)
  const gateway = await openGateway({
    open: async () => await openSystem(process.env, self),
    face: 'desktop',
    version: productVersion(),
  })
  const take = hostGateway(
    gateway,
    (frame) => port.send(frame),
    () => {
      setTimeout(() => process.exit(0), END_MS).unref()
      void gateway.close().finally(() => process.exit(0))
    },
  )
  port.listen(take)
  port.send({ kind: 'open' })
} catch (error) {
  port.send({ kind: 'broken', trouble: troubleOf(error) })
  // The message leaves first; then there is nothing to stay for.
  process.exitCode = 1
  setTimeout(() => process.exit(1), 200)
}
