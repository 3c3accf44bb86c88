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
  // Comes before the end of what was told to end; not passed on by itself.
  'kill',
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
  // Of networks: what leaves one or comes to it is not told as a change of the container.
  'connect',
  'disconnect',
]

const eventSchema = z.object({
  Type: z.string().default('container'),
  Action: z.string(),
  Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.string()).default({}) }),
  time: z.number().default(0),
  timeNano: z.number().optional(),
})

/** One event of the stream in our words; undefined for what is not about a container of this project. */
export function eventOf(value: unknown, project: string): ContainerEvent | undefined {
  const event = eventSchema.safeParse(value).data
  if (!event) return undefined
  const { ID: id, Attributes: own } = event.Actor
  const at = event.timeNano === undefined ? event.time * 1000 : Math.floor(event.timeNano / 1e6)
  // An event of a network names the container by its id alone.
  if (event.Type === 'network')
    return own['container'] === undefined
      ? undefined
      : { id: own['container'], service: undefined, action: event.Action, at }
  const service = own[labels.service]
  const isOurs = ownFilter(project).label.every((label) => {
    const [name = '', of] = label.split('=')
    return own[name] === of
  })
  return isOurs && service !== undefined ? { id, service, action: event.Action, at } : undefined
}

/**
 * Adds to the events of one stream what they say together: an end that a signal came before, sent by Docker within the same run.
 * Undefined: nothing has changed yet.
 */
export function createEnds(): (value: unknown, event: ContainerEvent) => ContainerEvent | undefined {
  const signalled = new Set<string>()
  return (value, event) => {
    const { id, action, at } = event
    if (action === 'kill') {
      signalled.add(id)
      return undefined
    }
    const wasSignalled = signalled.has(id)
    if (['die', 'start', 'destroy'].includes(action)) signalled.delete(id)
    if (action !== 'die' || !wasSignalled) return event
    const code = eventSchema.safeParse(value).data?.Actor.Attributes['exitCode'] ?? ''
    return /^\d{1,3}$/.test(code) ? { ...event, ended: { exitCode: Number(code), at } } : event
  }
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
          // Not by our labels: events of networks carry none, and would be left out.
          filters: { type: ['container', 'network'], event: actions },
          abortSignal,
        }),
      signal,
    )
    onOpen()
    const withEnd = createEnds()
    for await (const value of jsonLines(stream as AsyncIterable<Buffer>)) {
      if (signal.aborted) return stopped
      const known = eventOf(value, project)
      const event = known && withEnd(value, known)
      if (event) onEvent(event)
    }
    return signal.aborted ? stopped : 'Docker ended the stream of events.'
  } catch (error) {
    return signal.aborted ? stopped : `The stream of events broke: ${daemonWords(error)}`
  }
}
