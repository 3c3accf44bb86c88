import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { MaculaError } from '../../model/errors.ts'
import { writeWhole } from '../files.ts'
import type { Pair } from './certificate.ts'

/**
 * Writes cert.pem, key.pem (0600) and ca.pem, each whole, the key first: a program that is restarted meanwhile finds no
 * certificate rather than one without its key. Throws MaculaError `usage` where one is there, without `force`.
 */
export async function writeForProgram(
  folder: string,
  pair: Pair,
  ca: string,
  { force }: { readonly force: boolean },
): Promise<{ readonly certificate: string; readonly key: string; readonly authority: string }> {
  const paths = {
    key: join(folder, 'key.pem'),
    certificate: join(folder, 'cert.pem'),
    authority: join(folder, 'ca.pem'),
  }
  const there: string[] = []
  for (const path of Object.values(paths)) if (await lstat(path).catch(() => undefined)) there.push(path)
  if (there.length > 0 && !force)
    throw new MaculaError({
      kind: 'usage',
      what: `Nothing was written: ${there.join(', ')} ${there.length === 1 ? 'is' : 'are'} there.`,
      todo: 'Name another folder, or replace them: --force',
    })
  await writeWhole(paths.key, pair.key, 0o600)
  await writeWhole(paths.certificate, pair.certificate, 0o644)
  await writeWhole(paths.authority, ca, 0o644)
  return paths
}
