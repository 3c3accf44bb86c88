import { pad, widthOf, wrap } from '../layout.ts'
import type { Style } from '../style.ts'

/** A column of a list; its head stands dim over it, as over the rows of services. */
export interface Column {
  readonly head: string
  /** Numbers stand under each other's ends. */
  readonly side?: 'right'
}

/** Narrower a last column is no column any more. */
const LEAST = 16

/**
 * Rows in columns under their heads; without rows nothing. What of the last column does not fit the terminal goes on below,
 * under its own begin.
 */
export function drawList(
  style: Style,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  if (rows.length === 0) return []
  const before = columns.slice(0, -1)
  const widths = before.map(({ head }, at) =>
    Math.max(...[head, ...rows.map((row) => row[at] ?? '')].map(widthOf)),
  )
  const lead = (cells: readonly string[]): string =>
    before.map(({ side }, at) => `${pad(cells[at] ?? '', widths[at] ?? 0, side)}  `).join('')
  const heads = columns.map(({ head }) => head)
  const under = ' '.repeat(widths.reduce((sum, width) => sum + width + 2, 0))
  const width = Math.max(style.width, under.length + LEAST)
  return [
    ...(heads.some((head) => head !== '')
      ? [style.paint.dim(`${lead(heads)}${heads.at(-1) ?? ''}`.trimEnd())]
      : []),
    ...rows.flatMap((row) => wrap(row[columns.length - 1] ?? '', width, under, lead(row))),
  ]
}
