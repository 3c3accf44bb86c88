import { z } from 'zod'
import type { SetupItem } from '../../model/change.ts'
import type { RootOutcome } from '../../model/change.ts'
import { rootOutcome, SCHEMA_VERSION, version } from './shape.ts'

const verb = z.discriminatedUnion('verb', [
  z.object({ verb: z.literal('file'), path: z.string(), mode: z.number(), content: z.string() }),
  z.object({ verb: z.literal('block'), path: z.string(), content: z.string() }),
  z.object({ verb: z.literal('sysctl'), key: z.string(), value: z.string() }),
  z.object({ verb: z.literal('reload'), unit: z.string(), again: z.literal(true).optional() }),
  z.object({ verb: z.literal('packages'), names: z.array(z.string()) }),
  z.object({ verb: z.literal('remove'), path: z.string(), shown: z.string() }),
  z.object({
    verb: z.literal('lines'),
    path: z.string(),
    lines: z.array(z.object({ line: z.number(), text: z.string(), stays: z.string() })),
  }),
  z.object({ verb: z.literal('unit-off'), unit: z.string() }),
  z.object({ verb: z.literal('install'), names: z.array(z.string()) }),
  z.object({ verb: z.literal('start'), unit: z.string() }),
  z.object({ verb: z.literal('enable'), unit: z.string() }),
  z.object({ verb: z.literal('group'), group: z.string() }),
  z.object({ verb: z.literal('stop'), unit: z.string(), port: z.number() }),
  z.object({ verb: z.literal('end'), pid: z.number(), started: z.number(), argv: z.array(z.string()) }),
])

/** `maculactl setup --json`: the plan, and with --yes how it went. */
export const setupSchema = z.object({
  version,
  items: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      state: z.enum(['to do', 'in place', 'left out', 'blocked']),
      says: z.string(),
      reason: z.string(),
      price: z.string().optional(),
      verbs: z.array(verb),
      commands: z.array(z.string()),
    }),
  ),
  /** null: nothing was run. */
  outcome: rootOutcome.nullable(),
})

export type SetupJson = z.infer<typeof setupSchema>

/** The plan in its machine-readable shape. */
export function setupJson(
  items: readonly SetupItem[],
  skipped: ReadonlySet<string>,
  outcome: RootOutcome | null,
): SetupJson {
  return setupSchema.parse({
    version: SCHEMA_VERSION,
    items: items.map(({ change, state, says }) => ({
      ...change,
      says,
      state: state === 'to do' && skipped.has(change.id) ? 'left out' : state,
    })),
    outcome,
  })
}
