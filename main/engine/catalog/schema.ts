import { z } from 'zod'
import { isLabel, isLoopback, isSecretName, isUrlPath } from '../../model/atoms.ts'
import { tierIds } from '../../model/service.ts'

/** The grammar of the `x-macula` block (design: "A service, described once"). Unknown keys are refused. */

const text = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    // eslint-disable-next-line no-control-regex -- control characters are what is refused
    .refine((value) => !/[\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/.test(value), {
      error: 'must be one line of plain text, without control characters',
    })

const label = z.string().refine(isLabel, {
  error: 'must be a label: 1 to 63 of a-z, 0-9 and inner hyphens',
})

const port = z.int().min(1).max(65535)

const path = z.string().max(200).refine(isUrlPath, { error: 'must be a path like /api/health' })

const status = z.int().min(100).max(599)

const header = z.record(
  z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, { error: 'must be a header name' }),
  text(200),
)

const probe = z.strictObject({
  path: path.default('/'),
  expect: z
    .union([status, z.array(status).min(1).max(10)])
    .transform((value) => (Array.isArray(value) ? value : [value]))
    .default([]),
  headers: header.default({}),
})

const endpoint = z
  .strictObject({
    id: label,
    name: label.optional(),
    scheme: z.enum(['http', 'https', 'postgres', 'tcp']),
    target: port,
    listen: port.optional(),
    clean: z.boolean().default(false),
    ingress: path.optional(),
    open: path.optional(),
    probe: probe.default({ path: '/', expect: [], headers: {} }),
  })
  .refine((value) => value.ingress === undefined || value.name !== undefined, {
    error: 'an endpoint routed by the ingress needs a name',
    path: ['ingress'],
  })
  .refine((value) => value.ingress === undefined || value.scheme === 'http', {
    error: 'only http can be routed by the ingress',
    path: ['scheme'],
  })
  .refine((value) => !(value.clean && value.ingress !== undefined), {
    error: 'port 80 goes either straight to the service (clean) or through the ingress, not both',
    path: ['clean'],
  })

const address = z.union([
  z.literal('none'),
  z.string().refine(isLoopback, { error: 'must be a loopback address like 127.0.0.11, or none' }),
])

/** The `x-macula` block of one service. */
export const blockSchema = z.strictObject({
  tier: z.enum(tierIds as [string, ...string[]]),
  title: text(40),
  purpose: text(160),
  order: z.int().min(0).max(10_000).default(100),
  address: address.optional(),
  endpoints: z.array(endpoint).max(12).default([]),
  needs: z.array(label).max(50).default([]),
  uses: z.array(label).max(50).default([]),
  credentials: z
    .strictObject({
      user: text(64),
      secret: z
        .string()
        .refine(isSecretName, { error: 'must be the name of a secret like GRAFANA_PASSWORD' }),
    })
    .optional(),
  env: z
    .record(
      z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/, { error: 'must be a variable name like GRAFANA_URL' }),
      text(400),
    )
    .default({}),
})

export type Block = z.infer<typeof blockSchema>

/** The cluster's catalog file: rows that no container of ours runs, and the way to its front door. */
export const clusterSchema = z.strictObject({
  reason: text(200),
  forwards: z.array(
    z.strictObject({
      address: z.string().refine(isLoopback, { error: 'must be a loopback address' }),
      listen: port,
      host: z.string().refine(isLoopback, { error: 'must be a loopback address' }),
      port,
    }),
  ),
  rows: z.record(label, blockSchema),
})
