import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromRegistry, root, say } from './process.mjs'

/** Installs what the lock file says (npm ci), once per lock file. */
export async function ensureDependencies() {
  const stamp = join(root, 'node_modules', '.macula-lock')
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  say('installing dependencies (npm ci), 400 MB: a minute or more')
  const still = setInterval(() => say('still installing dependencies'), 15_000)
  try {
    await fromRegistry(
      'What Macula is built with (npm ci)',
      ['ci', '--include=dev', '--no-audit', '--no-fund'],
      {},
      undefined,
    )
  } finally {
    clearInterval(still)
  }
  writeFileSync(stamp, wanted)
}
