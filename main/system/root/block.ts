/** Our managed block in a file that is not ours. The markers are the same as in assets/root/macula-root. */
export const BLOCK_OPEN = '# BEGIN macula-desktop'
export const BLOCK_CLOSE = '# END macula-desktop'

export type Block =
  | { readonly kind: 'none' }
  /** The markers are not one pair in order: somebody edited them. */
  | { readonly kind: 'torn' }
  | { readonly kind: 'block'; readonly text: string }

/** The lines between our markers. */
export function readBlock(text: string): Block {
  const lines = text.split('\n')
  const marks = lines.flatMap((line, at) => (line === BLOCK_OPEN || line === BLOCK_CLOSE ? [at] : []))
  const [open, close] = marks
  if (open === undefined) return { kind: 'none' }
  if (close === undefined || marks.length > 2 || lines[open] !== BLOCK_OPEN || lines[close] !== BLOCK_CLOSE)
    return { kind: 'torn' }
  const inside = lines.slice(open + 1, close)
  return { kind: 'block', text: inside.map((line) => `${line}\n`).join('') }
}
