import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, extname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { newNonce, pageTypes, withNonce } from '../gateway/page-kinds.ts'
import { MaculaError } from '../model/errors.ts'
import { placeOf } from '../model/places.ts'
import { againElement } from './again.ts'
import { headersFor, policy } from './headers.ts'
import { plainPages } from './plain-pages.ts'

export interface Page {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | string
}

/** The page at a path of ours; undefined: there is none. */
export type Pages = (path: string) => Page | undefined

/** The built window: beside the bundle in an installed copy, in dist/ when run from the sources. */
export function windowFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url))
  const candidates = [join(here, 'renderer'), join(here, '..', '..', 'dist', 'renderer')]
  return candidates.find((folder) => existsSync(join(folder, 'index.html'))) ?? join(here, 'renderer')
}

/**
 * Reads all files of the window at once: afterwards a path is only looked up, so none leads out of the folder, and an
 * update under a running server mixes nothing.
 */
export async function readPages(folder: string): Promise<Pages> {
  const files = new Map<string, Page>()
  let index: string
  try {
    index = await readFile(join(folder, 'index.html'), 'utf8')
    const entries = await readdir(folder, { withFileTypes: true, recursive: true })
    await Promise.all(
      entries
        .filter((entry) => entry.isFile())
        .map(async (entry) => {
          const file = join(entry.parentPath, entry.name)
          const type = pageTypes[extname(entry.name)]
          if (type === undefined || file === join(folder, 'index.html')) return
          const path = `/${relative(folder, file).split(sep).join('/')}`
          files.set(path, { headers: headersFor(type), body: await readFile(file) })
        }),
    )
  } catch (error) {
    throw new MaculaError(
      {
        kind: 'failed',
        what: 'The window cannot be shown: its files are not there.',
        why: `${join(folder, 'index.html')} cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : String(error)}).`,
        todo: 'In a copy of the sources run npm run build; otherwise install Macula Desktop again.',
      },
      { cause: error },
    )
  }
  return (path) =>
    path === '/' || path === '/index.html' || placeOf(path) !== undefined
      ? window(index)
      : (files.get(path) ?? plainPages.get(path))
}

function window(index: string): Page {
  const nonce = newNonce()
  return {
    headers: headersFor('text/html; charset=utf-8', { 'content-security-policy': policy(nonce) }),
    body: withNonce(index, nonce, againElement),
  }
}
