import { join } from 'node:path'
import { z } from 'zod'
import type { SetupMemory, SetupMemoryAdapter } from '../../engine/adapters.ts'
import { wizardStepIds } from '../../model/wizard.ts'
import { readIfThere, writeWhole } from '../files.ts'
import type { Paths } from '../paths.ts'
import { changingFile } from './changing-file.ts'

const memorySchema = z.object({
  ended: z.boolean().default(false),
  skipped: z.array(z.enum(wizardStepIds)).default([]),
  leftOut: z.array(z.string()).default([]),
  welcomed: z.boolean().optional(),
  services: z.array(z.string()).optional(),
  cluster: z.boolean().optional(),
  refused: z.object({ at: z.number(), says: z.string() }).optional(),
})

/**
 * What a person decided in set-up, kept over processes. A damaged file counts as nothing decided: the worst is that the
 * wizard asks again.
 */
export function openSetupMemory(paths: Paths): SetupMemoryAdapter {
  const file = join(paths.state, 'setup.json')

  async function read(): Promise<SetupMemory> {
    try {
      const text = await readIfThere(file)
      return memorySchema.parse(text === undefined ? {} : JSON.parse(text))
    } catch {
      return memorySchema.parse({})
    }
  }

  return {
    read,
    async keep(part) {
      return await changingFile(file, async () => {
        const next: SetupMemory = { ...(await read()), ...part }
        await writeWhole(file, `${JSON.stringify(next, null, 2)}\n`)
        return next
      })
    },
  }
}
