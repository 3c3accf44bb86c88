import { useSyncExternalStore } from 'react'

interface Clock {
  readonly subscribe: (listener: () => void) => () => void
  readonly now: () => number
}

/** A clock that ticks while somebody reads it and the page can be seen; else it costs nothing. */
function clock(everyMs: number): Clock {
  const listeners = new Set<() => void>()
  let timer: ReturnType<typeof setInterval> | undefined
  let now = Date.now()
  const tick = (): void => {
    now = Date.now()
    for (const listener of listeners) listener()
  }
  const follow = (): void => {
    clearInterval(timer)
    timer = undefined
    if (listeners.size === 0 || document.visibilityState === 'hidden') return
    tick()
    timer = setInterval(tick, everyMs)
  }
  return {
    now: () => now,
    subscribe: (listener) => {
      listeners.add(listener)
      if (listeners.size === 1) {
        document.addEventListener('visibilitychange', follow)
        follow()
      }
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        document.removeEventListener('visibilitychange', follow)
        follow()
      }
    },
  }
}

const minutes = clock(30_000)
const seconds = clock(1000)

/**
 * Epoch ms, looked at twice a minute: for uptimes. `say`: the text that is made of it; nothing is drawn again while it stays the
 * same.
 */
export function useMinute(say: (now: number) => string): number {
  useSyncExternalStore(minutes.subscribe, () => say(minutes.now()))
  return minutes.now()
}

/** Epoch ms, renewed each second: for what is waited for. */
export function useSecond(): number {
  return useSyncExternalStore(seconds.subscribe, seconds.now)
}
