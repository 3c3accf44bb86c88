import type { Manifest } from '../kind/manifest.ts'
import { isClusterWide } from '../kind/cluster-wide.ts'
import type { Placed } from './objects.ts'
import { merged, patched } from './patch.ts'
import { originOf, type Origin, type Target } from './target.ts'

/** What a kustomization does to its objects, as far as hosts, images, names and namespaces are told by it. */
export interface Transforms {
  readonly namespace: string | undefined
  readonly prefix: string
  readonly suffix: string
  readonly images: readonly Readonly<Record<string, unknown>>[]
  readonly patches: readonly {
    readonly value: unknown
    readonly target?: Target
  }[]
}

type Tree = Record<string, unknown>
const tree = (value: unknown): Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : {}
const word = (value: unknown): string => (typeof value === 'string' ? value : '')

/** A patch without a target is for the object that it names itself, as it is called now or was in its file. */
function named(manifest: Manifest, was: Origin, value: Tree): boolean {
  const other = tree(value['metadata'])
  return (
    manifest.kind === value['kind'] &&
    [was, originOf(manifest)].some(
      (one) =>
        one.name === other['name'] &&
        (other['namespace'] === undefined || one.namespace === other['namespace']),
    )
  )
}

/** An image after the `images` of a kustomization: `name` is found, `newName`, `newTag` and `digest` are put in. */
export function imageAfter(image: string, images: Transforms['images']): string {
  const [bare = '', ...digest] = image.split('@')
  const colon = bare.lastIndexOf(':')
  const hasTag = colon > bare.lastIndexOf('/')
  const name = hasTag ? bare.slice(0, colon) : bare
  const found = images.find((one) => one['name'] === name)
  if (!found) return image
  const to = word(found['newName']) || name
  if (word(found['digest']) !== '') return `${to}@${word(found['digest'])}`
  const tag = found['newTag']
  if (typeof tag === 'string' || typeof tag === 'number') return `${to}:${tag}`
  return `${to}${hasTag ? bare.slice(colon) : ''}${digest.length > 0 ? `@${digest.join('@')}` : ''}`
}

/** Every `image:` of containers anywhere in an object. */
function withImages(value: unknown, images: Transforms['images'], inContainers = false): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => withImages(one, images, inContainers))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      inContainers && key === 'image' && typeof one === 'string'
        ? imageAfter(one, images)
        : withImages(one, images, key === 'containers' || key === 'initContainers'),
    ]),
  )
}

/** Objects as a kustomization makes them of those that it gathered. */
export function transformed(objects: readonly Placed[], how: Transforms): readonly Placed[] {
  return objects.flatMap((placed): readonly Placed[] => {
    let { manifest } = placed
    const was = placed.was ?? originOf(manifest)
    let isGone = false
    for (const { value, target } of how.patches) {
      const isMine = target
        ? target.fits(manifest, was)
        : !Array.isArray(value) && named(manifest, was, tree(value))
      if (!isMine) continue
      if (Array.isArray(value)) manifest = patched(manifest, value as readonly unknown[])
      else if (tree(value)['$patch'] === 'delete') isGone = true
      else {
        // With a target its own names say nothing.
        const { metadata, ...rest } = tree(value)
        const { name: _name, namespace: _namespace, ...more } = tree(metadata)
        manifest = merged(manifest, { ...rest, metadata: more }) as Manifest
      }
    }
    if (isGone) return []
    if (how.images.length > 0) manifest = withImages(manifest, how.images) as Manifest
    const metadata = tree(manifest['metadata'])
    const keepsName = ['Namespace', 'CustomResourceDefinition'].includes(manifest.kind)
    manifest = {
      ...manifest,
      metadata: {
        ...metadata,
        ...(keepsName ? {} : { name: `${how.prefix}${word(metadata['name'])}${how.suffix}` }),
        ...(how.namespace === undefined || isClusterWide(manifest) ? {} : { namespace: how.namespace }),
      },
    }
    if (how.namespace !== undefined && manifest.kind === 'Namespace')
      manifest = { ...manifest, metadata: { ...metadata, name: how.namespace } }
    return [{ ...placed, manifest, was }]
  })
}
