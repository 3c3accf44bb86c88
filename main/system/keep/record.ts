import { join } from 'node:path'
import { z } from 'zod'
import type { RecordAdapter, ServiceRecord } from '../../engine/adapters.ts'
import { readIfThere, writeWhole } from '../files.ts'
import type { Paths } from '../paths.ts'

const unmadeSchema = z.object({
  what: z.string(),
  why: z.string().exactOptional(),
  todo: z.string().exactOptional(),
  config: z.string().exactOptional(),
})

const recordSchema = z.object({
  made: z
    .object({ config: z.string(), imageId: z.string(), traits: z.record(z.string(), z.string()) })
    .exactOptional(),
  volumes: z.array(z.string()),
  failed: z
    .object({
      says: z.string(),
      times: z.number().int().positive(),
      anew: z.boolean(),
      unmade: unmadeSchema.exactOptional(),
    })
    .exactOptional(),
  lacks: z.object({ says: z.string(), why: z.string(), todo: z.string() }).exactOptional(),
  complete: z.string().exactOptional(),
})

/**
 * What each service's container was when compose had just made it, and how its last starts went. Losing the file costs
 * a comparison and nothing else, so a damaged one counts as none.
 */
export function openRecord(paths: Paths): RecordAdapter {
  const file = join(paths.state, 'made.json')

  async function read(): Promise<ReadonlyMap<string, ServiceRecord>> {
    try {
      const text = await readIfThere(file)
      const all = z.record(z.string(), z.unknown()).parse(text === undefined ? {} : JSON.parse(text))
      return new Map(
        Object.entries(all).flatMap(([id, value]) => {
          const { data } = recordSchema.safeParse(value)
          return data ? [[id, data] as const] : []
        }),
      )
    } catch {
      return new Map()
    }
  }

  return {
    read,
    async keep(changes) {
      if (changes.size === 0) return
      const next = new Map([...(await read()), ...changes])
      await writeWhole(
        file,
        `${JSON.stringify(Object.fromEntries([...next].sort(([one], [two]) => (one < two ? -1 : 1))), null, 1)}\n`,
        0o600,
      )
    },
  }
}
