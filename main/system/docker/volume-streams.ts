import type Docker from 'dockerode'
import type { VolumesAdapter } from '../../engine/adapters.ts'
import { MaculaError } from '../../model/errors.ts'
import type { openArchives } from './archives.ts'
import { leaveOut } from './leave-out.ts'
import { pour } from './pour.ts'
import { firstDifference } from './tar.ts'
import { dockerTrouble, statusOf } from './trouble.ts'

/** What `openVolumes` knows of volumes. */
export interface VolumeWays {
  readonly archives: ReturnType<typeof openArchives>
  /** Marks of helpers, by which a sweep finds them. */
  readonly marks: Readonly<Record<string, string>>
  /** Labels of a volume of ours; undefined: it is not there, or not ours. */
  readonly labelsOf: (name: string) => Promise<Readonly<Record<string, string>> | undefined>
  readonly create: (name: string, labels: Readonly<Record<string, string>>) => Promise<void>
  readonly remove: (name: string) => Promise<void>
}

/** Content of volumes as streams, through containers that are never started. */
export function volumeStreams(ways: VolumeWays): Pick<VolumesAdapter, 'pack' | 'refill' | 'contents'> {
  const { archives, marks } = ways
  async function own(name: string): Promise<Readonly<Record<string, string>>> {
    const labels = await ways.labelsOf(name)
    if (labels) return labels
    throw new MaculaError({ kind: 'failed', what: `There is no volume ${name} of this Macula.` })
  }

  async function* pack(
    { name, image, without = [] }: Parameters<VolumesAdapter['pack']>[0],
    signal: AbortSignal,
  ): AsyncGenerator<Buffer> {
    await own(name)
    const helper = await archives.helper(image, name, 'read', marks)
    try {
      const packed = (await archives.pack(helper, signal)) as AsyncIterable<Buffer>
      // The first folder is what was packed.
      const isOut = (path: string): boolean => {
        const below = path.slice(path.indexOf('/') + 1)
        return without.some((one) => below === one || below.startsWith(`${one}/`))
      }
      yield* without.length === 0 ? packed : leaveOut(packed, isOut)
    } catch (error) {
      throw signal.aborted ? error : dockerTrouble(`The volume ${name} cannot be read`, error)
    } finally {
      await archives.dismiss(helper)
    }
  }

  return {
    pack,
    async contents({ name, image, path }, wants, signal) {
      await own(name)
      const helper = await archives.helper(image, name, 'read', marks)
      try {
        return (await archives.look(helper, signal, path, wants)).contents
      } catch (error) {
        if (statusOf(error) === 404) return new Map()
        throw dockerTrouble(`The volume ${name} cannot be read`, error)
      } finally {
        await archives.dismiss(helper)
      }
    },
    async refill({ to, image }, source, onBytes, signal) {
      const labels = await own(to)
      let isWhole = false
      let helper: Docker.Container | undefined
      try {
        await ways.remove(to)
        await ways.create(to, labels)
        const into = await archives.helper(image, to, 'write', marks)
        helper = into
        const passed = await pour(
          () => Promise.resolve(source),
          async (packed, either) => await archives.unpack(into, packed, either),
          onBytes,
          signal,
        )
        const missing = firstDifference(passed, await archives.read(into, signal))
        if (missing !== undefined) throw new Error(`${missing} did not arrive as it is in the snapshot`)
        isWhole = true
        return { from: '', to, entries: passed.entries.size, bytes: passed.bytes }
      } catch (error) {
        if (error instanceof MaculaError) throw error
        if (signal.aborted)
          throw new MaculaError({ kind: 'refused', what: `${to} was not filled: interrupted.` })
        throw dockerTrouble(`The volume ${to} cannot be filled`, error)
      } finally {
        await archives.dismiss(helper)
        if (!isWhole) await ways.remove(to).catch(() => undefined)
      }
    },
  }
}
