import { inert } from '../../model/atoms.ts'
import { sayList } from '../../model/say.ts'
import { isClusterWide } from '../kind/cluster-wide.ts'
import { nameOf, spaceOf } from '../kind/speaks.ts'
import type { Placed } from './objects.ts'

/** An application as far as its objects matter. */
export interface WithObjects {
  readonly id: string
  readonly title: string
  readonly cluster: string
  /** Where objects go that name no namespace. */
  readonly namespace: string
  readonly objects: readonly Placed[]
}

/** What several may bring along without harm: it is the same, and is never taken out. */
const everybodys = new Set(['Namespace', 'CustomResourceDefinition', 'StorageClass', 'PersistentVolume'])

/** Each object as the cluster tells it apart (group, kind, namespace, name; never the version), with how it is said. */
function keysOf({ objects, namespace }: WithObjects): ReadonlyMap<string, string> {
  return new Map(
    objects
      .filter(({ manifest }) => !everybodys.has(manifest.kind))
      .map(({ manifest }) => {
        const { apiVersion, kind } = manifest
        const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
        const space = isClusterWide(manifest) ? '' : spaceOf(manifest) || namespace
        const says = `${kind} ${nameOf(manifest)}${space === '' ? '' : ` in ${space}`}`
        return [JSON.stringify([group, kind, space, nameOf(manifest)]), inert(says)]
      }),
  )
}

/**
 * What applications of one cluster both put in, told of each by its id: the cluster has such an object once, so that they
 * overwrite each other's. It is no reason to refuse one: two folders may bring the same Secret along.
 */
export function sharedNotes(all: readonly WithObjects[]): ReadonlyMap<string, readonly string[]> {
  const keys = all.map((one) => ({ one, keys: keysOf(one) }))
  const notes = new Map<string, string[]>()
  for (const { one, keys: mine } of keys)
    for (const { one: other, keys: theirs } of keys) {
      if (one === other || one.id === other.id || one.cluster !== other.cluster) continue
      const both = [...mine].flatMap(([key, says]) => (theirs.has(key) ? [says] : []))
      if (both.length === 0) continue
      const named = sayList(both)
      const says = `${inert(other.title)} (${other.id}) also contains ${named}: whichever is applied last owns ${both.length === 1 ? 'it' : 'them'}, and removing that one removes ${both.length === 1 ? 'it' : 'them'} too.`
      notes.set(one.id, [...(notes.get(one.id) ?? []), says])
    }
  return notes
}
