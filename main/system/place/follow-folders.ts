import { watch, type FSWatcher } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'

/** Editors write a file in several steps, and a checkout changes hundreds: told once they are calm for this (ms). */
const CALM_MS = 400
/** What cannot be watched (it is not there, or the system has no watch left) is looked at this often (ms). */
const LOOK_MS = 5000

/** What a path is now: a folder that is made anew is another one. */
const stampOf = async (path: string): Promise<string> => {
  const found = await stat(path).catch(() => undefined)
  return found === undefined ? '' : `${found.dev} ${found.ino} ${found.mtimeMs} ${found.size}`
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
  let round = 0
  let isWatching = false

  const end = (): void => {
    for (const watcher of watchers) watcher.close()
    watchers = []
  }
  const soon = (): void => {
    clearTimeout(calm)
    calm = setTimeout(() => {
      if (signal.aborted) return
      onChange()
      void begin()
    }, CALM_MS)
    calm.unref()
  }

  async function begin(): Promise<void> {
    const mine = (round += 1)
    const all = await places().catch(() => [])
    const looked = new Map(await Promise.all(all.map(async (path) => [path, await stampOf(path)] as const)))
    if (signal.aborted || mine !== round) return
    end()
    stamps = looked
    for (const path of all)
      try {
        const isFolder = (await stat(path)).isDirectory()
        if (signal.aborted || mine !== round) return
        const name = basename(path)
        const watcher = isFolder
          ? watch(path, { persistent: false }, soon)
          : watch(dirname(path), { persistent: false }, (_, file) => {
              if (file === null || file === name) soon()
            })
        // A folder that goes away ends its watch; the look below sees it.
        watcher.on('error', () => watcher.close())
        watchers.push(watcher)
      } catch {
        // Not there, or no watch is left: looked at instead.
      }
    if (!isWatching) {
      isWatching = true
      onChange()
    }
    // What changed while the watches were made.
    for (const [path, stamp] of looked) if ((await stampOf(path)) !== stamp) return soon()
  }

  const look = setInterval(() => {
    void (async () => {
      for (const [path, stamp] of stamps)
        if ((await stampOf(path)) !== stamp && !signal.aborted) return soon()
    })()
  }, LOOK_MS)
  look.unref()
  signal.addEventListener('abort', () => {
    clearInterval(look)
    clearTimeout(calm)
    end()
  })
  void begin()
}
