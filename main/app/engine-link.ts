import type { Trouble } from '../model/errors.ts'
import type { Reply, Told } from '../../preload/contract.ts'
import type { FromEngine, ToEngine } from './frames.ts'

/** One life of the engine's process. */
export interface Wire {
  send(frame: ToEngine): void
  /** Ends it without asking. */
  kill(): void
}

export interface WireEvents {
  readonly frame: (frame: FromEngine) => void
  /** It ended, for whatever reason; called once. */
  readonly end: (says: string) => void
}

/** One connection to the engine, which lives over all lives of its process. */
export interface Connection {
  request(name: string, input: unknown): Promise<Reply>
  /** So many events have arrived. */
  took(count: number): void
  close(): void
}

export interface EngineLink {
  /** `face`: what is asked for by this connection is the tray's doing; absent: a window's. */
  connect(push: (told: Told) => void, face?: 'tray'): Connection
  wake(): void
  /** Ends the engine's process; resolves when it is gone, at the latest after `deadline` ms. */
  close(deadline: number): Promise<void>
}

interface ConnectionState {
  readonly face: { readonly face?: 'tray' }
  readonly push: (told: Told) => void
  readonly asked: Map<number, Asked>
  /** The last watch: asked again of every new process. */
  watch?: unknown
  /** Names of streams that are open. */
  readonly streams: Set<string>
}

interface Asked {
  readonly name: string
  readonly input: unknown
  readonly answer: (reply: Reply) => void
  /** Sent to a process; otherwise it waits for one. */
  sent: boolean
}

/** Waits before the engine's process is started again, by how often it ended in a row (ms). */
const pauses = [0, 500, 2000, 5000, 15_000, 30_000]
/** A process that lived so long was well (ms). */
const WELL_MS = 60_000
/** A face that asks while there is no engine waits so long for one (ms). */
const PATIENCE_MS = 20_000

/** What begins a stream, which ends with the process. */
const opening: ReadonlySet<string> = new Set(['openLogs', 'openStats', 'openTerminal'])

const gone: Trouble = {
  kind: 'outside',
  what: 'The engine of Macula Desktop ended while it was doing this.',
  why: 'Its process stopped; it is started again by itself. Services keep running.',
  todo: 'Look at the state of the services, then try again.',
}

/** The shell's end of the link: keeps one engine process alive and carries every connection over its deaths. */
export function createEngineLink(options: {
  readonly start: (events: WireEvents) => Wire
  readonly log: (says: string) => void
  readonly now?: () => number
}): EngineLink {
  const now = options.now ?? Date.now
  const connections = new Map<number, ConnectionState>()
  let wire: Wire | undefined
  let open = false
  let closing: (() => void) | undefined
  let deaths = 0
  let trouble: Trouble | undefined
  let nextConnection = 1
  let nextAsk = 1

  function begin(): void {
    if (closing) return
    const born = now()
    const mine: { wire?: Wire } = {}
    const current = (): boolean => mine.wire === wire
    mine.wire = options.start({
      frame: (frame) => {
        if (current()) take(frame)
      },
      end: (says) => {
        if (!current()) return
        wire = undefined
        const was = open
        open = false
        if (closing) {
          closing()
          return
        }
        options.log(`the engine's process ended: ${says}`)
        if (now() - born > WELL_MS) deaths = 0
        const pause = pauses[Math.min(deaths, pauses.length - 1)] ?? 0
        deaths += 1
        lose(was)
        setTimeout(begin, pause)
      },
    })
    wire = mine.wire
  }

  /** What was sent is lost and said so; what streams is at its end. */
  function lose(was: boolean): void {
    for (const state of connections.values()) {
      for (const [id, asked] of state.asked)
        if (asked.sent) {
          state.asked.delete(id)
          asked.answer({ ok: false, trouble: gone })
        }
      for (const stream of state.streams)
        state.push({ event: 'streamEnd', payload: { stream, trouble: gone } })
      state.streams.clear()
      if (was) state.push({ event: 'connected', payload: false })
    }
  }

  function take(frame: FromEngine): void {
    switch (frame.kind) {
      case 'open':
        open = true
        trouble = undefined
        for (const [connection, state] of connections) greet(connection, state)
        return
      case 'broken':
        trouble = frame.trouble
        options.log(`the engine cannot be opened: ${trouble.what} ${trouble.why ?? ''}`)
        return
      case 'reply': {
        const asked = connections.get(frame.connection)?.asked.get(frame.id)
        connections.get(frame.connection)?.asked.delete(frame.id)
        asked?.answer(frame.reply)
        return
      }
      case 'told': {
        const state = connections.get(frame.connection)
        if (frame.told.event === 'streamEnd') state?.streams.delete(frame.told.payload.stream)
        state?.push(frame.told)
        return
      }
    }
  }

  /** A connection as the new process must have it. */
  function greet(connection: number, state: ConnectionState): void {
    wire?.send({ kind: 'connect', connection, ...state.face })
    if (state.watch !== undefined)
      wire?.send({ kind: 'ask', connection, id: 0, name: 'watch', input: state.watch })
    state.push({ event: 'connected', payload: true })
    for (const [id, asked] of state.asked) if (!asked.sent) send(connection, state, id, asked)
  }

  function send(connection: number, state: ConnectionState, id: number, asked: Asked): void {
    asked.sent = true
    const stream = streamOf(asked.input)
    if (opening.has(asked.name)) state.streams.add(stream)
    if (asked.name === 'closeStream') state.streams.delete(stream)
    wire?.send({ kind: 'ask', connection, id, name: asked.name, input: asked.input })
  }

  begin()
  return {
    connect(push, face) {
      const connection = nextConnection++
      const state: ConnectionState = {
        push,
        face: face === undefined ? {} : { face },
        asked: new Map(),
        streams: new Set(),
      }
      connections.set(connection, state)
      if (open) wire?.send({ kind: 'connect', connection, ...state.face })
      else if (deaths > 0) push({ event: 'connected', payload: false })
      return {
        async request(name, input) {
          if (name === 'watch') state.watch = input
          if (name === 'unwatch') delete state.watch
          return await new Promise<Reply>((resolve) => {
            const id = nextAsk++
            const asked: Asked = { name, input, answer: resolve, sent: false }
            state.asked.set(id, asked)
            if (open) send(connection, state, id, asked)
            else
              setTimeout(() => {
                if (asked.sent || !state.asked.delete(id)) return
                resolve({ ok: false, trouble: trouble ?? { ...gone, what: 'The engine does not start.' } })
              }, PATIENCE_MS)
          })
        },
        took: (count) => {
          if (open) wire?.send({ kind: 'took', connection, count })
        },
        close() {
          connections.delete(connection)
          for (const asked of state.asked.values()) asked.answer({ ok: false, trouble: gone })
          if (open) wire?.send({ kind: 'close', connection })
        },
      }
    },
    wake() {
      if (open) wire?.send({ kind: 'wake' })
    },
    async close(deadline) {
      const last = wire
      if (!last) {
        closing = () => undefined
        return
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => {
          last.kill()
          resolve()
        }, deadline)
        closing = () => {
          clearTimeout(timer)
          resolve()
        }
        last.send({ kind: 'end' })
      })
    },
  }
}

function streamOf(input: unknown): string {
  return typeof input === 'object' && input !== null && 'stream' in input ? String(input.stream) : ''
}
