import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ActivityAdapter } from '../../engine/adapters.ts'
import { bounded, type ActivityEntry } from '../../model/activity.ts'
import { withPossibleTimes } from '../../model/activity-clock.ts'
import { MaculaError } from '../../model/errors.ts'
import { makeFolder, readBytes } from '../files.ts'
import { interfacesNow } from '../host/interfaces.ts'
import type { Paths } from '../paths.ts'
import { lineOf, parseLine } from './activity-line.ts'
import { inTurn } from './turns.ts'

/** A file larger than this is put aside, once: two of them are the most there is (bytes). */
const MOST_BYTES = 512 * 1024
/** What is older is not shown, and goes with its file (ms). */
export const KEPT_MS = 30 * 86_400_000
/** A file that begins before this is put aside too, so that old entries go (ms). */
const ASIDE_MS = KEPT_MS / 2
/** Who puts it aside takes a moment; a mark that is older is of a process that was killed (ms). */
const STALE_MS = 10_000

/** Interfaces that containers and machines of this machine make; they come and go with them. */
const inner = /^(?:lo|docker\d|br-|veth|virbr|cni|flannel|vmnet|lxc|kind)/

/** What was read of one file: as far as its last whole line. */
interface Part {
  readonly ino: number
  readonly offset: number
  readonly entries: readonly ActivityEntry[]
  readonly broken: number
}

const nothing: Part = { ino: 0, offset: 0, entries: [], broken: 0 }

/**
 * The timeline in the state folder: `activity.jsonl`, one entry a line, and the one before it. Lines are only appended, each
 * write is one call, so that several processes may write at the same time. Losing it costs nothing else.
 */
export function openActivity(paths: Paths, now: () => number, most = MOST_BYTES): ActivityAdapter {
  const file = join(paths.state, 'activity.jsonl')
  const aside = join(paths.state, 'activity.1.jsonl')
  const mark = join(paths.state, 'activity.aside')
  let current = nothing
  let older = nothing

  /** Reads on where it was read to; a file that is another one, or shorter, from its beginning. */
  async function readOn(path: string, known: Part): Promise<Part> {
    const info = await stat(path).catch(() => undefined)
    if (!info?.isFile()) return nothing
    const from = info.ino === known.ino && info.size >= known.offset ? known : { ...nothing, ino: info.ino }
    if (info.size === from.offset) return from
    let bytes: Buffer
    try {
      // Rotated files have a bound; one that grew past it by another's hand is read no further.
      bytes = (await readBytes(path, most * 8)) ?? Buffer.alloc(0)
    } catch {
      return { ...from, offset: info.size, broken: from.broken + 1 }
    }
    const fresh = bytes.subarray(from.offset)
    // The last line may be on its way.
    const end = fresh.lastIndexOf(10) + 1
    const entries = [...from.entries]
    let { broken } = from
    for (const line of fresh.subarray(0, end).toString('utf8').split('\n')) {
      if (line === '') continue
      const entry = parseLine(line)
      if (entry) entries.push(entry)
      else broken += 1
    }
    return { ino: info.ino, offset: from.offset + end, entries, broken }
  }

  async function read(): Promise<{ entries: readonly ActivityEntry[]; broken: number; mark: string }> {
    const before = current
    current = await readOn(file, current)
    // What was read as the current one is the one before by now.
    if (before.ino !== 0 && before.ino !== current.ino) older = before
    older = await readOn(aside, older)
    const since = now() - KEPT_MS
    return {
      entries: withPossibleTimes([...older.entries, ...current.entries], now())
        .filter(({ at }) => at >= since)
        // Several processes write: nearly in order.
        .sort((one, two) => one.at - two.at),
      broken: older.broken + current.broken,
      mark: `${older.ino}:${older.offset}:${current.ino}:${current.offset}`,
    }
  }

  /** Puts a full or an old file aside; one process at a time does, and the others write on. */
  async function putAside(): Promise<void> {
    const info = await stat(file).catch(() => undefined)
    if (info === undefined) return
    const isOld = current.ino === info.ino && (current.entries[0]?.at ?? now()) < now() - ASIDE_MS
    if (info.size < most && !isOld) return
    let handle: FileHandle
    try {
      handle = await open(mark, 'wx', 0o600)
    } catch {
      const other = await stat(mark).catch(() => undefined)
      if (other && Date.now() - other.mtimeMs > STALE_MS)
        await rm(mark, { force: true }).catch(() => undefined)
      return
    }
    try {
      // Another may have done it between our look and our turn.
      const again = await stat(file).catch(() => undefined)
      if (again?.ino === info.ino) await rename(file, aside)
    } finally {
      await handle.close().catch(() => undefined)
      await rm(mark, { force: true }).catch(() => undefined)
    }
  }

  async function write(entries: readonly ActivityEntry[]): Promise<void> {
    await makeFolder(dirname(file))
    await putAside().catch(() => undefined)
    const handle = await open(file, 'a+', 0o600)
    try {
      const info = await handle.stat()
      if (!info.isFile())
        throw new MaculaError({ kind: 'failed', what: `${file} is not a plain file.`, todo: 'Move it away.' })
      const { size } = info
      // What a killed process or a full disk left half must not spoil the next line.
      const last = Buffer.alloc(1)
      const isTorn = size > 0 && (await handle.read(last, 0, 1, size - 1)).bytesRead === 1 && last[0] !== 10
      const text = `${isTorn ? '\n' : ''}${entries.map((entry) => lineOf(bounded(entry))).join('')}`
      const bytes = Buffer.from(text, 'utf8')
      const { bytesWritten } = await handle.write(bytes)
      if (bytesWritten < bytes.length) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
    } finally {
      await handle.close()
    }
  }

  let told = { ino: 0, count: 0 }

  async function news(): Promise<readonly ActivityEntry[]> {
    await read()
    const from = told
    told = { ino: current.ino, count: current.entries.length }
    // One that somebody emptied begins anew.
    if (from.ino === current.ino)
      return current.entries.slice(from.count > current.entries.length ? 0 : from.count)
    // It was put aside meanwhile, or nothing was told yet.
    return [...older.entries.slice(from.ino === older.ino ? from.count : 0), ...current.entries]
  }

  return {
    read,
    news,
    append: async (entries) => {
      if (entries.length > 0) await inTurn(`writing ${file}`, async () => await write(entries))
    },
    links: () =>
      new Map(
        Object.entries(interfacesNow()).flatMap(([name, list]) => {
          const first = list?.find(({ family }) => family === 'IPv4') ?? list?.[0]
          return inner.test(name) || first === undefined ? [] : [[name, first.address] as const]
        }),
      ),
  }
}
