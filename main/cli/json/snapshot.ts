import { z } from 'zod'
import type { BackupListed } from '../../engine/adapters.ts'
import { backupBytes, backupPartKinds, backupRegistries } from '../../model/backup.ts'
import { listedAt } from '../../model/say-backup.ts'
import { SCHEMA_VERSION, trouble, version } from './shape.ts'

const about = z.object({
  name: z.string(),
  file: z.string(),
  /** Of the file. */
  size: z.number(),
  /** Epoch ms; null with `trouble`: it cannot be used. Of one that was cut off: when it was begun. */
  at: z.number().nullable(),
  /** Version of the product that wrote it. */
  product: z.string().nullable(),
  suffix: z.string().nullable(),
  /** Of the content. */
  bytes: z.number().nullable(),
  secrets: z.enum(['encrypted', 'left out']).nullable(),
  registry: z.enum(backupRegistries).nullable(),
  trouble: trouble.nullable(),
  /** What created it was killed; it is never restored. */
  cutOff: z.boolean(),
})

/** `maculactl snapshot list --json`. */
export const snapshotsSchema = z.object({ version, snapshots: z.array(about) })

/** `maculactl snapshot create|show|delete|restore --json`. */
export const snapshotSchema = about.extend({
  version,
  did: z.enum(['create', 'show', 'verify', 'delete', 'restore', 'back']),
  ok: z.boolean(),
  services: z.array(z.object({ id: z.string(), title: z.string(), image: z.string() })),
  parts: z.array(
    z.object({
      kind: z.enum(backupPartKinds),
      service: z.string(),
      name: z.string(),
      bytes: z.number(),
      packed: z.number(),
      sha256: z.string(),
    }),
  ),
  notes: z.array(z.string()),
  /** `restore` only: what it replaced, and where that is kept. */
  moved: z.array(
    z.object({
      from: z.string(),
      to: z.string(),
      /** It is a part of its service's data only. */
      partial: z.literal(true).optional(),
    }),
  ),
})

type One = z.infer<typeof snapshotSchema>

function aboutOf(listed: BackupListed): z.infer<typeof about> {
  const { name, path, size, manifest, trouble: wrong } = listed
  return {
    name,
    file: path,
    size,
    at: listedAt(listed) ?? null,
    product: manifest?.product ?? null,
    suffix: manifest?.suffix ?? null,
    bytes: manifest ? backupBytes(manifest) : null,
    secrets: manifest?.secrets ?? null,
    registry: manifest?.registry ?? null,
    trouble: wrong ?? null,
    cutOff: listed.cut !== undefined,
  }
}

export function snapshotsJson(all: readonly BackupListed[]): z.infer<typeof snapshotsSchema> {
  return snapshotsSchema.parse({ version: SCHEMA_VERSION, snapshots: all.map(aboutOf) })
}

export function snapshotJson(
  did: One['did'],
  listed: BackupListed,
  more: {
    readonly ok?: boolean
    readonly moved?: readonly One['moved'][number][]
    readonly notes?: readonly string[]
  } = {},
): One {
  return snapshotSchema.parse({
    ...aboutOf(listed),
    version: SCHEMA_VERSION,
    did,
    ok: more.ok ?? true,
    services: listed.manifest?.services ?? [],
    parts: listed.manifest?.parts ?? [],
    notes: [...(listed.manifest?.notes ?? []), ...(more.notes ?? [])],
    moved: more.moved ?? [],
  })
}
