import {
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type Document,
} from 'yaml'
import type { z } from 'zod'
import type { CatalogProblem } from '../../model/service.ts'
import { readyOf } from './ready.ts'

/** One catalog file as it was read. */
export interface CatalogFile {
  /** Folder name; also the id its one service must have. */
  readonly service: string
  readonly origin: 'ours' | 'user'
  readonly folder: string
  readonly file: string
  readonly text: string
}

/** Larger than any honest fragment (ours are below 4 KB); keeps parsing within the limits of faults.md row 6. */
export const MAX_FRAGMENT_BYTES = 256 * 1024

/** Aliases multiply nodes; an honest fragment has a handful. */
const MAX_ALIASES = 100

/** An honest fragment nests below 20; the parser calls itself for each level, slower and slower. */
const MAX_DEPTH = 200

/** Where brackets open more often than that; undefined: nowhere. */
function tooDeep(text: string): number | undefined {
  let depth = 0
  for (const { 0: bracket, index } of text.matchAll(/[[\]{}]/g)) {
    depth = bracket === '[' || bracket === '{' ? depth + 1 : Math.max(0, depth - 1)
    if (depth > MAX_DEPTH) return index
  }
  // The same without brackets: lists or keys within each other on one line.
  return new RegExp(`(?:[-?:][ \\t]+){${MAX_DEPTH}}`).exec(text)?.index
}

export type Place = readonly (string | number)[]

/** A parsed file: the plain value, and where in the text a path of it stands. */
export interface Parsed {
  readonly value: unknown
  readonly at: (path: Place, key?: boolean) => { readonly line: number; readonly column: number }
}

/** A function that makes problems of one file. */
export function problemsOf(file: CatalogFile) {
  return (
    reason: string,
    at: { readonly line: number; readonly column: number } = { line: 0, column: 0 },
  ): CatalogProblem => ({
    service: file.service,
    file: file.file,
    line: at.line,
    column: at.column,
    reason,
  })
}

/**
 * What texts held, so that a fragment that the catalog, the rendered copy and the comparison with containers all need is
 * parsed once: a third of the processor time of a look. Values only: a document with its nodes is many times as large.
 */
const known = new Map<string, unknown>()

/** So many texts of at most so many characters are kept; whoever has more services parses the rest each time. */
const KEPT = { texts: 100, length: 16_384 } as const

/** Parses YAML 1.2 with positions; refuses what is too large, has too many aliases, or an alias inside its own anchor. */
export function parseFile(file: CatalogFile): Parsed | CatalogProblem {
  const { text } = file
  const ready = known.has(text) ? undefined : readyOf(text)
  if (ready) keep(text, ready.value)
  if (known.has(text)) {
    let again: Parsed['at'] | undefined
    return {
      value: known.get(text),
      at(path, key) {
        // Places are asked for only where something is wrong.
        if (again === undefined) {
          const parsed = parseAnew(file)
          again = 'at' in parsed ? parsed.at : () => ({ line: 1, column: 1 })
        }
        return again(path, key)
      },
    }
  }
  const parsed = parseAnew(file)
  if ('at' in parsed && text.length <= KEPT.length) keep(text, parsed.value)
  return parsed
}

function keep(text: string, value: unknown): void {
  known.set(text, value)
  const [oldest] = known.keys()
  if (known.size > KEPT.texts && oldest !== undefined) known.delete(oldest)
}

function parseAnew(file: CatalogFile): Parsed | CatalogProblem {
  const problem = problemsOf(file)
  const bytes = Buffer.byteLength(file.text)
  if (bytes > MAX_FRAGMENT_BYTES)
    return problem(`the file has ${bytes} bytes; at most ${MAX_FRAGMENT_BYTES} are read`)
  const deep = tooDeep(file.text)
  if (deep !== undefined)
    return problem(`it nests more than ${MAX_DEPTH} times`, {
      line: file.text.slice(0, deep).split('\n').length,
      column: deep - file.text.lastIndexOf('\n', deep - 1),
    })
  const lines = new LineCounter()
  const document = parseDocument(file.text, { lineCounter: lines, prettyErrors: false, merge: true })
  const spot = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  const error = document.errors[0]
  if (error) return problem(`it is not YAML: ${error.message}`, spot(error.pos[0]))
  const odd = oddNumber(document)
  if (odd) return problem(`${odd.text} must be written as a plain number`, spot(odd.at))
  let aliases = 0
  visit(document, { Alias: () => void (aliases += 1) })
  if (aliases > MAX_ALIASES) return problem(`it has ${aliases} aliases; at most ${MAX_ALIASES} are followed`)
  try {
    return { value: document.toJS({ maxAliasCount: MAX_ALIASES }), at: locator(document, spot) }
  } catch (thrown) {
    return problem(
      `its aliases cannot be followed: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
    )
  }
}

/**
 * A number of an x-macula block that is not written as it is read (080, 1e2, +80, 0x50): whoever reads the file
 * would see another value than the one in use.
 */
function oddNumber(document: Document): { readonly text: string; readonly at: number } | undefined {
  let odd: { readonly text: string; readonly at: number } | undefined
  visit(document, {
    Scalar(_, node, path) {
      const inBlock = path.some((step) => isPair(step) && isScalar(step.key) && step.key.value === 'x-macula')
      if (inBlock && typeof node.value === 'number' && node.source !== String(node.value))
        odd ??= { text: node.source ?? String(node.value), at: node.range?.[0] ?? 0 }
    },
  })
  return odd
}

function locator(
  document: Document,
  spot: (offset: number) => { line: number; column: number },
): Parsed['at'] {
  return (path, key = false) => {
    // The longest part of the path that exists in the text: a missing key is shown at its parent.
    for (let length = path.length; length >= 0; length -= 1) {
      const part = path.slice(0, length)
      if (key && length > 0) {
        const parent = length === 1 ? document.contents : document.getIn(part.slice(0, -1), true)
        if (isMap(parent)) {
          const pair = parent.items.find(
            (item) => isNode(item.key) && String(item.key) === String(part.at(-1)),
          )
          if (pair && isNode(pair.key) && pair.key.range) return spot(pair.key.range[0])
        }
      }
      const node = length === 0 ? document.contents : document.getIn(part, true)
      if (isNode(node) && !isAlias(node) && node.range) return spot(node.range[0])
    }
    return { line: 1, column: 1 }
  }
}

/** The first issue of a failed zod parse in words, with its place below `base`. */
export function firstIssue(
  error: z.ZodError,
  base: Place,
  parsed: Parsed,
): { readonly reason: string; readonly at: { readonly line: number; readonly column: number } } {
  const issue = error.issues[0]
  if (!issue) return { reason: 'it is not valid', at: parsed.at(base) }
  const path = issue.path.filter((step) => typeof step !== 'symbol')
  const name = ['x-macula', ...path].join('.')
  if (issue.code === 'unrecognized_keys') {
    const unknown = issue.keys[0] ?? ''
    return {
      reason: `${name}: the key ${JSON.stringify(unknown)} is not known`,
      at: parsed.at([...base, ...path, unknown], true),
    }
  }
  return { reason: `${name}: ${issue.message}`, at: parsed.at([...base, ...path]) }
}
