/** Modes that outlive the program that set them, and whether a terminal begins with them (xterm, ctlseqs). */
const begins: ReadonlyMap<number, boolean> = new Map([
  // Cursor keys, colours turned round, mouse (9, 1000 to 1016), focus, pasting in brackets, drawing held back.
  ...[1, 5, 9, 66, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1015, 1016, 2004, 2026, 2031, 2048].map(
    (mode) => [mode, false] as const,
  ),
  // The other screen, last: what is drawn after is on the person's own.
  ...[47, 1047, 1049].map((mode) => [mode, false] as const),
  // Lines that go on below, the cursor.
  ...[7, 25].map((mode) => [mode, true] as const),
])

// eslint-disable-next-line no-control-regex -- control characters are what this is about
const sequences = /\u001B(?:\[([<=>?]?)([\d:;]*)([ !]?[@-~])|[=>c]|\(.)|[\u000E\u000F]/g

/** Most layers of kitty's keyboard that any terminal keeps. */
const MOST_LAYERS = 32

/**
 * Follows what a program set its terminal to, to put it back when it ends without doing so: killed, or gone with its container.
 * `hear` takes text in which no sequence is cut (as the terminal filter gives it); `end` is what undoes the rest, empty when the
 * program cleaned up itself.
 */
export function createLeftModes(): { readonly hear: (text: string) => void; readonly end: () => string } {
  const modes = new Map<number, boolean>()
  const last = new Map<string, string>()
  let layers = 0

  function heard(prefix: string, numbers: string, final: string): void {
    if (prefix === '?' && /[hl]/.test(final)) {
      for (const mode of numbers.split(';').map(Number)) if (begins.has(mode)) modes.set(mode, final === 'h')
      return
    }
    if (final === 'u') {
      const count = Number.parseInt(numbers, 10) || 1
      if (prefix === '>') layers = Math.min(MOST_LAYERS, layers + 1)
      if (prefix === '<') layers = Math.max(0, layers - count)
      return
    }
    if (prefix === '>' && final === 'm' && /^4(?:;|$)/.test(numbers))
      last.set('\u001B[>4m', /^4(?:;0?)?$/.test(numbers) ? '' : numbers)
    if (prefix === '' && final === ' q') last.set('\u001B[0 q', numbers.replace(/^0+$/, ''))
    if (prefix === '' && /^[hl]$/.test(final) && numbers === '4')
      last.set('\u001B[4l', final === 'h' ? 'on' : '')
    // Going back to all rows moves the cursor, which is put back.
    if (prefix === '' && final === 'r') last.set('\u001B7\u001B[r\u001B8', numbers)
    if (prefix === '' && final === 'm') last.set('\u001B[m', /(?:^|;)0*$/.test(numbers) ? '' : numbers)
  }

  return {
    hear(text) {
      for (const [all, prefix, numbers = '', final = ''] of text.matchAll(sequences)) {
        if (all === '\u001Bc' || final === '!p') {
          last.clear()
          // A soft reset leaves mouse, screen and pasting as they are.
          if (all === '\u001Bc') {
            modes.clear()
            layers = 0
          } else modes.delete(25)
        } else if (prefix !== undefined) heard(prefix, numbers, final)
        else if (all.startsWith('\u001B(')) last.set('\u001B(B', all === '\u001B(B' ? '' : all)
        else if (all.startsWith('\u001B')) last.set('\u001B>', all === '\u001B=' ? 'on' : '')
        else last.set('\u000F', all === '\u000E' ? 'on' : '')
      }
    },
    end() {
      // In the order of `begins`: layers of keys belong to the screen on which they were asked for.
      const screens = [...begins].flatMap(([mode, first]) =>
        (modes.get(mode) ?? first) === first ? [] : `\u001B[?${mode}${first ? 'h' : 'l'}`,
      )
      const undone = [...last].flatMap(([undo, left]) => (left === '' ? [] : undo))
      return [...(layers > 0 ? [`\u001B[<${layers}u`] : []), ...screens, ...undone].join('')
    },
  }
}
