import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isOldForwarder, socatOf, type SocatSeen } from '../../model/before/forwarders.ts'
import { readIfThere } from '../files.ts'
import { readCgroup } from '../process/belongs.ts'
import { ownerOfProcess } from '../process/mark.ts'
import { argvOf, startOf } from '../process/record.ts'

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

/** All socat processes of the platform's scripts, of every user: by where they listen, or by a script's pid file. */
export async function findSocats(folder: string): Promise<readonly Found[]> {
  const pidFiles = await pidsIn(folder)
  const entries = await readdir('/proc').catch(() => [])
  const pids = entries.map(Number).filter((pid) => Number.isInteger(pid) && pid > 1)
  const found = await Promise.all(
    pids.map(async (pid): Promise<Found | undefined> => {
      const argv = (await argvOf(pid)) ?? []
      const seen = socatOf(argv)
      const pidFile = pidFiles.get(pid)
      if (!seen || !(isOldForwarder(seen) || pidFile !== undefined)) return undefined
      // Ours, and every other Macula's, carry a mark.
      if ((await ownerOfProcess(pid)) !== undefined) return undefined
      const [started, info, cgroup] = await Promise.all([
        startOf(pid),
        stat(`/proc/${pid}`).catch(() => undefined),
        readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => ''),
      ])
      if (started === undefined || !info) return undefined
      const { unit } = readCgroup(cgroup)
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
