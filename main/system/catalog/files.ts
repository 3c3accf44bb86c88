import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { assemble } from './assemble.ts'
import { parseFragment, type Candidate } from './parse.ts'
import type { Catalog, CatalogProblem, FixedForward, Settings } from '../../model/service.ts'
import { fileOf, foldersIn } from './folders.ts'
import { MAX_FRAGMENT_BYTES } from './fragment.ts'
import { readClusters } from './cluster-files.ts'
import { variablesFor } from './variables.ts'
import { readIfThere, writeWhole } from '../files.ts'
import type { Paths } from '../paths.ts'

/**
 * Reads our services (`assets/stack`), clusters and applications (`assets/cluster`) and the person's own (`services/`,
 * `clusters/` and `apps/` of the configuration folder), and puts them together. Never throws for a bad file: it becomes a problem.
 */
export async function readCatalog(
  paths: Paths,
  settings: Settings,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Catalog> {
  const candidates: Candidate[] = []
  const problems: CatalogProblem[] = []
  const forwards: FixedForward[] = []
  const folders = [
    ...(await foldersIn(join(paths.assets, 'stack'), 'ours')),
    ...(await foldersIn(join(paths.config, 'services'), 'user')),
  ]
  for (const { service, folder, origin } of folders) {
    const file = await fileOf(service, folder, join(folder, 'compose.yaml'), origin)
    const result =
      'reason' in file ? file : parseFragment(file, variablesFor(settings, env, await besideText(folder)))
    if ('reason' in result) problems.push(result)
    else candidates.push(result)
  }
  const found = await readClusters(paths)
  candidates.push(...found.candidates)
  problems.push(...found.problems)
  forwards.push(...found.forwards)
  const remembered = await readAddresses(paths)
  const { catalog, addresses } = assemble(candidates, forwards, problems, remembered)
  if ([...addresses].some(([id, address]) => remembered.get(id) !== address))
    await writeWhole(
      addressFile(paths),
      `${JSON.stringify(Object.fromEntries([...remembered, ...addresses]), null, 2)}\n`,
    )
  return catalog
}

/** The `.env` beside a fragment, from which Compose takes variables too; empty when there is none that can be read. */
async function besideText(folder: string): Promise<string> {
  const file = join(folder, '.env')
  const info = await stat(file).catch(() => undefined)
  if (info?.isFile() !== true || info.size > MAX_FRAGMENT_BYTES) return ''
  return await readFile(file, 'utf8').catch(() => '')
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
