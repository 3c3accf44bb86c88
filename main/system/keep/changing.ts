import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { SecretsChanging } from '../../engine/adapters.ts'
import { MaculaError } from '../../model/errors.ts'
import { readIfThere, writeWhole } from '../files.ts'
import type { Paths } from '../paths.ts'

const schema = z.strictObject({
  since: z.number(),
  from: z.record(z.string(), z.string()),
  to: z.record(z.string(), z.string()),
})

/** Beside secrets.json, with the same rights: it holds the old and the new values. */
const changingFile = (paths: Paths): string => join(paths.config, 'secrets.changing.json')

/** The change of passwords that was begun and is not known to be whole; undefined: there is none. Throws when it cannot be read. */
export async function readChanging(paths: Paths): Promise<SecretsChanging | undefined> {
  const file = changingFile(paths)
  const text = await readIfThere(file)
  if (text === undefined) return undefined
  const data = ((): z.infer<typeof schema> | undefined => {
    try {
      return schema.safeParse(JSON.parse(text)).data
    } catch {
      return undefined
    }
  })()
  if (!data)
    throw new MaculaError({
      kind: 'invalid',
      what: 'A change of passwords was begun, and what it was cannot be read.',
      why: `${file} is not what Macula wrote; databases may have the old or the new passwords.`,
      todo: `Set those that you know (maculactl secrets set NAME) after moving that file away.`,
    })
  return { ...data, from: new Map(Object.entries(data.from)), to: new Map(Object.entries(data.to)) }
}

/** Writes it whole; undefined: it is over. */
export async function writeChanging(paths: Paths, change: SecretsChanging | undefined): Promise<void> {
  const file = changingFile(paths)
  if (!change) return await rm(file, { force: true })
  const { since, from, to } = change
  await writeWhole(
    file,
    `${JSON.stringify({ since, from: Object.fromEntries(from), to: Object.fromEntries(to) }, null, 2)}\n`,
    0o600,
  )
}
