import { MaculaError } from './errors.ts'

/** Our lines in a project's .env file: a block a service, between marks; all other bytes are the person's. */

/** What a file was before we wrote into it is known from the mark, so that taking the block out leaves it as it was. */
const UNENDED = ' (its line before had no end)'

const begin = (service: string): string =>
  `# >>> macula-desktop ${service}: written by Macula Desktop, rewritten as a whole`
const end = (service: string): string => `# <<< macula-desktop ${service}`

const isBegin = (line: string, service: string): boolean =>
  line.startsWith(`# >>> macula-desktop ${service}:`)
const isEnd = (line: string, service: string): boolean => line === end(service)

interface Found {
  /** Offsets in the text: of the block's begin, and behind its last line end. */
  readonly from: number
  readonly to: number
  readonly lines: readonly string[]
}

/** Lines with their offsets; a line keeps its end out of its text. */
function linesOf(
  text: string,
): readonly { readonly text: string; readonly at: number; readonly next: number }[] {
  const lines = []
  for (let at = 0; at < text.length;) {
    const feed = text.indexOf('\n', at)
    const next = feed < 0 ? text.length : feed + 1
    lines.push({ text: text.slice(at, next).replace(/\r?\n$/, ''), at, next })
    at = next
  }
  return lines
}

/** Where our block of a service is; undefined: nowhere. Throws MaculaError `invalid` where its marks are not one pair. */
function find(text: string, service: string): Found | undefined {
  const lines = linesOf(text)
  const begins = lines.flatMap((line, index) => (isBegin(line.text, service) ? [index] : []))
  const ends = lines.flatMap((line, index) => (isEnd(line.text, service) ? [index] : []))
  if (begins.length === 0 && ends.length === 0) return undefined
  const [first = -1] = begins
  const [last = -1] = ends
  const from = lines[first]
  const to = lines[last]
  if (begins.length !== 1 || ends.length !== 1 || first > last || !from || !to)
    throw new MaculaError({
      kind: 'invalid',
      what: `The marks of ${service} in it are not one pair (line ${Math.max(0, ...begins, ...ends) + 1}).`,
      why: 'Which lines between them are ours and which are yours is not known any more.',
      todo: 'Remove the lines that begin with "# >>> macula-desktop" and "# <<< macula-desktop", and what was ours between them.',
    })
  return { from: from.at, to: to.next, lines: lines.slice(first + 1, last).map((line) => line.text) }
}

/** The lines of our block of a service as they stand; undefined: there is none. Throws MaculaError `invalid`. */
export function blockIn(text: string, service: string): readonly string[] | undefined {
  return find(text, service)?.lines
}

/**
 * Sees to it that nothing of the person's is between our marks, where it would go with the next writing or taking out: each line there
 * must set a variable of `names`, once. Blank lines are nobody's. Throws MaculaError `invalid` with the line of the first other one.
 */
export function checkOnlyOurs(text: string, service: string, names: readonly string[]): void {
  const found = find(text, service)
  if (!found) return
  const ours = new Set(names)
  const before = linesOf(text.slice(0, found.from)).length + 1
  for (const [index, line] of found.lines.entries()) {
    const name = nameIn(line)
    // Each is ours once: of two the program takes one, and the other is somebody's.
    if (line.trim() === '' || (name !== undefined && ours.delete(name))) continue
    throw new MaculaError({
      kind: 'invalid',
      what: `Line ${before + index + 1} is between the marks of ${service}, but not of Macula${name === undefined ? '' : `: ${name}`}.`,
      why: 'What is between them is written as a whole, and this line would be lost. Nothing was changed.',
      todo: `Move it below the line "${end(service)}", or delete it, then try again.`,
    })
  }
}

/** The variables that our block of a service sets, in their order. Throws MaculaError `invalid`. */
export function namesIn(text: string, service: string): readonly string[] {
  return (blockIn(text, service) ?? []).flatMap((line) => nameIn(line) ?? [])
}

/** The text with our block of a service as it is to be: in its place, else at the end. Throws MaculaError `invalid`. */
export function withBlock(text: string, service: string, lines: readonly string[]): string {
  const found = find(text, service)
  const feed = found ? feedAt(text, found.from) : /\r\n/.test(text) && !/[^\r]\n/.test(text) ? '\r\n' : '\n'
  const isUnended = found
    ? (linesOf(text.slice(found.from))[0]?.text.endsWith(UNENDED) ?? false)
    : text !== '' && !text.endsWith('\n')
  const block = [begin(service) + (isUnended ? UNENDED : ''), ...lines, end(service)].join(feed) + feed
  if (found) return text.slice(0, found.from) + block + text.slice(found.to)
  return text + (isUnended ? feed : '') + block
}

/** The text without our block of a service: the bytes that were there before it. Throws MaculaError `invalid`. */
export function withoutBlock(text: string, service: string): string {
  const found = find(text, service)
  if (!found) return text
  const isUnended = linesOf(text.slice(found.from))[0]?.text.endsWith(UNENDED) ?? false
  const before = text.slice(0, found.from)
  const after = text.slice(found.to)
  if (!isUnended) return before + after
  if (after === '') return before.slice(0, -feedAt(text, found.from).length)
  return before + handedOn(after)
}

/** What follows a block whose mark said that the line before had no end: another block of ours knows it from now on. */
function handedOn(after: string): string {
  const first = linesOf(after)[0]?.text ?? ''
  if (!/^# >>> macula-desktop [^:]+:/.test(first) || first.endsWith(UNENDED)) return after
  return first + UNENDED + after.slice(first.length)
}

/** Whether any block of ours is in a text. */
export function hasBlock(text: string): boolean {
  return linesOf(text).some((line) => /^# >>> macula-desktop [^:]+:/.test(line.text))
}

/** Keys that the person's own lines set too, with the number of the line: which one counts is the program's to decide. */
export function alsoSet(
  text: string,
  service: string,
  names: readonly string[],
): readonly { readonly name: string; readonly line: number }[] {
  const found = find(text, service)
  return linesOf(text).flatMap(({ text: line, at }, index) => {
    if (found && at >= found.from && at < found.to) return []
    const name = nameIn(line)
    return name !== undefined && names.includes(name) ? [{ name, line: index + 1 }] : []
  })
}

/** The variable that a line sets. */
const nameIn = (line: string): string | undefined => /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/.exec(line)?.[1]

/** How the line at an offset ends. */
function feedAt(text: string, from: number): '\n' | '\r\n' {
  return text[text.indexOf('\n', from) - 1] === '\r' ? '\r\n' : '\n'
}

/** Whether a file may be one of variables, by its name: .env, .env.local, dev.env. */
export function isEnvFileName(name: string): boolean {
  return /^(?:\.env(?:\.[A-Za-z0-9_-]+)*|[A-Za-z0-9_][A-Za-z0-9_.-]*\.env)$/.test(name) && name.length <= 100
}
