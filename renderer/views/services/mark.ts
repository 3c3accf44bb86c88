import { useCallback, useSyncExternalStore } from 'react'

/** Which one of many rows is marked. Only the one that was and the one that is are told. */
export interface Mark {
  get(): string | null
  set(key: string | null): void
  /** `tell` is called when that key is marked, or not any more; returns its undo. */
  subscribe(key: string, tell: () => void): () => void
}

/** Nothing is marked yet. */
export function createMark(): Mark {
  const listeners = new Map<string, Set<() => void>>()
  let marked: string | null = null
  const tellAll = (key: string | null): void => {
    if (key !== null) for (const tell of listeners.get(key) ?? []) tell()
  }
  return {
    get: () => marked,
    set(key) {
      if (key === marked) return
      const before = marked
      marked = key
      tellAll(before)
      tellAll(key)
    },
    subscribe(key, tell) {
      const all = listeners.get(key) ?? new Set()
      listeners.set(key, all.add(tell))
      return () => {
        all.delete(tell)
        if (all.size === 0) listeners.delete(key)
      }
    },
  }
}

/** Whether it is that row; draws anew when that changes, and with no change of another. */
export function useIsMarked(mark: Mark, key: string): boolean {
  return useSyncExternalStore(
    useCallback((tell) => mark.subscribe(key, tell), [mark, key]),
    () => mark.get() === key,
  )
}
