import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseFile, problemsOf, type CatalogFile, type Place } from '../catalog/fragment.ts'
import { bindsOf } from '../catalog/mounts.ts'
import { fillIn, type Variables } from '../catalog/variables.ts'
import type { CatalogProblem } from '../../model/service.ts'

interface Named {
  readonly source: string
  readonly place: Place
}

/**
 * The first file or folder that a Compose file of one service mounts or reads from beside it, and that is in none of
 * `folders`; undefined when all are there. Docker would mount an empty folder in its place, which belongs to root.
 */
export async function missingBeside(
  file: CatalogFile,
  folders: readonly string[],
  variables: Variables,
): Promise<CatalogProblem | undefined> {
  const parsed = parseFile(file)
  if ('reason' in parsed) return undefined
  const service = (parsed.value as { services?: Record<string, unknown> } | null)?.services?.[file.service]
  for (const { source, place } of [...mounted(service, variables), ...environmentFiles(service, variables)]) {
    const found = await Promise.all(
      folders.map(async (folder) => await lstat(join(folder, source)).catch(() => undefined)),
    )
    if (found.every((info) => info === undefined))
      return problemsOf(file)(
        `${source} is not there. Make it, or leave it out`,
        parsed.at(['services', file.service, ...place]),
      )
  }
  return undefined
}

/** What is read only: a folder that may be written is made at the first start. */
function mounted(service: unknown, variables: Variables): readonly Named[] {
  return bindsOf(service, variables).flatMap(({ source, readOnly, index }) =>
    readOnly && source.startsWith('.') ? [{ source, place: ['volumes', index] }] : [],
  )
}

function environmentFiles(service: unknown, variables: Variables): readonly Named[] {
  const files = (service as { env_file?: unknown } | null | undefined)?.env_file
  const list = typeof files === 'string' ? [files] : Array.isArray(files) ? (files as readonly unknown[]) : []
  return list.flatMap((one, index): readonly Named[] => {
    const { path, required } =
      typeof one === 'string'
        ? { path: one, required: true }
        : ((one ?? {}) as { path?: unknown; required?: unknown })
    const filled = typeof path === 'string' ? fillIn(path, variables) : undefined
    if (filled === undefined || 'reason' in filled || required === false || /^[/~]/.test(filled.text))
      return []
    return [{ source: filled.text, place: typeof files === 'string' ? ['env_file'] : ['env_file', index] }]
  })
}
