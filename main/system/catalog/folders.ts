import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { MAX_FRAGMENT_BYTES, type CatalogFile } from './fragment.ts'
import { compareText } from '../../model/compare-text.ts'
import { MaculaError } from '../../model/errors.ts'
import type { CatalogProblem } from '../../model/service.ts'
import { bytesBeside, readIfThere } from '../files.ts'
import { misnamed } from './strays.ts'

/** The folders that describe one thing each, by name; hidden ones are left out. */
export async function foldersIn(
  parent: string,
  origin: 'ours' | 'user',
): Promise<readonly { service: string; folder: string; origin: 'ours' | 'user' }[]> {
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
    .map((entry) => ({ service: entry.name, folder: join(parent, entry.name), origin }))
    .sort((one, two) => compareText(one.service, two.service))
}

/** One catalog file as it is, or a problem in its place. */
export async function fileOf(
  service: string,
  folder: string,
  file: string,
  origin: 'ours' | 'user',
): Promise<CatalogFile | CatalogProblem> {
  try {
    const text =
      origin === 'ours'
        ? (await bytesBeside(file, MAX_FRAGMENT_BYTES))?.toString('utf8')
        : await readIfThere(file, MAX_FRAGMENT_BYTES)
    if (text !== undefined) return { service, origin, folder, file, text }
    const near = await misnamed(folder, basename(file))
    const hint = near === undefined ? '' : `. Did you mean that ${near} is to be called ${basename(file)}?`
    return { service, file, line: 0, column: 0, reason: `there is no such file${hint}` }
  } catch (error) {
    return {
      service,
      file,
      line: 0,
      column: 0,
      reason: `it cannot be read: ${error instanceof MaculaError ? error.trouble.what.replace(/\.$/, '') : error instanceof Error ? error.message : String(error)}`,
    }
  }
}
