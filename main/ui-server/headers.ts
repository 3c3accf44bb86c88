import { againSource } from './again.ts'

/**
 * What every answer carries. Nothing but files of ours runs, is drawn or is asked; nobody frames the page, and nothing
 * of it reaches another site.
 */
const always = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'permissions-policy':
    'camera=(), microphone=(), geolocation=(), usb=(), payment=(), clipboard-write=(self), clipboard-read=()',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
} as const

/**
 * The policy of the pages. `nonce`: of the window itself; lets the one style sheet in that the component library makes at
 * run time, and the one script that stands in the page.
 */
export function policy(nonce?: string): string {
  return [
    "default-src 'none'",
    nonce === undefined ? "script-src 'self'" : `script-src 'self' ${againSource}`,
    nonce === undefined ? "style-src 'self'" : `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** The headers of an answer with this content type. */
export function headersFor(
  type: string,
  more: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  return { ...always, 'content-security-policy': policy(), 'content-type': type, ...more }
}
