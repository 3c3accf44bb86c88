import type { Shell } from './shell.ts'

/** Looks closely while the page can be seen, and not at all while it is hidden. Returns how to end it. */
export function watchWhileVisible(shell: Shell, page: Document): () => void {
  const ask = (): void => {
    const hidden = page.visibilityState === 'hidden'
    const asked = hidden ? shell.request('unwatch', {}) : shell.request('watch', { closely: true })
    // Without a connection the link says so itself, and this is asked again when it is back.
    asked.catch(() => undefined)
  }
  page.addEventListener('visibilitychange', ask)
  const quiet = shell.on('connected', (connected) => {
    if (connected) ask()
  })
  ask()
  return () => {
    page.removeEventListener('visibilitychange', ask)
    quiet()
  }
}
