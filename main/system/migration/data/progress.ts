import { join } from 'node:path'
import { z } from 'zod'
import type { TakeKept } from '../../../engine/adapters.ts'
import { readIfThere, writeWhole } from '../../files.ts'
import type { Paths } from '../../paths.ts'

const keptSchema = z.object({
  source: z.string(),
  since: z.number(),
  users: z.array(z.string()).optional(),
  scratch: z.array(z.string()),
  done: z.array(z.string()),
  moved: z.array(z.object({ from: z.string(), to: z.string() })),
  home: z.string().exactOptional(),
  bytes: z.number(),
})

/** How far each taking is. Losing it costs copying again, and nothing else; a damaged one counts as none. */
export function openProgress(paths: Pick<Paths, 'state'>) {
  const file = join(paths.state, 'taking.json')

  async function all(): Promise<ReadonlyMap<string, TakeKept>> {
    try {
      const text = await readIfThere(file)
      const said = z.record(z.string(), z.unknown()).parse(text === undefined ? {} : JSON.parse(text))
      return new Map(
        Object.entries(said).flatMap(([id, value]) => {
          const { data } = keptSchema.safeParse(value)
          return data ? [[id, data] as const] : []
        }),
      )
    } catch {
      return new Map()
    }
  }

  return {
    scratch: async (): Promise<readonly string[]> =>
      [...(await all()).values()].flatMap(({ scratch }) => scratch),
    kept: async (id: string): Promise<TakeKept | undefined> => (await all()).get(id),
    async keep(id: string, kept: TakeKept | undefined): Promise<void> {
      const next = new Map(await all())
      if (kept) next.set(id, kept)
      else next.delete(id)
      await writeWhole(file, `${JSON.stringify(Object.fromEntries(next), null, 1)}\n`, 0o600)
    },
  }
}
