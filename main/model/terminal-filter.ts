/** Characters of a sequence of honest programs; a longer one is dropped. */
const MOST_SEQUENCE = 256
const MOST_TIMES = 1000

type Reading = 'text' | 'escape' | 'control' | 'osc' | 'string'

/** Answers to these would be typed into the program, and `t` moves and names the window. The cursor's place and "I am well" stay. */
function isRefused(sequence: string): boolean {
  const final = sequence.slice(-1)
  const inner = sequence.slice(2, -1)
  switch (final) {
    case 't':
      return true
    case 'c':
      return /^[>=]/.test(inner)
    case 'q':
      return inner.startsWith('>')
    case 'p':
      return inner.endsWith('$')
    case 'n':
      return inner.startsWith('?')
    case 'u':
      return inner === '?'
    default:
      // Done one by one: more than a screen has of anything is no honest program's.
      return /[@LMPSTXIZb]/.test(final) && Number.parseInt(inner, 10) > MOST_TIMES
  }
}

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
        held += held.length > MOST_SEQUENCE ? '' : char
        return /[\u0040-\u007E]/.test(char) ? ended(isRefused(held)) : ''
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
    return refused || all.length > MOST_SEQUENCE ? '' : all
  }

  function inText(char: string): string {
    // It asks the terminal who it is.
    if (char === '\u0005') return ''
    return /[\u0080-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/.test(char) ? '\uFFFD' : char
  }

  function inEscape(char: string): string {
    held += held.length > MOST_SEQUENCE ? '' : char
    if (char === '[') reading = 'control'
    else if (char === ']') reading = 'osc'
    else if (/[PX^_]/.test(char)) reading = 'string'
    // Between: "(", "#" and others, which say what the next one means.
    else if (!/[\u0020-\u002F]/.test(char)) return ended(char === 'Z' || char === '\\')
    return ''
  }

  return (piece) => {
    let text = ''
    for (const char of piece) text += step(char)
    return text
  }
}
