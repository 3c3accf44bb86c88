import {
  findNodeAtLocation,
  getNodePath,
  parseTree,
  printParseErrorCode,
  type Node,
  type ParseError,
} from 'jsonc-parser'
import { z } from 'zod'
import { nearestName } from './catalog/strays.ts'

/** A place in a text as editors count: from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

export type Read<T> =
  { readonly kind: 'read'; readonly value: T } | ({ readonly kind: 'bad'; readonly reason: string } & Place)

/** What is said of an error in JSON, by the parser's name of it. */
const WORDS: Readonly<Record<string, string>> = {
  InvalidSymbol: 'this is not a value',
  InvalidNumberFormat: 'this is not a number',
  PropertyNameExpected:
    'a name in double quotes is expected here; a comma before the closing brace is one too many',
  ValueExpected: 'a value is expected here; a comma before it may be one too many',
  ColonExpected: 'a colon is expected here',
  CommaExpected: 'a comma is missing before this',
  CloseBraceExpected: 'the closing brace } is missing',
  CloseBracketExpected: 'the closing bracket ] is missing',
  EndOfFileExpected: 'there is something after the end',
  InvalidCommentToken: 'comments are not read',
  UnexpectedEndOfComment: 'comments are not read',
  UnexpectedEndOfString: 'this text has no closing quote',
  UnexpectedEndOfNumber: 'this number breaks off',
  InvalidUnicode: 'this is not \\u and four digits',
  InvalidEscapeCharacter: 'this is no escape; a backslash is written \\\\',
  InvalidCharacter: 'this character must be written as an escape',
}

/** Line and column of an offset. */
export function placeOf(text: string, offset: number): Place {
  const before = text.slice(0, offset)
  return { line: before.split('\n').length, column: offset - (before.lastIndexOf('\n') + 1) + 1 }
}

/** Without the byte order mark that editors of other systems put first; nobody sees it there. */
export const withoutMark = (text: string): string => text.replace(/^\uFEFF/, '')

/** No file of ours or of a person's is nested deeper; what reads one calls itself for each level. */
const MOST_DEEP = 64

/** Where a text goes deeper than `MOST_DEEP`; undefined: nowhere. Brackets in strings are none. */
function tooDeep(text: string): number | undefined {
  let depth = 0
  for (const { index, 0: token } of text.matchAll(/"(?:[^"\\\n]|\\.)*"?|[[\]{}]/g)) {
    if (token === '[' || token === '{') depth += 1
    if (token === ']' || token === '}') depth = Math.max(0, depth - 1)
    if (depth > MOST_DEEP) return index
  }
  return undefined
}

/** A JSON text by a schema. What is wrong is told with its place: syntax, a name written twice, a value that does not fit. */
export function readJson<T>(whole: string, schema: z.ZodType<T>): Read<T> {
  const text = withoutMark(whole)
  const bad = (reason: string, offset: number): Read<T> => ({ kind: 'bad', reason, ...placeOf(text, offset) })
  if (text.trim() === '') return bad('it is empty', 0)
  const deep = tooDeep(text)
  if (deep !== undefined) return bad(`it is nested deeper than ${MOST_DEEP} levels`, deep)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return syntax(text, error instanceof Error ? error.message : String(error))
  }
  // A text that JSON.parse took is taken by this one too.
  const tree = parseTree(text)
  const twice = tree && doubled(tree)
  if (twice) return bad(`${String(twice.value)} is written twice`, twice.offset)
  const parsed = schema.safeParse(value)
  if (parsed.success) return { kind: 'read', value: parsed.data }
  const issue = parsed.error.issues[0]
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const path = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])].map((step) =>
    typeof step === 'number' ? step : String(step),
  )
  const node = tree && nearest(tree, path)
  const name = path.join('.')
  const says =
    unknown === undefined
      ? `${name} ${issue?.message ?? 'is not valid'}`.trim()
      : `there is no setting ${name}${didYouMean(schema, issue?.path ?? [], unknown)}`
  return bad(says, node?.offset ?? 0)
}

/** " (did you mean desktop.theme?)", where one that is there is near to a name that is not. */
function didYouMean(schema: z.ZodType, path: readonly PropertyKey[], unknown: string): string {
  const near = nearestName(unknown, keysAt(schema, path))
  return near === undefined ? '' : ` (did you mean ${[...path, near].map(String).join('.')}?)`
}

/** The names that an object of a schema may have, below a path of it. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let at: z.core.$ZodType | undefined = inner(schema)
  for (const step of path) {
    if (at instanceof z.ZodObject) at = (at.shape as Readonly<Record<PropertyKey, z.core.$ZodType>>)[step]
    else if (at instanceof z.ZodArray) at = at.element
    else if (at instanceof z.ZodRecord) at = at.valueType
    else return []
    at = at && inner(at)
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : []
}

/** A schema without what it is wrapped in: defaults and what may be absent. */
function inner(schema: z.core.$ZodType): z.core.$ZodType {
  let at = schema
  while (at instanceof z.ZodDefault || at instanceof z.ZodPrefault || at instanceof z.ZodOptional)
    at = at.unwrap()
  return at
}

function syntax(text: string, message: string): Extract<Read<never>, { kind: 'bad' }> {
  const errors: ParseError[] = []
  try {
    parseTree(text, errors, { disallowComments: true, allowTrailingComma: false })
  } catch {
    // Brackets that do not match are no levels to us, and may be some to it.
    return { kind: 'bad', reason: message, line: 1, column: 1 }
  }
  const first = errors[0]
  if (!first) return { kind: 'bad', reason: message, line: 1, column: 1 }
  const reason = WORDS[printParseErrorCode(first.error)] ?? message
  return { kind: 'bad', reason: `it is not JSON: ${reason}`, ...placeOf(text, first.offset) }
}

/** The name that an object has a second time; JSON.parse would take the last without a word. */
function doubled(node: Node): Node | undefined {
  const seen = new Set<unknown>()
  for (const child of node.children ?? []) {
    const name = child.type === 'property' ? child.children?.[0] : undefined
    if (name && seen.has(name.value)) return name
    if (name) seen.add(name.value)
    const below = doubled(child)
    if (below) return below
  }
  return undefined
}

/** The node of a path: its name where it has one, else what is nearest above. */
function nearest(tree: Node, path: readonly (string | number)[]): Node {
  for (let length = path.length; length > 0; length -= 1) {
    const found = findNodeAtLocation(tree, path.slice(0, length))
    if (found)
      return getNodePath(found).length === path.length && found.parent?.type === 'property'
        ? (found.parent.children?.[0] ?? found)
        : found
  }
  return tree
}
