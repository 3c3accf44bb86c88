import { watch, type FSWatcher } from 'node:fs'
import { readdir, stat, statfs } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Editors write a file in several steps, and a checkout changes hundreds: told once they are calm for this (ms). */
const CALM_MS = 400
/** What is written all the time (a log beside the manifests) keeps a change waiting no longer than this (ms). */
const MOST_CALM_MS = 4000
/** What cannot be watched (it is not there, or the system has no watch left) is looked at this often (ms). */
const LOOK_MS = 5000
/** What a watch tells of is looked at once in so many looks: a watch may have ended without a word. */
const LOOKS = 12
/** A folder of the network that does not answer within this is passed over until it does (ms). */
const AWAY_MS = 2000
/** Files of a folder without a watch that are looked at, in the order of their names. */
const MOST_FILES = 500

/** File systems whose changes from elsewhere the kernel does not tell (statfs(2)): NFS, CIFS, SMB 2, FUSE, 9p, vboxsf, Ceph. */
const FAR: ReadonlySet<number> = new Set([
  0x6969, 0xff534d42, 0xfe534d42, 0x65735546, 0x01021997, 0x786f4256, 0x00c36400,
])

interface Looked {
  /** Another one after any change; "away": its file system does not answer. */
  readonly stamp: string
  readonly kind: 'folder' | 'file' | 'none'
}

const away: Looked = { stamp: 'away', kind: 'none' }

/** What a path is now: a folder that is made anew is another one. `deep`: with the files in it, which a watch would tell. */
async function lookAt(path: string, deep: boolean): Promise<Looked> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) return { stamp: '', kind: 'none' }
  const stamp = `${found.dev} ${found.ino} ${found.mtimeMs} ${found.size}`
  if (!found.isDirectory()) return { stamp, kind: 'file' }
  const all = deep ? await readdir(path).catch(() => []) : []
  const names = all.sort((one, two) => one.localeCompare(two)).slice(0, MOST_FILES)
  const inside = await Promise.all(
    names.map(async (name) => {
      const one = await stat(join(path, name)).catch(() => undefined)
      return one?.isFile() === true ? `${name} ${one.ino} ${one.mtimeMs} ${one.size}` : ''
    }),
  )
  return { stamp: [stamp, ...inside].join('\n'), kind: 'folder' }
}

/**
 * Calls `onChange` after something in some folders changed, until `signal` aborts. A file among `places` is followed by its
 * folder, for editors put another file in its place. Folders themselves are watched, not what is below: each folder that
 * counts is named. After each change `places` is asked again. Once all are watched it calls too, for what changed between the
 * caller's reading and that. Never throws.
 */
export function followFolders(input: {
  readonly signal: AbortSignal
  readonly places: () => Promise<readonly string[]>
  readonly onChange: () => void
}): void {
  const { signal, places, onChange } = input
  let watchers: FSWatcher[] = []
  let stamps = new Map<string, string>()
  let calm: NodeJS.Timeout | undefined
  /** When the first of the changes came that were not told yet. */
  let since: number | undefined
  let round = 0
  let isWatching = false
  /** Places of which no watch tells, or not all. */
  const unwatched = new Set<string>()
  /** Looks that have no answer yet: no second thread waits for a file system that is away. */
  const asked = new Map<string, Promise<Looked>>()

  async function look(path: string): Promise<Looked> {
    const deep = unwatched.has(path)
    const key = `${deep} ${path}`
    const found = asked.get(key) ?? lookAt(path, deep).finally(() => asked.delete(key))
    asked.set(key, found)
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<Looked>((resolve) => {
      timer = setTimeout(() => resolve(away), AWAY_MS)
      timer.unref()
    })
    return await Promise.race([found, late]).finally(() => clearTimeout(timer))
  }

  const end = (): void => {
    for (const watcher of watchers) watcher.close()
    watchers = []
  }
  const soon = (): void => {
    const now = performance.now()
    since ??= now
    clearTimeout(calm)
    calm = setTimeout(
      () => {
        since = undefined
        if (signal.aborted) return
        onChange()
        void begin()
      },
      Math.max(0, Math.min(CALM_MS, since + MOST_CALM_MS - now)),
    )
    calm.unref()
  }

  /** Watches a place; whether a watch tells all of its changes. */
  async function watched(path: string, found: Looked): Promise<boolean> {
    // A watch is put on without waiting for it: never on what does not answer.
    if (found === away) return false
    try {
      const name = basename(path)
      const watcher =
        found.kind === 'folder'
          ? watch(path, { persistent: false }, soon)
          : // What is not there yet is told by the folder that it will be in.
            watch(dirname(path), { persistent: false }, (_, file) => {
              if (file === null || file === name) soon()
            })
      // A folder that goes away ends its watch; the look below sees it.
      watcher.on('error', () => watcher.close())
      watchers.push(watcher)
      return !FAR.has((await statfs(found.kind === 'none' ? dirname(path) : path)).type)
    } catch {
      // Not there, or no watch is left: looked at instead.
      return false
    }
  }

  async function begin(): Promise<void> {
    const mine = (round += 1)
    const isOver = (): boolean => signal.aborted || mine !== round
    const all = await places().catch(() => [])
    const looked = new Map(await Promise.all(all.map(async (path) => [path, await look(path)] as const)))
    if (isOver()) return
    // Nothing told of what was written there before: a folder is made first, then what belongs in it.
    const isNew = isWatching && all.some((path) => !stamps.has(path))
    end()
    stamps = new Map([...looked].map(([path, { stamp }]) => [path, stamp]))
    for (const [path, found] of looked) {
      const isTold = await watched(path, found)
      if (isOver()) return
      if (isTold) unwatched.delete(path)
      else if (!unwatched.has(path)) {
        unwatched.add(path)
        stamps.set(path, (await look(path)).stamp)
        if (isOver()) return
      }
    }
    if (!isWatching) {
      isWatching = true
      onChange()
    }
    // What changed while the watches were made.
    if (isNew || (await differs(true))) soon()
  }

  /** `all`: also what a watch tells of. */
  async function differs(all: boolean): Promise<boolean> {
    for (const [path, stamp] of stamps)
      if ((all || unwatched.has(path)) && (await look(path)).stamp !== stamp) return true
    return false
  }

  let isLooking = false
  let looks = 0
  const looking = setInterval(() => {
    if (isLooking) return
    isLooking = true
    void (async () => {
      looks += 1
      if ((await differs(looks % LOOKS === 0)) && !signal.aborted) soon()
    })().finally(() => (isLooking = false))
  }, LOOK_MS)
  looking.unref()
  signal.addEventListener('abort', () => {
    clearInterval(looking)
    clearTimeout(calm)
    end()
  })
  void begin()
}
