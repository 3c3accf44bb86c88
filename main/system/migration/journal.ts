import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { JournalAdapter } from '../../engine/adapters.ts'
import { dataSetIds, migrationPartIds } from '../../model/migration.ts'
import { MaculaError } from '../../model/errors.ts'
import { readIfThere, writeWhole } from '../files.ts'
import { readJson } from '../json-file.ts'

const schema = z.object({
  version: z.literal(1),
  since: z.number().optional(),
  byRoot: z.boolean().optional(),
  steps: z.array(
    z.object({
      id: z.string(),
      part: z.enum(migrationPartIds),
      title: z.string(),
      brings: z.string(),
      at: z.number(),
      state: z.enum(['begun', 'done']),
      says: z.string(),
      kept: z.unknown(),
      back: z.array(z.string()),
    }),
  ),
  data: z.array(
    z.object({
      id: z.enum(dataSetIds),
      project: z.string(),
      at: z.number(),
      says: z.string(),
      movedAside: z.array(z.object({ from: z.string(), to: z.string() })),
    }),
  ),
})

/** Whole compose files are kept in it. */
const MOST_BYTES = 32 * 1024 * 1024

/** What was done of a take-over, in the state folder; 0600, because the .env of the old project may be in it. */
export function openJournal(state: string, now: () => number): JournalAdapter {
  const folder = join(state, 'migration')
  const file = join(folder, 'journal.json')
  return {
    async read() {
      const text = await readIfThere(file, MOST_BYTES)
      if (text === undefined) return { steps: [], data: [] }
      const read = readJson(text, schema)
      if (read.kind === 'bad')
        throw new MaculaError({
          kind: 'invalid',
          what: `${file} cannot be used. Line ${read.line}, column ${read.column}: ${read.reason}.`,
          why: 'It records what was taken over, and how it is brought back.',
          todo: 'Correct it there, or put back a copy of it. Nothing is taken over or brought back without it.',
        })
      const { since, byRoot, steps, data } = read.value
      return {
        ...(since === undefined ? {} : { since }),
        ...(byRoot === undefined ? {} : { byRoot }),
        steps,
        data,
      }
    },
    async write(journal) {
      await writeWhole(file, `${JSON.stringify({ version: 1, ...journal }, null, 2)}\n`, 0o600)
    },
    async close() {
      const stamp = new Date(now()).toISOString().replaceAll(/[:.]/g, '-')
      await rename(file, join(folder, `given-back-${stamp}.json`)).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      })
    },
  }
}
