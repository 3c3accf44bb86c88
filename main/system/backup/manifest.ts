import { z } from 'zod'
import { isLabel } from '../../model/atoms.ts'
import {
  BACKUP_FORMAT,
  backupPartKinds,
  backupRegistries,
  isBackupName,
  isDumpName,
  type BackupManifest,
} from '../../model/backup.ts'
import { MaculaError } from '../../model/errors.ts'
import { MANIFEST_BYTES } from './layout.ts'

const text = z.string().max(400)
/** 32 TB: more than any laptop holds. */
const size = z
  .int()
  .min(0)
  .max(2 ** 45)
const key = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,200}$/)

const part = z
  .strictObject({
    kind: z.enum(backupPartKinds),
    service: z.string().refine((id) => id === '' || isLabel(id)),
    name: z.string().max(200),
    owner: z.string().refine(isDumpName).optional(),
    extensions: z.array(text).max(100).optional(),
    bytes: size,
    packed: size.min(1),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  })
  .refine(({ kind, name }) => kind !== 'database' || isDumpName(name))
  .refine(({ kind, name }) => kind !== 'volume' || key.safeParse(name).success)

const schema = z.strictObject({
  format: z.literal('macula-snapshot'),
  formatVersion: z.literal(BACKUP_FORMAT),
  product: text,
  name: z.string().refine(isBackupName),
  at: z.iso.datetime(),
  suffix: text,
  subnet: text,
  secrets: z.enum(['encrypted', 'left out']),
  registry: z.enum(backupRegistries),
  services: z.array(z.strictObject({ id: z.string().refine(isLabel), title: text, image: text })).max(500),
  parts: z
    .array(part)
    .max(900)
    .refine(
      (all) =>
        new Set(all.map(({ kind, service, name }) => `${kind} ${service} ${name}`)).size === all.length,
    ),
  notes: z.array(z.string().max(2000)).max(200),
})

/** The manifest in its room. Throws MaculaError `failed` where it has more than fits. */
export function manifestBytes(manifest: BackupManifest): Buffer {
  const json = Buffer.from(JSON.stringify(manifest, null, 1))
  if (json.length > MANIFEST_BYTES)
    throw new MaculaError({
      kind: 'failed',
      what: 'The snapshot has more parts than its list holds.',
      why: `The list would have ${json.length} bytes; at most ${MANIFEST_BYTES} fit.`,
    })
  return Buffer.concat([json, Buffer.alloc(MANIFEST_BYTES - json.length, 0x20)])
}

const versionIn = z.looseObject({
  format: z.literal('macula-snapshot'),
  formatVersion: z.int().min(1),
  product: text.optional(),
})

/** Reads it. Throws MaculaError `invalid` for a newer format, and for what is none of ours. `file`: for the words. */
export function readManifest(bytes: Buffer, file: string): BackupManifest {
  let json: unknown
  try {
    json = JSON.parse(bytes.toString('utf8'))
  } catch {
    throw damaged(file, 'Its list of parts cannot be read.')
  }
  const version = versionIn.safeParse(json)
  if (!version.success) throw foreign(file)
  if (version.data.formatVersion > BACKUP_FORMAT)
    throw new MaculaError({
      kind: 'invalid',
      what: `${file} was written by a newer Macula Desktop${version.data.product === undefined ? '' : ` (${version.data.product})`}.`,
      why: `Its format is ${version.data.formatVersion}; this version reads up to ${BACKUP_FORMAT}.`,
      todo: 'Update Macula Desktop. Nothing was changed.',
    })
  const read = schema.safeParse(json)
  if (!read.success)
    throw damaged(
      file,
      `Its list of parts is not as it must be (${read.error.issues[0]?.path.join('.') ?? ''}).`,
    )
  return read.data
}

/** Something else than a snapshot. */
export const foreign = (file: string): MaculaError =>
  new MaculaError({
    kind: 'invalid',
    what: `${file} is not a snapshot of Macula Desktop.`,
    todo: 'maculactl snapshot list names those that are here. Nothing was changed.',
  })

/** One that is not as it was written. */
export const damaged = (file: string, why: string): MaculaError =>
  new MaculaError({
    kind: 'invalid',
    what: `${file} is damaged.`,
    why,
    todo: 'Use another copy of it. Nothing was changed.',
  })
