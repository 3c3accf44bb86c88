import { useEffect, type RefObject } from 'react'
import { select, type Selection } from './selection.ts'

/** Marks rows by clicks (with Shift: up to there); text marked with the mouse stays what the browser copies. */
export function useSelection(
  main: RefObject<HTMLElement | null>,
  selection: Selection | undefined,
  set: (selection: Selection | undefined) => void,
): void {
  useEffect(() => {
    const element = main.current
    if (!element) return undefined
    const numberOf = (target: EventTarget | null): number | undefined => {
      const row = target instanceof Element ? target.closest<HTMLElement>('[data-number]') : null
      return row ? Number(row.dataset['number']) : undefined
    }
    const onDown = (event: MouseEvent): void => {
      // Else the browser would mark all text up to there.
      if (event.shiftKey && numberOf(event.target) !== undefined) event.preventDefault()
    }
    const onClick = (event: MouseEvent): void => {
      const number = numberOf(event.target)
      if (number === undefined || document.getSelection()?.isCollapsed === false) return
      set(select(selection, number, event.shiftKey))
    }
    element.addEventListener('mousedown', onDown)
    element.addEventListener('click', onClick)
    return () => {
      element.removeEventListener('mousedown', onDown)
      element.removeEventListener('click', onClick)
    }
  }, [main, selection, set])
}
