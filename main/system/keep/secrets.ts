import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import type { SecretsAdapter } from '../../engine/adapters.ts'
import { isSecretName } from '../../model/atoms.ts'
import { MaculaError } from '../../model/errors.ts'
import { readIfThere, writeWhole } from '../files.ts'
import type { Paths } from '../paths.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const LENGTH = 32

const fileSchema = z.record(z.string(), z.string().regex(/^[A-Za-z0-9]{8,128}$/))

/**
 * Generated secrets in secrets.json (0600). A damaged file is an error and never replaced: the volumes hold what
 * was made with the old values.
 */
export function openSecrets(paths: Paths): SecretsAdapter {
  const file = join(paths.config, 'secrets.json')

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

  return {
    read,
    async ensure(names) {
      const have = new Map(await read())
      const missing = names.filter((name) => !have.has(name))
      const bad = missing.find((name) => !isSecretName(name))
      if (bad !== undefined)
        throw new MaculaError({
          kind: 'invalid',
          what: `${JSON.stringify(bad)} is not the name of a secret.`,
        })
      if (missing.length > 0) {
        for (const name of missing) have.set(name, generate())
        await writeWhole(
          file,
          `${JSON.stringify(Object.fromEntries([...have].sort(([one], [two]) => one.localeCompare(two))), null, 2)}\n`,
          0o600,
        )
      }
      return have
    },
  }
}

function generate(): string {
  return Array.from({ length: LENGTH }, () => alphabet[randomInt(alphabet.length)] ?? 'x').join('')
}
