import { existsSync, lstatSync, mkdirSync, rmSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { dirname, join } from 'node:path'
import { homeOf } from '../system/home.ts'
import { productVersion } from '../system/product.ts'

/**
 * Lets Node keep what it compiles of us for the next command (`~/.cache/macula-desktop/compiled/VERSION`): a third of the
 * processor time before a command does anything. Kept only where nobody else can write, because it is run as it lies there:
 * not in a folder of another person's (sudo that keeps HOME), nor in one that others may write to. What another version left is
 * removed. Where it cannot be kept, or there is no `~/.cache`, commands start as without it. Returns the folder, if any.
 */
export function keepCompiled(
  env: Readonly<Record<string, string | undefined>>,
  uid = process.geteuid?.(),
  enable: (folder: string) => unknown = enableCompileCache,
): string | undefined {
  // Node keeps it elsewhere then, and would not change that.
  if ((env['NODE_COMPILE_CACHE'] ?? '') !== '') return undefined
  try {
    const folder = foldersOf(env)
    if (uid === undefined || !isOurs(folder.base, uid, 0o002)) return undefined
    const isNew = !existsSync(folder.version)
    if (isNew) rmSync(folder.all, { recursive: true, force: true })
    mkdirSync(folder.version, { recursive: true, mode: 0o700 })
    if (![dirname(folder.all), folder.all, folder.version].every((one) => isOurs(one, uid, 0o022)))
      return undefined
    enable(folder.version)
    return folder.version
  } catch {
    return undefined
  }
}

function foldersOf(env: Readonly<Record<string, string | undefined>>) {
  const named = env['XDG_CACHE_HOME'] ?? ''
  const own = process.platform === 'darwin' ? join('Library', 'Caches') : '.cache'
  const base = named.startsWith('/') && process.platform !== 'darwin' ? named : join(homeOf(env), own)
  const all = join(base, 'macula-desktop', 'compiled')
  return { base, all, version: join(all, productVersion()) }
}

/** Whether a folder is this user's and nobody else may write there, by `others`' bits of its mode. */
function isOurs(path: string, uid: number, others: number): boolean {
  const found = lstatSync(path)
  return found.isDirectory() && found.uid === uid && (found.mode & others) === 0
}
