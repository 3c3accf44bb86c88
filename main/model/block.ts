/** Our managed block in a file that is not ours. The markers are the same as in assets/root/macula-root. */
export const BLOCK_OPEN = '# BEGIN macula-desktop'
export const BLOCK_CLOSE = '# END macula-desktop'

/** The block exactly as it is written: the lines of `content` between the markers. */
export function blockText(content: string): string {
  return `${BLOCK_OPEN}\n${content}${BLOCK_CLOSE}\n`
}
