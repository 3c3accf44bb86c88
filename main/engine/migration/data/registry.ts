import { MaculaError } from '../../../model/errors.ts'
import { sayCount, sayList } from '../../../model/say.ts'
import type { OpenVolume, PartSeen, TreeEntry } from '../../adapters.ts'
import { FILL, type Kind, type Work } from './kind.ts'
import { readManifest } from './registry-manifest.ts'

/** Where a registry keeps its store below its data folder (distribution, registry/storage/paths.go). */
const ROOT = 'docker/registry/v2'
const REPOSITORIES = `${ROOT}/repositories`

/** Links are 71 bytes, or a little more for other digests. */
const MOST_LINK = 1024
/** Registries refuse manifests above 4 MiB. */
const MOST_MANIFEST = 4 * 1024 * 1024

/** Down to "docker/registry/v2/blobs/sha256/ab". */
const DEPTH = 6

/** What a registry holds by its own links. */
export interface Catalog {
  readonly repositories: ReadonlySet<string>
  readonly tags: number
  /** Digest of each manifest, with the tags ("macula/console:dev") or repositories that have it. */
  readonly manifests: ReadonlyMap<string, readonly string[]>
}

const tagLink = /^repositories\/(.+)\/_manifests\/tags\/([^/]+)\/current\/link$/
const revisionLink = /^repositories\/(.+)\/_manifests\/revisions\/([^/]+)\/([0-9a-f]+)\/link$/

/** Reads the links below `repositories`. A revision whose link is empty was deleted. */
export function readCatalog(seen: PartSeen): Catalog {
  const repositories = new Set<string>()
  const manifests = new Map<string, string[]>()
  let tags = 0
  const add = (digest: string, by: string): void => {
    manifests.set(digest, [...(manifests.get(digest) ?? []), by])
  }
  for (const [path, content] of seen.contents) {
    const digest = content.toString('latin1').trim()
    if (digest === '') continue
    const [, tagged, tag] = tagLink.exec(path) ?? []
    const [, repository] = revisionLink.exec(path) ?? []
    if (tagged !== undefined) {
      repositories.add(tagged)
      tags += 1
      add(digest, `${tagged}:${tag ?? ''}`)
    } else if (repository !== undefined) {
      repositories.add(repository)
      if (!manifests.has(digest)) manifests.set(digest, [])
    }
  }
  return { repositories, tags, manifests }
}

async function catalogOf(volume: OpenVolume, signal: AbortSignal): Promise<Catalog> {
  const seen = await volume.look(
    REPOSITORIES,
    signal,
    (path, bytes) => bytes <= MOST_LINK && (tagLink.test(path) || revisionLink.test(path)),
  )
  return seen ? readCatalog(seen) : { repositories: new Set(), tags: 0, manifests: new Map() }
}

const blobPath = (digest: string): string => {
  const [algorithm = '', hex = ''] = digest.split(':')
  return `${ROOT}/blobs/${algorithm}/${hex.slice(0, 2)}/${hex}`
}

const isDigest = (text: string): boolean => /^sha(256:[0-9a-f]{64}|512:[0-9a-f]{128})$/.test(text)

/** Digests that a manifest needs, by its own blob; undefined: the blob is not there. Throws where it is damaged. */
async function neededBy(
  volume: OpenVolume,
  digest: string,
  catalog: Catalog,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  const seen = isDigest(digest)
    ? await volume.look(blobPath(digest), signal, (_, bytes) => bytes <= MOST_MANIFEST)
    : undefined
  const [content] = [...(seen?.contents.values() ?? [])]
  return content && readManifest(content, (child) => catalog.manifests.has(child))
}

/** Digests of all blobs that lie in a store, by their names. */
async function blobsOf(volume: OpenVolume, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const tree = await volume.tree(DEPTH + 2, signal)
  const paths = tree
    ? tree.map(({ path }) => path)
    : [...((await volume.look(`${ROOT}/blobs`, signal))?.entries.keys() ?? [])].map(
        (path) => `${ROOT}/${path}`,
      )
  return new Set(
    paths.flatMap((path) => {
      const [, algorithm, hex] = blobFolder.exec(path) ?? []
      return algorithm === undefined ? [] : [`${algorithm}:${hex ?? ''}`]
    }),
  )
}

const blobFolder = /^docker\/registry\/v2\/blobs\/([^/]+)\/[0-9a-f]{2}\/([0-9a-f]+)\/data$/

interface Missing {
  readonly digest: string
  readonly by: readonly string[]
}

/** Every blob that tags lead to, and those that are not there. */
async function followed(volume: OpenVolume, catalog: Catalog, work: Pick<Work, 'signal' | 'says'>) {
  const there = await blobsOf(volume, work.signal)
  const missing: Missing[] = []
  const seen = new Set<string>()
  const queue = [...catalog.manifests].map(([digest, by]) => ({ digest, by }))
  while (queue.length > 0) {
    const next = queue.shift()
    if (!next || seen.has(next.digest)) continue
    seen.add(next.digest)
    work.says(`reading manifest ${seen.size} of ${catalog.manifests.size}`)
    const needs = await neededBy(volume, next.digest, catalog, work.signal)
    if (!needs) {
      // A revision that no tag names may have been collected.
      if (next.by.length > 0) missing.push(next)
      continue
    }
    for (const digest of needs) {
      if (isDigest(digest) && !there.has(digest) && next.by.length > 0) missing.push({ digest, by: next.by })
      if (catalog.manifests.has(digest) && next.by.length > 0 && !seen.has(digest))
        queue.unshift({ digest, by: next.by })
    }
  }
  return { blobs: there.size, missing }
}

function notWhole(missing: readonly Missing[]): MaculaError {
  const images = [...new Set(missing.flatMap(({ by }) => by))]
  return new MaculaError({
    kind: 'failed',
    what: `The registry’s data is not whole, so it is not taken over: ${sayCount(missing.length, 'blob')} of its images ${missing.length === 1 ? 'is' : 'are'} missing or damaged.`,
    why: `${sayList(missing.map(({ digest }) => digest.slice(0, 19)))}${images.length === 0 ? '' : ` of ${sayList(images)}`}.`,
    todo: 'Push those images to the old registry again, or delete their tags there; or leave the registry out.',
  })
}

/** Each blob that passed by has the digest that it is named after: those that do not. */
export function wrongBlobs(part: PartSeen): readonly string[] {
  return [...part.entries].flatMap(([path, about]) => {
    const [, hex] = /(?:^|\/)[0-9a-f]{2}\/([0-9a-f]{64})\/data$/.exec(path) ?? []
    return hex === undefined || about.endsWith(` ${hex}`) ? [] : [hex]
  })
}

const isBlobFolder = ({ path, folder }: TreeEntry): boolean =>
  folder && path.split('/').length === DEPTH && path.startsWith(`${ROOT}/blobs/`)

/** What is copied at once, blobs first: until the links come a registry shows nothing of them. */
export function partsOf(tree: readonly TreeEntry[]): readonly string[] {
  const blobs = tree.filter(isBlobFolder).map(({ path }) => path)
  const links = tree.filter(({ path }) => path.startsWith(`${REPOSITORIES}/`) && path.split('/').length === 5)
  return [...blobs, ...links.map(({ path }) => path)]
}

/** Images: every blob is compared by its digest, links are compared as files. */
export const registry: Kind = {
  id: 'registry',
  title: 'Images of the registry',
  service: 'registry',
  scratch: [],
  passes: 1,
  room: 1,

  async measure(volume, _source, _ours, signal) {
    const { repositories, tags } = await catalogOf(volume, signal)
    return `${sayCount(repositories.size, 'repository', 'repositories')}, ${sayCount(tags, 'tag')}`
  },

  async prepare(work) {
    const volume = await work.hands.open(work.source.volume, work.image, 'read')
    work.says('reading the registry’s links')
    const catalog = await catalogOf(volume, work.signal)
    const { missing } = await followed(volume, catalog, work)
    if (missing.length > 0) throw notWhole(missing)
  },

  async load(work) {
    const { hands, source, image, ours, signal } = work
    const from = await hands.open(source.volume, image, 'read')
    const to = await hands.open(await ours.volume(), image, 'write')
    const tree = await from.tree(DEPTH, signal)
    if (tree) {
      const parts = partsOf(tree)
      const above = new Set(parts.flatMap((path) => parentsOf(path)))
      await to.folders(
        tree.filter(({ path }) => above.has(path)),
        signal,
      )
      for (const path of parts) await onePart(path)
    } else await onePart('')

    async function onePart(path: string): Promise<void> {
      if (work.has(`${FILL}${path}`)) return
      const what = path.startsWith(REPOSITORIES)
        ? 'copying the registry’s links'
        : 'copying the registry’s blobs'
      const part = await hands.copy(from, to, path, (bytes) => work.says(what, bytes), signal)
      const wrong = wrongBlobs(part)
      if (wrong.length > 0) throw notWhole(wrong.map((hex) => ({ digest: `sha256:${hex}`, by: [] })))
      await work.mark(`${FILL}${path}`, part.bytes)
      work.says(what)
    }

    // What arrived is followed from its tags as the source was: nothing that a tag leads to is missing.
    const theirs = await catalogOf(from, signal)
    const catalog = await catalogOf(to, signal)
    const { blobs, missing } = await followed(to, catalog, {
      signal,
      says: (what) => work.says(`comparing, ${what}`),
    })
    if (missing.length > 0) throw notWhole(missing)
    if (catalog.tags !== theirs.tags || catalog.repositories.size !== theirs.repositories.size)
      throw new MaculaError({
        kind: 'failed',
        what: `The copy of the registry has ${sayCount(catalog.tags, 'tag')}, the original ${theirs.tags}.`,
        todo: 'Run it again.',
      })
    return `${sayCount(catalog.repositories.size, 'repository', 'repositories')}, ${sayCount(catalog.tags, 'tag')}, ${sayCount(blobs, 'blob')}: all digests equal`
  },
}

/** "a", "a/b" of "a/b/c" */
export function parentsOf(path: string): readonly string[] {
  const steps = path.split('/')
  return steps.slice(0, -1).map((_, index) => steps.slice(0, index + 1).join('/'))
}
