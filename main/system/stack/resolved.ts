import { z } from 'zod'
import type { ServiceMade } from '../../engine/adapters.ts'

const schema = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string(),
      entrypoint: z.array(z.string()).nullish(),
      command: z.array(z.string()).nullish(),
      user: z.string().nullish(),
      environment: z.record(z.string(), z.string().nullable()).nullish(),
      volumes: z
        .array(
          z.object({
            type: z.string(),
            source: z.string().optional(),
            target: z.string(),
            read_only: z.boolean().optional(),
          }),
        )
        .nullish(),
    }),
  ),
  volumes: z.record(z.string(), z.object({ name: z.string(), external: z.unknown().optional() })).nullish(),
})

/** Compose writes what it read so that it could read it again: "$" as "$$". */
function plain(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$$', '$')
  if (Array.isArray(value)) return value.map(plain)
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]))
  return value
}

/** One service of what `compose config --format json` prints; undefined where it is not there or not as expected. */
export function readResolved(text: string, id: string): ServiceMade | undefined {
  let said: unknown
  try {
    said = JSON.parse(text)
  } catch {
    return undefined
  }
  const { data } = schema.safeParse(plain(said))
  const service = data?.services[id]
  if (!service) return undefined
  const volumes = Object.entries(data?.volumes ?? {})
  const nameOf = (key: string): string => volumes.find(([one]) => one === key)?.[1].name ?? key
  return {
    image: service.image,
    entrypoint: service.entrypoint ?? undefined,
    argv: service.command ?? undefined,
    user: service.user ?? undefined,
    env: Object.fromEntries(
      Object.entries(service.environment ?? {}).map(([name, value]) => [name, value ?? '']),
    ),
    mounts: (service.volumes ?? []).flatMap(({ type, source, target, read_only: readOnly = false }) =>
      (type === 'volume' || type === 'bind') && source !== undefined
        ? [{ type, source: type === 'volume' ? nameOf(source) : source, at: target, readOnly }]
        : [],
    ),
    volumes: volumes.flatMap(([key, { name, external }]) =>
      external === undefined || external === false ? [{ key, name }] : [],
    ),
  }
}
