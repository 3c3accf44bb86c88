import { useSyncExternalStore } from 'react'

function onChange(tell: () => void): () => void {
  document.addEventListener('visibilitychange', tell)
  return () => document.removeEventListener('visibilitychange', tell)
}

/** Whether the page can be seen: what costs something is only done then. */
export function useVisible(): boolean {
  return useSyncExternalStore(onChange, () => document.visibilityState === 'visible')
}
