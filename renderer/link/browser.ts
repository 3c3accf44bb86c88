import { pause } from '../parts/pause.ts'
import { MaculaError } from '../../main/model/errors.ts'
import type { Answer, Input, Reply, RequestName, StreamLine } from '../../preload/contract.ts'
import { createAudience, valueOf, type Link } from './link.ts'
import { readLines } from './lines.ts'
import { openSession, SessionEnded, type Page } from './session.ts'

/** Silence after which the way is taken for lost; the server says something every twenty seconds. */
const SILENCE_MS = 45_000
/** How long a request waits for the way to come back before it fails. */
const PATIENCE_MS = 8000
/** Shorter breaks are not told: browsers give up connections when an interface of the machine gets an address. */
const UNSEEN_BREAK_MS = 2000
/** A request that was cut is asked again, at most so often. */
const MOST_ATTEMPTS = 5
/** Waits between attempts to connect again: short at first, never more than this. */
const LONGEST_WAIT_MS = 5000
const FIRST_WAIT_MS = 250

interface Connection {
  readonly key: string
  readonly name: string
}

/** The link of a browser's page: requests as POST, events and late replies over one stream that is read with fetch. */
export function openBrowserLink(page: Page = window): Link {
  const session = openSession(page)
  const audience = createAudience(async () => valueOf(await send('wholeSnapshot', {})))
  /** Requests whose reply comes over the stream, by the name it was promised under. */
  const owed = new Map<string, (reply: Reply) => void>()
  /** Late replies that overtook the answer which promises them. */
  const early = new Map<string, Reply>()
  const waiting = new Set<{ go(connection: Connection): void; fail(error: MaculaError): void }>()
  let current: Connection | undefined
  /** The connection that was lost and may be taken up again. */
  let before: Connection | undefined
  /** Until it ends, a break is not told. */
  let unseen: ReturnType<typeof setTimeout> | undefined
  let told = false
  /** The number of the last line of this connection. */
  let heard = 0
  let asked = 0
  let watched: Input<'watch'> | undefined
  /** The server answers, and takes no more pages. */
  let full: MaculaError | undefined

  function take(line: StreamLine, key: string): void {
    if ('n' in line && line.n !== undefined) heard = Math.max(heard, line.n)
    switch (line.kind) {
      case 'open':
        arrive({ key, name: line.connection })
        return
      case 'told':
        audience.tell(line.told)
        return
      case 'reply': {
        const settle = owed.get(line.later)
        if (settle) settle(line.reply)
        else early.set(line.later, line.reply)
        owed.delete(line.later)
        return
      }
      case 'beat':
        return
    }
  }

  function arrive(connected: Connection): void {
    const resumed = before?.name === connected.name
    clearTimeout(unseen)
    unseen = undefined
    current = connected
    before = undefined
    full = undefined
    if (!resumed) {
      heard = 0
      forgetOwed()
    }
    for (const one of waiting) one.go(connected)
    if (!resumed || !told) {
      told = true
      audience.tell({ event: 'connected', payload: true })
    }
    if (!resumed && watched) void send('watch', watched).catch(() => undefined)
  }

  /** Nobody answers what was promised on a connection that is no more. */
  function forgetOwed(): void {
    for (const settle of owed.values()) settle({ ok: false, trouble: lostOnTheWay.trouble })
    owed.clear()
    early.clear()
  }

  /** One life of the stream: resolves when it is over, however. */
  async function live(key: string): Promise<void> {
    const abort = new AbortController()
    let silence: ReturnType<typeof setTimeout> | undefined
    const alive = (): void => {
      clearTimeout(silence)
      silence = setTimeout(() => abort.abort(), SILENCE_MS)
    }
    alive()
    try {
      const resume =
        before?.key === key ? { 'macula-connection': before.name, 'macula-heard': String(heard) } : {}
      const headers = { ...authority(key), ...resume }
      const response = await page.fetch('/events', { headers, signal: abort.signal })
      if (response.status === 401) throw new SessionEnded()
      if (!response.ok || !response.body) {
        // The server says why it takes no more pages; nobody has to wait for that.
        const refused = (await response.json()) as Extract<Reply, { ok: false }>
        full = new MaculaError(refused.trouble)
        for (const one of waiting) one.fail(full)
        return
      }
      for await (const line of readLines(response.body)) {
        alive()
        take(JSON.parse(line) as StreamLine, key)
      }
    } catch (error) {
      if (error instanceof SessionEnded) throw error
      full = undefined
      // Anything else is a way that broke; the next life is tried.
    } finally {
      clearTimeout(silence)
      abort.abort()
    }
  }

  /** The stream broke; told when it does not come back soon. */
  function lose(): void {
    if (!current) return
    before = current
    current = undefined
    unseen ??= setTimeout(tellLost, UNSEEN_BREAK_MS)
  }

  function tellLost(): void {
    clearTimeout(unseen)
    unseen = undefined
    if (!told) return
    told = false
    audience.tell({ event: 'connected', payload: false })
  }

  async function keepAlive(): Promise<void> {
    let wait = FIRST_WAIT_MS
    for (;;) {
      try {
        const key = await session.enter()
        await live(key)
      } catch (error) {
        if (error instanceof SessionEnded) {
          lose()
          tellLost()
          forgetOwed()
          session.leave()
          return
        }
      }
      // What was open a moment ago is probably there again at once.
      if (current) wait = 0
      lose()
      await pause(wait)
      wait = Math.min(Math.max(wait * 2, FIRST_WAIT_MS), LONGEST_WAIT_MS)
    }
  }

  async function connection(): Promise<Connection> {
    if (current) return current
    if (full) throw full
    return await new Promise((resolve, reject) => {
      const settled = (): void => {
        clearTimeout(timer)
        waiting.delete(one)
      }
      const one = {
        go(found: Connection) {
          settled()
          resolve(found)
        },
        fail(error: MaculaError) {
          settled()
          reject(error)
        },
      }
      const timer = setTimeout(() => one.fail(unreachable), PATIENCE_MS)
      waiting.add(one)
    })
  }

  async function post(
    name: RequestName,
    input: unknown,
    headers: Readonly<Record<string, string>>,
  ): Promise<Answer | undefined> {
    try {
      const response = await page.fetch(`/request/${name}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(input),
      })
      return (await response.json()) as Answer
    } catch {
      return undefined
    }
  }

  async function send(name: RequestName, input: unknown): Promise<Reply> {
    // With a connection it is on its way at once: before whoever asks goes on, and draws.
    const first = current ?? (await connection())
    asked += 1
    const token = `${asked}`
    const headers = { ...authority(first.key), 'macula-connection': first.name, 'macula-request': token }
    let answer = await post(name, input, headers)
    for (let attempt = 1; answer === undefined && attempt < MOST_ATTEMPTS; attempt += 1) {
      await pause(attempt * FIRST_WAIT_MS)
      if ((await connection()).name !== first.name) break
      // The same token: what arrived the first time is not done twice.
      answer = await post(name, input, headers)
    }
    if (answer === undefined) throw lostOnTheWay
    if (!('later' in answer)) return answer
    const { later } = answer
    const ready = early.get(later)
    early.delete(later)
    if (ready) return ready
    if ((current ?? before)?.name !== first.name) throw lostOnTheWay
    return await new Promise((resolve) => void owed.set(later, resolve))
  }

  // Not floating: it ends with the page, or by leaving it.
  void keepAlive()
  return {
    async request(name, input) {
      const value = valueOf<typeof name>(await send(name, input))
      // Only what was granted is asked for again after a break.
      if (name === 'watch') watched = input as Input<'watch'>
      if (name === 'unwatch') watched = undefined
      return value
    },
    listen: audience.listen,
  }
}

const authority = (key: string): Readonly<Record<string, string>> => ({ authorization: `Bearer ${key}` })

const unreachable = new MaculaError({
  kind: 'outside',
  what: 'The engine cannot be reached.',
  why: 'The command maculactl ui that serves this page does not answer; it may have ended.',
  todo: 'Start maculactl ui again. Services keep running meanwhile.',
})

const lostOnTheWay = new MaculaError({
  kind: 'outside',
  what: 'The connection to the engine broke before the answer came.',
  why: 'What was begun may continue.',
  todo: 'Look at the state of the services, then try again if needed.',
})
