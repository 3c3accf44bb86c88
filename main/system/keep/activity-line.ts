import { z } from 'zod'
import { activityFaces, activityVerbs, type ActivityEntry } from '../../model/activity.ts'

/** Longest text in an entry that is taken from a file: what we write is shorter. */
const MOST_TEXT = 4000

const at = z.number().min(0).max(8.64e15)
const text = z.string().max(MOST_TEXT)
const yes = z.literal(true).exactOptional()

const entrySchema: z.ZodType<ActivityEntry> = z.discriminatedUnion('kind', [
  z.object({
    at,
    kind: z.literal('run'),
    verb: z.enum(activityVerbs),
    by: z.enum(activityFaces),
    about: z.array(text).max(200),
    failed: z.array(z.object({ service: text, reason: text })).max(200),
    result: z.enum(['done', 'failed', 'interrupted', 'refused']),
    left: z.array(text).max(200).exactOptional(),
    says: text.exactOptional(),
    ms: z.number().min(0),
  }),
  z.object({ at, kind: z.literal('works'), service: text, since: at.exactOptional() }),
  z.object({ at, kind: z.literal('failed'), service: text, reason: text, before: yes, often: yes }),
  z.object({ at, kind: z.literal('stopped'), service: text, before: yes }),
  z.object({
    at,
    kind: z.literal('trouble'),
    cause: z.enum([
      'docker',
      'owner',
      'names',
      'route',
      'forwarders',
      'ports',
      'network',
      'cluster',
      'limits',
      'orphans',
      'hosts',
      'before',
      'restore',
      'taking',
      'partial',
      'tls',
    ]),
    service: text.exactOptional(),
    what: text,
    why: text,
    from: at,
    to: at.exactOptional(),
  }),
  z.object({ at, kind: z.literal('network'), link: text, address: text, was: text }),
])

/** One line of the file, with its end. */
export function lineOf(entry: ActivityEntry): string {
  return `${JSON.stringify(entry)}\n`
}

/** The entry of a line; undefined: it is none of ours. */
export function parseLine(line: string): ActivityEntry | undefined {
  try {
    return entrySchema.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}
