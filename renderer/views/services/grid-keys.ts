/** The keys of the list, as the tree grid of WAI-ARIA has them: pure, from the keys of its rows. */

/** What moves from row to row, and how far: by one, by what is in sight, to the ends. */
const moves = ['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End'] as const

type Move = (typeof moves)[number]

/** Whether a key leads to another row. */
export function isMove(key: string): key is Move {
  return moves.some((move) => move === key)
}

/**
 * The row that a key leads to; none beyond the ends. Undefined: there is no row.
 * @param keys of all rows in their order
 * @param from the row that has the keyboard
 * @param page rows in sight, at least 1
 */
export function rowAfter(
  keys: readonly string[],
  from: string | null,
  move: Move,
  page: number,
): string | undefined {
  const at = from === null ? -1 : keys.indexOf(from)
  const last = keys.length - 1
  const to: Readonly<Record<Move, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: last,
  }
  return keys[Math.min(last, Math.max(0, to[move]))]
}
