import { z } from 'zod'
import type { LogLine } from '../../model/log-line.ts'
import { lineReader } from './frames.ts'
import { CALL_DEADLINE_MS, get, within, type Link } from './link.ts'
import { dockerTrouble } from './trouble.ts'

const ttySchema = z.object({ Config: z.object({ Tty: z.boolean() }) })

export interface LogWish {
  readonly follow: boolean
  /** Epoch ms. */
  readonly since?: number
  readonly tail?: number
  readonly signal: AbortSignal
}

/** The lines of one container as they come; in bounded memory, because dockerode's own verb reads an unfollowed log whole. */
export async function* readLogs(
  link: Link,
  container: { readonly id: string; readonly name: string; readonly service: string },
  { follow, since, tail, signal }: LogWish,
): AsyncGenerator<LogLine> {
  const path = `/containers/${container.id}`
  try {
    const info = ttySchema.parse(
      await within(
        CALL_DEADLINE_MS,
        async (call) => await get(link.calls, `${path}/json`, { signal: call }),
        signal,
      ),
    )
    const query = {
      stdout: true,
      stderr: true,
      timestamps: true,
      follow,
      ...(since === undefined ? {} : { since: (since / 1000).toFixed(3) }),
      ...(tail === undefined ? {} : { tail }),
    }
    const stream = await within(
      CALL_DEADLINE_MS,
      async (call) => await get(link.long, `${path}/logs`, { signal: call, stream: true, query }),
      signal,
    )
    const reader = lineReader(container.service, info.Config.Tty)
    // A consumer that stops early ends this loop, and that closes the stream.
    for await (const chunk of stream as AsyncIterable<Buffer>) yield* reader.push(chunk)
    yield* reader.end()
  } catch (error) {
    if (!signal.aborted) throw dockerTrouble(`The log of ${container.name} cannot be read`, error)
  }
}

/** The newest line of a container's log; empty when there is none or it does not come in time. Never throws. */
export async function lastLine(
  link: Link,
  container: { readonly id: string; readonly name: string; readonly service: string },
): Promise<string> {
  const signal = AbortSignal.timeout(2000)
  let last = ''
  try {
    for await (const line of readLogs(link, container, { follow: false, tail: 1, signal })) last = line.text
  } catch {
    // A help in telling why, nothing more.
  }
  return last
}
