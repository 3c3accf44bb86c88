import { createHash } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { gather, KUSTOMIZATIONS, kustomizationOf, MOST_FILES, realOf, type Gathered } from './gather.ts'
import { readKustomization } from './kustomization.ts'
import { isRefusal, objectsIn, type Placed } from './objects.ts'
import { refusal, type Refusal } from './read-yaml.ts'
import { isCompose, SAY_CHART, whatElse } from './what-else.ts'

/** What a path holds: everything that it is made of, and its objects as far as they are told without kustomize. */
export interface Place {
  readonly kind: 'read'
  /** The folder, or the one of the file that was named. */
  readonly root: string
  /** Its app.yaml. */
  readonly own?: { readonly file: string; readonly text: string }
  readonly kustomized: boolean
  /** Each file by its absolute path; those of a kustomization may lie outside of the folder. */
  readonly files: ReadonlyMap<string, Buffer>
  readonly objects: readonly Placed[]
  /** Names are as they will be; else transformers or replacements of a kustomization may make others of them. */
  readonly sure: boolean
  /** Folders in which a change may be a change of it. */
  readonly watched: readonly string[]
  readonly notes: readonly string[]
  /** Of all files, by their places and contents. */
  readonly sum: string
}

const isManifest = (name: string): boolean => /\.(?:ya?ml|json)$/.test(name) && !name.startsWith('.')
/** Ours, which only refines. Manifests are called so too: it is ours when it has our block. */
export const APP_FILE = 'app.yaml'
const isOurs = (text: string): boolean => /^x-macula:/m.test(text)

/** The variables in a text that are known, filled in; foreign ones (envsubst, Flux) are left alone. */
export function fillKnown(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{(MACULA_[A-Z0-9_]*)\}/g, (whole, name: string) =>
    Object.hasOwn(variables, name) ? (variables[name] ?? '') : whole,
  )
}

function sumOf(root: string, files: ReadonlyMap<string, Buffer>): string {
  const hash = createHash('sha256')
  for (const [file, bytes] of [...files].sort(([one], [other]) => (one < other ? -1 : 1)))
    hash.update(`${relative(root, file)}\0${bytes.length}\0`).update(bytes)
  return hash.digest('hex').slice(0, 32)
}

/** A folder of the network may never answer; everything else is read within a moment (ms). */
const DEADLINE_MS = 10_000

/** Paths that did not answer in time and have not since: nobody waits for them once more. */
const away = new Set<string>()

/**
 * Reads a path as `kubectl apply -k` or `kubectl apply -f` would. Never throws, and answers within `deadline` ms: what cannot be
 * used is told with its place.
 */
export async function readPlace(
  path: string,
  variables: Readonly<Record<string, string>>,
  deadline = DEADLINE_MS,
): Promise<Place | Refusal> {
  const late = refusal(
    path,
    'it does not answer; a folder of the network or a disk that is away is read again once it does',
  )
  if (away.has(path)) return late
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<Refusal>((resolve) => {
    timer = setTimeout(() => {
      away.add(path)
      resolve(late)
    }, deadline)
  })
  const found = readWhole(path, variables).finally(() => away.delete(path))
  return await Promise.race([found, over]).finally(() => clearTimeout(timer))
}

/** Told of the whole: which file would be one too many is by chance. */
const sayTooMany = (found?: number): string =>
  `${found === undefined ? `it is made of more than ${MOST_FILES} files` : `there are ${found} manifests in it`}; at most ${MOST_FILES} are read. Name the folder of one application`

async function readWhole(
  path: string,
  variables: Readonly<Record<string, string>>,
): Promise<Place | Refusal> {
  const into: Gathered = {
    files: new Map(),
    folders: new Set(),
    notes: [],
    readings: 0,
    filled: (text) => fillKnown(text, variables),
  }
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error)
  if (found instanceof Error)
    return refusal(
      path,
      found.code === 'ENOENT'
        ? 'there is no such folder'
        : `it cannot be read: ${found.code ?? found.message}`,
    )
  const isFile = found.isFile()
  if (!isFile && !found.isDirectory()) return refusal(path, 'it is neither a folder nor a file')
  const isNamed = isFile && (KUSTOMIZATIONS as readonly string[]).includes(basename(path))
  const root = isFile ? dirname(path) : path
  const kustomization = isNamed ? path : isFile ? undefined : await kustomizationOf(root)
  into.folders.add(root)
  // A kustomization is read where it really lies.
  const base = kustomization === undefined ? root : await realOf(root)
  const own = isFile && !isNamed ? undefined : join(base, APP_FILE)
  const read =
    kustomization === undefined
      ? await readManifestFiles(into, path, isFile)
      : await readKustomization(into, kustomization)
  if (into.tooMany) return refusal(path, sayTooMany())
  if ('kind' in read) return read
  const refines = own === undefined ? undefined : await ownFile(into, own)
  if (refines !== undefined && typeof refines !== 'string') return refines
  return {
    kind: 'read',
    root,
    ...(own === undefined || refines === undefined ? {} : { own: { file: own, text: refines } }),
    kustomized: kustomization !== undefined,
    files: into.files,
    objects: read,
    sure: into.unsure !== true,
    watched: [...into.folders],
    notes: into.notes,
    sum: sumOf(base, into.files),
  }
}

/** The text of an app.yaml of ours; undefined: there is none. */
async function ownFile(into: Gathered, file: string): Promise<string | Refusal | undefined> {
  if ((await stat(file).catch(() => undefined))?.isFile() !== true) return undefined
  const wasThere = into.files.has(file)
  const bytes = await gather(into, file)
  if (typeof bytes === 'string') return refusal(file, bytes)
  if (isOurs(bytes.toString())) return bytes.toString()
  if (!wasThere) into.files.delete(file)
  return undefined
}

/** The manifests of a folder itself, as `kubectl apply -f` takes them, or of one file. */
async function readManifestFiles(
  into: Gathered,
  path: string,
  isFile: boolean,
): Promise<readonly Placed[] | Refusal> {
  let names: readonly string[]
  try {
    const entries = isFile ? [] : await readdir(path, { withFileTypes: true })
    names = entries
      .filter((entry) => !entry.isDirectory() && isManifest(entry.name))
      .map(({ name }) => name)
      .sort((one, two) => one.localeCompare(two))
    if (names.includes('Chart.yaml')) return refusal(path, SAY_CHART)
    if (names.length > MOST_FILES) return refusal(path, sayTooMany(names.length))
  } catch (error) {
    return refusal(path, `it cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`)
  }
  const all: Placed[] = []
  const leftOut = new Map<string, string>()
  for (const file of isFile ? [path] : names.map((name) => join(path, name))) {
    const text = await gather(into, file)
    if (typeof text === 'string') return refusal(file, text)
    if (basename(file) === APP_FILE && isOurs(text.toString())) continue
    const loose = !isFile || isCompose(file, text.toString())
    const read = objectsIn(file, into.filled(text.toString()), loose)
    if (isRefusal(read)) return read
    if (read.objects.length === 0) {
      leftOut.set(file, text.toString())
      into.notes.push(`${basename(file)} holds no Kubernetes object and is left out.`)
      into.files.delete(file)
    }
    all.push(...read.objects)
  }
  if (all.length > 0) return all
  const other = whatElse(leftOut)
  const near = isFile ? [] : await foldersWithManifests(path)
  return refusal(
    path,
    `${isFile ? 'it holds no Kubernetes object' : 'there are no manifests in it'}${near.length > 0 ? `; there are in ${near.join(', ')}` : ''}${other === undefined ? '' : `. ${other}`}`,
  )
}

/** Folders just below, and one further, that could be meant instead. */
async function foldersWithManifests(path: string, depth = 1): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => [])
  const found: string[] = []
  for (const entry of entries.filter(
    (one) => one.isDirectory() && !/^(?:\.|node_modules$|_build$|deps$)/.test(one.name),
  )) {
    if (found.length >= 5) break
    const folder = join(path, entry.name)
    const inner = await readdir(folder).catch(() => [])
    if ((await kustomizationOf(folder)) !== undefined || inner.some(isManifest)) found.push(`${entry.name}/`)
    else if (depth > 0)
      found.push(...(await foldersWithManifests(folder, depth - 1)).map((name) => `${entry.name}/${name}`))
  }
  return found.slice(0, 5)
}
