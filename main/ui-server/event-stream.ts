import type { ServerResponse } from 'node:http'
import type { Listener } from '../gateway/open-gateway.ts'
import type { StreamLine, Told } from '../../preload/contract.ts'
import { headersFor } from './headers.ts'

/** Something is said at least this often, so that the page knows the way is there. */
const BEAT_MS = 10_000
/** A reader that takes nothing for this long is gone or does harm. */
const STUCK_MS = 30_000
/** More than this (bytes) waiting for a reader: it comes back and is told everything anew. */
const MOST_WAITING = 4 * 1024 * 1024

export interface EventStream extends Listener {
  send(line: StreamLine): void
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
  let waitingBytes = 0
  /** Only the newest snapshot is worth sending. */
  let snapshot: Extract<Told, { event: 'snapshot' }> | undefined
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
  function next(): string | undefined {
    const line = queue.shift()
    if (line !== undefined) {
      waitingBytes -= line.length
      return line
    }
    if (!snapshot) return undefined
    const told = snapshot
    snapshot = undefined
    return lineOf({ kind: 'told', told })
  }
  function pump(): void {
    for (let line = blocked ? undefined : next(); line !== undefined; line = blocked ? undefined : next())
      if (!response.write(line)) {
        blocked = true
        stuck = setTimeout(end, stuckMs)
      }
    if (!blocked) wake()
  }
  function send(line: StreamLine): void {
    if (over) return
    if (line.kind === 'told' && line.told.event === 'snapshot') snapshot = line.told
    else if (line.kind !== 'beat' || !blocked) {
      const text = lineOf(line)
      queue.push(text)
      waitingBytes += text.length
      if (waitingBytes > MOST_WAITING) return end()
    }
    pump()
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
    push: (told) => send({ kind: 'told', told }),
    ready: async () => {
      if (over || (!blocked && queue.length === 0)) return
      await new Promise<void>((resolve) => void takers.push(resolve))
    },
    end,
  }
}

const lineOf = (line: StreamLine): string => `${JSON.stringify(line)}\n`
