import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { z } from 'zod'
import { fileOf, foldersIn } from './folders.ts'
import { parseFile } from './fragment.ts'
import { kindSchema, withoutNulls } from './kind-file.ts'
import { composeSchema } from './parse.ts'
import { sumOf, type Ready, type ReadyTexts } from './ready.ts'
import { appSchema, blockSchema, clusterSchema } from './schema.ts'

/** A part of a file and the schema it is checked by, as the catalog does when it reads it. */
interface Check {
  readonly name: string
  readonly schema: z.ZodType
  readonly partOf: (value: unknown, service: string) => unknown
}

const of = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined

const serviceOf = (value: unknown, service: string): unknown => of(of(value, 'services'), service)
const blockOf = (value: unknown): unknown => of(value, 'x-macula') ?? {}

const kinds: readonly {
  readonly parent: readonly string[]
  readonly file: string
  readonly checks: readonly Check[]
}[] = [
  {
    parent: ['stack'],
    file: 'compose.yaml',
    checks: [
      { name: 'compose', schema: composeSchema, partOf: serviceOf },
      { name: 'block', schema: blockSchema, partOf: (value, id) => blockOf(serviceOf(value, id)) },
    ],
  },
  {
    parent: ['cluster', 'clusters'],
    file: 'cluster.yaml',
    checks: [{ name: 'cluster', schema: clusterSchema, partOf: blockOf }],
  },
  {
    parent: ['cluster', 'clusters'],
    file: 'kind.yaml',
    checks: [{ name: 'kind', schema: kindSchema, partOf: withoutNulls }],
  },
  {
    parent: ['cluster', 'apps'],
    file: 'app.yaml',
    checks: [{ name: 'app', schema: appSchema, partOf: blockOf }],
  },
]

/**
 * Reads and checks our own files (`assets`: the folder with stack/ and cluster/) for a build, by their sums. What JSON would not
 * give back as it is, and what is refused, is left out: it is read when it is needed.
 */
export async function makeReady(assets: string): Promise<ReadyTexts> {
  const ready: Record<string, Ready> = {}
  for (const { parent, file: name, checks } of kinds)
    for (const { service, folder, origin } of await foldersIn(join(assets, ...parent), 'ours')) {
      const file = await fileOf(service, folder, join(folder, name), origin)
      const parsed = 'reason' in file ? file : parseFile(file)
      if ('reason' in file || 'reason' in parsed) continue
      const checked = checks.flatMap(({ name: check, schema, partOf }) => {
        const result = schema.safeParse(partOf(parsed.value, service))
        return result.success ? [[check, result.data] as const] : []
      })
      const one: Ready = { value: parsed.value, checked: Object.fromEntries(checked) }
      if (isDeepStrictEqual(JSON.parse(JSON.stringify(one)), one)) ready[sumOf(file.text)] = one
    }
  return ready
}
