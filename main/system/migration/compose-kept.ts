import { dirname, join } from 'node:path'
import { z } from 'zod'
import { readIfThere } from '../files.ts'
import type { Guest, SeenProject } from './docker.ts'
import { containerRecordSchema, endpointSchema, networkRecordSchema, type Endpoint } from './record.ts'

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
      paused: z.boolean().optional(),
      waits: z.array(z.object({ service: z.string(), condition: z.string() })).optional(),
      needs: z.array(z.string()).optional(),
      /** Absent: kept by an earlier version; Compose makes it anew then. */
      record: containerRecordSchema.optional(),
      /** Files that Compose itself had put into it, as Docker's archive of each (base64 of a tar). */
      put: z.array(z.object({ at: z.string(), tar: z.string() })).optional(),
    }),
  ),
  networks: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      subnet: z.string().optional(),
      record: networkRecordSchema.optional(),
    }),
  ),
  guests: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      network: z.string(),
      running: z.boolean(),
      end: endpointSchema.optional(),
      /** Of an earlier version, in place of `end`. */
      address: z.string().optional(),
      aliases: z.array(z.string()).optional(),
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

/** A file in a container that Compose put there. */
export interface Put {
  readonly at: string
  readonly tar: string
}

/** What is kept of a project as it is now: its files are read whole. */
export async function keptOf(
  project: SeenProject,
  guests: readonly Guest[],
  put: ReadonlyMap<string, readonly Put[]> = new Map(),
): Promise<KeptCompose> {
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
    containers: project.containers.map((one) => ({
      id: one.id,
      name: one.name,
      service: one.service,
      image: one.image,
      imageId: one.imageId,
      running: one.running,
      volumes: [...one.volumes],
      ports: [...one.ports],
      ...(one.paused === true ? { paused: true } : {}),
      waits: [...one.waits],
      needs: [...one.needs],
      record: one.record,
      ...(put.has(one.id) ? { put: [...(put.get(one.id) ?? [])] } : {}),
    })),
    networks: [...project.networks],
    guests: [...guests],
  }
}

interface Ran {
  readonly name: string
  readonly running: boolean
  readonly paused?: boolean | undefined
}

/**
 * What was seen earlier and what is there now, by name. Of what is there, its state of now counts: it may have been made anew, with
 * another id. What ran, or was paused, at either time is to be so again.
 */
export function mergeRan<T extends Ran>(
  earlier: readonly T[],
  now: readonly T[],
  isSame = (one: T, two: T): boolean => one.name === two.name,
): T[] {
  return [
    ...earlier.map((old) => {
      const found = now.find((one) => isSame(one, old))
      if (found === undefined) return old
      return {
        ...found,
        running: old.running || found.running,
        ...(old.paused === true ? { paused: true } : {}),
      }
    }),
    ...now.filter((one) => earlier.every((old) => !isSame(one, old))),
  ]
}

/** Both together: an interrupted run may have removed some, or stopped all. */
export function mergeKept(earlier: KeptCompose, now: KeptCompose): KeptCompose {
  const isThere = (name: string): boolean => now.networks.some((one) => one.name === name)
  return {
    ...earlier,
    folder: earlier.folder || now.folder,
    files: earlier.files.length > 0 ? earlier.files : now.files,
    environment: earlier.environment.length > 0 ? earlier.environment : now.environment,
    containers: mergeRan(earlier.containers, now.containers),
    networks: [...earlier.networks.filter(({ name }) => !isThere(name)), ...now.networks],
    guests: mergeRan(
      earlier.guests,
      now.guests,
      (one, two) => one.name === two.name && one.network === two.network,
    ),
  }
}

/** The end that a guest had at a network. */
export function endOf({ end, address = '', aliases = [] }: KeptCompose['guests'][number]): Endpoint {
  return end ?? { aliases, links: [], ipam: address === '' ? {} : { IPv4Address: address }, options: {} }
}

/** What was kept of Compose projects, each once, of the kept of whatever steps, oldest first. */
export function keptProjects(all: readonly unknown[]): readonly KeptCompose[] {
  const known = new Map<string, KeptCompose>()
  for (const kept of all.map(readKept).filter((one) => one !== undefined)) {
    const before = known.get(kept.project)
    known.set(kept.project, before ? mergeKept(before, kept) : kept)
  }
  return [...known.values()]
}
