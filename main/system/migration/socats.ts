import { readdir, readFile, readlink, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isMaculasForwarder, isOldForwarder, socatOf, type SocatSeen } from '../../model/before/forwarders.ts'
import { readIfThere } from '../files.ts'
import { readCgroup } from '../process/belongs.ts'
import { ownerOfProcess } from '../process/mark.ts'
import { argvOf, startOf } from '../process/record.ts'
import { parseTable } from '../process/sockets.ts'

/** One socat of the platform's scripts. */
export interface Found extends SocatSeen {
  readonly pid: number
  /** Boot and start time, as a record of ours has it. */
  readonly started: string
  readonly argv: readonly string[]
  readonly uid: number
  /** The unit that started it. */
  readonly unit?: string
  /** The pid file that names it. */
  readonly pidFile?: string
}

/** Where pids of socats are written. */
export interface PidFolders {
  /** By the platform's scripts. */
  readonly old: string
  /** Below it lie those of the routing scripts of `maculactl eject`: PROJECT-routing. */
  readonly stateHome: string
}

/**
 * All socat processes of the platform's scripts, of every user: by where they listen, or by a script's pid file. Not what has
 * its port in another network (a container, a network namespace); nor those of any Macula, of what `maculactl eject` wrote, nor of containers: who made those ends them.
 */
export async function findSocats(folders: PidFolders): Promise<readonly Found[]> {
  const [pidFiles, ejected, here] = await Promise.all([
    pidsIn(folders.old),
    ejectedPids(folders.stateHome),
    placeOf('self'),
  ])
  const entries = await readdir('/proc').catch(() => [])
  const pids = entries.map(Number).filter((pid) => Number.isInteger(pid) && pid > 1)
  const found = await Promise.all(
    pids.map(async (pid): Promise<Found | undefined> => {
      const argv = (await argvOf(pid)) ?? []
      const seen = socatOf(argv)
      const pidFile = pidFiles.get(pid)
      if (!seen || !(isOldForwarder(seen) || pidFile !== undefined)) return undefined
      // Ours, and every other Macula's, carry a mark.
      if (isMaculasForwarder(argv) || (await ownerOfProcess(pid)) !== undefined) return undefined
      if (ejected.get(pid)?.endsWith(`/${seen.address}:${seen.port}.pid`) === true) return undefined
      const [started, info, place] = await Promise.all([
        startOf(pid),
        stat(`/proc/${pid}`).catch(() => undefined),
        placeOf(pid),
      ])
      if (started === undefined || !info || isElsewhere(place, here)) return undefined
      // Which network another user's process has cannot be read; its sockets can.
      if (!(await listensHere(pid, seen))) return undefined
      const { unit } = place
      return {
        ...seen,
        pid,
        started,
        argv,
        uid: info.uid,
        ...(unit ? { unit: unit.name } : {}),
        ...(pidFile === undefined ? {} : { pidFile }),
      }
    }),
  )
  // A connection that is open has a process of its own, with the same arguments: its parent is enough.
  const parents = await Promise.all(found.map(async (one) => (one ? await parentOf(one.pid) : undefined)))
  const known = new Set(found.flatMap((one) => (one ? [one.pid] : [])))
  return found
    .filter((one, index) => one !== undefined && !known.has(parents[index] ?? 0))
    .filter((one) => one !== undefined)
    .toSorted((one, two) => one.address.localeCompare(two.address) || one.port - two.port)
}

/** Where a process runs. */
export interface Place {
  readonly unit?: { readonly name: string }
  readonly container?: string | undefined
  /** Its network namespace; of another user's it cannot be read. */
  readonly net: string | undefined
}

async function placeOf(pid: number | 'self'): Promise<Place> {
  const [cgroup, net] = await Promise.all([
    readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => ''),
    readlink(`/proc/${pid}/ns/net`).catch(() => undefined),
  ])
  return { ...readCgroup(cgroup), net }
}

/** Whether a process is in a container that we are not in, or has ports of another network. */
export function isElsewhere(place: Place, here: Place): boolean {
  return (
    place.container !== here.container ||
    (place.net !== undefined && here.net !== undefined && place.net !== here.net)
  )
}

/**
 * Whether the port that a socat listens on is one of this machine's, as this process sees it. /proc/PID/net/tcp (proc(5)) is
 * the table of the network that PID has, and may be read of every user's; a socket has one number in all tables.
 */
async function listensHere(pid: number, seen: SocatSeen): Promise<boolean> {
  const tableOf = async (of: number | 'self'): Promise<string | undefined> => {
    const four = await readFile(`/proc/${of}/net/tcp`, 'utf8').catch(() => undefined)
    // An address of IPv4 may be listened on by a socket of IPv6.
    const six = await readFile(`/proc/${of}/net/tcp6`, 'utf8').catch(() => '')
    return four === undefined ? undefined : `${four}\n${six}`
  }
  const [its, here] = await Promise.all([tableOf(pid), tableOf('self')])
  return isListener(seen, its, here)
}

/** `its`, `here`: tables in the form of /proc/net/tcp; one that cannot be read cannot tell the two apart. */
export function isListener(
  { address, port }: Pick<SocatSeen, 'address' | 'port'>,
  its: string | undefined,
  here: string | undefined,
): boolean {
  const inodes = (table: string): readonly string[] =>
    parseTable(table)
      .filter((socket) => socket.address === address && socket.port === port)
      .map(({ inode }) => inode)
  const there = inodes(here ?? '')
  return its === undefined ? there.length > 0 : inodes(its).some((inode) => there.includes(inode))
}

/** Pids in the files of the routing scripts of `maculactl eject`, whatever its project is called. */
async function ejectedPids(stateHome: string): Promise<ReadonlyMap<number, string>> {
  const folders = (await readdir(stateHome).catch(() => [])).filter((name) => name.endsWith('-routing'))
  const all = await Promise.all(folders.map(async (name) => await pidsIn(join(stateHome, name))))
  return new Map(all.flatMap((pids) => [...pids]))
}

/** The parent of a process: field 4 of /proc/PID/stat. */
async function parentOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1] ?? 0)
}

async function pidsIn(folder: string): Promise<ReadonlyMap<number, string>> {
  const files = await readdir(folder).catch(() => [])
  const read = await Promise.all(
    files
      .filter((file) => file.endsWith('.pid'))
      .map(async (file) => {
        const path = join(folder, file)
        const pid = Number((await readIfThere(path, 64).catch(() => undefined))?.trim())
        return Number.isInteger(pid) && pid > 1 ? ([pid, path] as const) : undefined
      }),
  )
  return new Map(read.filter((one) => one !== undefined))
}
