import type { KeyboardEvent, MouseEvent } from 'react'

interface OwnPress {
  readonly onClick: (event: MouseEvent<HTMLButtonElement>) => void
  readonly onKeyDown: (event: KeyboardEvent) => void
  readonly onKeyUp: (event: KeyboardEvent) => void
}

/**
 * Handlers of a button in a row. It keeps its press to itself: the row would take Enter, Space and the click that a
 * screen reader makes for its own, and do its work too. All other keys are the row's, as everywhere in it.
 */
export function ownPress(work: (button: HTMLButtonElement) => void): OwnPress {
  const keep = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' || event.key === ' ') event.stopPropagation()
  }
  return {
    onClick: (event) => {
      event.stopPropagation()
      work(event.currentTarget)
    },
    onKeyDown: keep,
    onKeyUp: keep,
  }
}
