import { z } from 'zod'
import { rootVerbNames, type LedgerEntry, type RootOutcome } from '../../model/change.ts'
import { instant, rootOutcome, SCHEMA_VERSION, version } from './shape.ts'

/** `maculactl undo --json`: the ledger, and how the undo went when one was asked for. */
export const undoSchema = z.object({
  version,
  entries: z.array(
    z.object({
      id: z.string(),
      change: z.string(),
      title: z.string(),
      at: z.string(),
      verb: z.enum(rootVerbNames),
      target: z.string(),
      state: z.enum(['applied', 'undone', 'unfinished']),
      drift: z.enum(['none', 'changed', 'missing', 'unreadable']),
      diff: z.array(z.string()).optional(),
      by: z.object({ uid: z.number(), user: z.string().optional() }).optional(),
      others: z.boolean().optional(),
      project: z.string().optional(),
      elsewhere: z.boolean().optional(),
      undoable: z.boolean(),
    }),
  ),
  outcome: rootOutcome.nullable(),
})

export type UndoJson = z.infer<typeof undoSchema>

/** The ledger in its machine-readable shape. */
export function undoJson(entries: readonly LedgerEntry[], outcome: RootOutcome | null): UndoJson {
  return undoSchema.parse({
    version: SCHEMA_VERSION,
    entries: entries.map((entry) => ({ ...entry, at: instant(entry.at) })),
    outcome,
  })
}
