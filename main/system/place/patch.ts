import type { Manifest } from '../kind/manifest.ts'

/**
 * Patches as kustomize applies them, as far as what is read of a folder before it is put in needs them. What goes into a
 * cluster is made by kustomize itself (the node's kubectl); this only tells hosts, images and names beforehand.
 */

type Tree = Record<string, unknown>

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The fields by which Kubernetes tells items of a list apart, in the order in which they are tried. */
const keys = ['name', 'containerPort', 'port', 'mountPath', 'host'] as const

function keyOf(list: readonly unknown[]): (typeof keys)[number] | undefined {
  return keys.find((key) => list.length > 0 && list.every((one) => isTree(one) && key in one))
}

/** A strategic merge: maps are merged, lists by the field that tells their items apart, else replaced; null removes. */
export function merged(value: unknown, patch: unknown): unknown {
  if (isTree(patch)) {
    const out: Tree = isTree(value) ? { ...value } : {}
    for (const [key, one] of Object.entries(patch)) {
      if (one === null) delete out[key]
      else if (!key.startsWith('$') && key !== '__proto__') out[key] = merged(out[key], one)
    }
    return out
  }
  if (Array.isArray(patch) && Array.isArray(value)) {
    const key = keyOf(patch)
    if (key === undefined || key === 'host' || keyOf(value) === undefined) return patch
    const rest = [...(value as Tree[])]
    for (const one of patch as Tree[]) {
      const index = rest.findIndex((other) => other[key] === one[key])
      const isGone = one['$patch'] === 'delete'
      if (index < 0) {
        if (!isGone) rest.push(one)
      } else if (isGone) rest.splice(index, 1)
      else rest[index] = merged(rest[index], one) as Tree
    }
    return rest
  }
  return patch
}

const stepsOf = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))

/** One object after JSON patches (RFC 6902: add, replace, remove); others, and what leads nowhere, are passed over. */
export function patched(manifest: Manifest, operations: readonly unknown[]): Manifest {
  const copy = structuredClone(manifest) as unknown as Tree
  for (const operation of operations) {
    if (!isTree(operation)) continue
    const { op, path, value } = operation
    if (typeof path !== 'string') continue
    const steps = stepsOf(path)
    const last = steps.at(-1)
    if (last === undefined || steps.includes('__proto__')) continue
    let at: unknown = copy
    for (const step of steps.slice(0, -1))
      at = Array.isArray(at) ? (at as unknown[])[Number(step)] : isTree(at) ? at[step] : undefined
    if (Array.isArray(at)) {
      const index = last === '-' ? at.length : Number(last)
      // Beyond its end there is nothing, and a list must not become one of billions of holes.
      if (!Number.isInteger(index) || index < 0 || index > at.length - (op === 'add' ? 0 : 1)) continue
      if (op === 'add') at.splice(index, 0, value)
      else if (op === 'replace') at[index] = value
      else if (op === 'remove') at.splice(index, 1)
    } else if (isTree(at)) {
      if (op === 'remove') delete at[last]
      else if (op === 'add' || op === 'replace') at[last] = value
    }
  }
  return copy as unknown as Manifest
}
