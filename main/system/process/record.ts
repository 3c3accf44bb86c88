import { execa } from 'execa'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { makeFolder, readIfThere, writeWhole } from '../files.ts'
import { readProc, statFields } from './proc.ts'

/** What is written down of a process of ours, so that any later actor can know it again. */
export interface PidRecord {
  readonly pid: number
  /** Start time as the kernel tells it, with the boot it belongs to: a pid that was used again has another. */
  readonly started: string
  readonly argv: readonly string[]
}

const recordSchema = z.object({
  pid: z.int().min(2),
  started: z.string().min(1),
  argv: z.array(z.string()).min(1),
})

/** The machine's boot; it cannot change while we run. */
let boot: Promise<string> | undefined

/** Read once, however many ask at the same time. */
async function bootId(): Promise<string> {
  boot ??= readFile('/proc/sys/kernel/random/boot_id', 'utf8').then((text) => text.trim())
  return await boot
}

/**
 * Start time of a living process; undefined when it is gone. Linux: field 22 of /proc/PID/stat (proc(5)) with the
 * boot id. Elsewhere: what `ps` tells (not tried on macOS yet).
 */
export async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') return await tellPs(pid, 'lstart=')
  try {
    const fields = statFields(pid)
    // A zombie is dead: it listens nowhere and is only not yet buried.
    if (fields[0] === undefined || fields[0] === 'Z' || fields[0] === 'X') return undefined
    return `${await bootId()}/${fields[19] ?? ''}`
  } catch {
    return undefined
  }
}

/** Arguments of a living process, or undefined. */
export async function argvOf(pid: number): Promise<readonly string[] | undefined> {
  if (process.platform !== 'linux') {
    const command = await tellPs(pid, 'command=')
    return command === undefined ? undefined : [command]
  }
  try {
    const text = await readProc(`/proc/${pid}/cmdline`)
    return text.split('\0').slice(0, -1)
  } catch {
    return undefined
  }
}

async function tellPs(pid: number, field: string): Promise<string | undefined> {
  const { stdout, exitCode } = await execa('ps', ['-p', String(pid), '-o', field], { reject: false })
  return exitCode === 0 && stdout.trim() !== '' ? stdout.trim() : undefined
}

/** Whether the record's process lives and is the very same: start time and arguments match. */
export async function isAlive(record: PidRecord): Promise<boolean> {
  if ((await startOf(record.pid)) !== record.started) return false
  const argv = await argvOf(record.pid)
  return (
    argv !== undefined &&
    argv.length === record.argv.length &&
    argv.every((word, index) => word === record.argv[index])
  )
}

/** Records of one kind, one file each, in a folder. Damaged ones count as absent and are removed. */
export function recordsIn(folder: string) {
  const fileOf = (name: string): string => join(folder, `${name}.json`)
  // One that cannot be taken away (a read-only disk) tells of a process that is gone: it is found stale the next time.
  const remove = async (name: string): Promise<void> =>
    await rm(fileOf(name), { force: true }).catch(() => undefined)
  return {
    async write(name: string, record: PidRecord): Promise<void> {
      await makeFolder(folder)
      await writeWhole(fileOf(name), `${JSON.stringify(record)}\n`, 0o600, 'fleeting')
    },
    /** The record if its process lives; a stale or damaged one is removed. Nothing is signalled. */
    async living(name: string): Promise<PidRecord | undefined> {
      const text = await readIfThere(fileOf(name)).catch(() => undefined)
      if (text === undefined) return undefined
      const record = parse(text)
      if (record && (await isAlive(record))) return record
      await remove(name)
      return undefined
    },
    /** The record as it lies there, if its process lives by number and start time; nothing is removed. */
    async told(name: string): Promise<PidRecord | undefined> {
      const text = await readIfThere(fileOf(name)).catch(() => undefined)
      const record = text === undefined ? undefined : parse(text)
      return record && (await startOf(record.pid)) === record.started ? record : undefined
    },
    remove,
    async names(): Promise<readonly string[]> {
      const files = await readdir(folder).catch(() => [])
      return files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length))
    },
  }
}

function parse(text: string): PidRecord | undefined {
  try {
    return recordSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
