import { readFileSync } from 'node:fs'

/** Put in by the build, so that one file is enough to run. */
declare const MACULA_VERSION: string | undefined

/** The product's version. */
export function productVersion(): string {
  if (typeof MACULA_VERSION === 'string') return MACULA_VERSION
  // Run from its sources: package.json is two folders up.
  const read: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return typeof read === 'object' && read !== null && 'version' in read ? String(read.version) : 'unknown'
}
