import { BLOCK_CLOSE, BLOCK_OPEN } from '../../model/block.ts'

export type Block =
  | { readonly kind: 'none' }
  /** The markers are not one pair in order: somebody edited them. */
  | { readonly kind: 'torn'; readonly lines: readonly number[] }
  /** `first`: the number of the first line between the markers, from 1. */
  | { readonly kind: 'block'; readonly text: string; readonly first: number }

/** A marker, with blanks or a CR around it too: an editor that changed the line ends must not hide it. */
const markOf = (line: string): string => line.replaceAll(/^[ \t\v\f\r]+|[ \t\v\f\r]+$/g, '')

/** The lines between our markers. */
export function readBlock(text: string): Block {
  const lines = text.split('\n')
  const marks = lines.flatMap((line, at) => {
    const mark = markOf(line)
    return mark === BLOCK_OPEN || mark === BLOCK_CLOSE ? [{ mark, at }] : []
  })
  const [first, last] = marks
  if (!first) return { kind: 'none' }
  if (!last || marks.length > 2 || first.mark !== BLOCK_OPEN || last.mark !== BLOCK_CLOSE)
    return { kind: 'torn', lines: marks.map(({ at }) => at + 1) }
  const [open, close] = [first.at, last.at]
  const inside = lines.slice(open + 1, close)
  return { kind: 'block', text: inside.map((line) => `${line}\n`).join(''), first: open + 2 }
}

/**
 * A file without our block, whose last line has an end, whether it has one there or not: what root compares too.
 * Undefined when the markers are torn.
 */
export function bodyOf(text: string): string | undefined {
  const block = readBlock(text)
  if (block.kind === 'torn') return undefined
  const whole = text === '' || text.endsWith('\n') ? text : `${text}\n`
  if (block.kind === 'none') return whole
  const lines = whole.split('\n')
  const inside = block.text === '' ? 0 : block.text.split('\n').length - 1
  return [...lines.slice(0, block.first - 2), ...lines.slice(block.first - 1 + inside + 1)].join('\n')
}
