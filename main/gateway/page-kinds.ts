import { randomBytes } from 'node:crypto'

/** What the window's page is made of, by the ends of its files' names; no other file is sent to it. */
export const pageTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
}

/** New for every page that is sent. */
export const newNonce = (): string => randomBytes(16).toString('base64')

/**
 * The page with a nonce. The component library puts a style sheet of its own into the page (touch-action of what can be
 * pressed) and takes its nonce from this element: exact permission for that one, instead of inline styles for all.
 * `more`: further elements for the head.
 */
export function withNonce(html: string, nonce: string, more = ''): string {
  const head = `<head>\n    <meta property="csp-nonce" nonce="${nonce}" />${more === '' ? '' : `\n    ${more}`}`
  return html.replace('<head>', () => head)
}
