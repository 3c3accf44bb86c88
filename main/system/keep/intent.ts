import { join } from 'node:path'
import { z } from 'zod'
import type { IntentAdapter } from '../../engine/adapters.ts'
import { MaculaError, troubleOf } from '../../model/errors.ts'
import { keepAside, readIfThere, writeWhole } from '../files.ts'
import { readJson } from '../json-file.ts'
import type { Paths } from '../paths.ts'

const fileSchema = z.object({ wanted: z.array(z.string()) })

/**
 * What a person wants to run, kept over processes: the difference between "stopped on purpose" and "should run". What a
 * damaged file held cannot be known, so what runs counts as wanted until it is written anew; the damaged one is kept
 * aside. `running`: the ids of what runs now.
 */
export function openIntent(
  paths: Paths,
  running: () => Promise<readonly string[]>,
  now: () => number = Date.now,
): IntentAdapter {
  const file = join(paths.state, 'wanted.json')

  async function read(): Promise<{ readonly wanted: readonly string[] } | { readonly damaged: string }> {
    try {
      const text = await readIfThere(file)
      if (text === undefined) return { wanted: [] }
      const found = readJson(text, fileSchema)
      if (found.kind === 'read') return found.value
      return { damaged: `${file} is damaged: line ${found.line}, column ${found.column}: ${found.reason}` }
    } catch (error) {
      const { what, why } = troubleOf(error)
      return {
        damaged:
          error instanceof MaculaError ? what.replace(/\.$/, '') : `${file} cannot be read (${why ?? what})`,
      }
    }
  }

  async function write(change: (before: readonly string[]) => readonly string[]): Promise<void> {
    const before = await read()
    const ids = change('damaged' in before ? await running() : before.wanted)
    if ('damaged' in before) await keepAside(file, now())
    await writeWhole(file, `${JSON.stringify({ wanted: [...new Set(ids)].sort() }, null, 2)}\n`)
  }

  return {
    async wanted() {
      const found = await read()
      return new Set('damaged' in found ? await running().catch(() => []) : found.wanted)
    },
    async damage() {
      const found = await read()
      return 'damaged' in found ? found.damaged : undefined
    },
    want: async (ids) => await write((before) => [...before, ...ids]),
    unwant: async (ids) => await write((before) => before.filter((id) => !ids.includes(id))),
  }
}
