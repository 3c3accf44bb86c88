import { z } from 'zod'
import type { ContainerEvent, DockerAdapter } from '../../engine/adapters.ts'
import { labels, ownFilter } from './container.ts'
import { jsonLines } from './json-lines.ts'
import { CALL_DEADLINE_MS, within, type Link } from './link.ts'
import { daemonWords } from './trouble.ts'

/**
 * What changes a container for us. Without this list each health check would come as three exec events, every
 * second while a service starts. Docker compares `health_status` with the beginning of the action (moby,
 * daemon/events/filter.go).
 */
const actions = [
  'create',
  'start',
  'die',
  'stop',
  'restart',
  'pause',
  'unpause',
  'oom',
  'rename',
  'update',
  'destroy',
  'health_status',
]

const eventSchema = z.object({
  Action: z.string(),
  Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.string()).default({}) }),
  time: z.number().default(0),
  timeNano: z.number().optional(),
})

/** One event of the stream in our words; undefined for what is not about a container of ours. */
export function eventOf(value: unknown): ContainerEvent | undefined {
  const event = eventSchema.safeParse(value).data
  const service = event?.Actor.Attributes[labels.service]
  if (!event || service === undefined) return undefined
  const at = event.timeNano === undefined ? event.time * 1000 : Math.floor(event.timeNano / 1e6)
  return { id: event.Actor.ID, service, action: event.Action, at }
}

/** Follows the changes of a project's containers until the stream ends; resolves with the reason, never throws. */
export async function followEvents(
  link: Link,
  project: string,
  { signal, onOpen, onEvent }: Parameters<DockerAdapter['events']>[0],
): Promise<string> {
  const stopped = 'stopped by Macula'
  if (signal.aborted) return stopped
  try {
    const stream = await within(
      CALL_DEADLINE_MS,
      async (abortSignal) =>
        await link.long.getEvents({
          filters: { type: ['container'], event: actions, ...ownFilter(project) },
          abortSignal,
        }),
      signal,
    )
    onOpen()
    for await (const value of jsonLines(stream as AsyncIterable<Buffer>)) {
      if (signal.aborted) return stopped
      const event = eventOf(value)
      if (event) onEvent(event)
    }
    return signal.aborted ? stopped : 'Docker ended the stream of events.'
  } catch (error) {
    return signal.aborted ? stopped : `The stream of events broke: ${daemonWords(error)}`
  }
}
