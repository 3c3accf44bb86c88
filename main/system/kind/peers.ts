import { createSocket } from 'node:dgram'
import { access, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { MaculaError } from '../../model/errors.ts'
import { isPeer } from '../../model/cluster-id.ts'
import type { ClusterSpec } from '../../model/cluster.ts'
import type { Catalog } from '../../model/service.ts'
import { wholeFile, writeWhole } from '../files.ts'
import type { Paths } from '../paths.ts'

/**
 * Peers of the hub. Each is described from one template when it is first wanted, with an address and ports that are free then, and
 * no longer when it is deleted: one that was never made has no row, and holds neither.
 */

/** Loopback addresses that peers get; the next are those of LoadBalancers. */
const FIRST = 40
const LAST = 63
/** Ports of this machine where their ingress is published first, as the platform's scripts have it, and their QUIC. */
const FIRST_PORT = 8001
const FIRST_QUIC = 4434
/** Ports that are looked at from there on. */
const MOST = 400

/** Where peers are described, a folder each. */
export function peersFolder(paths: Paths): string {
  return join(paths.state, 'peers')
}

/** Whether nobody listens on a port of 127.0.0.1, or of all addresses. */
async function isFree(port: number, protocol: 'tcp' | 'udp'): Promise<boolean> {
  return await new Promise((resolve) => {
    if (protocol === 'udp') {
      const socket = createSocket('udp4')
      socket.once('error', () => socket.close(() => resolve(false)))
      socket.bind(port, '127.0.0.1', () => socket.close(() => resolve(true)))
      return
    }
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

/** The first port from one on that nobody has and no cluster describes. */
async function freePort(first: number, protocol: 'tcp' | 'udp', taken: ReadonlySet<number>): Promise<number> {
  for (let port = first; port < first + MOST; port += 1)
    if (!taken.has(port) && (await isFree(port, protocol))) return port
  throw new MaculaError({
    kind: 'failed',
    what: `No peer can be added: the ports ${first} to ${first + MOST - 1} of this machine are all taken.`,
    todo: 'Nothing was created.',
  })
}

/** What the catalog has already: addresses in the usual range, and ports that clusters publish. */
function takenIn(catalog: Catalog, protocol: 'tcp' | 'udp'): ReadonlySet<number> {
  return new Set(
    clustersIn(catalog).flatMap(({ ports }) =>
      ports.flatMap((one) => ((one.protocol ?? 'tcp') === protocol ? one.port : [])),
    ),
  )
}

const clustersIn = ({ services }: Catalog): readonly ClusterSpec[] =>
  services.flatMap(({ runtime }) => (runtime.kind === 'cluster' && !runtime.app ? [runtime.cluster] : []))

/** Describes a peer (`peer0`, `peer1`, …); one that is described already stays as it is. Throws MaculaError. */
export async function describePeer(paths: Paths, id: string, catalog: Catalog, image: string): Promise<void> {
  if (!isPeer(id)) throw new Error(`${id} is not the id of a peer`)
  const name = `macula-${id}`
  const holder = clustersIn(catalog).find((one) => one.name === name && one.id !== id)
  if (holder)
    throw new MaculaError({
      kind: 'failed',
      what: `${id} cannot be added: kind allows each name once, and ${name} is that of the cluster ${holder.id}.`,
      why: `${holder.config} describes it.`,
      todo: 'Take another peer, or another name in that file before it is created. Nothing was created.',
    })
  const number = Number(id.slice('peer'.length))
  const lasts = new Set(catalog.services.map(({ address }) => Number((address ?? '').split('.').at(-1))))
  const wished = FIRST + (number % (LAST - FIRST + 1))
  const all = Array.from({ length: LAST - FIRST + 1 }, (_, index) => FIRST + index)
  const last = [wished, ...all].find((one) => !lasts.has(one))
  if (last === undefined)
    throw new MaculaError({
      kind: 'failed',
      what: `No peer can be added: the addresses 127.0.0.${FIRST} to 127.0.0.${LAST} are all taken.`,
      todo: 'maculactl cluster delete gives that of a peer back. Nothing was created.',
    })
  const values: Readonly<Record<string, string>> = {
    ID: id,
    NUMBER: String(number),
    ORDER: String(2 + number),
    ADDRESS: `127.0.0.${last}`,
    IMAGE: image,
    PORT: String(await freePort(FIRST_PORT + number, 'tcp', takenIn(catalog, 'tcp'))),
    QUIC: String(await freePort(FIRST_QUIC + number, 'udp', takenIn(catalog, 'udp'))),
  }
  const folder = join(peersFolder(paths), id)
  // The second makes it whole: a folder without it is none.
  for (const name of ['kind.yaml', 'cluster.yaml']) {
    const template = (await wholeFile(join(paths.assets, 'cluster', 'peer', name))).toString('utf8')
    await writeWhole(
      join(folder, name),
      template.replaceAll(/\$\{([A-Z]+)\}/g, (all_, key: string) => values[key] ?? all_),
    )
  }
}

/** The description goes; a person's own of that id, in the configuration folder, is none of ours. */
export async function forgetPeer(paths: Paths, id: string): Promise<void> {
  if (isPeer(id)) await rm(join(peersFolder(paths), id), { recursive: true, force: true })
}

/** Whether the folder of a peer is whole: a process that was killed while it described one left the first file only, which is none. */
export async function isWholePeer(folder: string): Promise<boolean> {
  return await access(join(folder, 'cluster.yaml')).then(
    () => true,
    () => false,
  )
}
