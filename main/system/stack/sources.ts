import { stat } from 'node:fs/promises'

/**
 * When each path came to be (epoch ms; 0 where the file system does not say, or it may not be looked at); undefined: it
 * is not there.
 */
export async function born(paths: readonly string[]): Promise<ReadonlyMap<string, number | undefined>> {
  const found = await Promise.all(
    [...new Set(paths)].map(async (path) => {
      try {
        return [path, Math.floor((await stat(path)).birthtimeMs)] as const
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        return [path, code === 'ENOENT' || code === 'ENOTDIR' ? undefined : 0] as const
      }
    }),
  )
  return new Map(found)
}
