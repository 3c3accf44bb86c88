import { inert } from './atoms.ts'
import { inUrl } from './secret.ts'

/** The mark that stands for a secret everywhere but in the output of `maculactl env`. */
export const MASK = '••••••••'

/** Shorter values are words like "admin": hiding each of them would hide the text around. */
const SHORTEST = 8

/** Makes text that is not ours safe to draw: no control character takes effect, no secret shows. */
export interface Cleaner {
  /** Hides secrets; all other bytes stay (for machine output). */
  readonly conceal: (text: string) => string
  /** Hides secrets and makes control characters inert (for a terminal). One line stays one line. */
  readonly text: (text: string) => string
  /** `text` over every string of a value that came from the engine; what to do (`todo`) keeps its lines. */
  deep<T>(value: T): T
  /** The same, every string keeping its lines: output of a program, drawn as text. */
  deepLines<T>(value: T): T
  /** `conceal` over every string of a value. */
  concealDeep<T>(value: T): T
}

/** A cleaner whose secrets are read again: what it once hid it hides for good, because logs keep old ones. */
export interface LearningCleaner extends Cleaner {
  /** Reads them; what cannot be read is told by what needs it, and nothing is forgotten. Never throws. */
  learn(): Promise<void>
  /** Another number whenever something was learnt: what was made safe before may show it. */
  learnt(): number
}

/** Knows nothing until it has learnt. `read`: the values of now. */
export function createLearningCleaner(read: () => Promise<readonly string[]>): LearningCleaner {
  const known = new Set<string>()
  let clean = createCleaner([])
  return {
    conceal: (text) => clean.conceal(text),
    text: (text) => clean.text(text),
    deep: (value) => clean.deep(value),
    deepLines: (value) => clean.deepLines(value),
    concealDeep: (value) => clean.concealDeep(value),
    learnt: () => known.size,
    async learn() {
      const found = await read().catch(() => [])
      if (found.every((one) => known.has(one))) return
      for (const one of found) known.add(one)
      clean = createCleaner([...known])
    },
  }
}

/** How a secret may be written: as it is, within a URL, within JSON. */
function forms(secret: string): readonly string[] {
  return [secret, encodeURIComponent(secret), inUrl(secret), JSON.stringify(secret).slice(1, -1)]
}

function mapStrings<T>(value: T, change: (text: string, key: string) => string): T {
  const walk = (one: unknown, key = ''): unknown => {
    if (typeof one === 'string') return change(one, key)
    if (Array.isArray(one)) return one.map((each) => walk(each))
    if (typeof one === 'object' && one !== null)
      return Object.fromEntries(Object.entries(one).map(([name, inner]) => [name, walk(inner, name)]))
    return one
  }
  return walk(value) as T
}

/** The cleaner for a set of secret values. */
export function createCleaner(secrets: readonly string[]): Cleaner {
  const hidden = [...new Set(secrets.flatMap(forms))]
    .filter((secret) => secret.length >= SHORTEST)
    // Longest first: a secret that holds another goes as a whole.
    .sort((one, two) => two.length - one.length)
  const conceal = (text: string): string =>
    hidden.reduce((left, secret) => (left.includes(secret) ? left.replaceAll(secret, MASK) : left), text)
  // Concealed before and after: what a control character splits becomes whole once that is gone.
  const text = (raw: string): string => conceal(inert(conceal(raw)))
  return {
    conceal,
    text,
    // Two commands are two lines, and no other program's words are in there.
    deep: (value) =>
      mapStrings(value, (raw, key) =>
        key === 'todo' ? conceal(raw).split('\n').map(text).join('\n') : text(raw),
      ),
    deepLines: (value) => mapStrings(value, (raw) => conceal(raw).split(/\r?\n/).map(text).join('\n')),
    concealDeep: (value) => mapStrings(value, conceal),
  }
}
