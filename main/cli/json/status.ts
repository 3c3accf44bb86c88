import { z } from 'zod'
import { schemes } from '../../model/protocol.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { fix, headline, instant, SCHEMA_VERSION, state, version } from './shape.ts'

const rung = z.object({
  id: z.enum(['name', 'address', 'forwarder', 'container', 'service', 'tls']),
  state: z.enum(['ok', 'round', 'stop', 'progress', 'unreached', 'unused', 'unknown']),
  ms: z.number().optional(),
  says: z.string(),
  reason: z.string().optional(),
  why: z.string().optional(),
  todo: z.string().optional(),
  fix: fix.optional(),
  cause: z.string().optional(),
})

const access = z.object({
  kind: z.enum(['clean', 'named', 'address', 'direct']),
  url: z.string(),
  host: z.string(),
  port: z.number(),
  works: z.boolean(),
  reason: z.string().optional(),
  /** It leads to another program: its port is held, or its name leads to another address. */
  elsewhere: z.literal(true).optional(),
})

const endpoint = z.object({
  id: z.string(),
  scheme: z.enum(schemes),
  name: z.string().nullable(),
  byNameOnly: z.boolean(),
  opens: z.boolean(),
  answerMs: z.number().optional(),
  /** What Open uses now; null: nothing works. */
  url: z.string().nullable(),
  accesses: z.array(access),
  ladder: z.array(rung),
})

const service = z.object({
  id: z.string(),
  tier: z.string(),
  title: z.string(),
  purpose: z.string(),
  origin: z.enum(['ours', 'user']),
  /** Absent: a container of the stack. found: somebody else put it into a cluster. */
  cluster: z.enum(['cluster', 'application', 'found']).optional(),
  state,
  reason: z.string(),
  address: z.string().nullable(),
  names: z.array(z.string()),
  answerMs: z.number().optional(),
  since: z.string().optional(),
  headline: headline.optional(),
  /** What fires in Prometheus, worst first. */
  alerts: z
    .array(
      z.object({
        name: z.string(),
        severity: z.enum(['warning', 'critical']),
        summary: z.string(),
        description: z.string(),
        /** Grafana's uid of the dashboard that shows it; empty: none. */
        dashboard: z.string(),
        since: z.string(),
      }),
    )
    .optional(),
  ladder: z.array(rung),
  endpoints: z.array(endpoint),
  container: z
    .object({
      id: z.string(),
      name: z.string(),
      image: z.string(),
      address: z.string(),
      restarts: z.number(),
    })
    .optional(),
  needs: z.array(z.string()),
  uses: z.array(z.string()),
  neededBy: z.array(z.string()),
  warnings: z.array(z.string()),
})

/** `maculactl status --json`; one such object a line with --watch. */
export const statusSchema = z.object({
  version,
  rev: z.number(),
  at: z.string(),
  suffix: z.string(),
  docker: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('up'),
      version: z.string(),
      apiVersion: z.string(),
      native: z.boolean(),
    }),
    z.object({ kind: z.literal('connecting') }),
    z.object({
      kind: z.literal('down'),
      code: z.enum(['absent', 'denied', 'old', 'slow', 'address', 'limits', 'broken']),
      says: z.string(),
      todo: z.string().optional(),
    }),
  ]),
  summary: z.object({ state, says: z.string(), more: z.string() }),
  causes: z.array(z.object({ id: z.string(), headline, services: z.array(z.string()) })),
  tiers: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      addresses: z.string(),
      state,
      says: z.string(),
      services: z.array(z.string()),
    }),
  ),
  services: z.array(service),
  problems: z.array(
    z.object({
      service: z.string(),
      file: z.string(),
      line: z.number(),
      column: z.number(),
      reason: z.string(),
    }),
  ),
})

export type StatusJson = z.infer<typeof statusSchema>

/** A snapshot in its machine-readable shape. */
export function statusJson(snapshot: Snapshot): StatusJson {
  return statusSchema.parse({
    ...snapshot,
    version: SCHEMA_VERSION,
    at: instant(snapshot.at),
    services: snapshot.services.map((view) => ({
      ...view,
      ...(view.since === undefined ? {} : { since: instant(view.since) }),
      ...(view.alerts === undefined
        ? {}
        : { alerts: view.alerts.map((alert) => ({ ...alert, since: instant(alert.since) })) }),
      endpoints: view.endpoints.map((one) => ({
        ...one,
        url: one.best >= 0 ? (one.accesses[one.best]?.url ?? null) : null,
      })),
    })),
  })
}
