import { inert } from './atoms.ts'

/** What a desktop entry says of a program that takes links. */
export interface LinkProgram {
  /** "DBeaver" */
  readonly title: string
  /** The program and its arguments, with a mark where the link goes. */
  readonly argv: readonly string[]
}

/** Longest name that is drawn (characters). */
const MOST_NAME = 40
/** In place of a link, until there is one; no entry can hold it, as it is read by lines. */
const HERE = '\n'

/**
 * The program of a desktop entry (the text of its file), as far as it can be given a link by argv alone: undefined for one that
 * wants files, a terminal, or to be spoken to by D-Bus. Source: freedesktop.org, Desktop Entry Specification 1.5, "The Exec key".
 */
export function linkProgram(text: string): LinkProgram | undefined {
  const entry = groupOf(text)
  const exec = entry.get('Exec')
  if (entry.get('Type') !== 'Application' || entry.get('Hidden') === 'true') return undefined
  if (exec === undefined || entry.get('Terminal') === 'true') return undefined
  const words = wordsOf(unescaped(exec))
  const argv = words?.flatMap((word) => filled(word))
  if (!argv || argv.includes(undefined)) return undefined
  const whole = argv.filter((word) => word !== undefined)
  if (whole.length < 2 || whole[0]?.includes(HERE) === true || !whole.some((word) => word.includes(HERE)))
    return undefined
  const name = inert(unescaped(entry.get('Name') ?? '')).trim()
  return { title: name === '' ? 'another program' : name.slice(0, MOST_NAME), argv: whole }
}

/** The argv with the link in its place. */
export function withLink({ argv }: LinkProgram, link: string): readonly string[] {
  return argv.map((word) => word.replaceAll(HERE, () => link))
}

/** Keys of the group `[Desktop Entry]`, the first of each; translations are left out. */
function groupOf(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  let isIn = false
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('[')) isIn = line.trim() === '[Desktop Entry]'
    const [, key, value] = /^([A-Za-z0-9-]+)\s*=\s*(.*)$/.exec(line) ?? []
    if (isIn && key !== undefined && value !== undefined && !found.has(key)) found.set(key, value)
  }
  return found
}

/** The escapes that every string of an entry may have. */
function unescaped(value: string): string {
  const meant: Readonly<Record<string, string>> = { s: ' ', n: ' ', t: ' ', r: ' ', '\\': '\\' }
  return value.replaceAll(/\\([sntr\\])/g, (_all, key: string) => meant[key] ?? '')
}

/** Words as `Exec` quotes them: in double quotes a backslash stands before `"`, a backtick, `$` and itself. */
function wordsOf(exec: string): readonly string[] | undefined {
  const words: string[] = []
  let rest = exec.trim()
  while (rest !== '') {
    const [all, quoted, plain] = /^(?:"((?:[^"\\]|\\.)*)"|([^\s"']+))(?=\s|$)/.exec(rest) ?? []
    if (all === undefined) return undefined
    words.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll(/\\(["`$\\])/g, '$1'))
    rest = rest.slice(all.length).trimStart()
  }
  return words
}

/** One word with its field codes; none: it was only an icon's, a name's or a file's; undefined: what it wants is no link. */
function filled(word: string): readonly (string | undefined)[] {
  if (/^%[icknNvmdD]$/.test(word)) return []
  const codes = word.match(/%./g) ?? []
  if (codes.some((code) => !['%u', '%U', '%%'].includes(code))) return [undefined]
  return [word.replaceAll(/%[uU%]/g, (code) => (code === '%%' ? '%' : HERE))]
}
