import { join } from 'node:path'
import { z } from 'zod'
import type { IntentAdapter } from '../../engine/adapters.ts'
import { readIfThere, writeWhole } from '../files.ts'
import type { Paths } from '../paths.ts'

const fileSchema = z.object({ wanted: z.array(z.string()) })

/**
 * What a person wants to run, kept over processes: the difference between "stopped on purpose" and "should run".
 * A damaged file counts as "nothing wanted": services that run are still seen as they are.
 */
export function openIntent(paths: Paths): IntentAdapter {
  const file = join(paths.state, 'wanted.json')
  async function wanted(): Promise<ReadonlySet<string>> {
    try {
      const text = await readIfThere(file)
      return new Set(text === undefined ? [] : (fileSchema.safeParse(JSON.parse(text)).data?.wanted ?? []))
    } catch {
      return new Set()
    }
  }
  const write = async (ids: Iterable<string>): Promise<void> =>
    await writeWhole(file, `${JSON.stringify({ wanted: [...ids].sort() }, null, 2)}\n`)
  return {
    wanted,
    async want(ids) {
      await write(new Set([...(await wanted()), ...ids]))
    },
    async unwant(ids) {
      await write([...(await wanted())].filter((id) => !ids.includes(id)))
    },
  }
}
