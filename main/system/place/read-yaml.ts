import {
  isAlias,
  isNode,
  LineCounter,
  parseAllDocuments,
  visit,
  type Document,
  type DocumentOptions,
  type SchemaOptions,
} from 'yaml'

/** A file of a folder that cannot be used, with the place of what is wrong (line 0: the file or folder as a whole). */
export interface Refusal {
  readonly kind: 'refused'
  readonly file: string
  readonly line: number
  readonly column: number
  readonly says: string
}

/** One document of a YAML file: its plain value, and where a path of it stands. */
export interface YamlPart {
  readonly value: unknown
  readonly at: (path: readonly (string | number)[]) => { readonly line: number; readonly column: number }
}

/** Aliases multiply nodes; an honest manifest has none or a handful. */
const MAX_ALIASES = 100

export const refusal = (
  file: string,
  says: string,
  at: { readonly line: number; readonly column: number } = { line: 0, column: 0 },
): Refusal => ({ kind: 'refused', file, ...at, says })

export function isRefusal(value: object): value is Refusal {
  return 'kind' in value && value.kind === 'refused'
}

/**
 * The documents of a YAML (or JSON) text, empty ones left out; the first thing wrong is told with its place. `dialect`: how
 * scalars are read, where it is not by YAML 1.2.
 */
export function readYaml(
  file: string,
  text: string,
  dialect: DocumentOptions & SchemaOptions = {},
): readonly YamlPart[] | Refusal {
  const lines = new LineCounter()
  const spot = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const documents = parseAllDocuments(text, { ...dialect, lineCounter: lines, prettyErrors: false })
  const parts: YamlPart[] = []
  for (const document of Array.isArray(documents) ? (documents as readonly Document[]) : []) {
    const error = document.errors[0]
    if (error) return refusal(file, `it is not YAML: ${error.message}`, spot(error.pos[0]))
    let aliases = 0
    visit(document, { Node: (_, node) => void (aliases += isAlias(node) ? 1 : 0) })
    if (aliases > MAX_ALIASES)
      return refusal(file, `it has ${aliases} aliases; at most ${MAX_ALIASES} are followed`)
    const at: YamlPart['at'] = (path) => {
      for (let length = path.length; length >= 0; length -= 1) {
        const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true)
        if (isNode(node) && node.range) return spot(node.range[0])
      }
      return { line: 1, column: 1 }
    }
    let value: unknown
    try {
      value = document.toJS({ maxAliasCount: MAX_ALIASES })
    } catch {
      return refusal(file, 'an alias in it refers to nothing (what begins with * needs quotes)', at([]))
    }
    if (value !== null && value !== undefined) parts.push({ value, at })
  }
  return parts
}
