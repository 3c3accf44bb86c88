import type { Terminal } from '@xterm/xterm'

/** As much of the terminal as the guard needs: the same in the page and in the tests' terminal without a page. */
export type Guarded = Pick<Terminal, 'parser'>

/** More of anything at once than a screen has is no honest program's: some of these are done one by one. */
const MOST_TIMES = 1000

type Sequence = Parameters<Terminal['parser']['registerCsiHandler']>[0]

/** Questions whose answers would be typed into the container, and what moves or names the window. */
const refusedCsi: readonly Sequence[] = [
  // Device attributes beyond the first, the version, modes.
  { prefix: '>', final: 'c' },
  { prefix: '=', final: 'c' },
  { prefix: '>', final: 'q' },
  { intermediates: '$', final: 'p' },
  { prefix: '?', intermediates: '$', final: 'p' },
  { prefix: '?', final: 'n' },
  // The window: its size, its title.
  { final: 't' },
]

/** What is done as often as a number says. */
const counted: readonly Sequence[] = [
  ...['@', 'L', 'M', 'P', 'S', 'T', 'X', 'I', 'Z', 'b'].map((final) => ({ final })),
  { intermediates: ' ', final: '@' },
  { intermediates: ' ', final: 'A' },
  { intermediates: "'", final: '}' },
  { intermediates: "'", final: '~' },
]

/**
 * Titles (0 to 2), colours and questions for them (4, 5, 10 to 19, 104 to 119), the folder (7), links (8), notifications (9, 99,
 * 777), fonts (50), the clipboard (52), marks of shells (133), files and more (1337).
 */
const refusedOsc: readonly number[] = [
  0,
  1,
  2,
  3,
  4,
  5,
  6,
  7,
  8,
  9,
  50,
  52,
  99,
  133,
  633,
  777,
  1337,
  ...Array.from({ length: 10 }, (_, at) => 10 + at),
  ...Array.from({ length: 16 }, (_, at) => 104 + at),
]

/** Requests for settings and terminfo: their answers would be typed. */
const refusedDcs: readonly Sequence[] = [
  { intermediates: '$', final: 'q' },
  { intermediates: '+', final: 'q' },
]

/**
 * Takes from a terminal everything that a hostile program could reach beyond its own screen: no title, no link, no clipboard,
 * no answer that comes back as input. What is left are the cursor's place, "I am well" and the plain name of the terminal,
 * which line editors ask for; they hold nothing but numbers.
 */
export function guard({ parser }: Guarded): void {
  const refuse = (): boolean => true
  for (const sequence of refusedCsi) parser.registerCsiHandler(sequence, refuse)
  for (const sequence of counted)
    parser.registerCsiHandler(sequence, ([first]) => typeof first === 'number' && first > MOST_TIMES)
  // Reports of coming and going would be typed without a key.
  parser.registerCsiHandler({ prefix: '?', final: 'h' }, (modes) => modes.length === 1 && modes[0] === 1004)
  for (const code of refusedOsc) parser.registerOscHandler(code, refuse)
  for (const sequence of refusedDcs) parser.registerDcsHandler(sequence, refuse)
}

/**
 * Text as it may be pasted into a program: control characters but tabs and lines are keys, and the mark by which a program knows
 * the end of what is pasted (bracketed paste) begins with one; whoever filled the clipboard would type behind it.
 */
export function pasted(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is kept out
  return text.replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/g, '')
}

/**
 * Text of a program as it may be given to a terminal: what turns the reading direction, and control characters of the upper
 * kind, which no program of today sends, are shown as replaced. All else is the terminal's to understand.
 */
export function drawable(text: string): string {
  return text.replaceAll(/[\u0080-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g, '\uFFFD')
}
