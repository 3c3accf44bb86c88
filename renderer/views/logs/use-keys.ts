import { useEffect, useRef, type RefObject } from 'react'
import { useShellState } from '../../store/use-shell.ts'
import { movingEnd, select, type Selection } from './selection.ts'

export interface LogKeys {
  /** Closes the list of services where it lies over the lines; false when it does not. */
  readonly closePick: () => boolean
  readonly toggle: () => void
  readonly newest: () => void
  readonly step: (by: 1 | -1) => void
  readonly selection: Selection | undefined
  readonly select: (selection: Selection | undefined) => void
  /** Number of the last row in sight. */
  readonly bottom: () => number
  /** The shown row that is so far from another. */
  readonly move: (number: number, by: 1 | -1) => number
  readonly reveal: (number: number) => void
}

/** The keys of the logs; single letters only while the lines have the focus, and not where they are turned off. */
export function useKeys(main: RefObject<HTMLElement | null>, keys: LogKeys): void {
  const letters = useShellState((state) => state.settings?.settings.desktop.letterKeys ?? true)
  const latest = useRef(keys)
  useEffect(() => {
    latest.current = keys
  })
  useEffect(() => {
    const element = main.current
    if (!element) return undefined
    const inLines = (event: KeyboardEvent): boolean =>
      event.target instanceof Element && event.target.classList.contains('lines')
    const act = (event: KeyboardEvent): boolean => {
      const { selection, select: set, ...does } = latest.current
      if (event.ctrlKey || event.metaKey || event.altKey) return false
      if (event.key === 'Escape' && does.closePick()) return true
      if (!inLines(event)) return false
      switch (event.key) {
        case ' ':
          does.toggle()
          return true
        case 'End':
          does.newest()
          return false
        case 'g':
        case 'G':
          if (letters) does.newest()
          return letters
        case 'n':
        case 'N':
          if (letters) does.step(event.shiftKey ? -1 : 1)
          return letters
        case 'ArrowUp':
        case 'ArrowDown': {
          if (!event.shiftKey) return false
          const by = event.key === 'ArrowUp' ? -1 : 1
          const number = selection ? does.move(movingEnd(selection), by) : does.bottom()
          set(select(selection, number, selection !== undefined))
          does.reveal(number)
          return true
        }
        case 'Escape':
          if (!selection) return false
          set(undefined)
          return true
        default:
          return false
      }
    }
    const onKey = (event: KeyboardEvent): void => {
      if (!act(event)) return
      event.preventDefault()
      event.stopPropagation()
    }
    element.addEventListener('keydown', onKey)
    return () => element.removeEventListener('keydown', onKey)
  }, [main, letters])
}
