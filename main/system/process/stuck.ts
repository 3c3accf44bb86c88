import { pause } from '../../engine/wait.ts'
import { connect } from 'node:net'
import type { ListenerPlace } from '../../model/listeners.ts'
import { isUdp } from '../../model/protocol.ts'
import { holderSocket, listening } from './sockets.ts'
import { isSuspended } from './suspended.ts'

/** Connections that nobody took for this long are not taken at all: a forwarder takes one within a millisecond. */
const TAKEN_MS = 1000

/** Why a forwarder of ours does no work: a signal stopped it, or it only never takes a connection. */
export type Stuck = 'suspended' | 'deaf'

/**
 * Whether a living listener takes what the kernel accepted for it, told without asking it: connections that are made and
 * never taken, and datagrams that nobody reads, stay in its queue. Undefined: nothing speaks against it.
 */
export async function stuckOf(
  pid: number,
  { address, port, protocol }: ListenerPlace,
): Promise<Stuck | undefined> {
  if (await isSuspended(pid)) return 'suspended'
  const until = performance.now() + TAKEN_MS
  let before = 0
  for (let wait = 5; ; wait = Math.min(wait * 2, 50)) {
    const waiting = holderSocket(await listening(protocol), address, port)?.waiting ?? 0
    // Fewer than a moment ago: it takes them, there are only many.
    if (waiting === 0 || waiting < before) return undefined
    if (performance.now() > until) return 'deaf'
    before = waiting
    await pause(wait)
  }
}

/**
 * As `stuckOf`, with a connection of our own: also what nobody tried since it got stuck is found. A datagram of ours would
 * be led on to the service, so of UDP only what others sent tells.
 */
export async function triedStuck(pid: number, listener: ListenerPlace): Promise<Stuck | undefined> {
  if (isUdp(listener)) return await stuckOf(pid, listener)
  if (await isSuspended(pid)) return 'suspended'
  const socket = connect({ host: listener.address, port: listener.port })
  try {
    const isMade = await new Promise<boolean>((resolve) => {
      socket.setTimeout(TAKEN_MS, () => resolve(false))
      socket.on('connect', () => resolve(true))
      // Refused: it ended meanwhile, which others tell. Anything else is our own trouble, not the listener's.
      socket.on('error', () => resolve(true))
    })
    // Not even made: its queue is full of connections that nobody took.
    return isMade ? await stuckOf(pid, listener) : 'deaf'
  } finally {
    socket.destroy()
  }
}
