import type { ServerResponse } from 'node:http'
import type { Listener } from '../gateway/context.ts'
import type { StreamLine } from '../../preload/contract.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { createTeller } from '../model/snapshot-changes.ts'
import { headersFor } from './headers.ts'

/** Something is said at least this often, so that the page knows the way is there. */
const BEAT_MS = 20_000
/** A reader that takes nothing for this long is gone or does harm. */
const STUCK_MS = 30_000
/**
 * More lines than this waiting for a reader: it comes back and is told everything anew. Counted, not weighed: a single reply
 * may have megabytes, and a page that comes back for it would find it too heavy again and again. What one page may
 * ask at a time is bounded, and log streams wait until it takes more.
 */
const MOST_WAITING = 500
/** Written at a time (bytes), so that a slow way shows that it goes on: the next piece waits for the last. */
const PIECE = 64 * 1024

const nothing = Buffer.alloc(0)

export interface EventStream extends Listener {
  /** Returns how long the line is (characters); 0: a newer one replaces it, or nobody is told. */
  send(line: StreamLine): number
  end(): void
}

/** What tests set shorter. */
export interface StreamTimes {
  readonly beatMs?: number
  readonly stuckMs?: number
}

/** One page's stream of lines (NDJSON). Bounded: what a slow reader did not take is replaced or cut off, never piled up. */
export function openEventStream(
  response: ServerResponse,
  onEnd: () => void,
  times: StreamTimes = {},
): EventStream {
  const { beatMs = BEAT_MS, stuckMs = STUCK_MS } = times
  const queue: string[] = []
  /** What is left of the line that is being written; bytes, for a piece must not end within a character. */
  let rest = nothing
  /** Only the newest snapshot is worth sending. */
  let snapshot: Snapshot | undefined
  /** What this stream has: a page that comes back by another one is told the whole first. */
  const teller = createTeller()
  let blocked = false
  let over = false
  let stuck: NodeJS.Timeout | undefined
  let takers: (() => void)[] = []

  const beat = setInterval(() => send({ kind: 'beat' }), beatMs)
  const end = (): void => {
    if (over) return
    over = true
    clearInterval(beat)
    clearTimeout(stuck)
    queue.length = 0
    rest = nothing
    snapshot = undefined
    wake()
    onEnd()
    response.destroy()
  }
  function wake(): void {
    const all = takers
    takers = []
    for (const go of all) go()
  }
  function nextLine(): string | undefined {
    const line = queue.shift()
    if (line !== undefined || !snapshot) return line
    const told = teller.tell(snapshot)
    snapshot = undefined
    return lineOf({ kind: 'told', told })
  }
  /** The next piece to be written; undefined: nothing is left. */
  function nextPiece(): Buffer | undefined {
    if (rest.length === 0) rest = Buffer.from(nextLine() ?? '')
    if (rest.length === 0) return undefined
    const piece = rest.subarray(0, PIECE)
    rest = rest.subarray(PIECE)
    return piece
  }
  function pump(): void {
    for (let piece = blocked ? undefined : nextPiece(); piece; piece = blocked ? undefined : nextPiece())
      if (!response.write(piece)) {
        blocked = true
        stuck = setTimeout(end, stuckMs)
      }
    if (!blocked) wake()
  }
  function send(line: StreamLine): number {
    if (over) return 0
    let size = 0
    if (line.kind === 'told' && line.told.event === 'snapshot') snapshot = line.told.payload
    else if (line.kind !== 'beat' || !blocked) {
      const text = lineOf(line)
      size = text.length
      queue.push(text)
      if (queue.length > MOST_WAITING) {
        end()
        return size
      }
    }
    pump()
    return size
  }

  response.on('drain', () => {
    clearTimeout(stuck)
    blocked = false
    pump()
  })
  response.on('close', end)
  response.on('error', end)
  response.writeHead(200, headersFor('application/x-ndjson'))
  response.flushHeaders()
  return {
    send,
    push: (told) => void send({ kind: 'told', told }),
    anew: () => teller.anew(),
    ready: async () => {
      if (over || (!blocked && queue.length === 0)) return
      await new Promise<void>((resolve) => void takers.push(resolve))
    },
    end,
  }
}

const lineOf = (line: StreamLine): string => `${JSON.stringify(line)}\n`
