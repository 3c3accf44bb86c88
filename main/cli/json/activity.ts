import { z } from 'zod'
import {
  activityFaces,
  activityGroups,
  activityVerbs,
  groupOf,
  servicesOf,
  type ActivityEntry,
} from '../../model/activity.ts'
import type { ActivityWords } from '../../model/activity-words.ts'
import { instant, SCHEMA_VERSION, version } from './shape.ts'

/** `maculactl activity --json`: one such object a line. */
export const activitySchema = z.object({
  version,
  at: z.string(),
  kind: z.enum(activityGroups),
  what: z.enum(['run', 'works', 'failed', 'stopped', 'trouble', 'network']),
  services: z.array(z.string()),
  title: z.string(),
  says: z.string(),
  verb: z.enum(activityVerbs).optional(),
  by: z.enum(activityFaces).optional(),
  result: z.enum(['done', 'failed', 'interrupted', 'refused']).optional(),
  ms: z.number().optional(),
  from: z.string().optional(),
  to: z.string().optional(),
})

export type ActivityJson = z.infer<typeof activitySchema>

/** An entry in its machine-readable shape; `words`: the same in words. */
export function activityJson(entry: ActivityEntry, { title, says }: ActivityWords): ActivityJson {
  return {
    version: SCHEMA_VERSION,
    at: instant(entry.at),
    kind: groupOf(entry),
    what: entry.kind,
    services: [...servicesOf(entry)],
    title,
    says,
    ...(entry.kind === 'run'
      ? { verb: entry.verb, by: entry.by, result: entry.result, ms: Math.round(entry.ms) }
      : {}),
    ...(entry.kind === 'trouble'
      ? { from: instant(entry.from), ...(entry.to === undefined ? {} : { to: instant(entry.to) }) }
      : {}),
  }
}
