import { z } from 'zod'
import {
  isDatabaseName,
  isImageName,
  isLabel,
  isLoopback,
  isSecretName,
  isUrlPath,
} from '../../model/atoms.ts'
import { secretKeepers, secretPlaces } from '../../model/secret.ts'
import { HUB } from '../../model/cluster-id.ts'
import { protocolOf, schemes } from '../../model/protocol.ts'
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

function isJson(value: string): boolean {
  try {
    JSON.parse(value)
    return true
  } catch {
    return false
  }
}

const probe = z.strictObject({
  path: path.default('/'),
  expect: z
    .union([status, z.array(status).min(1).max(10)])
    .transform((value) => (Array.isArray(value) ? value : [value]))
    .default([]),
  headers: header.default({}),
})

/** What Connect's curl asks: a GET, or a POST of a JSON text. */
const example = z
  .strictObject({
    path,
    json: text(500).refine(isJson, { error: 'must be a JSON text' }).optional(),
  })
  .transform(({ path: asked, json }) => (json === undefined ? { path: asked } : { path: asked, json }))

/** Where Prometheus finds what a program counts. */
const metrics = z.strictObject({ target: port, path: path.default('/metrics') })

const loopback = z.string().refine(isLoopback, { error: 'must be a loopback address like 127.0.0.11' })

const endpoint = z
  .strictObject({
    id: label,
    name: label.optional(),
    scheme: z.enum(schemes),
    target: port,
    listen: port.optional(),
    address: loopback.optional(),
    clean: z.boolean().default(false),
    ingress: path.optional(),
    open: path.optional(),
    probe: probe.default({ path: '/', expect: [], headers: {} }),
    example: example.optional(),
  })
  .refine(
    ({ address: own, listen, name, clean, ingress }) =>
      own === undefined || (listen !== undefined && name === undefined && !clean && ingress === undefined),
    {
      error:
        'an address of its own is for a port (listen) without a name: a name leads to the service’s address',
      path: ['address'],
    },
  )
  .refine((value) => value.example === undefined || value.scheme === 'http' || value.scheme === 'https', {
    error: 'an example is a question by http or https',
    path: ['example'],
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
  .refine((value) => protocolOf(value.scheme) === 'tcp' || !value.clean, {
    error: 'port 80 is TCP, and this is spoken over UDP: name its port under listen',
    path: ['clean'],
  })
  .refine((value) => protocolOf(value.scheme) === 'tcp' || value.open === undefined, {
    error: 'a browser opens http and https only',
    path: ['open'],
  })

const address = z.union([
  z.literal('none'),
  z.string().refine(isLoopback, { error: 'must be a loopback address like 127.0.0.11, or none' }),
])

const database = z.string().refine(isDatabaseName, {
  error: 'must be a name of PostgreSQL: 1 to 63 of a-z, 0-9 and _, beginning with a letter or _',
})

/** A program with its arguments, by argv: no shell reads it, and none of ours is asked to. */
const argv = z
  .array(
    z
      .string()
      .max(2000)
      // eslint-disable-next-line no-control-regex -- what cannot be an argument is refused
      .refine((value) => !/[\u0000]/.test(value), { error: 'must not hold a NUL' }),
  )
  .min(1)
  .max(50)
  .refine(([program = '']) => program !== '' && !program.startsWith('-'), {
    error: 'must begin with a program, not with an option',
  })

const action = z.strictObject({
  id: label,
  title: text(40),
  run: argv,
  in: z.literal('container', { error: 'must be container: actions run in the service’s own' }),
  asks: text(200).optional(),
})

/** The `x-macula` block of one service. */
export const blockSchema = z.strictObject({
  tier: z.enum(tierIds as [string, ...string[]]),
  title: text(40),
  purpose: text(160),
  order: z.int().min(0).max(10_000).default(100),
  address: address.optional(),
  endpoints: z.array(endpoint).max(12).default([]),
  aliases: z.array(label).max(20).default([]),
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
  signIn: text(300).optional(),
  shell: z.literal(false).optional(),
  secrets: z
    .record(
      z.string().refine(isSecretName, { error: 'must be the name of a secret like GRAFANA_PASSWORD' }),
      z
        .strictObject({
          kept: z.enum(secretKeepers).optional(),
          user: text(64).optional(),
          places: z.array(z.enum(secretPlaces)).default([]),
          was: z
            .string()
            .regex(/^[A-Z][A-Z0-9_]{0,63}$/, { error: 'must be a variable name like MINIO_ROOT_USER' })
            .optional(),
          also: text(300).optional(),
        })
        .refine((value) => (value.kept === undefined) === (value.user === undefined), {
          error: 'kept and user belong together: whose password it is',
        }),
    )
    .optional(),
  databases: z
    .strictObject({
      user: database,
      names: z.array(database).max(20),
      extensions: z.array(database).max(10).default([]),
      migrations: label.optional(),
    })
    .refine(({ migrations, names }) => migrations === undefined || names.length > 0, {
      error: 'migrations are of the first database in names: name one',
    })
    .optional(),
  prepare: argv.optional(),
  buckets: z.strictObject({ list: argv, create: argv }).optional(),
  metrics: metrics.optional(),
  actions: z
    .array(action)
    .max(20)
    .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, { error: 'an id appears twice' })
    .default([]),
  env: z
    .record(
      z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/, { error: 'must be a variable name like GRAFANA_URL' }),
      text(400),
    )
    .default({}),
})

export type Block = z.infer<typeof blockSchema>

const cluster = {
  title: text(40),
  purpose: text(160),
  order: z.int().min(0).max(10_000).default(100),
}

/** The `x-macula` block of a cluster's cluster.yaml; the rest of that folder is kind's own configuration. */
export const clusterSchema = z.strictObject({
  ...cluster,
  reason: text(200).default('This cluster has not been created on this machine.'),
  /** Port 80 of it leads to the cluster's ingress. */
  address: z.string().refine(isLoopback, { error: 'must be a loopback address like 127.0.0.11' }),
  /** Namespace of its applications. */
  namespace: label.default('macula'),
  ingress: z
    .strictObject({ namespace: label, app: label })
    .default({ namespace: 'nginx-ingress', app: 'nginx-ingress' }),
})

/** What an application may be spoken to by: HTTP through the cluster's ingress, or a port of the cluster's address. */
const appSchemes = ['http', 'tcp', 'quic', 'udp'] as const

const appEndpoint = z
  .strictObject({
    id: label,
    name: label,
    scheme: z.enum(appSchemes).default('http'),
    /** Not HTTP: the port of the node that leads to its pods, and of the cluster's address. */
    listen: port.optional(),
    open: path.optional(),
    probe: probe.optional(),
  })
  .refine(({ scheme, listen }) => scheme === 'http' || listen !== undefined, {
    error: 'only http goes through the ingress: name the port of the cluster’s address under listen',
    path: ['listen'],
  })
  .refine(({ scheme, listen }) => scheme !== 'http' || listen === undefined, {
    error: 'http goes through the cluster’s ingress and needs no port of its own',
    path: ['listen'],
  })
  .refine(({ scheme, open }) => scheme === 'http' || open === undefined, {
    error: 'a browser opens http only',
    path: ['open'],
  })
  .refine(({ scheme, probe: asked }) => scheme === 'http' || asked === undefined, {
    error: 'only http is asked for a path',
    path: ['probe'],
  })

export type AppEndpoint = z.infer<typeof appEndpoint>

/** The `x-macula` block of an application's app.yaml. */
export const appSchema = z.strictObject({
  ...cluster,
  /** Id of the cluster that runs it. */
  cluster: label.default(HUB),
  image: z.string().refine((text) => isImageName(text.replaceAll('{suffix}', 'macula.local')), {
    error: 'must name an image: NAME:TAG, the name in lower case; {suffix} is filled in',
  }),
  endpoints: z.array(appEndpoint).max(12).default([]),
  /** Port and path in its pods. */
  metrics: metrics.optional(),
  needs: z.array(label).max(50).default([]),
  uses: z.array(label).max(50).default([]),
  env: z
    .record(
      z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/, { error: 'must be a variable name like CONSOLE_URL' }),
      text(400),
    )
    .default({}),
})

/** The same of an application that is used where it lies: each field refines what its manifests tell. */
export const placeSchema = appSchema.partial()
