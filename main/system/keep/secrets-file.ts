import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { isSecretName } from '../../model/atoms.ts'
import { MaculaError } from '../../model/errors.ts'
import { whyNotSecret } from '../../model/secret.ts'
import { readIfThere, writeWhole } from '../files.ts'
import type { Paths } from '../paths.ts'

export const RESTORE = 'maculactl env --restore-passwords'

export const secretsFile = (paths: Paths): string => join(paths.config, 'secrets.json')

/** What secrets.json holds. */
export interface KeptSecrets {
  readonly usable: ReadonlyMap<string, string>
  /** What cannot be used, with the reason as a clause. It is kept as it is written. */
  readonly odd: ReadonlyMap<string, string>
  /** Everything, as it is written. */
  readonly written: ReadonlyMap<string, unknown>
}

/**
 * Reads secrets.json. One value that cannot be used is told by its name; only a file that is no list of values is damaged.
 * Throws MaculaError `invalid` then: it is never replaced, since the volumes hold what was made with the old values.
 */
export async function readSecrets(paths: Paths): Promise<KeptSecrets> {
  const file = secretsFile(paths)
  const stamp = await stampOf(file)
  const before = stamp === undefined ? undefined : known.get(file)
  if (before !== undefined && before.stamp === stamp) return before.kept
  const kept = await readWhole(file)
  // Of what changed meanwhile nobody knows which of the two was read.
  if (stamp !== undefined && (await stampOf(file)) === stamp) known.set(file, { stamp, kept })
  return kept
}

/** What was read last, by file: it is asked for with every answer and every part of a log. */
const known = new Map<string, { readonly stamp: string; readonly kept: KeptSecrets }>()

/** A file that was changed a moment ago may be changed once more within the same tick of its clock (ms). */
const SETTLED_MS = 100

/** Another text after any change of a file; undefined: it cannot be told, or not yet. */
async function stampOf(file: string): Promise<string | undefined> {
  const found = await stat(file, { bigint: true }).catch(() => undefined)
  if (found === undefined || Math.abs(Date.now() - Number(found.ctimeMs)) < SETTLED_MS) return undefined
  return [found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join(' ')
}

async function readWhole(file: string): Promise<KeptSecrets> {
  const text = await readIfThere(file)
  const parsed = text === undefined ? {} : objectIn(text)
  if (!parsed)
    throw new MaculaError({
      kind: 'invalid',
      what: 'The file with the generated passwords is damaged.',
      why: `${file} is not what Macula wrote. It is left as it is, because the databases still want the old passwords.`,
      todo: `Restore it from a backup, or read the passwords back from the containers: ${RESTORE}`,
    })
  const usable = new Map<string, string>()
  const odd = new Map<string, string>()
  for (const [name, value] of Object.entries(parsed)) {
    const why = isSecretName(name) ? whyNotSecret(value) : 'it is not the name of a secret'
    if (why === undefined && typeof value === 'string') usable.set(name, value)
    else odd.set(name, why ?? '')
  }
  return { usable, odd, written: new Map(Object.entries(parsed)) }
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    return z.record(z.string(), z.unknown()).safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** Writes all of them (0600), whole. */
export async function writeSecrets(paths: Paths, secrets: ReadonlyMap<string, unknown>): Promise<void> {
  const sorted = [...secrets].sort(([one], [two]) => one.localeCompare(two))
  await writeWhole(secretsFile(paths), `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`, 0o600)
}
