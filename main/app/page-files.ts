import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import { placeOf } from '../model/places.ts'
import { newNonce, pageTypes, withNonce } from '../gateway/page-kinds.ts'

/** Where the window's page lives. A scheme of our own instead of file://, so that its origin is ours and nothing else's. */
export const page = { scheme: 'macula', host: 'app', url: 'macula://app/index.html' } as const

/** Whether a URL is a place of our page (its origin, after parsing). */
export function isOurs(url: string): boolean {
  try {
    const { protocol: scheme, host } = new URL(url)
    return scheme === `${page.scheme}:` && host === page.host
  } catch {
    return false
  }
}

/** What is loaded for the window that showed `url`: our page, at the place that its fragment names, if it names one. */
export function placeUrl(url: string): string {
  const [, fragment = ''] = isOurs(url) ? (/^[^#]*#(.*)$/.exec(url) ?? []) : []
  return placeOf(fragment) === undefined ? page.url : `${page.url}#${fragment}`
}

/** What is sent for a URL. */
export interface Answer {
  readonly status: number
  readonly type: string
  readonly body: Buffer
  /** Lets in the one style sheet that the component library makes at run time; new for every page. */
  readonly nonce?: string
}

/** The file behind a URL of ours; nothing outside `folder`, no kind of file that a page does not need. */
export async function answerPage(folder: string, url: string): Promise<Answer> {
  const none: Answer = { status: 404, type: 'text/plain', body: Buffer.from('There is no such file.') }
  if (!isOurs(url)) return none
  let path: string
  try {
    path = decodeURIComponent(new URL(url).pathname)
  } catch {
    return none
  }
  const file = normalize(join(folder, path === '/' ? 'index.html' : path))
  const type = pageTypes[extname(file)]
  if (type === undefined || path.includes('\0') || !file.startsWith(folder + sep)) return none
  try {
    const body = await readFile(file)
    return type === pageTypes['.html'] ? window({ status: 200, type, body }) : { status: 200, type, body }
  } catch {
    return none
  }
}

function window(answer: Answer): Answer {
  const nonce = newNonce()
  return { ...answer, nonce, body: Buffer.from(withNonce(answer.body.toString('utf8'), nonce)) }
}
