import { connect, createServer } from 'node:net'
import { checkForward } from './socat.ts'
import { parsePort } from '../../model/atoms.ts'
import { openUdpForwarder } from './udp-forwarder.ts'
import type { Forward } from '../../engine/adapters.ts'

/** The hidden word of the command line that runs this forwarder. */
export const FORWARD_WORD = '__forward'

/** The same for UDP. */
export const FORWARD_UDP_WORD = '__forward-udp'

const CONNECT_TIMEOUT_MS = 5000
const KEEPALIVE_MS = 60_000

/** Reads ADDRESS PORT HOST TOPORT; throws MaculaError `invalid` for anything else. */
export function parseForward(words: readonly string[]): Forward {
  const [address = '', port = '', host = '', toPort = ''] = words
  const forward = { address, port: parsePort(port) ?? 0, host, toPort: parsePort(toPort) ?? 0 }
  checkForward(forward)
  return forward
}

/**
 * A forwarder of UDP: one socket a client (udp-forwarder.ts). Runs until its process ends; exits 1 with the code on stderr
 * when it cannot listen.
 */
export async function runUdpForwarder(words: readonly string[]): Promise<never> {
  const forward = parseForward(words)
  try {
    await openUdpForwarder({ ...forward, protocol: 'udp' }, (line) => process.stdout.write(`${line}\n`))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    process.stderr.write(`E bind: ${code ?? message}\n`)
    process.exit(1)
  }
  return await new Promise<never>(() => undefined)
}

/**
 * A forwarder of our own for machines without socat: one listener, half-close safe. Runs until its process ends;
 * exits 1 with the code on stderr when it cannot listen.
 */
export async function runOwnForwarder(words: readonly string[]): Promise<never> {
  const forward = parseForward(words)
  const server = createServer(
    { allowHalfOpen: true, keepAlive: true, keepAliveInitialDelay: KEEPALIVE_MS, noDelay: true },
    (client) => {
      const target = connect({
        host: forward.host,
        port: forward.toPort,
        allowHalfOpen: true,
        keepAlive: true,
        keepAliveInitialDelay: KEEPALIVE_MS,
        noDelay: true,
      })
      const late = setTimeout(() => target.destroy(), CONNECT_TIMEOUT_MS)
      target.once('connect', () => clearTimeout(late))
      const drop = (): void => {
        clearTimeout(late)
        client.destroy()
        target.destroy()
      }
      client.on('error', drop)
      target.on('error', drop)
      target.on('close', () => client.destroy())
      client.on('close', () => target.destroy())
      client.pipe(target)
      target.pipe(client)
    },
  )
  return await new Promise<never>(() => {
    server.on('error', (error: NodeJS.ErrnoException) => {
      process.stderr.write(`E bind: ${error.code ?? error.message}\n`)
      process.exit(1)
    })
    server.listen({ host: forward.address, port: forward.port, backlog: 1024 })
  })
}
