/** Without frames (a page in the background draws none) work is done after this all the same (ms). */
const PATIENCE_MS = 100

/** Calls `work` once, before the next frame is drawn, or soon where none is. */
export function beforeNextFrame(work: () => void): void {
  const go = (): void => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
    work()
  }
  const frame = requestAnimationFrame(go)
  const timer = setTimeout(go, PATIENCE_MS)
}
