import type { MouseEvent } from 'react'

/**
 * The handler of a button in a row. It keeps its click to itself: the row would take the one that Enter, Space or a
 * screen reader makes for its own, and do its work too.
 */
export function ownPress(work: (button: HTMLButtonElement) => void): {
  readonly onClick: (event: MouseEvent<HTMLButtonElement>) => void
} {
  return {
    onClick: (event) => {
      event.stopPropagation()
      work(event.currentTarget)
    },
  }
}
