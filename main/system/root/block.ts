/** Our managed block in a file that is not ours. The markers are the same as in assets/root/macula-root. */
export const BLOCK_OPEN = '# BEGIN macula-desktop'
export const BLOCK_CLOSE = '# END macula-desktop'

/** The lines between our markers; undefined without a block, "torn" when the markers are not one pair in order. */
export function readBlock(text: string): string | undefined | 'torn' {
  const lines = text.split('\n')
  const marks = lines.flatMap((line, at) => (line === BLOCK_OPEN || line === BLOCK_CLOSE ? [at] : []))
  const [open, close] = marks
  if (open === undefined) return undefined
  if (close === undefined || marks.length > 2 || lines[open] !== BLOCK_OPEN || lines[close] !== BLOCK_CLOSE)
    return 'torn'
  return lines
    .slice(open + 1, close)
    .map((line) => `${line}\n`)
    .join('')
}
