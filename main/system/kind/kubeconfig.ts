import { isMap, isScalar, isSeq, parseDocument, stringify, type YAMLMap, type YAMLSeq } from 'yaml'
import { editedItem, isSameItem, keptItem } from './kubeconfig-item.ts'

/** Our three entries in a kubeconfig, all of one name. */
export interface Entries {
  readonly name: string
  readonly cluster: Readonly<Record<string, unknown>>
  readonly user: Readonly<Record<string, unknown>>
}

export type Merged =
  | { readonly kind: 'same' }
  | { readonly kind: 'changed'; readonly text: string }
  /** The text is left as it is; the reason is told. */
  | { readonly kind: 'refused'; readonly says: string }

const lists = ['clusters', 'contexts', 'users'] as const
type List = (typeof lists)[number]

/** A kubeconfig with nothing but our entries. */
export function freshKubeconfig(entries: Entries): string {
  return stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [itemOf('clusters', entries)],
      contexts: [itemOf('contexts', entries)],
      users: [itemOf('users', entries)],
      'current-context': entries.name,
    },
    { lineWidth: 0 },
  )
}

function itemOf(list: List, { name, cluster, user }: Entries): Record<string, unknown> {
  switch (list) {
    case 'clusters':
      return { name, cluster }
    case 'contexts':
      return { name, context: { cluster: name, user: name } }
    case 'users':
      return { name, user }
  }
}

interface Read {
  readonly root: YAMLMap
  readonly value: Readonly<Record<string, unknown>>
}

/** The text as a kubeconfig, or why it is not one that can be changed without touching what is not ours. */
function read(text: string): Read | { readonly says: string } {
  if (text.includes('\0')) return { says: 'it holds bytes that no text file has' }
  const document = parseDocument(text, { prettyErrors: false, keepSourceTokens: true })
  const error = document.errors[0]
  if (error) return { says: `it is not whole YAML (${error.message})` }
  const root = document.contents
  if (!isMap(root)) return { says: 'it is not a kubeconfig' }
  if (root.flow === true)
    return { says: 'it is written as JSON or in one line, which cannot be changed in part' }
  const value = document.toJS() as Readonly<Record<string, unknown>>
  if (value['kind'] !== 'Config') return { says: 'it does not say kind: Config' }
  for (const list of lists) {
    const node = root.get(list, true)
    if (isSeq(node) && node.flow === true && node.items.length > 0)
      return { says: `its ${list} are written in one line, which cannot be changed in part` }
    if (node !== undefined && !isSeq(node) && !(isScalar(node) && node.value === null))
      return { says: `its ${list} are not a list` }
  }
  return { root, value }
}

interface Splice {
  readonly from: number
  readonly to: number
  readonly text: string
}

/** Begin of the line that holds `offset`. */
function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1
}

/** Begin of the line after the one that holds `offset`; the text's end when it is the last. */
function lineEnd(text: string, offset: number): number {
  const at = text.indexOf('\n', offset)
  return at < 0 ? text.length : at + 1
}

/** The bytes of one item of a block list: from its dash to the end of its last line. */
function itemRange(text: string, list: YAMLSeq, index: number): readonly [number, number] | undefined {
  const range = (list.items[index] as { range?: readonly [number, number, number] | null }).range
  if (!range) return undefined
  const dash = text.lastIndexOf('-', range[0])
  const begin = lineStart(text, dash)
  if (dash < begin || text.slice(begin, dash).trim() !== '') return undefined
  return [begin, lineEnd(text, Math.max(range[1] - 1, range[0]))]
}

function indentOf(text: string, list: YAMLSeq): string {
  const range = itemRange(text, list, 0)
  return range ? (/^ */.exec(text.slice(range[0]))?.[0] ?? '') : ''
}

const itemText = (item: Record<string, unknown>, indent: string, newline: string): string =>
  indented(stringify([item], { lineWidth: 0 }), indent, newline)

function indented(text: string, indent: string, newline: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => (line === '' ? '' : `${indent}${line}`))
    .join(newline)
}

const nameOf = (item: unknown): unknown => (isMap(item) ? item.get('name') : undefined)

/** Puts our entries into one list: replaces ours, or adds it at the end; `undefined` takes it out. */
function spliceList(
  text: string,
  { root, value }: Read,
  list: List,
  name: string,
  item: Record<string, unknown> | undefined,
): Splice | undefined | { readonly says: string } {
  const newline = text.includes('\r\n') ? '\r\n' : '\n'
  const pair = root.items.find(({ key }) => isScalar(key) && key.value === list)
  const node = pair?.value
  if (!isSeq(node) || node.items.length === 0) {
    if (!item) return undefined
    const block = `${list}:${newline}${itemText(item, '', newline)}`
    const key = pair?.key
    if (pair && isScalar(key) && key.range) {
      const end = (node as { range?: readonly [number, number, number] | null } | null)?.range?.[1]
      return { from: lineStart(text, key.range[0]), to: lineEnd(text, end ?? key.range[1]), text: block }
    }
    const glue = text === '' || text.endsWith('\n') ? '' : newline
    return { from: text.length, to: text.length, text: `${glue}${block}` }
  }
  const mine = node.items.flatMap((one, index) => (nameOf(one) === name ? [index] : []))
  if (mine.length > 1) return { says: `${name} appears in its ${list} ${mine.length} times` }
  const index = mine[0]
  if (index === undefined) {
    if (!item) return undefined
    const last = itemRange(text, node, node.items.length - 1)
    if (!last) return { says: `its ${list} cannot be read line by line` }
    const glue = text.slice(0, last[1]).endsWith('\n') ? '' : newline
    return {
      from: last[1],
      to: last[1],
      text: `${glue}${itemText(item, indentOf(text, node), newline)}`,
    }
  }
  const range = itemRange(text, node, index)
  if (!range) return { says: `its ${list} cannot be read line by line` }
  const [from, to] = range
  if (item) {
    const there = (value[list] as readonly unknown[])[index]
    const kept = keptItem(there, item)
    // As it is, with its comments and its order, where it says the same.
    if (isSameItem(there, kept)) return undefined
    const own = editedItem(text.slice(from, to), kept)
    return {
      from,
      to,
      text: indented(own ?? stringify([kept], { lineWidth: 0 }), indentOf(text, node), newline),
    }
  }
  // The last one taken out leaves an empty list, not a key without a value.
  const key = pair?.key
  if (node.items.length === 1 && isScalar(key) && key.range)
    return { from: lineStart(text, key.range[0]), to, text: `${list}: []${newline}` }
  return { from, to, text: '' }
}

function others(value: Readonly<Record<string, unknown>>, name: string): string {
  const without = Object.entries(value).map(([key, part]) => [
    key,
    lists.includes(key as List)
      ? (Array.isArray(part) ? part : []).filter((item) => (item as { name?: unknown } | null)?.name !== name)
      : key === 'current-context' && part === name
        ? ''
        : part,
  ])
  return JSON.stringify(Object.fromEntries(without.filter(([, part]) => JSON.stringify(part) !== '[]')))
}

const UNSAFE = 'it is written in a way in which our entries cannot be added safely'

/** What a list of a kubeconfig has of a name. */
const itemIn = ({ value }: Read, list: List, name: string): unknown =>
  (Array.isArray(value[list]) ? (value[list] as readonly unknown[]) : []).find(
    (one) => (one as { name?: unknown } | null)?.name === name,
  )

/** How one of ours is to be there: as we have it, with what a person added to it. */
const keptIn = (before: Read, list: List, entries: Entries): unknown =>
  keptItem(itemIn(before, list, entries.name), itemOf(list, entries))

/**
 * Puts our entries into a kubeconfig (`entries`) or takes them out (only a name). Every other byte stays; what cannot be
 * done so is refused. What a person added to an entry of ours (a namespace, a proxy) stays in it. The current context is their choice
 * and stays, unless it is ours and goes.
 */
export function mergeKubeconfig(text: string, entries: Entries | { readonly name: string }): Merged {
  const { name } = entries
  const adds = 'cluster' in entries
  if (text.trim() === '') return adds ? { kind: 'changed', text: freshKubeconfig(entries) } : { kind: 'same' }
  const before = read(text)
  if ('says' in before) return { kind: 'refused', says: before.says }
  const splices: Splice[] = []
  for (const list of lists) {
    const splice = spliceList(text, before, list, name, adds ? itemOf(list, entries) : undefined)
    if (splice && 'says' in splice) return { kind: 'refused', says: splice.says }
    if (splice) splices.push(splice)
  }
  const current = before.root.get('current-context', true)
  if (!adds && isScalar(current) && current.value === name && current.range)
    splices.push({ from: current.range[0], to: current.range[1], text: '""' })
  const next = [...splices]
    // From the end, so that earlier places stay where they are; of two at the very end the first key comes first.
    .map((splice, index) => ({ ...splice, index }))
    .sort((one, two) => two.from - one.from || two.index - one.index)
    .reduce((out, { from, to, text: part }) => out.slice(0, from) + part + out.slice(to), text)
  if (next === text) return { kind: 'same' }
  // The proof: read again, everything that is not ours is as it was.
  const after = read(next)
  if ('says' in after || others(after.value, name) !== others(before.value, name))
    return { kind: 'refused', says: UNSAFE }
  if (adds && lists.some((list) => !isSameItem(itemIn(after, list, name), keptIn(before, list, entries))))
    return { kind: 'refused', says: UNSAFE }
  return { kind: 'changed', text: next }
}

/** Our entries from the kubeconfig that kind writes for one cluster; undefined when it does not hold them. */
export function entriesOf(text: string, name: string): Entries | undefined {
  const parsed = read(text)
  if ('says' in parsed) return undefined
  const find = (list: List, key: string): Record<string, unknown> | undefined => {
    const items = parsed.value[list]
    if (!Array.isArray(items)) return undefined
    const item = items.find((one) => (one as { name?: unknown } | null)?.name === name) as
      Readonly<Record<string, unknown>> | undefined
    const part = item?.[key]
    return typeof part === 'object' && part !== null ? (part as Record<string, unknown>) : undefined
  }
  const cluster = find('clusters', 'cluster')
  const user = find('users', 'user')
  return cluster && user ? { name, cluster, user } : undefined
}
