import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { MAX_FRAGMENT_BYTES, type CatalogFile } from './fragment.ts'
import type { CatalogProblem } from '../../model/service.ts'

/** The folders that describe one thing each, by name; hidden ones are left out. */
export async function foldersIn(
  parent: string,
  origin: 'ours' | 'user',
): Promise<readonly { service: string; folder: string; origin: 'ours' | 'user' }[]> {
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
    .map((entry) => ({ service: entry.name, folder: join(parent, entry.name), origin }))
    .sort((one, two) => one.service.localeCompare(two.service))
}

/** One catalog file as it is, or a problem in its place. */
export async function fileOf(
  service: string,
  folder: string,
  file: string,
  origin: 'ours' | 'user',
): Promise<CatalogFile | CatalogProblem> {
  try {
    // Measured before reading: a file of 50 MB is not loaded only to be refused.
    const { size } = await stat(file)
    if (size > MAX_FRAGMENT_BYTES)
      return {
        service,
        file,
        line: 1,
        column: 1,
        reason: `the file has ${size} bytes; at most ${MAX_FRAGMENT_BYTES} are read`,
      }
    return { service, origin, folder, file, text: await readFile(file, 'utf8') }
  } catch (error) {
    return {
      service,
      file,
      line: 1,
      column: 1,
      reason: `it cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    }
  }
}
