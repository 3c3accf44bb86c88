import { mkdir, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { MaculaError } from '../model/errors.ts'

/**
 * Writes a file whole (temporary file, fsync, rename), making its folder (0700) when absent.
 * Throws MaculaError `failed` naming the path when the disk is full or read-only; the old file is then intact.
 */
export async function writeWhole(path: string, content: string | Buffer, mode = 0o644): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await writeFileAtomic(path, content, { mode })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new MaculaError(
      {
        kind: 'failed',
        what: `${path} could not be written.`,
        why,
        todo: 'Make room or allow writing there, then try again.',
      },
      { cause: error },
    )
  }
}

/** The text of a file, or undefined when there is none. Other failures are thrown. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Moves a file that cannot be used aside (".bad-<time>") so that nothing is lost; returns the new path. */
export async function keepAside(path: string, now: number): Promise<string> {
  const aside = `${path}.bad-${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}`
  await rename(path, aside)
  return aside
}
