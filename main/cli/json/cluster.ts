import { z } from 'zod'
import { SCHEMA_VERSION, version } from './shape.ts'

/** `maculactl cluster kubeconfig --json`. */
export const kubeconfigSchema = z.object({
  version,
  file: z.string(),
  context: z.string(),
  export: z.string(),
  user: z
    .object({ kind: z.enum(['same', 'written', 'left']), file: z.string(), says: z.string() })
    .optional(),
  /** Of an application: lines of kubectl that name file, context and namespace. */
  kubectl: z.array(z.string()).optional(),
})

/** `maculactl cluster events --json`. */
export const eventsSchema = z.object({
  version,
  events: z.array(
    z.object({
      at: z.number(),
      warning: z.boolean(),
      reason: z.string(),
      about: z.string(),
      says: z.string(),
      count: z.number(),
      app: z.string().optional(),
    }),
  ),
})

/** `maculactl cluster list --json`. */
export const clustersSchema = z.object({
  version,
  clusters: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      /** The name that kind has it by; its context is `kind-NAME`. */
      name: z.string(),
      state: z.string(),
      reason: z.string(),
      address: z.string(),
      ports: z.array(
        z.object({
          listen: z.number(),
          host: z.string(),
          port: z.number(),
          protocol: z.enum(['tcp', 'udp']),
        }),
      ),
      applications: z.array(z.string()),
    }),
  ),
  /** The next peer that `cluster create` would make. */
  next: z.string(),
})

type Clusters = z.infer<typeof clustersSchema>
type Kubeconfig = z.infer<typeof kubeconfigSchema>
type Events = z.infer<typeof eventsSchema>

export function kubeconfigJson(view: Omit<Kubeconfig, 'version'>): Kubeconfig {
  return kubeconfigSchema.parse({ version: SCHEMA_VERSION, ...view })
}

export function eventsJson(events: Events['events']): Events {
  return eventsSchema.parse({ version: SCHEMA_VERSION, events })
}

export function clustersJson(clusters: Clusters['clusters'], next: string): Clusters {
  return clustersSchema.parse({ version: SCHEMA_VERSION, clusters, next })
}
