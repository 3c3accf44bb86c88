import { dirname, join } from 'node:path'
import { z } from 'zod'
import { readIfThere } from '../files.ts'
import type { Guest, SeenProject } from './docker.ts'

/** Everything that brings a Compose project up again, though its folder be gone by then. */
const keptSchema = z.object({
  kind: z.literal('compose'),
  project: z.string().min(1),
  folder: z.string(),
  files: z.array(z.object({ path: z.string(), text: z.string().nullable() })),
  /** The .env beside the first file, or those that were named. They may hold passwords: the journal is 0600. */
  environment: z.array(z.object({ path: z.string(), text: z.string().nullable(), named: z.boolean() })),
  containers: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      service: z.string(),
      image: z.string(),
      imageId: z.string(),
      running: z.boolean(),
      volumes: z.array(z.object({ name: z.string(), at: z.string() })),
      ports: z.array(z.object({ address: z.string(), port: z.number(), protocol: z.enum(['tcp', 'udp']) })),
    }),
  ),
  networks: z.array(z.object({ id: z.string(), name: z.string(), subnet: z.string().optional() })),
  guests: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      network: z.string(),
      address: z.string(),
      aliases: z.array(z.string()),
      running: z.boolean(),
    }),
  ),
})

export type KeptCompose = z.infer<typeof keptSchema>

/** What was kept of a project; undefined for what is of another kind. */
export function readKept(kept: unknown): KeptCompose | undefined {
  return keptSchema.safeParse(kept).data
}

/** More than a compose file has (bytes): what is larger is named, not kept. */
const MOST_BYTES = 1024 * 1024

async function textOf(path: string): Promise<string | null> {
  return (await readIfThere(path, MOST_BYTES).catch(() => undefined)) ?? null
}

/** What is kept of a project as it is now: its files are read whole. */
export async function keptOf(project: SeenProject, guests: readonly Guest[]): Promise<KeptCompose> {
  const first = project.files[0]
  const beside = [...new Set([join(project.folder, '.env'), join(dirname(first ?? '/'), '.env')])]
  const named = project.environment.length > 0
  const environment = named ? project.environment : project.folder === '' ? [] : beside
  return {
    kind: 'compose',
    project: project.project,
    folder: project.folder,
    files: await Promise.all(project.files.map(async (path) => ({ path, text: await textOf(path) }))),
    environment: (
      await Promise.all(environment.map(async (path) => ({ path, text: await textOf(path), named })))
    ).filter(({ text }) => named || text !== null),
    containers: project.containers.map(({ id, name, service, image, imageId, running, volumes, ports }) => ({
      id,
      name,
      service,
      image,
      imageId,
      running,
      volumes: [...volumes],
      ports: [...ports],
    })),
    networks: [...project.networks],
    guests: guests.map((guest) => ({ ...guest, aliases: [...guest.aliases] })),
  }
}

/**
 * Both together: an interrupted run may have removed some, or stopped all. What was seen first counts; what ran then is to
 * run again.
 */
export function mergeKept(earlier: KeptCompose, now: KeptCompose): KeptCompose {
  const add = <T extends { readonly name: string }>(one: readonly T[], two: readonly T[]): T[] => [
    ...one,
    ...two.filter(({ name }) => one.every((known) => known.name !== name)),
  ]
  return {
    ...earlier,
    folder: earlier.folder || now.folder,
    files: earlier.files.length > 0 ? earlier.files : now.files,
    environment: earlier.environment.length > 0 ? earlier.environment : now.environment,
    containers: add(earlier.containers, now.containers),
    networks: add(earlier.networks, now.networks),
    guests: add(earlier.guests, now.guests),
  }
}
