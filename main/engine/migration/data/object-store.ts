import { MaculaError } from '../../../model/errors.ts'
import { sayCount } from '../../../model/say.ts'
import type { OpenVolume, TreeEntry } from '../../adapters.ts'
import { copyTree } from './copy.ts'
import { FILL, type Kind } from './kind.ts'

/** MinIO's own folder in a drive: format, settings, users and policies. */
const SYSTEM = '.minio.sys'

/** Keys may have as many folders as they like; deeper ones are copied, but not counted. */
const DEPTH = 40

/** Buckets, and objects: a folder with xl.meta each, or a file where the server keeps plain files. */
export function objectsIn(tree: readonly TreeEntry[]): {
  readonly buckets: number
  readonly objects: number
} {
  const own = tree.filter(({ path }) => path !== '' && path !== SYSTEM && !path.startsWith(`${SYSTEM}/`))
  const buckets = own.filter(({ path, folder }) => folder && !path.includes('/')).length
  const files = own.filter(({ path, folder }) => !folder && path.includes('/'))
  const metas = files.filter(({ path }) => path.endsWith('/xl.meta'))
  return { buckets, objects: metas.length > 0 ? metas.length : files.length }
}

/** Refuses what one drive alone does not hold, or a form that servers of today do not read (MinIO's release notes of 2022). */
export function needOneDrive(format: string | undefined): void {
  if (format === undefined) return
  let said: { format?: unknown; xl?: { sets?: unknown[][] } } | undefined
  try {
    said = JSON.parse(format) as typeof said
  } catch {
    said = undefined
  }
  const drives = (said?.xl?.sets ?? []).flat().length
  const why =
    said?.format === 'fs'
      ? 'It is in the old form "fs", which MinIO itself has not read since 2022.'
      : drives > 1
        ? `Its data is spread over ${drives} drives, and this volume is one of them.`
        : said === undefined
          ? `${SYSTEM}/format.json is damaged.`
          : undefined
  if (why === undefined) return
  throw new MaculaError({
    kind: 'failed',
    what: 'The object store’s data cannot be taken over as files.',
    why,
    todo: 'Copy its buckets with a client (mc mirror) while both run; leave the object store out.',
  })
}

async function formatOf(volume: OpenVolume, signal: AbortSignal): Promise<string | undefined> {
  const seen = await volume.look(`${SYSTEM}/format.json`, signal, (_, bytes) => bytes < 100_000)
  const [content] = [...(seen?.contents.values() ?? [])]
  return content?.toString('utf8')
}

const saysOf = ({ buckets, objects }: ReturnType<typeof objectsIn>): string =>
  `${sayCount(buckets, 'bucket')}, ${sayCount(objects, 'object')}`

/** Buckets with their objects, users and policies: the volume as it is. The server of ours reads MinIO's form. */
export const objectStore: Kind = {
  id: 'object-store',
  title: 'Buckets of the object store',
  service: 'object-store',
  scratch: [],
  passes: 1,
  room: 1,

  async measure(volume, _source, _ours, signal) {
    needOneDrive(await formatOf(volume, signal))
    const tree = await volume.tree(DEPTH, signal)
    return tree ? saysOf(objectsIn(tree)) : 'an object store'
  },

  async prepare(work) {
    const volume = await work.hands.open(work.source.volume, work.image, 'read')
    needOneDrive(await formatOf(volume, work.signal))
  },

  async load(work) {
    const { hands, source, image, ours, signal } = work
    const from = await hands.open(source.volume, image, 'read')
    const to = await hands.open(await ours.volume(), image, 'write')
    await copyTree(work, from, to, {
      stage: FILL,
      says: 'copying buckets',
      depth: 2,
      divided: (path) => !path.includes('/'),
    })
    work.says('comparing keys')
    const [theirs, own] = [await from.tree(DEPTH, signal), await to.tree(DEPTH, signal)]
    if (!theirs || !own) return 'every file equal'
    const [before, after] = [objectsIn(theirs), objectsIn(own)]
    if (before.objects !== after.objects || before.buckets !== after.buckets)
      throw new MaculaError({
        kind: 'failed',
        what: `The copy of the object store has ${saysOf(after)}, the original ${saysOf(before)}.`,
        todo: 'Run it again.',
      })
    return `${saysOf(after)}: every file equal`
  },
}
