import cliTruncate from 'cli-truncate'
import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'
import type { Style } from './style.ts'

/** Columns that a text takes on a terminal; colours take none. */
export const widthOf = (text: string): number => stringWidth(text)

/** The text with blanks up to `width`, at its end or (for numbers) before it. */
export function pad(text: string, width: number, side: 'left' | 'right' = 'left'): string {
  const blanks = ' '.repeat(Math.max(0, width - widthOf(text)))
  return side === 'left' ? text + blanks : blanks + text
}

/** The text cut to `width` columns; what is cut off shows as an ellipsis. */
export function cut({ signs }: Style, text: string, width: number): string {
  if (widthOf(text) <= width) return text
  if (width <= signs.ellipsis.length) return signs.ellipsis.slice(0, Math.max(0, width))
  return cliTruncate(text, width, { truncationCharacter: signs.ellipsis })
}

/** One line of plain text: what would begin another line becomes a blank. */
export const oneLine = (text: string): string => text.replaceAll(/\s*[\r\n]+\s*/g, ' ')

/**
 * Lines of at most `width` columns, each with `indent` before it, the first with `first` instead.
 * The width counts the indent.
 */
export function wrap(text: string, width: number, indent = '', first = indent): readonly string[] {
  const room = width - Math.max(widthOf(indent), widthOf(first))
  const lines =
    room === Infinity
      ? text.split('\n')
      : wrapAnsi(text, Math.max(10, room), { hard: true, trim: true }).split('\n')
  return lines.map((line, index) => `${index === 0 ? first : indent}${line}`.trimEnd())
}

/** Narrower than this, texts beside their labels would be columns of single words. */
const LEAST_BESIDE = 16

/** A block of "label   text" lines with the texts under each other; on a narrow terminal each is under its label. */
export function labelled(
  style: Style,
  rows: readonly (readonly [label: string, text: string])[],
  indent: string,
  labelWidth = Math.max(...rows.map(([label]) => widthOf(label))) + 2,
): readonly string[] {
  if (style.width - widthOf(indent) - labelWidth < LEAST_BESIDE)
    return rows.flatMap(([label, text]) => [
      ...(label === '' ? [] : wrap(style.paint.dim(label), style.width, indent)),
      ...wrap(text, style.width, `${indent}  `),
    ])
  const under = indent + ' '.repeat(labelWidth)
  return rows.flatMap(([label, text]) =>
    wrap(text, Math.min(style.width, 110), under, indent + style.paint.dim(pad(label, labelWidth))),
  )
}
