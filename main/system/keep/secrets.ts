import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import type { SecretsAdapter } from '../../engine/adapters.ts'
import { isSecretName } from '../../model/atoms.ts'
import { MaculaError } from '../../model/errors.ts'
import { readIfThere, writeWhole } from '../files.ts'
import type { Paths } from '../paths.ts'
import { lockIn } from './lock.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const LENGTH = 32

/** Making some takes milliseconds; whoever holds the lock longer does not get on (ms). */
const LOCK_DEADLINE_MS = 5000

const fileSchema = z.record(z.string(), z.string().regex(/^[A-Za-z0-9]{8,128}$/))

/**
 * Generated secrets in secrets.json (0600). A damaged file is an error and never replaced: the volumes hold what
 * was made with the old values.
 */
export function openSecrets(paths: Paths): SecretsAdapter {
  const file = join(paths.config, 'secrets.json')
  const lock = lockIn(paths.config, 'secrets.json.lock', Date.now)

  async function read(): Promise<ReadonlyMap<string, string>> {
    const text = await readIfThere(file)
    if (text === undefined) return new Map()
    const parsed = ((): Record<string, string> | undefined => {
      try {
        return fileSchema.safeParse(JSON.parse(text)).data
      } catch {
        return undefined
      }
    })()
    if (parsed) return new Map(Object.entries(parsed))
    throw new MaculaError({
      kind: 'invalid',
      what: 'The file with the generated passwords is damaged.',
      why: `${file} is not what Macula wrote. It is left as it is, because the databases still want the old passwords.`,
      todo: 'Restore it from a backup. Only if no data is worth keeping: move it away and reset the services.',
    })
  }

  async function write(secrets: ReadonlyMap<string, string>): Promise<void> {
    const sorted = [...secrets].sort(([one], [two]) => one.localeCompare(two))
    await writeWhole(file, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`, 0o600)
  }

  return {
    read,
    async ensure(names) {
      const bad = names.find((name) => !isSecretName(name))
      if (bad !== undefined)
        throw new MaculaError({
          kind: 'invalid',
          what: `${JSON.stringify(bad)} is not the name of a secret.`,
        })
      const isMissing = (known: ReadonlyMap<string, string>) => names.some((name) => !known.has(name))
      const known = await read()
      if (!isMissing(known)) return known
      // Two that make at the same moment would each keep other ones than the file has in the end.
      return await lock.alone('making passwords', LOCK_DEADLINE_MS, async () => {
        const have = new Map(await read())
        if (!isMissing(have)) return have
        for (const name of names) if (!have.has(name)) have.set(name, generate())
        await write(have)
        return have
      })
    },
  }
}

function generate(): string {
  return Array.from({ length: LENGTH }, () => alphabet[randomInt(alphabet.length)] ?? 'x').join('')
}
