/** What is in a volume, as far as a look that is bounded goes. */

export interface VolumeEntry {
  /** Without its folder; as its program named it, so hostile. */
  readonly name: string
  readonly kind: 'file' | 'folder' | 'link' | 'other'
  /** Of a file; 0 for everything else. */
  readonly bytes: number
  /** Last change (epoch ms); 0: not told. */
  readonly changedAt: number
  /** Where a link leads. */
  readonly to?: string
}

export interface VolumeFolder {
  /** Below the root of the volume, which is ''. */
  readonly path: string
  readonly entries: readonly VolumeEntry[]
  /** Entries of it that were seen and are not told. */
  readonly more: number
}

export interface VolumeListing {
  readonly volume: string
  readonly folders: readonly VolumeFolder[]
  /** Entries that were seen, told or not, and the bytes of their files. */
  readonly seen: number
  readonly bytes: number
  /** What ended the look before the volume did; absent: all of it was seen. */
  readonly cut?: VolumeCut
}

export type VolumeCut = 'entries' | 'bytes' | 'time'

/** How much of a volume is looked at, and told. */
export interface VolumeBounds {
  /** Entries told of one folder. */
  readonly inFolder: number
  /** Folders of which entries are told. */
  readonly folders: number
  /** Entries that are looked at. */
  readonly entries: number
  /** Bytes that Docker packs for the look: it cannot leave the content of files out. */
  readonly bytes: number
  readonly ms: number
}

export const VOLUME_BOUNDS: VolumeBounds = {
  inFolder: 20,
  folders: 100,
  entries: 20_000,
  bytes: 512 * 1024 * 1024,
  ms: 20_000,
}

/** One entry of the volume, by its whole path below the root. */
export type FoundEntry = Omit<VolumeEntry, 'name'> & { readonly path: string }

/** Collects entries by folder, in the order they come, in bounded memory. */
export function volumeLister(volume: string, bounds: Pick<VolumeBounds, 'inFolder' | 'folders'>) {
  const folders = new Map<string, { entries: VolumeEntry[]; more: number }>()
  let [seen, bytes] = [0, 0]
  return {
    seen: () => seen,
    add({ path, ...entry }: FoundEntry): void {
      seen += 1
      bytes += entry.bytes
      const slash = path.lastIndexOf('/')
      const at = path.slice(0, Math.max(0, slash))
      let folder = folders.get(at)
      if (!folder) {
        if (folders.size >= bounds.folders) return
        folder = { entries: [], more: 0 }
        folders.set(at, folder)
      }
      if (folder.entries.length < bounds.inFolder)
        folder.entries.push({ name: path.slice(slash + 1), ...entry })
      else folder.more += 1
    },
    listing: (cut?: VolumeCut): VolumeListing => ({
      volume,
      folders: [...folders].map(([path, { entries, more }]) => ({ path, entries: [...entries], more })),
      seen,
      bytes,
      ...(cut === undefined ? {} : { cut }),
    }),
  }
}

/** What was left out, in one sentence; undefined: nothing was. */
export function sayVolumeCut(
  { folders, seen, cut }: VolumeListing,
  { bytes, ms }: VolumeBounds = VOLUME_BOUNDS,
): string | undefined {
  const told = folders.reduce((sum, { entries }) => sum + entries.length, 0)
  const count = (number: number): string => number.toLocaleString('en')
  const ends: Readonly<Record<VolumeCut, string>> = {
    entries: `The listing stopped after ${count(seen)} entries`,
    bytes: `The listing stopped after ${count(bytes / 1024 / 1024)} MB`,
    time: `The listing stopped after ${count(ms / 1000)} s`,
  }
  if (cut !== undefined) return `${ends[cut]}: there may be more than the ${count(told)} shown.`
  return told < seen ? `${count(told)} of ${count(seen)} entries are shown.` : undefined
}
