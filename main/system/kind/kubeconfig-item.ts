import { isDeepStrictEqual } from 'node:util'
import { isMap, isSeq, parseDocument } from 'yaml'

type Item = Readonly<Record<string, unknown>>

const isItem = (value: unknown): value is Item =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What kubectl refuses beside what kind writes, or takes in its place: they would make our entry another one. */
const AGAINST: readonly string[] = [
  'certificate-authority',
  'insecure-skip-tls-verify',
  'client-certificate',
  'client-key',
]

/**
 * An entry of a kubeconfig as we have it, with what a person added to the one that is there (`there`): a namespace of the context, a
 * proxy of the cluster, extensions. What would speak against ours goes.
 */
export function keptItem(there: unknown, ours: Item): Item {
  if (!isItem(there)) return ours
  return {
    ...there,
    ...Object.fromEntries(
      Object.entries(ours).map(([key, part]) => {
        const before = there[key]
        if (!isItem(part) || !isItem(before)) return [key, part]
        const added = Object.entries(before).filter(([field]) => !AGAINST.includes(field))
        return [key, { ...Object.fromEntries(added), ...part }]
      }),
    ),
  }
}

export const isSameItem = (one: unknown, other: unknown): boolean => isDeepStrictEqual(one, other)

/**
 * The text of one entry (`- name: …`, indented as it stands) that says what `item` says, with the comments and the order that it has;
 * undefined: it cannot be changed in part. The text begins at the first column.
 */
export function editedItem(text: string, item: Item): string | undefined {
  const document = parseDocument(text, { prettyErrors: false })
  if (document.errors.length > 0 || !isSeq(document.contents)) return undefined
  const root = document.contents.items[0]
  if (!isMap(root)) return undefined
  try {
    for (const [key, part] of Object.entries(item)) {
      const there = root.get(key)
      if (!isItem(part) || !isMap(there)) {
        document.setIn([0, key], part)
        continue
      }
      for (const field of Object.keys(there.toJSON() as Item)) if (!(field in part)) there.delete(field)
      for (const [field, value] of Object.entries(part))
        if (!isDeepStrictEqual((there.toJSON() as Item)[field], value)) document.setIn([0, key, field], value)
    }
    const own = document.toString({ lineWidth: 0 })
    const [again] = (parseDocument(own).toJS() as readonly unknown[] | null) ?? []
    return isSameItem(again, item) ? own : undefined
  } catch {
    return undefined
  }
}
