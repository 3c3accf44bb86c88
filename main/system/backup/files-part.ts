import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pack } from 'tar-stream'
import type { PrivateFile } from '../../engine/adapters.ts'
import { troubleOf } from '../../model/errors.ts'
import { sayBytes } from '../../model/say.ts'
import { readBytes } from '../files.ts'
import type { Paths } from '../paths.ts'

/** The folder in the tar of a person's own files. */
export const FILES_ROOT = 'config'

/** What of the folder of settings is a person's own: what they described and laid over. */
export const OWN_FOLDERS = ['services', 'stack', 'clusters', 'apps'] as const

/** Larger files are data, not descriptions (bytes). */
const MOST_FILE_BYTES = 16 * 1024 * 1024
const MOST_FILES = 20_000

/** Files that hold passwords by habit: they are taken with the secrets, or not at all. */
export const isPrivate = (name: string): boolean =>
  /^\.env(?:\..*)?$|\.(?:key|pem|p12|pfx|jks|kubeconfig)$|^id_[a-z0-9]+$/.test(name)

interface Found {
  readonly files: string[]
  readonly secret: string[]
  readonly notes: string[]
}

async function walk(base: string, at: string, found: Found): Promise<void> {
  const entries = await readdir(join(base, at), { withFileTypes: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    found.notes.push(`${join(base, at)} is left out: ${troubleOf(error).what}`)
    return []
  })
  for (const entry of entries) {
    const path = `${at}/${entry.name}`
    if (entry.isDirectory()) await walk(base, path, found)
    else if (!entry.isFile()) found.notes.push(`${join(base, path)} is left out: it is a link or no file.`)
    else if ((await lstat(join(base, path))).size > MOST_FILE_BYTES)
      found.notes.push(`${join(base, path)} is left out: it has more than ${sayBytes(MOST_FILE_BYTES)}.`)
    else if (found.files.length >= MOST_FILES)
      found.notes.push(`${join(base, path)} is left out: there are too many files.`)
    else (isPrivate(entry.name) ? found.secret : found.files).push(path)
  }
}

/** Settings and a person's own folders. Links and large files are left out, which is told. */
export async function packOwn({ config }: Pick<Paths, 'config'>): Promise<{
  readonly tar: AsyncIterable<Uint8Array>
  readonly secret: readonly PrivateFile[]
  readonly notes: readonly string[]
}> {
  const found: Found = { files: [], secret: [], notes: [] }
  for (const folder of OWN_FOLDERS) await walk(config, folder, found)
  async function* tar(): AsyncGenerator<Uint8Array> {
    const packing = pack()
    const writing = (async () => {
      for (const path of ['settings.json', ...found.files]) {
        const content = await readBytes(join(config, path), MOST_FILE_BYTES)
        if (content) packing.entry({ name: `${FILES_ROOT}/${path}`, mode: 0o600 }, content)
      }
      packing.finalize()
    })()
    writing.catch((error: unknown) => packing.destroy(error as Error))
    for await (const chunk of packing as AsyncIterable<Uint8Array>) yield chunk
    await writing
  }
  const secret: PrivateFile[] = []
  for (const path of found.secret) {
    const content = await readBytes(join(config, path), MOST_FILE_BYTES).catch(() => undefined)
    if (content) secret.push({ path, content: content.toString('base64') })
    else found.notes.push(`${join(config, path)} is left out: it cannot be read.`)
  }
  return { tar: tar(), secret, notes: found.notes }
}
