/** Without frames (a page in the background draws none) work is done after this all the same (ms). */
const PATIENCE_MS = 100

/**
 * Does work so that a frame is drawn of all of it once. What comes first is done at once: the next frame then only has to draw it,
 * which is some milliseconds that a row is on the screen earlier. What comes until that frame waits for it, and is done together
 * before it is drawn. Of a page that draws no frames it is done soon all the same.
 */
export function createFrames(
  page: Pick<
    typeof globalThis,
    'requestAnimationFrame' | 'cancelAnimationFrame' | 'setTimeout' | 'clearTimeout'
  >,
): (work: () => void) => void {
  let waiting: (() => void)[] | undefined
  const begin = (): void => {
    const go = (): void => {
      page.cancelAnimationFrame(frame)
      page.clearTimeout(timer)
      const all = waiting ?? []
      waiting = undefined
      if (all.length === 0) return
      // They are in the frame that is drawn now; what comes after it is in the next.
      for (const work of all) work()
    }
    waiting = []
    const frame = page.requestAnimationFrame(go)
    const timer = page.setTimeout(go, PATIENCE_MS)
  }
  return (work) => {
    if (waiting) return void waiting.push(work)
    begin()
    work()
  }
}
