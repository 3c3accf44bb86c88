import { stat } from 'node:fs/promises'
import type { ForwarderSeen } from '../../engine/adapters.ts'
import { listenerKey } from '../../model/listeners.ts'
import { listening, type Listening } from '../process/sockets.ts'

/** What tells whether forwarders began or ended: when the folder of records changed, and who listens on loopback. */
export interface Moment {
  readonly folder: string
  /** By place and inode: a socket's inode is its own, and while it listens its process lives. */
  readonly sockets: ReadonlyMap<string, Listening>
}

const socketKey = (socket: Listening): string => `${listenerKey(socket)}/${socket.inode}`

/** The moment of these tables; `folder`: when the records changed. */
export function momentOf(folder: string, sockets: readonly Listening[]): Moment {
  // Connected ones of UDP are clients', which come and go all the time.
  const loopback = sockets.filter(
    ({ address, connected }) => connected === undefined && address.startsWith('127.'),
  )
  return { folder, sockets: new Map(loopback.map((socket) => [socketKey(socket), socket])) }
}

/**
 * Whether what was found at one moment is still all there is: no record was written or removed, each forwarder's socket
 * listens on, and no other of our user (`uid`) came. What of others comes and goes beside, and our own tries whether an
 * address can be used, change nothing of it. Where a forwarder had no socket, any change may be its own.
 */
export function isStillAll(
  found: readonly ForwarderSeen[],
  before: Moment,
  now: Moment,
  uid: number,
): boolean {
  if (before.folder !== now.folder) return false
  const came = [...now.sockets].filter(([key]) => !before.sockets.has(key))
  if (came.some(([, socket]) => socket.uid === uid)) return false
  const kept = new Set(
    [...now.sockets].flatMap(([key, socket]) => (before.sockets.has(key) ? [listenerKey(socket)] : [])),
  )
  if (found.every((one) => kept.has(listenerKey(one)))) return true
  return came.length === 0 && before.sockets.size === now.sockets.size
}

/** The machine as it is now; undefined where it cannot be told (not Linux). */
async function momentNow(folder: string): Promise<Moment | undefined> {
  if (process.platform !== 'linux') return undefined
  const [tcp, udp, records] = await Promise.all([
    listening(),
    listening('udp'),
    stat(folder, { bigint: true }).catch(() => undefined),
  ])
  return momentOf(String(records?.mtimeNs ?? ''), [...tcp, ...udp])
}

/**
 * A reading of all forwarders that is done again only when something of them may have changed since. `folder`: of their
 * records; `read` reads them all.
 */
export function knownForwarders(
  folder: string,
  read: () => Promise<readonly ForwarderSeen[]>,
): () => Promise<readonly ForwarderSeen[]> {
  /** What the last whole reading found, and what the machine looked like just before it. */
  let known: { readonly before: Moment; readonly found: Promise<readonly ForwarderSeen[]> } | undefined
  return async () => {
    const now = await momentNow(folder)
    const last = known
    if (last && now) {
      const found = await last.found.catch(() => undefined)
      if (found && isStillAll(found, last.before, now, process.geteuid?.() ?? 0)) return found
    }
    const found = read()
    known = now === undefined ? undefined : { before: now, found }
    found.catch(() => (known = undefined))
    return await found
  }
}
