import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { RestoresAdapter } from '../../engine/adapters.ts'
import { readIfThere, writeWhole } from '../files.ts'
import { readJson } from '../json-file.ts'
import type { Paths } from '../paths.ts'
import { startOf } from '../process/record.ts'

/** `by`: whose restore it is, a pid with its start; absent: nobody's any more. */
const schema = z.object({
  by: z.object({ pid: z.int(), started: z.string() }).optional(),
  name: z.string(),
  path: z.string(),
  at: z.number(),
  ran: z.array(z.string()),
  touched: z.array(z.object({ id: z.string(), had: z.boolean() })),
  moved: z.array(z.object({ from: z.string(), to: z.string() })),
  half: z.object({ id: z.string(), title: z.string() }).optional(),
  done: z.array(z.string()),
  left: z.array(z.string()),
})

/** How far a restore is, kept over processes: written before each step, so that a kill at any border leaves the truth. */
export function openRestores(paths: Paths): RestoresAdapter {
  const file = join(paths.state, 'restoring.json')
  return {
    async cut() {
      const text = await readIfThere(file).catch(() => undefined)
      const found = text === undefined ? undefined : readJson(text, schema)
      if (found?.kind !== 'read') return undefined
      const { by, ...cut } = found.value
      const lives = by !== undefined && (await startOf(by.pid)) === by.started
      return lives ? undefined : cut
    },
    async keep(cut, over) {
      if (cut === undefined) return await rm(file, { force: true })
      const started = over === undefined ? await startOf(process.pid) : undefined
      const by = started === undefined ? {} : { by: { pid: process.pid, started } }
      await writeWhole(file, `${JSON.stringify({ ...by, ...cut }, null, 1)}\n`, 0o600)
    },
  }
}
