import { lstat, mkdir, open, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { troubleOf } from '../../model/errors.ts'
import { readBytes, writeWhole } from '../files.ts'
import { homeOf } from '../home.ts'
import { mergeKubeconfig, type Entries } from './kubeconfig.ts'

export type KubeconfigWritten =
  | { readonly kind: 'same'; readonly file: string }
  | { readonly kind: 'written'; readonly file: string; readonly backup?: string }
  /** The file is as it was, byte for byte; why, and what a person can do instead. */
  | { readonly kind: 'left'; readonly file: string; readonly says: string }

/** The person's kubeconfig: $KUBECONFIG when it names one file, else ~/.kube/config; several are reported. */
export function userKubeconfig(
  env: Readonly<Record<string, string | undefined>>,
): { readonly file: string } | { readonly file: string; readonly says: string } {
  const named = (env['KUBECONFIG'] ?? '').split(':').filter((part) => part !== '')
  const [first] = named
  if (first === undefined) return { file: join(homeOf(env), '.kube', 'config') }
  if (named.length > 1)
    return {
      file: named.join(':'),
      says: `KUBECONFIG names ${named.length} files; which one should hold the cluster is not ours to choose`,
    }
  if (!first.startsWith('/'))
    return { file: first, says: `KUBECONFIG names ${first}, which is not a whole path` }
  return { file: first }
}

/** Whether anybody may write a file of this mode; root could in spite of it, but a person made it so. */
const isWritable = (mode: number): boolean => (mode & 0o222) !== 0

/**
 * Puts our context into the person's kubeconfig, or takes it out, with a copy of the old file kept in `backups`. Never
 * throws: what is a link, read-only, half written, locked by kubectl or changing meanwhile is left as it is.
 */
export async function writeUserKubeconfig(input: {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly entries: Entries | { readonly name: string }
  readonly backups: string
  readonly now: number
  /** Only when the file is this one (where our entries were put before). */
  readonly onlyIf?: string | undefined
}): Promise<KubeconfigWritten> {
  const target = userKubeconfig(input.env)
  const { file } = target
  const left = (says: string): KubeconfigWritten => ({ kind: 'left', file, says })
  if ('says' in target) return left(target.says)
  const adds = 'cluster' in input.entries
  if (!adds && input.onlyIf !== file) return { kind: 'same', file }
  try {
    const link = await lstat(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    if (link?.isSymbolicLink()) return left('it is a link to another file')
    if (link && !link.isFile()) return left('it is not a file')
    if (link && !isWritable(link.mode)) return left('it is read-only')
    if (!link && !adds) return { kind: 'same', file }
    const before = link ? await readBytes(file) : undefined
    const text = before?.toString('utf8') ?? ''
    if (before && !Buffer.from(text, 'utf8').equals(before)) return left('it is not UTF-8 text')
    const merged = mergeKubeconfig(text, input.entries)
    if (merged.kind === 'refused') return left(merged.says)
    if (merged.kind === 'same') return { kind: 'same', file }
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    return await locked(file, async () => {
      // Read once more under the lock: what changed meanwhile is not overwritten.
      const now = link ? await readBytes(file) : undefined
      if (before && !now?.equals(before)) return left('it changed while it was read')
      let backup: string | undefined
      if (before) {
        const stamp = new Date(input.now).toISOString().replaceAll(/[:.]/g, '-')
        backup = join(input.backups, `${basename(file)}-${stamp}`)
        await writeWhole(backup, before, 0o600)
      }
      await writeWhole(file, merged.text, link ? link.mode & 0o777 : 0o600)
      return { kind: 'written', file, ...(backup === undefined ? {} : { backup }) }
    })
  } catch (error) {
    const { what, why } = troubleOf(error)
    return left(why ?? what)
  }
}

/** Holds the lock that kubectl and kind take too (`FILE.lock`), for as long as `work` takes. */
async function locked(file: string, work: () => Promise<KubeconfigWritten>): Promise<KubeconfigWritten> {
  const lock = `${file}.lock`
  try {
    const handle = await open(lock, 'wx', 0o600)
    await handle.close()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      return { kind: 'left', file, says: `another program holds ${lock}` }
    throw error
  }
  try {
    return await work()
  } finally {
    await rm(lock, { force: true })
  }
}
