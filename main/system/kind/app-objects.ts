import { lstat, readdir, rm } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { MaculaError } from '../../model/errors.ts'
import type { AppSpec, ClusterSpec } from '../../model/cluster.ts'
import { sayPlace, sentence } from '../../model/say.ts'
import { readIfThere, writeWhole } from '../files.ts'
import { realOf } from '../place/gather.ts'
import { fillKnown, readPlace, type Place } from '../place/read-place.ts'
import { runTrouble } from './commands.ts'
import type { KindContext } from './context.ts'
import {
  fill,
  readManifests,
  withConfigSums,
  type Manifest,
  type ManifestFile,
  type Manifests,
} from './manifests.ts'

/** The objects of a folder as they go into a cluster: plain files, or what kustomize (the node's kubectl) makes of them. */

const MAX_MANIFEST_BYTES = 1024 * 1024
/** Files beside the manifests that are not manifests. */
const notManifests = new Set([
  'app.yaml',
  'cluster.yaml',
  'kind.yaml',
  'kustomization.yaml',
  'kustomization.yml',
])

type Variables = Readonly<Record<string, string>>

function refusal(found: Omit<Extract<Manifests, { kind: 'refused' }>, 'kind'>): MaculaError {
  return new MaculaError({
    kind: 'invalid',
    what: sentence(`${sayPlace(found)}: ${found.says}`),
    todo: 'Repair it, then start it again.',
  })
}

async function filesIn(folder: string): Promise<readonly ManifestFile[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => [])
  const paths = entries
    .filter((entry) => entry.isFile() && /\.(?:ya?ml|json)$/.test(entry.name) && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort((one, two) => one.localeCompare(two))
  const files: ManifestFile[] = []
  for (const path of paths) {
    const text = await readIfThere(path, MAX_MANIFEST_BYTES)
    if (text !== undefined) files.push({ file: path, text })
  }
  return files
}

/** The files of a folder with our variables filled in. */
async function filled(folder: string, variables: Variables): Promise<readonly ManifestFile[]> {
  return (await filesIn(folder)).map((file) => {
    const result = fill(file, variables)
    if ('kind' in result) throw refusal(result)
    return result
  })
}

async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined
}

function objectsOf(files: readonly ManifestFile[]): readonly Manifest[] {
  const found = readManifests(files)
  if (found.kind === 'refused') throw refusal(found)
  return withConfigSums(found.manifests)
}

/** The objects of a folder of the configuration, or of ours. */
export async function objectsOfFolder(
  context: KindContext,
  cluster: ClusterSpec,
  id: string,
  folder: string,
  variables: Variables,
): Promise<readonly Manifest[]> {
  const files = await filled(folder, variables)
  const kustomized =
    (await isThere(join(folder, 'kustomization.yaml'))) || (await isThere(join(folder, 'kustomization.yml')))
  if (!kustomized)
    return objectsOf(files.filter(({ file }) => !notManifests.has(file.slice(file.lastIndexOf('/') + 1))))
  const contents = new Map(files.map(({ file, text }) => [file, Buffer.from(text)]))
  return objectsOf([
    {
      file: join(folder, 'kustomization.yaml'),
      text: await kustomize(context, cluster, { id, folder, above: folder, contents }),
    },
  ])
}

/** The deepest folder that all files lie below. */
function above(folder: string, files: readonly string[]): string {
  let common = folder
  while (common !== dirname(common) && !files.every((file) => file.startsWith(`${common}/`)))
    common = dirname(common)
  return common
}

const isText = (file: string): boolean => /\.(?:ya?ml|json)$|\/Kustomization$/.test(file)

/** The objects of an application that is used where it lies, with what was read of it just now. */
export async function objectsOfPlace(
  context: KindContext,
  cluster: ClusterSpec,
  app: AppSpec,
  variables: Variables,
): Promise<{ readonly objects: readonly Manifest[]; readonly place: Place }> {
  const place = await readPlace(app.place?.path ?? app.folder, variables)
  if (place.kind === 'refused') throw refusal(place)
  // An app.yaml asks for our variables: one that is not known is told then, as in every folder that has one.
  if (place.own)
    for (const [file, bytes] of place.files) {
      const result = isText(file) ? fill({ file, text: bytes.toString() }, variables) : undefined
      if (result && 'kind' in result) throw refusal(result)
    }
  if (!place.kustomized)
    return { objects: withConfigSums(place.objects.map(({ manifest }) => manifest)), place }
  const contents = new Map(
    [...place.files].map(([file, bytes]) => [
      file,
      isText(file) ? Buffer.from(fillKnown(bytes.toString(), variables)) : bytes,
    ]),
  )
  const root = await realOf(place.root)
  const text = await kustomize(context, cluster, {
    id: app.id,
    folder: root,
    above: above(root, [...place.files.keys()]),
    contents,
  })
  return { objects: objectsOf([{ file: join(place.root, 'kustomization.yaml'), text }]), place }
}

async function kustomize(
  context: KindContext,
  cluster: ClusterSpec,
  of: {
    readonly id: string
    readonly folder: string
    /** What is laid into the node: this folder or one below, with the files at their places. */
    readonly above: string
    readonly contents: ReadonlyMap<string, Buffer>
  },
): Promise<string> {
  const rendered = join(context.paths.data, 'clusters', cluster.id, of.id)
  await rm(rendered, { recursive: true, force: true })
  try {
    for (const [file, bytes] of of.contents)
      await writeWhole(join(rendered, relative(of.above, file)), bytes, 0o600)
    const [node, head] = [await context.commands(), await context.head(cluster)]
    const place = `/macula/${of.id}`
    const made = await node.write(head.name, '/macula/.keep', '')
    const laid = made.ok ? await node.lay(head.name, rendered, place) : made
    const run = laid.ok
      ? await node.kubectl(head.name, ['kustomize', join(place, relative(of.above, of.folder))])
      : laid
    await node.sweep(head.name, place)
    if (!run.ok)
      throw runTrouble(
        `The kustomization of ${of.id} cannot be built`,
        run,
        `Repair ${join(of.folder, 'kustomization.yaml')}.`,
      )
    return run.out
  } finally {
    // What was filled in may be a secret, here and in the node, and the folder itself is what counts.
    await rm(rendered, { recursive: true, force: true }).catch(() => undefined)
  }
}
