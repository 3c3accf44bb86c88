import type { Manifest } from '../kind/manifest.ts'

/**
 * Which objects a patch of a kustomization is for. kustomize takes group, version, kind, name and namespace as whole regular
 * expressions of Go (api/types/selector.go, api v0.21), which is RE2: matched in time that is in proportion to the text, without
 * looking ahead or back. A name or namespace may be the one that an object had before prefixes and namespaces of kustomizations.
 */

type Tree = Readonly<Record<string, unknown>>
const tree = (value: unknown): Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : {}
const word = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Name and namespace of an object as its file has them. */
export interface Origin {
  readonly name: string
  readonly namespace: string
}

export interface Target {
  fits(manifest: Manifest, was: Origin): boolean
}

/** What an object is called and where it is, as kustomize compares it: no namespace is "default". */
export function originOf(manifest: Manifest): Origin {
  const { name, namespace } = tree(manifest['metadata'])
  return { name: word(name), namespace: word(namespace) }
}
const effective = (namespace: string): string => namespace || 'default'

/** Longer ones are a mistake (characters). */
const LONGEST = 1000

type Fits = (text: string) => boolean

/** One expression; a text why kustomize would refuse it. */
async function expression(key: string, pattern: unknown): Promise<Fits | string> {
  if (pattern === undefined || pattern === null || pattern === '') return () => true
  if (typeof pattern !== 'string') return `target.${key} is not text`
  // Most are plain names, which need no engine.
  if (/^[\w/-]*$/.test(pattern)) return (text) => text === pattern
  if (pattern.length > LONGEST) return `target.${key} is longer than ${LONGEST} characters`
  const { RE2JS } = await import('re2js')
  try {
    const compiled = RE2JS.compile(`^(?:${pattern})$`)
    return (text) => compiled.test(text)
  } catch (error) {
    const says = (error instanceof Error ? error.message : String(error)).replace(
      'error parsing regexp: ',
      '',
    )
    return `target.${key} is not a regular expression that kustomize accepts (RE2, which neither looks ahead nor back): ${says}`
  }
}

/** The parts of "a=b, c in (d, e), !f"; undefined: it is not written so. */
function requirements(selector: string): readonly ((labels: Tree) => boolean)[] | undefined {
  const all: ((labels: Tree) => boolean)[] = []
  // Between commas that are not within brackets. Each class ends before the next begins, so that nothing is tried twice.
  for (const part of selector.match(/[^,(]+(?:\([^)]*\))?/g) ?? []) {
    const text = part.trim()
    const set = /^([^\s!=(]+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(text)
    const equal = /^([^\s!=(]+)\s*(==?|!=)\s*([^\s!=(]*)$/.exec(text)
    const there = /^(!?)\s*([^\s!=(]+)$/.exec(text)
    if (set) {
      const values = (set[3] ?? '').split(',').map((one) => one.trim())
      const isIn = (labels: Tree): boolean => values.includes(word(labels[set[1] ?? '']))
      all.push((labels) =>
        set[2] === 'in' ? Object.hasOwn(labels, set[1] ?? '') && isIn(labels) : !isIn(labels),
      )
    } else if (equal)
      all.push((labels) => (labels[equal[1] ?? ''] === (equal[3] ?? '')) === (equal[2] !== '!='))
    else if (there) all.push((labels) => Object.hasOwn(labels, there[2] ?? '') === (there[1] === ''))
    else return undefined
  }
  return all
}

/** Makes a target ready to be asked; a text why kustomize would refuse it. */
export async function targetOf(given: Tree): Promise<Target | string> {
  const fits = new Map<string, Fits>()
  for (const key of ['group', 'version', 'kind', 'name', 'namespace'] as const) {
    const made = await expression(key, given[key])
    if (typeof made === 'string') return made
    fits.set(key, made)
  }
  const asked: [string, (labels: Tree) => boolean][] = []
  for (const [key, field] of [
    ['labelSelector', 'labels'],
    ['annotationSelector', 'annotations'],
  ] as const) {
    const made = requirements(word(given[key]))
    if (!made) return `target.${key} is not a selector`
    for (const one of made) asked.push([field, one])
  }
  const is = (key: string, ...texts: readonly string[]): boolean =>
    texts.some((text) => fits.get(key)?.(text) ?? true)
  return {
    fits(manifest, was) {
      const metadata = tree(manifest['metadata'])
      const now = originOf(manifest)
      const slash = manifest.apiVersion.indexOf('/')
      return (
        is('kind', manifest.kind) &&
        is('name', was.name, now.name) &&
        is('namespace', effective(was.namespace), effective(now.namespace)) &&
        is('group', manifest.apiVersion.slice(0, Math.max(0, slash))) &&
        is('version', manifest.apiVersion.slice(slash + 1)) &&
        asked.every(([field, holds]) => holds(tree(metadata[field])))
      )
    },
  }
}
