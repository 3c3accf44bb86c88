import { z } from 'zod'
import type { LogLine } from '../../model/log-line.ts'
import { instant, SCHEMA_VERSION, version } from './shape.ts'

/** `maculactl logs --json`: one such object a line. */
export const logSchema = z.object({
  version,
  service: z.string(),
  at: z.string(),
  stream: z.enum(['out', 'err']),
  text: z.string(),
})

export type LogJson = z.infer<typeof logSchema>

/** A log line in its machine-readable shape. */
export function logJson(line: LogLine): LogJson {
  return { ...line, version: SCHEMA_VERSION, at: instant(line.at) }
}
