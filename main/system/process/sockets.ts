import { pause } from '../../engine/wait.ts'
import { readdir, readFile, readlink, stat } from 'node:fs/promises'
import type { Holder } from '../../model/observation.ts'
import { belongsTo, publisherOf } from './belongs.ts'
import { ownerOfProcess } from './mark.ts'
import { argvOf, startOf } from './record.ts'
import { userName } from './user.ts'

/** One listening TCP socket. */
export interface Listening {
  /** Dotted quad; "0.0.0.0" for the wildcard of either family. */
  readonly address: string
  readonly port: number
  readonly inode: string
  readonly uid: number
  /** Connections that were made and that its program did not take yet (the column rx_queue of what listens). */
  readonly waiting: number
}

const LISTEN = '0A'

/** All listening TCP sockets of this network namespace, from /proc/net/tcp and tcp6 (proc(5)). Linux only. */
export async function listening(): Promise<readonly Listening[]> {
  // The kernel walks all its sockets for these (7 ms on a machine with few): one reading serves all that ask meanwhile
  // and within the same moment, as those who wait for many forwarders do.
  if (!table || performance.now() - table.ended > SAME_MOMENT_MS) return await read().sockets
  return await table.sockets
}

const SAME_MOMENT_MS = 4

interface Table {
  readonly sockets: Promise<readonly Listening[]>
  /** When it was read to its end; Infinity until then. */
  ended: number
}

let table: Table | undefined
let next: Promise<readonly Listening[]> | undefined

function read(): Table {
  const mine: Table = { ended: Infinity, sockets: readTables() }
  table = mine
  void mine.sockets.finally(() => (mine.ended = performance.now()))
  return mine
}

/** As `listening`, by a reading that begins after this call; all that ask meanwhile share it. */
async function listeningNow(): Promise<readonly Listening[]> {
  if (table?.ended !== Infinity) return await read().sockets
  next ??= table.sockets.then(async () => {
    next = undefined
    return await read().sockets
  })
  return await next
}

async function readTables(): Promise<readonly Listening[]> {
  const [four, six] = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map(async (file) => await readFile(file, 'utf8').catch(() => '')),
  )
  return [...parseTable(four ?? ''), ...parseTable(six ?? '')]
}

/** The rows of such a table that listen. IPv6 other than the wildcard and mapped IPv4 cannot be in our way. */
export function parseTable(text: string): readonly Listening[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      // Most rows are connections; they are not worth being taken apart each time.
      if (!line.includes(` ${LISTEN} `)) return []
      const fields = line.trim().split(/\s+/)
      const [hex = '', port = ''] = (fields[1] ?? '').split(':')
      if (fields[3] !== LISTEN) return []
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
  return (
    sockets.find((socket) => socket.port === port && socket.address === address) ??
    sockets.find((socket) => socket.port === port && socket.address === '0.0.0.0')
  )
}

/**
 * Who has a socket: pid and program where /proc lets us see them, else the user's name; with the systemd unit or the
 * container that the process belongs to.
 */
export async function holderOf(socket: Listening): Promise<Holder> {
  const link = `socket:[${socket.inode}]`
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  for (const pid of pids) {
    const fds = await readdir(`/proc/${pid}/fd`).catch(() => [])
    for (const fd of fds)
      if ((await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')) === link) {
        const program = (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim()
        const owner = await ownerOfProcess(Number(pid))
        return {
          pid: Number(pid),
          ...(program === '' ? {} : { program }),
          ...(await belongsTo(Number(pid), socket.port)),
          ...(owner ? { macula: await personOf(owner) } : {}),
        }
      }
  }
  // Whose files a process has open is told to its own user only; how a port of Docker's was published is told to all.
  const published = socket.uid === 0 ? await publisherOf(pids.map(Number), socket.port) : undefined
  if (published) return published
  const user = (await userName(socket.uid)) ?? `uid ${socket.uid}`
  // Of other users only the arguments can be read: those of a forwarder of ours no other program has.
  for (const pid of pids.map(Number))
    if (isForwarderOf(socket, { uid: await uidOf(pid), argv: (await argvOf(pid)) ?? [] }))
      return { pid, user, macula: await personOf({ uid: socket.uid }) }
  return { user }
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
  { address, port, uid }: Listening,
  process: { readonly uid: number | undefined; readonly argv: readonly string[] },
): boolean {
  const { argv } = process
  if (process.uid !== uid) return false
  if (argv.some((word) => word.startsWith(`TCP4-LISTEN:${port},bind=${address},reuseaddr,fork,`))) return true
  const at = argv.indexOf('__forward')
  return at >= 0 && argv[at + 1] === address && argv[at + 2] === String(port)
}

/** A process that just ended gives its sockets back within this time (ms). */
const ENDING_MS = 2000

/**
 * Who holds address:port; undefined: nobody. A process that was just ended may hold its sockets for a moment longer
 * than it is alive (its last thread, or the kernel, still closes them): such a holder is waited for.
 */
export async function settledHolder(address: string, port: number): Promise<Holder | undefined> {
  const until = Date.now() + ENDING_MS
  for (let wait = 5; ; wait = Math.min(wait * 2, 50)) {
    const socket = holderSocket(await listeningNow(), address, port)
    if (!socket) return undefined
    const holder = await holderOf(socket)
    const isOurs = socket.uid === process.getuid?.()
    const isDying = isOurs && (holder.pid === undefined || (await isEnding(holder.pid)))
    if (!isDying || Date.now() > until) return holder
    await pause(wait)
  }
}

/** Whether a process ends or has ended: the kernel takes its memory, and its arguments with it, before its sockets. */
async function isEnding(pid: number): Promise<boolean> {
  return (await startOf(pid)) === undefined || ((await argvOf(pid)) ?? []).length === 0
}

/** Whether a process (or one of its group's leader's descriptors) has the socket. */
export async function hasSocket(pid: number, inode: string): Promise<boolean> {
  const fds = await readdir(`/proc/${pid}/fd`).catch(() => [])
  const links = await Promise.all(
    fds.map(async (fd) => await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')),
  )
  return links.includes(`socket:[${inode}]`)
}
