import { randomUUID } from 'node:crypto'
import type { Input, Output, Reply, RequestName, StreamLine, Told } from '../../../preload/contract.ts'
import { goingOn } from './actor.ts'

/** A page without a browser: `maculactl ui`, entered by its printed address, with requests and the one stream of what is told. */
export async function openDoor() {
  const ui = goingOn(['ui', '--no-open'])
  await ui.told('#enter=')
  const address = new URL(/http:\/\/127\.0\.0\.1:\d+\/#enter=[\w-]+/.exec(ui.lines().join('\n'))?.[0] ?? '')
  const json = { 'content-type': 'application/json' }
  const entered = await fetch(new URL('/enter', address), {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ token: address.hash.replace('#enter=', ''), ticket: randomUUID() }),
  })
  const { key } = (await entered.json()) as { readonly key: string }
  const authority = { authorization: `Bearer ${key}` }
  const over = new AbortController()
  const told: Told[] = []
  const late = new Map<string, Reply>()
  const heard = new Set<() => void>()
  let open: (connection: string) => void = () => undefined
  const connection = new Promise<string>((resolve) => {
    open = resolve
  })

  function take(line: StreamLine): void {
    if (line.kind === 'open') open(line.connection)
    if (line.kind === 'told') told.push(line.told)
    if (line.kind === 'reply') late.set(line.later, line.reply)
    for (const look of heard) look()
  }

  async function listen(): Promise<void> {
    const { body } = await fetch(new URL('/events', address), { headers: authority, signal: over.signal })
    const decoder = new TextDecoder()
    let rest = ''
    for await (const chunk of body ?? []) {
      const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) if (line !== '') take(JSON.parse(line) as StreamLine)
    }
  }
  const listening = listen().catch(() => undefined)

  /** Waits until what was heard has something, at most `deadline` ms. */
  async function until<T>(find: () => T | undefined, what: string, deadline = 180_000): Promise<T> {
    return await new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer)
        heard.delete(look)
      }
      const look = (): void => {
        const found = find()
        if (found === undefined) return
        end()
        resolve(found)
      }
      const timer = setTimeout(() => {
        end()
        reject(new Error(`${what} did not come within ${deadline} ms`))
      }, deadline)
      heard.add(look)
      look()
    })
  }

  let asked = 0
  async function request<Name extends RequestName>(name: Name, input: Input<Name>): Promise<Output<Name>> {
    asked += 1
    const answered = await fetch(new URL(`/request/${name}`, address), {
      method: 'POST',
      headers: {
        ...authority,
        ...json,
        'macula-connection': await connection,
        'macula-request': String(asked),
      },
      body: JSON.stringify(input),
    })
    const answer = (await answered.json()) as Reply | { readonly later: string }
    const reply =
      'later' in answer ? await until(() => late.get(answer.later), `the reply to ${name}`) : answer
    if (!reply.ok) throw new Error(`${reply.trouble.what} ${reply.trouble.why ?? ''}`.trim())
    return reply.value as Output<Name>
  }

  return {
    request,
    until,
    /** What was told of everything last, as a whole; undefined: nothing yet. */
    snapshot: () => told.flatMap((one) => (one.event === 'snapshot' ? [one.payload] : [])).at(-1),
    /** All text that a terminal was sent. */
    text: (stream: string): string =>
      told
        .flatMap((one) =>
          one.event === 'terminal' && one.payload.stream === stream ? [one.payload.text] : [],
        )
        .join(''),
    /** How a stream ended; undefined while it goes on. */
    ended: (stream: string) =>
      told.flatMap((one) =>
        one.event === 'streamEnd' && one.payload.stream === stream ? [one.payload] : [],
      )[0],
    async close(): Promise<void> {
      over.abort()
      await listening
      await ui.end()
    },
  }
}
