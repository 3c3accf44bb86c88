import { z } from 'zod'
import type { DatabaseMade, DatabasesView } from '../../model/database.ts'
import { SCHEMA_VERSION, version } from './shape.ts'

/** `maculactl db list --json`. */
export const databasesSchema = z.object({
  version,
  service: z.string(),
  databases: z.array(
    z.object({ name: z.string(), owner: z.string(), bytes: z.number(), extensions: z.array(z.string()) }),
  ),
})

/** `maculactl db create --json`: holds the password in clear. */
export const databaseSchema = z.object({
  version,
  service: z.string(),
  name: z.string(),
  /** False: it was there already. */
  made: z.boolean(),
  url: z.string(),
})

export type DatabasesJson = z.infer<typeof databasesSchema>
export type DatabaseJson = z.infer<typeof databaseSchema>

export function databasesJson(view: DatabasesView): DatabasesJson {
  return databasesSchema.parse({ version: SCHEMA_VERSION, ...view })
}

export function databaseJson(name: string, made: DatabaseMade): DatabaseJson {
  return databaseSchema.parse({ version: SCHEMA_VERSION, name, ...made })
}
