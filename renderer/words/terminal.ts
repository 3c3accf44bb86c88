/** A terminal in a container or pod. */
export const sayTerminal = {
  title: (program: string, title: string) => (program === 'psql' ? `psql in ${title}` : `Shell in ${title}`),
  opening: 'Opening…',
  where: (where: string) => `in ${where}`,
  field: 'Terminal. F6 leaves it.',
  leave: 'leaves the terminal',
  copy: 'Copy selection',
  nothingSelected: 'Nothing is selected in the terminal.',
  close: 'Close',
  again: 'Open again',
  lost: 'The terminal ended.',
  keys: 'Keys',
  /** For a touch screen, whose keyboard has none of them: what is drawn, its name, and what it types. */
  touch: [
    ['Tab', 'Tab', '\t'],
    ['Esc', 'Esc', '\u001B'],
    ['^C', 'Control C', '\u0003'],
    ['^D', 'Control D', '\u0004'],
    ['↑', 'Up', '\u001B[A'],
    ['↓', 'Down', '\u001B[B'],
  ],
  shell: 'Open a shell',
  sql: 'Open psql',
} as const
