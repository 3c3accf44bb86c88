import { stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { inert } from '../../model/atoms.ts'
import { gather, gatherBelow, kustomizationOf, realOf, type Gathered } from './gather.ts'
import { objectsIn, isRefusal, type Placed } from './objects.ts'
import { readYaml, refusal, type Refusal } from './read-yaml.ts'
import { targetOf, type Target } from './target.ts'
import { transformed, type Transforms } from './transforms.ts'

const MAX_DEPTH = 20
/** Readings of kustomizations, one that is led to twice counted twice: an honest one has a handful. */
const MOST_READINGS = 500

const texts = z.array(z.unknown()).default([])
const generator = z.looseObject({
  files: texts,
  envs: texts,
  env: z.unknown().optional(),
})
const patch = z.looseObject({
  path: z.unknown().optional(),
  patch: z.unknown().optional(),
  target: z.record(z.string(), z.unknown()).optional(),
})

const schema = z.looseObject({
  resources: texts,
  bases: texts,
  components: texts,
  crds: texts,
  configurations: texts,
  generators: texts,
  transformers: texts,
  validators: texts,
  helmCharts: texts,
  namespace: z.string().optional(),
  namePrefix: z.string().optional(),
  nameSuffix: z.string().optional(),
  images: z.array(z.record(z.string(), z.unknown())).default([]),
  patches: z.array(patch).default([]),
  patchesStrategicMerge: texts,
  patchesJson6902: z.array(patch).default([]),
  replacements: z.array(z.looseObject({ path: z.unknown().optional() })).default([]),
  configMapGenerator: z.array(generator).default([]),
  secretGenerator: z.array(generator).default([]),
  openapi: z.looseObject({ path: z.unknown().optional() }).optional(),
})

/** What is fetched over the network: kustomize takes URLs and git repositories as resources. */
export const isRemote = (entry: string): boolean =>
  /^(?:https?|ssh|git|file):\/\/|^git::|^gh:|^[\w.-]+@[\w.-]+[:/]|^(?:github|gitlab|bitbucket)\.(?:com|org)[/:]|\?ref=/i.test(
    entry,
  )

const sayRemote = (entry: string): string =>
  `${inert(entry)} is fetched by kustomize when it is applied; what it holds is not known before that.`

/** Whether a kustomization leads back to one that is being read, or on and on. */
function isEndless(into: Gathered, inner: string, file: string, above: readonly string[]): boolean {
  return inner === file || above.includes(inner) || above.length > MAX_DEPTH || into.readings > MOST_READINGS
}

/**
 * Reads a kustomization as far as it can be told without kustomize: its objects with names, namespaces, images and
 * patches as they will be, and every file that it is made of, wherever it lies.
 */
export async function readKustomization(
  into: Gathered,
  path: string,
  above: readonly string[] = [],
): Promise<readonly Placed[] | Refusal> {
  into.readings += 1
  // Where a folder is a link, what it names is named from where it really lies.
  const folder = await realOf(dirname(path))
  const file = join(folder, basename(path))
  into.folders.add(folder)
  const bytes = await gatherBelow(into, folder, file)
  if (typeof bytes === 'string') return refusal(file, bytes)
  const parts = readYaml(file, into.filled(bytes.toString()))
  if ('kind' in parts) return parts
  const [part] = parts
  if (!part) return refusal(file, 'it is empty')
  const parsed = schema.safeParse(part.value)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const path = (issue?.path ?? []).filter((step) => typeof step !== 'symbol')
    return refusal(file, `${path.join('.')}: ${issue?.message ?? 'it is not a kustomization'}`, part.at(path))
  }
  const all = parsed.data
  const at = (key: string, ...rest: readonly (string | number)[]) => part.at([key, ...rest])

  let objects: readonly Placed[] = []
  for (const key of ['resources', 'bases', 'components'] as const)
    for (const [index, entry] of all[key].entries()) {
      if (typeof entry !== 'string') return refusal(file, `${key}: it must be a path`, at(key, index))
      if (isRemote(entry)) {
        into.notes.push(sayRemote(entry))
        continue
      }
      const target = resolve(folder, entry)
      const found = await stat(target).catch(() => undefined)
      if (!found) return refusal(file, `${key}: ${entry} is not there`, at(key, index))
      if (found.isDirectory()) {
        const inner = await kustomizationOf(await realOf(target))
        if (inner === undefined)
          return refusal(file, `${key}: ${entry} is a folder without a kustomization.yaml`, at(key, index))
        if (isEndless(into, inner, file, above))
          return refusal(file, `${key}: ${entry} refers back to itself`, at(key, index))
        const isComponent = key === 'components'
        const result = isComponent
          ? await readComponent(into, inner, [...above, file], objects)
          : await readKustomization(into, inner, [...above, file])
        if ('kind' in result) return result
        objects = isComponent ? result : [...objects, ...result]
        continue
      }
      const text = await gatherBelow(into, folder, target)
      if (typeof text === 'string') return refusal(file, `${key}: ${entry}: ${text}`, at(key, index))
      const read = objectsIn(target, into.filled(text.toString()), false)
      if (isRefusal(read)) return read
      objects = [...objects, ...read.objects]
    }

  const beside = await readBeside(into, file, all, at, above)
  if (beside !== undefined) return beside
  const transforms = await transformsOf(into, file, all, at)
  return isRefusal(transforms) ? transforms : transformed(objects, transforms)
}

/** A component changes what the kustomization has gathered so far. */
async function readComponent(
  into: Gathered,
  file: string,
  above: readonly string[],
  objects: readonly Placed[],
): Promise<readonly Placed[] | Refusal> {
  const own = await readKustomization(into, file, above)
  if ('kind' in own) return own
  const bytes = await gather(into, file)
  const parts = typeof bytes === 'string' ? [] : readYaml(file, into.filled(bytes.toString()))
  const value = 'kind' in parts ? undefined : parts[0]
  const all = schema.safeParse(value?.value)
  if (!all.success || value === undefined) return [...objects, ...own]
  const transforms = await transformsOf(into, file, all.data, (key, ...rest) => value.at([key, ...rest]))
  return isRefusal(transforms) ? transforms : [...transformed(objects, transforms), ...own]
}

type Kustomization = z.infer<typeof schema>
type At = (
  key: string,
  ...rest: readonly (string | number)[]
) => { readonly line: number; readonly column: number }

/** Files that kustomize reads besides resources: for ConfigMaps, Secrets, custom transformers, … */
async function readBeside(
  into: Gathered,
  file: string,
  all: Kustomization,
  at: At,
  above: readonly string[],
): Promise<Refusal | undefined> {
  const folder = dirname(file)
  if (all.helmCharts.length > 0)
    return refusal(
      file,
      'helmCharts: kubectl makes nothing of charts (kustomize wants --enable-helm)',
      at('helmCharts'),
    )
  if (all.transformers.length > 0 || all.replacements.length > 0) into.unsure = true
  const wanted: { readonly path: string; readonly key: string }[] = []
  for (const key of ['configMapGenerator', 'secretGenerator'] as const)
    for (const { files, envs, env } of all[key])
      for (const one of [...files, ...envs, ...(env === undefined ? [] : [env])])
        // `key=path` names the key of the file.
        if (typeof one === 'string') wanted.push({ key, path: one.slice(one.indexOf('=') + 1) })
  for (const key of ['crds', 'configurations', 'generators', 'transformers', 'validators'] as const)
    for (const one of all[key])
      if (typeof one === 'string' && !one.includes('\n')) {
        if (isRemote(one)) into.notes.push(sayRemote(one))
        else wanted.push({ key, path: one })
      }
  for (const { path } of all.replacements)
    if (typeof path === 'string') wanted.push({ key: 'replacements', path })
  if (typeof all.openapi?.path === 'string') wanted.push({ key: 'openapi', path: all.openapi.path })
  for (const { key, path } of wanted) {
    const whole = resolve(folder, path)
    const found = await stat(whole).catch(() => undefined)
    if (found?.isDirectory() === true) {
      const inner = await kustomizationOf(await realOf(whole))
      if (inner !== undefined && isEndless(into, inner, file, above))
        return refusal(file, `${key}: ${path} refers back to itself`, at(key))
      const read = inner === undefined ? [] : await readKustomization(into, inner, [...above, file])
      if ('kind' in read) return read
      continue
    }
    const text = await gatherBelow(into, folder, whole)
    if (typeof text === 'string') return refusal(file, `${key}: ${path}: ${text}`, at(key))
  }
  return undefined
}

/** What a kustomization does to the objects that it gathered. */
async function transformsOf(
  into: Gathered,
  file: string,
  all: Kustomization,
  at: At,
): Promise<Transforms | Refusal> {
  const patches: { text: string; file: string; target?: Target }[] = []
  const add = async (
    key: string,
    index: number,
    given: { path?: unknown; patch?: unknown; target?: Readonly<Record<string, unknown>> | undefined },
  ): Promise<Refusal | undefined> => {
    const made = given.target === undefined ? undefined : await targetOf(given.target)
    if (typeof made === 'string') return refusal(file, `${key}: ${inert(made)}`, at(key, index, 'target'))
    const target = made === undefined ? {} : { target: made }
    if (typeof given.patch === 'string') patches.push({ text: given.patch, file, ...target })
    if (typeof given.path !== 'string') return undefined
    const path = resolve(dirname(file), given.path)
    const text = await gatherBelow(into, dirname(file), path)
    if (typeof text === 'string') return refusal(file, `${key}: ${given.path}: ${text}`, at(key, index))
    patches.push({ text: into.filled(text.toString()), file: path, ...target })
    return undefined
  }
  for (const [index, one] of all.patchesStrategicMerge.entries()) {
    if (typeof one !== 'string') continue
    const given = one.includes('\n') ? { patch: one } : { path: one }
    const refused = await add('patchesStrategicMerge', index, given)
    if (refused) return refused
  }
  for (const key of ['patches', 'patchesJson6902'] as const)
    for (const [index, one] of all[key].entries()) {
      const refused = await add(key, index, one)
      if (refused) return refused
    }
  const read: Transforms['patches'][number][] = []
  for (const { text, file: from, target } of patches) {
    const parts = readYaml(from, text)
    if ('kind' in parts) return from === file ? refusal(file, parts.says, at('patches')) : parts
    for (const { value } of parts) read.push({ value, ...(target === undefined ? {} : { target }) })
  }
  return {
    namespace: all.namespace,
    prefix: all.namePrefix ?? '',
    suffix: all.nameSuffix ?? '',
    images: all.images,
    patches: read,
  }
}
