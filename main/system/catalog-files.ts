import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { assemble } from '../engine/catalog/assemble.ts'
import { MAX_FRAGMENT_BYTES, type CatalogFile } from '../engine/catalog/fragment.ts'
import { parseCluster, parseFragment, type Candidate } from '../engine/catalog/parse.ts'
import type { Catalog, CatalogProblem, FixedForward } from '../model/service.ts'
import { readIfThere, writeWhole } from './files.ts'
import type { Paths } from './paths.ts'

/**
 * Reads our services (`assets/stack`), the cluster's rows and the person's own (`services/` of the
 * configuration folder), and puts them together. Never throws for a bad file: it becomes a problem.
 */
export async function readCatalog(paths: Paths): Promise<Catalog> {
  const candidates: Candidate[] = []
  const problems: CatalogProblem[] = []
  const forwards: FixedForward[] = []
  const folders = [
    ...(await foldersIn(join(paths.assets, 'stack'), 'ours')),
    ...(await foldersIn(join(paths.config, 'services'), 'user')),
  ]
  for (const { service, folder, origin } of folders) {
    const file = await fileOf(service, folder, join(folder, 'compose.yaml'), origin)
    const result = 'reason' in file ? file : parseFragment(file)
    if ('reason' in result) problems.push(result)
    else candidates.push(result)
  }
  const cluster = await fileOf(
    'cluster',
    join(paths.assets, 'cluster'),
    join(paths.assets, 'cluster', 'cluster.yaml'),
    'ours',
  )
  const rows = 'reason' in cluster ? cluster : parseCluster(cluster)
  if ('reason' in rows) problems.push(rows)
  else {
    candidates.push(...rows.candidates)
    forwards.push(...rows.forwards)
  }
  const remembered = await readAddresses(paths)
  const { catalog, addresses } = assemble(candidates, forwards, problems, remembered)
  if ([...addresses].some(([id, address]) => remembered.get(id) !== address))
    await writeWhole(
      addressFile(paths),
      `${JSON.stringify(Object.fromEntries([...remembered, ...addresses]), null, 2)}\n`,
    )
  return catalog
}

async function foldersIn(
  parent: string,
  origin: 'ours' | 'user',
): Promise<readonly { service: string; folder: string; origin: 'ours' | 'user' }[]> {
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
    .map((entry) => ({ service: entry.name, folder: join(parent, entry.name), origin }))
    .sort((one, two) => one.service.localeCompare(two.service))
}

async function fileOf(
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

/** Addresses given to services that named none; kept so that a new folder never moves an older service. */
const addressFile = (paths: Paths): string => join(paths.state, 'addresses.json')

async function readAddresses(paths: Paths): Promise<ReadonlyMap<string, string>> {
  const text = await readIfThere(addressFile(paths)).catch(() => undefined)
  if (text === undefined) return new Map()
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return new Map()
    return new Map(
      Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    )
  } catch {
    // A damaged file only means that addresses are given anew.
    return new Map()
  }
}
