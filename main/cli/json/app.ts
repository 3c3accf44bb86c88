import { z } from 'zod'
import type { AppListed, AppRead } from '../../model/added-app.ts'
import { SCHEMA_VERSION, version } from './shape.ts'

const read = z.object({
  path: z.string(),
  id: z.string(),
  title: z.string(),
  cluster: z.string(),
  kind: z.enum(['kustomization', 'manifests']),
  namespaces: z.array(z.string()),
  hosts: z.array(z.string()),
  ports: z.array(z.string()),
  images: z.array(z.string()),
  pods: z.array(z.string()),
  replaces: z.array(z.string()),
  follow: z.boolean(),
  notes: z.array(z.string()),
})

/** `maculactl app add --json`. */
export const appSchema = z.object({ version, added: z.boolean(), app: read })

/** `maculactl app list --json`. */
export const appsSchema = z.object({
  version,
  apps: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      path: z.string(),
      cluster: z.string(),
      follow: z.boolean(),
      problem: z.string().nullable(),
    }),
  ),
})

export function appJson(app: AppRead, added: boolean): z.infer<typeof appSchema> {
  return appSchema.parse({ version: SCHEMA_VERSION, added, app })
}

export function appsJson(all: readonly AppListed[]): z.infer<typeof appsSchema> {
  const apps = all.map(({ id, title, added, problem }) => ({
    id,
    title,
    path: added.path,
    cluster: added.cluster,
    follow: added.follow,
    problem: problem ?? null,
  }))
  return appsSchema.parse({ version: SCHEMA_VERSION, apps })
}
