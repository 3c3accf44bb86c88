import { z } from 'zod'
import type { DockerSeen } from '../../model/observation.ts'
import { SCHEMA_VERSION, version } from './shape.ts'

/** `maculactl docker start --json` */
export const dockerSchema = z.object({
  version,
  answers: z.boolean(),
  /** Of the engine; null while it does not answer. */
  engine: z.string().nullable(),
  says: z.array(z.string()),
})

/** What came of it in its machine-readable shape. */
export function dockerJson(docker: DockerSeen, says: readonly string[]): z.infer<typeof dockerSchema> {
  const engine = docker.kind === 'up' ? docker.version : null
  return dockerSchema.parse({ version: SCHEMA_VERSION, answers: engine !== null, engine, says })
}
