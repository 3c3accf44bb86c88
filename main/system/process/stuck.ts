import { pause } from '../../engine/wait.ts'
import { connect } from 'node:net'
import { holderSocket, listening } from './sockets.ts'
import { isSuspended } from './suspended.ts'

/** Connections that nobody took for this long are not taken at all: a forwarder takes one within a millisecond. */
const TAKEN_MS = 1000

/** Why a forwarder of ours does no work: a signal stopped it, or it only never takes a connection. */
export type Stuck = 'suspended' | 'deaf'

interface Listener {
  readonly address: string
  readonly port: number
}

/**
 * Whether a living listener takes what the kernel accepted for it, told without asking it: connections that are made and
 * never taken stay in its queue. Undefined: nothing speaks against it.
 */
export async function stuckOf(pid: number, { address, port }: Listener): Promise<Stuck | undefined> {
  if (await isSuspended(pid)) return 'suspended'
  const until = performance.now() + TAKEN_MS
  let before = 0
  for (let wait = 5; ; wait = Math.min(wait * 2, 50)) {
    const waiting = holderSocket(await listening(), address, port)?.waiting ?? 0
    // Fewer than a moment ago: it takes them, there are only many.
    if (waiting === 0 || waiting < before) return undefined
    if (performance.now() > until) return 'deaf'
    before = waiting
    await pause(wait)
  }
}

/** As `stuckOf`, with a connection of our own: also what nobody tried since it got stuck is found. */
export async function triedStuck(pid: number, listener: Listener): Promise<Stuck | undefined> {
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
