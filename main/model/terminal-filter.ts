/** Characters of a sequence of honest programs; a longer one is dropped. */
const MOST_SEQUENCE = 256
const MOST_TIMES = 1000

/** `long`: of a sequence that is dropped, up to its end. */
type Reading = 'text' | 'escape' | 'control' | 'long' | 'osc' | 'string'

/**
 * What programs draw with, by the mark before the numbers and the one before the last character (ECMA-48, "Control functions";
 * xterm, ctlseqs). An allow-list: whatever else terminals know asks them something, prints, names the window, or may do so
 * tomorrow. Of questions the cursor's place alone stays: line editors (BusyBox's among them) do not draw without its answer, which is
 * two numbers. What else is asked would be answered into what a person types.
 */
const allowed: Readonly<Record<string, string>> = {
  '': '@ABCDEFGHIJKLMPSTXZ`abdefghlmnrsu',
  '?': 'JKWchlrs',
  '>': 'mnu',
  '<': 'u',
  '=': 'u',
  // With a blank: the cursor's shape, and columns that move.
  ' ': '@Aq',
  '!': 'p',
  '"': 'q',
}

/** VT52 and Tektronix: other languages, whose sequences nobody here reads. */
const otherLanguages: ReadonlySet<string> = new Set(['2', '38'])

function isRefused(sequence: string): boolean {
  const [, prefix = '', numbers = '', between = '', final = ''] =
    /^([<=>?]?)([\d:;]*)([ -/]*)([@-~])$/.exec(sequence.slice(2)) ?? []
  if (final === '' || allowed[prefix + between]?.includes(final) !== true) return true
  const each = numbers.split(';')
  // Done one by one: more than a screen has of anything is no honest program's.
  if ((/[@LMPSTXIZb]/.test(final) || between === ' ') && Number.parseInt(numbers, 10) > MOST_TIMES)
    return true
  if (prefix === '?')
    return 'hlrs'.includes(final) && each.some((one) => otherLanguages.has(`${Number.parseInt(one, 10)}`))
  if (prefix !== '' || between !== '') return false
  // 3J takes what scrolled away, which is the person's; five numbers at T follow the mouse.
  if (final === 'J') return each.some((one) => Number.parseInt(one, 10) === 3)
  if (final === 'T') return each.length > 1
  // Inserting, and lines; the others lock the keyboard or show what is typed.
  if (/[hl]/.test(final)) return each.some((one) => !['4', '20'].includes(one))
  if (final === 'n') return numbers !== '6'
  return false
}

/** Of sequences without a bracket: cursor, tabs, keypad, sets of characters, big letters, reset. None changes the encoding. */
const plainEscape = /^(?:[78=>DEHMNOcno|}~]|[()*+\-./][ -/]*[0-~]|#[3-68])$/

/**
 * Lets through what a program draws with, and takes out what reaches beyond its screen: titles, links, the clipboard, notifications,
 * colours of the terminal and every question but where the cursor is. Text that turns its direction and control characters of the
 * upper kind become U+FFFD. For one stream: pieces may be cut anywhere.
 */
export function createTerminalFilter(): (piece: string) => string {
  let reading: Reading = 'text'
  let held = ''

  function step(char: string): string {
    // These end whatever was begun, as terminals do it.
    if (char === '\u0018' || char === '\u001A') {
      reading = 'text'
      held = ''
      return ''
    }
    if (char === '\u001B') {
      held = char
      // Within a string it may be the first half of its end; either way the string is over.
      reading = 'escape'
      return ''
    }
    switch (reading) {
      case 'text':
        return inText(char)
      case 'escape':
        return inEscape(char)
      case 'control':
        held += char
        return /[\u0040-\u007E]/.test(char) ? ended(isRefused(held)) : goesOn()
      case 'long':
        if (/[\u0040-\u007E]/.test(char)) reading = 'text'
        return ''
      case 'osc':
        if (char === '\u0007') reading = 'text'
        return ''
      case 'string':
        return ''
    }
  }

  function ended(refused: boolean): string {
    const all = held
    reading = 'text'
    held = ''
    return refused ? '' : all
  }

  /** What never ends must not fill memory. */
  function goesOn(): string {
    if (held.length < MOST_SEQUENCE) return ''
    reading = 'long'
    held = ''
    return ''
  }

  function inText(char: string): string {
    // It asks the terminal who it is.
    if (char === '\u0005') return ''
    return /[\u0080-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/.test(char) ? '\uFFFD' : char
  }

  function inEscape(char: string): string {
    held += char
    // k: the title of a window of screen and tmux.
    if (char === '[') reading = 'control'
    else if (char === ']') reading = 'osc'
    else if (/[PX^_k]/.test(char)) reading = 'string'
    // Between: "(", "#" and others, which say what the next one means.
    else if (/[\u0020-\u002F]/.test(char)) return goesOn()
    else return ended(!plainEscape.test(held.slice(1)))
    return ''
  }

  return (piece) => {
    let text = ''
    for (const char of piece) text += step(char)
    return text
  }
}
