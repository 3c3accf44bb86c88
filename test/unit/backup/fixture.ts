import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pack } from 'tar-stream'
import type { BackupManifest, BackupPartSpec } from '../../../main/model/backup.ts'
import { writeBackup } from '../../../main/system/backup/write.ts'

/** A folder of the test's own. */
export const folder = async (): Promise<string> => await mkdtemp(join(tmpdir(), 'macula-backup-'))

export const never: AbortSignal = new AbortController().signal

export async function* pieces(...all: readonly (string | Buffer)[]): AsyncGenerator<Uint8Array> {
  for (const one of all) yield await Promise.resolve(Buffer.from(one as string))
}

export const about: Omit<BackupManifest, 'parts'> = {
  format: 'macula-snapshot',
  formatVersion: 1,
  product: '0.1.0',
  name: 'monday',
  at: '2026-11-27T20:00:00.000Z',
  suffix: 'macula.local',
  subnet: '172.23.0.0/24',
  secrets: 'left out',
  registry: 'whole',
  services: [{ id: 'timescaledb', title: 'TimescaleDB', image: 'timescale/timescaledb:2.29.2-pg17' }],
  notes: [],
}

export const database: BackupPartSpec = {
  kind: 'database',
  service: 'timescaledb',
  name: 'macula',
  owner: 'macula',
}
export const volume: BackupPartSpec = { kind: 'volume', service: 'grafana', name: 'grafana' }

/** A tar of headers as they are given, each file with the bytes "data". */
export async function tarOf(
  headers: readonly { name: string; type?: string; linkname?: string }[],
): Promise<Buffer> {
  const packing = pack()
  for (const header of headers) {
    const isFile = header.type === undefined || header.type === 'file'
    packing.entry(header as Parameters<typeof packing.entry>[0], isFile ? 'data' : '')
  }
  packing.finalize()
  const parts: Buffer[] = []
  for await (const chunk of packing) parts.push(chunk)
  return Buffer.concat(parts)
}

/** Writes a file with these parts, as somebody may who wants harm: tars in it are not looked at. Returns its path. */
export async function written(
  parts: readonly (readonly [BackupPartSpec, string | Buffer])[],
  some: Partial<typeof about> = {},
): Promise<string> {
  const path = join(await folder(), 'monday.macula-snapshot')
  const writer = await writeBackup(path)
  const all = []
  for (const [spec, content] of parts)
    all.push(await writer.add({ ...spec, kind: 'images' }, pieces(content), () => undefined, never))
  // What is written of them is theirs alone.
  for (const [index, [spec]] of parts.entries()) Object.assign(all[index] ?? {}, spec)
  await writer.finish({ ...about, ...some })
  return path
}
