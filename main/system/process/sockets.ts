import { pause } from '../../engine/wait.ts'
import { readFile, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { Holder } from '../../model/observation.ts'
import { inert } from '../../model/atoms.ts'
import { isUdp, type Protocol, type WithProtocol } from '../../model/protocol.ts'
import { belongsTo, publisherOf } from './belongs.ts'
import { ownerOfProcess } from './mark.ts'
import { argvOf, startOf } from './record.ts'
import { openedNow } from './opened.ts'
import { nameOf } from './proc.ts'
import { startedFrom } from './started-from.ts'
import { userName } from './user.ts'

/** One listening TCP socket, or one of UDP that takes datagrams. */
export interface Listening extends WithProtocol {
  /** Dotted quad; "0.0.0.0" for the wildcard of either family. */
  readonly address: string
  readonly port: number
  readonly inode: string
  readonly uid: number
  /**
   * What its program did not take yet (the column rx_queue): connections that were made, of what listens; bytes of datagrams
   * with the kernel's own, of UDP.
   */
  readonly waiting: number
  /** All addresses of IPv6: of IPv4 too only where its program wished so, which no table tells. */
  readonly six?: true
  /** UDP only: it takes datagrams of one sender only. It has its port all the same. */
  readonly connected?: true
}

/** States of a socket in the tables: TCP_LISTEN; UDP has TCP_CLOSE for an open socket and TCP_ESTABLISHED for a connected one. */
const LISTEN = '0A'
const OPEN = '07'
const CONNECTED = '01'

/**
 * All listening sockets of this network namespace, from /proc/net/tcp and tcp6, or udp and udp6 (proc(5)). Linux only.
 */
export async function listening(protocol: Protocol = 'tcp'): Promise<readonly Listening[]> {
  // The kernel walks all its sockets for these (7 ms on a machine with few): one reading serves all that ask meanwhile
  // and within the same moment, as those who wait for many forwarders do.
  const { table } = readings[protocol]
  if (!table || performance.now() - table.ended > SAME_MOMENT_MS) return await read(protocol).sockets
  return await table.sockets
}

const SAME_MOMENT_MS = 4

/** What is read of each protocol: the last table, and the one after it that some wait for. */
const readings: Record<Protocol, { table?: Table; next?: Promise<readonly Listening[]> | undefined }> = {
  tcp: {},
  udp: {},
}

interface Table {
  readonly sockets: Promise<readonly Listening[]>
  /** When it was read to its end; Infinity until then. */
  ended: number
}

function read(protocol: Protocol): Table {
  const mine: Table = { ended: Infinity, sockets: readTables(protocol) }
  readings[protocol].table = mine
  void mine.sockets.finally(() => (mine.ended = performance.now()))
  return mine
}

/** As `listening`, by a reading that begins after this call; all that ask meanwhile share it. */
async function listeningNow(protocol: Protocol): Promise<readonly Listening[]> {
  const reading = readings[protocol]
  if (reading.table?.ended !== Infinity) return await read(protocol).sockets
  reading.next ??= reading.table.sockets.then(async () => {
    reading.next = undefined
    return await read(protocol).sockets
  })
  return await reading.next
}

async function readTables(protocol: Protocol): Promise<readonly Listening[]> {
  const [four, six] = await Promise.all(
    [`/proc/net/${protocol}`, `/proc/net/${protocol}6`].map(
      async (file) => await readFile(file, 'utf8').catch(() => ''),
    ),
  )
  return [...parseTable(four ?? '', protocol), ...parseTable(six ?? '', protocol)]
}

/** The rows of such a table that listen. IPv6 other than the wildcard and mapped IPv4 cannot be in our way. */
export function parseTable(text: string, protocol: Protocol = 'tcp'): readonly Listening[] {
  const states = protocol === 'udp' ? [OPEN, CONNECTED] : [LISTEN]
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      // Most rows are connections; they are not worth being taken apart each time.
      if (!states.some((state) => line.includes(` ${state} `))) return []
      const fields = line.trim().split(/\s+/)
      const [hex = '', port = ''] = (fields[1] ?? '').split(':')
      const state = fields[3] ?? ''
      if (!states.includes(state)) return []
      const address = addressOf(hex)
      return address === undefined
        ? []
        : [
            {
              address,
              port: Number.parseInt(port, 16),
              inode: fields[9] ?? '',
              uid: Number(fields[7]),
              waiting: Number.parseInt((fields[4] ?? '').split(':')[1] ?? '0', 16),
              ...(protocol === 'udp' ? { protocol } : {}),
              ...(hex.length === 32 && address === '0.0.0.0' ? { six: true as const } : {}),
              ...(state === CONNECTED ? { connected: true as const } : {}),
            },
          ]
    })
}

function addressOf(hex: string): string | undefined {
  // Words are in host byte order: little-endian on every machine we run on.
  const quad = (word: string): string =>
    [6, 4, 2, 0].map((at) => Number.parseInt(word.slice(at, at + 2), 16)).join('.')
  if (hex.length === 8) return quad(hex)
  if (/^0{32}$/.test(hex)) return '0.0.0.0'
  if (hex.startsWith('0000000000000000FFFF0000')) return quad(hex.slice(24))
  return undefined
}

/** The socket that holds address:port, the wildcard included; undefined when it is free. */
export function holderSocket(
  sockets: readonly Listening[],
  address: string,
  port: number,
): Listening | undefined {
  const at = (place: string, connected?: true): Listening | undefined =>
    sockets.find(
      (socket) => socket.port === port && socket.address === place && socket.connected === connected,
    )
  return at(address) ?? at('0.0.0.0') ?? at(address, true)
}

/**
 * Who has a socket: pid and program where /proc lets us see them, else the user's name; with the systemd unit or the
 * container that the process belongs to.
 */
export async function holderOf(socket: Listening): Promise<Holder> {
  const { pids, opened } = openedNow()
  const pid = opened.get(`socket:[${socket.inode}]`)
  if (pid !== undefined) {
    const program = nameOf(pid) ?? ''
    const owner = await ownerOfProcess(pid)
    const belongs = await belongsTo(pid, socket.port, socket.protocol)
    const command = belongs.container === undefined ? await commandOf(pid) : undefined
    const isPlain = belongs.container === undefined && belongs.unit === undefined && !owner
    const from = isPlain ? startedFrom(pid) : undefined
    return {
      pid,
      ...(program === '' ? {} : { program }),
      ...(command === undefined ? {} : { command }),
      ...belongs,
      ...(from === undefined ? {} : { from }),
      ...(owner ? { macula: await personOf(owner) } : {}),
    }
  }
  // Whose files a process has open is told to its own user only; how a port of Docker's was published is told to all.
  const published = socket.uid === 0 ? await publisherOf(pids, socket.port, socket.protocol) : undefined
  if (published) return published
  const user = (await userName(socket.uid)) ?? `uid ${socket.uid}`
  // Of other users only the arguments can be read: those of a forwarder of ours no other program has.
  for (const one of pids)
    if (isForwarderOf(socket, { uid: await uidOf(one), argv: (await argvOf(one)) ?? [] }))
      return { pid: one, user, macula: await personOf({ uid: socket.uid }) }
  return { user }
}

/** As much of a command line as a person reads (characters). */
const KEPT_COMMAND = 120

/** The command line of a process as one inert line; undefined: it has none that can be read. */
async function commandOf(pid: number): Promise<string | undefined> {
  const text = inert(((await argvOf(pid)) ?? []).join(' ').trim())
  if (text === '') return undefined
  return text.length > KEPT_COMMAND ? `${text.slice(0, KEPT_COMMAND)}…` : text
}

async function personOf(owner: {
  readonly uid: number
  readonly project?: string
}): Promise<NonNullable<Holder['macula']>> {
  const user = await userName(owner.uid)
  return { ...owner, ...(user === undefined ? {} : { user }) }
}

/** The user that a process runs as; undefined when it is gone. */
async function uidOf(pid: number): Promise<number | undefined> {
  return (await stat(`/proc/${pid}`).catch(() => undefined))?.uid
}

/**
 * Whether a process has the arguments of a forwarder of any Macula that listens on this very address and port, and is of
 * the socket's user: one of somebody else only wanted to listen there.
 */
export function isForwarderOf(
  socket: Listening,
  process: { readonly uid: number | undefined; readonly argv: readonly string[] },
): boolean {
  const { argv } = process
  const { address, port, uid } = socket
  if (process.uid !== uid) return false
  if (isUdp(socket)) return isForwarding(argv, '__forward-udp', socket)
  if (argv.some((word) => word.startsWith(`TCP4-LISTEN:${port},bind=${address},reuseaddr,fork,`))) return true
  return isForwarding(argv, '__forward', socket)
}

function isForwarding(argv: readonly string[], word: string, { address, port }: Listening): boolean {
  const at = argv.indexOf(word)
  return at >= 0 && argv[at + 1] === address && argv[at + 2] === String(port)
}

/** A process that just ended gives its sockets back within this time (ms): on a loaded machine its memory alone takes seconds. */
const ENDING_MS = 15_000
/** The same of a socket of ours whose process is not to be found; it may be one that only is not ours to see. */
const UNSEEN_MS = 2000

/**
 * Who holds address:port; undefined: nobody. A process that was just ended may hold its sockets for a moment longer
 * than it is alive (its last thread, or the kernel, still closes them): such a holder is waited for.
 */
export async function settledHolder(
  address: string,
  port: number,
  protocol: Protocol = 'tcp',
): Promise<Holder | undefined> {
  const began = Date.now()
  for (let wait = 5; ; wait = Math.min(wait * 2, 50)) {
    const socket = holderSocket(await listeningNow(protocol), address, port)
    if (!socket) return undefined
    const holder = await holderOf(socket)
    const isOurs = socket.uid === process.getuid?.()
    const isDying = isOurs && (holder.pid === undefined || (await isEnding(holder.pid)))
    const patience = holder.pid === undefined ? UNSEEN_MS : ENDING_MS
    if (!isDying || Date.now() - began > patience) return holder
    await pause(wait)
  }
}

/** Whether a process ends or has ended: the kernel takes its memory, and its arguments with it, before its sockets. */
async function isEnding(pid: number): Promise<boolean> {
  return (await startOf(pid)) === undefined || ((await argvOf(pid)) ?? []).length === 0
}

/** Whether nobody listens on address:port (TCP), told by listening there for a moment; false also where that is not allowed. */
export async function isFree({ address, port }: { address: string; port: number }): Promise<boolean> {
  const server = createServer()
  return await new Promise((resolve) => {
    server.on('error', () => resolve(false))
    server.listen({ host: address, port }, () => server.close(() => resolve(true)))
  })
}
