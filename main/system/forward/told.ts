/** One line a minute at most of one kind: a flood of datagrams must not become a flood of lines. */
const AGAIN_MS = 60_000

export type Told = (says: string) => void

/**
 * Says lines with `head` before each; what comes again within a minute, whomever it is about, is counted and told with the
 * next one.
 */
export function openTold(head: string, say: (line: string) => void, now = () => performance.now()): Told {
  let next = 0
  let kept = 0
  return (says) => {
    if (now() < next) {
      kept += 1
      return
    }
    say(`${head} ${says}${kept === 0 ? '' : ` (${kept} more since the last line)`}`)
    next = now() + AGAIN_MS
    kept = 0
  }
}
