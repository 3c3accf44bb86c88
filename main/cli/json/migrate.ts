import { z } from 'zod'
import type { MigrationResult, MigrationView } from '../../model/migration.ts'
import { instant, SCHEMA_VERSION, trouble, version } from './shape.ts'

const movedAside = z.object({ from: z.string(), to: z.string() })

/** `maculactl migrate --json`: what is there, what would be done, what was done; with --yes how it went. */
export const migrateSchema = z.object({
  version,
  found: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      holds: z.array(z.string()),
      costs: z.string(),
      remains: z.string().optional(),
    }),
  ),
  steps: z.array(
    z.object({
      id: z.string(),
      part: z.string(),
      title: z.string(),
      effects: z.array(z.string()),
      price: z.string().optional(),
      without: z.string(),
      /** Whether root does it. */
      root: z.boolean(),
      back: z.array(z.string()),
    }),
  ),
  data: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      project: z.string(),
      bytes: z.number().optional(),
      needsBytes: z.number().optional(),
      says: z.string(),
      refused: trouble.optional(),
      taken: z.string().optional(),
      /** Containers that may write to it while it is copied: it is refused as long as they run. */
      writers: z.array(z.string()).optional(),
    }),
  ),
  done: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      at: z.string(),
      state: z.enum(['begun', 'done']),
      says: z.string(),
      back: z.array(z.string()),
    }),
  ),
  /** Volumes that data of Macula's own was moved to, with the volume that each was. */
  aside: z.array(movedAside),
  /** null: nothing was done. */
  result: z
    .object({
      ok: z.boolean(),
      done: z.array(z.object({ id: z.string(), says: z.string() })),
      left: z.array(
        z.object({
          id: z.string(),
          title: z.string(),
          because: z.string(),
          without: z.string().optional(),
        }),
      ),
      trouble: trouble.optional(),
      /** Those of this run. */
      aside: z.array(movedAside).optional(),
      /** Services of Macula that were stopped for it and do not run again. */
      off: z.array(z.object({ id: z.string(), title: z.string() })).optional(),
    })
    .nullable(),
})

export type MigrateJson = z.infer<typeof migrateSchema>

/** What was found and done in its machine-readable shape. */
export function migrateJson(view: MigrationView, result: MigrationResult | null): MigrateJson {
  return migrateSchema.parse({
    version: SCHEMA_VERSION,
    found: view.found,
    steps: view.steps.map((step) => ({ ...step, root: step.change !== undefined })),
    data: view.data.map(({ id, title, project, measured, taken }) => ({
      id,
      title,
      project,
      ...(measured.kind === 'found'
        ? {
            bytes: measured.bytes,
            needsBytes: measured.needsBytes,
            says: measured.says,
            ...(measured.writers === undefined ? {} : { writers: measured.writers }),
          }
        : { says: measured.kind === 'refused' ? measured.trouble.what : '' }),
      ...(measured.kind === 'refused' ? { refused: measured.trouble } : {}),
      ...(taken ? { taken: instant(taken.at) } : {}),
    })),
    done: view.done.map((step) => ({ ...step, at: instant(step.at) })),
    aside: view.aside ?? [],
    result,
  })
}
