import type { Listener } from '../gateway/context.ts'
import type { StreamLine } from '../../preload/contract.ts'
import type { EventStream } from './event-stream.ts'

/** Lines kept for a page that comes back: what was on its way when its stream broke may not have arrived. */
const MOST_KEPT = 256
/** More than this waiting (count) for a page that is away: it begins anew when it comes back. */
const MOST_WAITING = 2000
/** Kept beside the newest line (characters): a page that reads far back is told megabytes a line. */
const MOST_CHARACTERS = 16 * 1024 * 1024

/** A line that says something; numbered, so that a page can tell what it has heard. */
export type Letter = Extract<StreamLine, { kind: 'told' | 'reply' }>

export interface EventBuffer extends Listener {
  send(letter: Letter): void
  /** The page is there and has heard lines up to this number; false: what it missed is not kept any more. */
  open(stream: EventStream, heard: number): boolean
  /** The page is away; for good: whoever waits for it goes on and finds nobody. */
  close(forGood?: boolean): void
}

/** What the gateway tells a page goes to its stream, and is kept for a while for the next one. */
export function createEventBuffer(): EventBuffer {
  let stream: EventStream | undefined
  let kept: { readonly letter: Letter & { readonly n: number }; readonly size: number }[] = []
  let count = 0
  /** The number of the last line that is not kept any more. */
  let gone = 0
  let waiting: (() => void)[] = []

  function send(letter: Letter): void {
    count += 1
    const numbered = { ...letter, n: count }
    // Only the newest snapshot is worth keeping.
    if (isSnapshot(letter)) kept = kept.filter((one) => !isSnapshot(one.letter))
    const size = stream ? stream.send(numbered) : JSON.stringify(numbered).length
    kept.push({ letter: numbered, size })
    let weight = kept.reduce((sum, one) => sum + one.size, 0)
    const most = stream ? MOST_KEPT : MOST_WAITING
    while (kept.length > most || (kept.length > 1 && weight > MOST_CHARACTERS)) {
      const oldest = kept.shift()
      weight -= oldest?.size ?? 0
      gone = oldest?.letter.n ?? gone
    }
  }

  return {
    send,
    push: (told) => send({ kind: 'told', told }),
    anew: () => stream?.anew?.(),
    async ready() {
      // Whoever is away takes nothing: what streams to it stops meanwhile.
      if (!stream) await new Promise<void>((resolve) => void waiting.push(resolve))
      await stream?.ready()
    },
    open(to, heard) {
      if (heard < gone) return false
      stream = to
      // A snapshot may have been overtaken by lines after it.
      for (const { letter } of kept) if (letter.n > heard || isSnapshot(letter)) to.send(letter)
      for (const go of waiting.splice(0)) go()
      return true
    },
    close(forGood = false) {
      stream = undefined
      if (forGood) for (const go of waiting.splice(0)) go()
    },
  }
}

function isSnapshot(line: StreamLine): boolean {
  return line.kind === 'told' && line.told.event === 'snapshot'
}
