import { inert } from '../../model/atoms.ts'
import { sayCount } from '../../model/say.ts'

/** More of a line is not shown. */
const MOST = 160

function shown(text: string): string {
  return `“${inert(text.replaceAll(/\s+/g, ' ').trim()).slice(0, MOST)}”`
}

/**
 * How lines of ours differ from what set-up would write, in sentences; undefined: not at all. `subject`: whose lines they
 * are, as the subject of a sentence; `first`: the number of their first line in the file, from 1.
 */
export function sayDifference(
  subject: string,
  first: number,
  there: string,
  planned: string,
): string | undefined {
  if (there === planned) return undefined
  const now = there.split('\n').slice(0, -1)
  const wanted = planned.split('\n').slice(0, -1)
  const extra = now.flatMap((text, index) => (wanted.includes(text) ? [] : [{ text, line: first + index }]))
  const missing = wanted.filter((text) => !now.includes(text))
  const said: string[] = []
  const [one] = extra
  if (one)
    said.push(
      extra.length === 1
        ? `has a line that set-up does not write: line ${one.line}, ${shown(one.text)}`
        : `has ${sayCount(extra.length, 'line')} that set-up does not write, the first of them line ${one.line}, ${shown(one.text)}`,
    )
  const [none] = missing
  if (none !== undefined)
    said.push(
      missing.length === 1
        ? `lacks the line ${shown(none)}`
        : `lacks ${sayCount(missing.length, 'line')}, the first of them ${shown(none)}`,
    )
  return `${subject} ${said.length === 0 ? 'has its lines in another order, or some of them twice' : said.join('; it ')}.`
}
