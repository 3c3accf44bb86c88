import { statfs } from 'node:fs/promises'
import { release } from 'node:os'
import { z } from 'zod'
import type { VolumeRoom } from '../../../engine/adapters.ts'
import { get, within, type Link } from '../../docker/link.ts'
import { isNative } from '../../docker/see.ts'
import { runOnce } from './once.ts'

/** Docker counts every file of every volume for this answer. */
const COUNT_DEADLINE_MS = 300_000
const CALL_DEADLINE_MS = 10_000

/** The oldest API that we take: later ones tell the same in other fields. */
const usageSchema = z.object({
  Volumes: z
    .array(z.object({ Name: z.string(), UsageData: z.object({ Size: z.number() }).nullish() }))
    .nullish(),
})

const infoSchema = z.object({
  DockerRootDir: z.string().default(''),
  OSType: z.string().default(''),
  OperatingSystem: z.string().default(''),
  KernelVersion: z.string().default(''),
  SecurityOptions: z.array(z.string()).nullish(),
})

/** Sizes of those of these volumes that are there; undefined where Docker does not know one (volumes of other drivers). */
export async function seeVolumes(link: Link, names: readonly string[]): Promise<readonly VolumeRoom[]> {
  const said = await within(
    COUNT_DEADLINE_MS,
    async (signal) => await get(link.long, '/v1.44/system/df', { signal, query: { type: 'volume' } }),
  )
  return (usageSchema.parse(said).Volumes ?? []).flatMap(({ Name: name, UsageData: usage }) => {
    if (!names.includes(name)) return []
    const size = usage?.Size ?? -1
    return [{ name, bytes: size < 0 ? undefined : size }]
  })
}

/** Free room of the disk that Docker's volumes are on, as others than root may use it (bytes). */
export async function seeRoomOf(link: Link, project: string, image: string): Promise<number | undefined> {
  const said = await within(CALL_DEADLINE_MS, async (signal) => await get(link.calls, '/info', { signal }))
  const info = infoSchema.parse(said)
  if (isNative(info, link.endpoint.kind, release())) {
    // The folder is root's, but how full its disk is, everybody may know.
    const found = await statfs(info.DockerRootDir).catch(() => undefined)
    if (found) return found.bavail * found.bsize
  }
  const ran = await runOnce(
    link,
    project,
    { image, argv: ['df', '-P', '-k', '/'] },
    AbortSignal.timeout(60_000),
  )
  const free = ran?.out.split('\n')[1]?.trim().split(/\s+/)[3]
  return free === undefined || !/^\d+$/.test(free) ? undefined : Number(free) * 1024
}
