import { BLOCK_CLOSE, BLOCK_OPEN } from '../block.ts'

/**
 * Which lines (from 0) of a text lie in a block of Macula, whoever's, markers included. From a torn beginning on all the rest
 * counts as inside: whose it is cannot be told.
 */
export function readMarks(text: string): (line: number) => boolean {
  const inside = new Set<number>()
  let open = false
  for (const [index, row] of text.split('\n').entries()) {
    const mark = row.trim()
    if (mark === BLOCK_OPEN) open = true
    if (open) inside.add(index)
    if (mark === BLOCK_CLOSE) open = false
  }
  return (line) => inside.has(line)
}
