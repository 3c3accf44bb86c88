import { isMap, parseDocument } from 'yaml'
import { z } from 'zod'
import { CALL_DEADLINE_MS, within, type Link } from '../docker/link.ts'
import { statusOf } from '../docker/trouble.ts'
import type { Put } from './compose-kept.ts'
import type { SeenContainer } from './docker.ts'

/** More than a secret or a configuration of a compose file has (bytes): what is larger is named, not kept. */
const MOST_BYTES = 1024 * 1024

const source = z.object({ content: z.unknown(), environment: z.unknown() }).partial()
const use = z.union([z.string(), z.object({ source: z.string(), target: z.string().optional() })])
const schema = z
  .object({
    configs: z.record(z.string(), source),
    secrets: z.record(z.string(), source),
    services: z.record(z.string(), z.object({ configs: z.array(use), secrets: z.array(use) }).partial()),
  })
  .partial()

/**
 * What Compose writes into containers by itself as it starts them: configurations with `content` and secrets and configurations of
 * a variable (`environment`), by service. Those of a file are mounted, and need nothing. `texts`: whole compose files.
 */
export function putsIn(texts: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const files = texts.flatMap((text) => {
    const document = parseDocument(text, { merge: true })
    if (document.errors.length > 0 || !isMap(document.contents)) return []
    return schema.safeParse(document.toJS({ maxAliasCount: 1000 })).data ?? []
  })
  const written = (kind: 'configs' | 'secrets'): ReadonlySet<string> =>
    new Set(
      files.flatMap((file) =>
        Object.entries(file[kind] ?? {}).flatMap(([name, { content, environment }]) =>
          content === undefined && environment === undefined ? [] : [name],
        ),
      ),
    )
  const found = new Map<string, string[]>()
  for (const kind of ['configs', 'secrets'] as const) {
    const own = written(kind)
    for (const [service, uses] of files.flatMap((file) => Object.entries(file.services ?? {})))
      for (const one of uses[kind] ?? []) {
        const { source: name, target = name } = typeof one === 'string' ? { source: one } : one
        if (!own.has(name)) continue
        const at = target.startsWith('/')
          ? target
          : kind === 'secrets'
            ? `/run/secrets/${target}`
            : `/${target}`
        found.set(service, [...new Set([...(found.get(service) ?? []), at])])
      }
  }
  return found
}

/** Reads these files out of a container that is there, stopped or not; one that it has not is none. */
export async function readPuts(
  link: Link,
  { id }: SeenContainer,
  paths: readonly string[],
): Promise<readonly Put[]> {
  const found: Put[] = []
  for (const at of paths) {
    const tar = await archiveOf(link, id, at)
    if (tar) found.push({ at, tar: tar.toString('base64') })
  }
  return found
}

async function archiveOf(link: Link, id: string, path: string): Promise<Buffer | undefined> {
  try {
    return await within(CALL_DEADLINE_MS, async () => {
      const stream = await link.long.getContainer(id).getArchive({ path })
      const parts: Buffer[] = []
      let size = 0
      for await (const part of stream) {
        parts.push(Buffer.from(part as Uint8Array))
        size += parts.at(-1)?.length ?? 0
        if (size > MOST_BYTES) return undefined
      }
      return Buffer.concat(parts)
    })
  } catch (error) {
    if (statusOf(error) === 404) return undefined
    throw error
  }
}
