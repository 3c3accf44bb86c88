import { kubectlYaml } from '../kind/kubectl-yaml.ts'
import type { Manifest } from '../kind/manifest.ts'
import { isRefusal, readYaml, refusal, type Refusal } from './read-yaml.ts'

/** An object of a manifest, with the file and line where it stands. */
export interface Placed {
  readonly manifest: Manifest
  readonly file: string
  readonly line: number
  /** Its name and namespace as they were in the file, before a kustomization. */
  readonly was?: { readonly name: string; readonly namespace: string }
}

/** `kind: List`, and those that `kubectl get -o yaml` writes. */
const isList = (value: unknown): value is { readonly items: readonly unknown[] } =>
  typeof value === 'object' &&
  value !== null &&
  Array.isArray((value as { items?: unknown }).items) &&
  String((value as { kind?: unknown }).kind).endsWith('List')

/**
 * The objects of a manifest file. `loose`: what names neither apiVersion nor kind is no manifest (a compose file beside them,
 * package.json) and is passed over; `strays` counts those.
 */
export function objectsIn(
  file: string,
  text: string,
  loose: boolean,
): { readonly objects: readonly Placed[]; readonly strays: number } | Refusal {
  const parts = readYaml(file, text, kubectlYaml)
  if ('kind' in parts) return parts
  const objects: Placed[] = []
  let strays = 0
  for (const { value, at } of parts) {
    const start = at([])
    const all = isList(value)
      ? value.items.map((one, index) => [one, at(['items', index])] as const)
      : [[value, start] as const]
    for (const [one, place] of all) {
      const { apiVersion, kind, metadata } = (typeof one === 'object' && one !== null ? one : {}) as {
        apiVersion?: unknown
        kind?: unknown
        metadata?: { name?: unknown } | null
      }
      if (apiVersion === undefined && kind === undefined && loose) {
        strays += 1
        continue
      }
      if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof metadata?.name !== 'string')
        return refusal(
          file,
          'it is not a Kubernetes object: apiVersion, kind and metadata.name are needed',
          place,
        )
      objects.push({ manifest: one as Manifest, file, line: place.line })
    }
  }
  return { objects, strays }
}

export { isRefusal }
