import { z } from 'zod'
import type { VolumeListing } from '../../model/volume-list.ts'
import { SCHEMA_VERSION, version } from './shape.ts'

/** `maculactl volumes --json`. */
export const volumesSchema = z.object({
  version,
  volumes: z.array(
    z.object({
      service: z.string(),
      name: z.string(),
      /** Path in the container. */
      at: z.string(),
      /** Absent: Docker has not measured it yet. */
      bytes: z.number().optional(),
    }),
  ),
})

/** `maculactl volumes SERVICE --json`. */
export const volumeFilesSchema = z.object({
  version,
  service: z.string(),
  volumes: z.array(
    z.object({
      volume: z.string(),
      folders: z.array(
        z.object({
          /** Below the root of the volume, which is ''. */
          path: z.string(),
          entries: z.array(
            z.object({
              name: z.string(),
              kind: z.enum(['file', 'folder', 'link', 'other']),
              bytes: z.number(),
              /** Epoch ms; 0: not told. */
              changedAt: z.number(),
              to: z.string().optional(),
            }),
          ),
          /** Entries of it that were seen and are not told. */
          more: z.number(),
        }),
      ),
      seen: z.number(),
      bytes: z.number(),
      /** What ended the look before the volume did. */
      cut: z.enum(['entries', 'bytes', 'time']).optional(),
    }),
  ),
})

type Volumes = z.infer<typeof volumesSchema>
type VolumeFiles = z.infer<typeof volumeFilesSchema>

export function volumesJson(volumes: Volumes['volumes']): Volumes {
  return volumesSchema.parse({ version: SCHEMA_VERSION, volumes })
}

export function volumeFilesJson(service: string, volumes: readonly VolumeListing[]): VolumeFiles {
  return volumeFilesSchema.parse({ version: SCHEMA_VERSION, service, volumes })
}
