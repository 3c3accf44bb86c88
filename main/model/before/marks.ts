import { BLOCK_CLOSE, BLOCK_OPEN } from '../block.ts'

/** The numbers (from 1) of marker lines that are no pair in order, as root's program sees it: it changes no such file. */
export function tornMarks(text: string): readonly number[] {
  const marks = text.split('\n').flatMap((row, index) => {
    const mark = row.trim()
    return mark === BLOCK_OPEN || mark === BLOCK_CLOSE ? [{ line: index + 1, mark }] : []
  })
  const isPair = marks.length === 2 && marks[0]?.mark === BLOCK_OPEN && marks[1]?.mark === BLOCK_CLOSE
  return marks.length === 0 || isPair ? [] : marks.map(({ line }) => line)
}

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
