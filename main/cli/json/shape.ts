import { z } from 'zod'
import { rootVerbNames } from '../../model/change.ts'

/** Parts that several machine-readable answers share. The schema is what is printed: unknown keys are left out. */

/** Grows when a field changes its meaning or goes; new fields may come without. */
export const SCHEMA_VERSION = 1

export const version = z.literal(SCHEMA_VERSION)

export const state = z.enum([
  'works',
  'degraded',
  'starting',
  'stopping',
  'failed',
  'stopped',
  'not set up',
  'unknown',
])

export const trouble = z.object({
  kind: z.enum(['usage', 'refused', 'outside', 'busy', 'invalid', 'failed', 'internal']),
  what: z.string(),
  why: z.string().optional(),
  todo: z.string().optional(),
})

export const fix = z.object({ label: z.string(), command: z.string() })

export const headline = z.object({
  what: z.string(),
  why: z.string(),
  todo: z.string(),
  fix: fix.optional(),
})

export const rootStep = z.object({
  change: z.string(),
  verb: z.enum(rootVerbNames),
  target: z.string(),
  result: z.enum(['done', 'unchanged', 'failed']),
  says: z.string(),
})

export const rootOutcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('done'), steps: z.array(rootStep) }),
  z.object({ kind: z.literal('failed'), steps: z.array(rootStep), says: z.string() }),
  z.object({
    kind: z.literal('refused'),
    how: z.enum(['dismissed', 'denied', 'no-agent', 'timeout']),
    says: z.string(),
  }),
])

/** Any command that ends with an error prints this under --json. */
export const errorSchema = z.object({ version, error: trouble })

/** An instant as people and programs both read it. */
export const instant = (at: number): string => new Date(at).toISOString()
