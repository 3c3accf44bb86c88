import { protocol, type Session } from 'electron'
import { answerPage, page, type Answer } from './page-files.ts'

/**
 * What the page may do: only files that came with it. Nothing inline, nothing from the network, no forms, no frames.
 * `blob:` and `data:` images: charts and icons that the page draws itself.
 */
const policy = (nonce: string | undefined): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    nonce === undefined ? "style-src 'self'" : `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'none'",
    "worker-src 'none'",
    "frame-ancestors 'none'",
    "form-action 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')

/** Must run before the application is ready. */
export function announceScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: page.scheme,
      privileges: { standard: true, secure: true, corsEnabled: true, codeCache: true },
    },
  ])
}

const headersOf = ({ type, nonce }: Answer): Record<string, string> => ({
  'Content-Type': type,
  'Content-Security-Policy': policy(nonce),
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cache-Control': 'no-cache',
})

/** Serves the page's folder to Electron's `session`; with the older call where the newer one is absent. */
export function servePage(session: Session, folder: string): void {
  if (typeof session.protocol.handle === 'function')
    session.protocol.handle(page.scheme, async ({ url }) => {
      const answer = await answerPage(folder, url)
      const { status, body } = answer
      return new Response(new Uint8Array(body), { status, headers: headersOf(answer) })
    })
  else
    session.protocol.registerBufferProtocol(page.scheme, ({ url }, reply) => {
      const send = async (): Promise<void> => {
        const answer = await answerPage(folder, url)
        const { status, type, body } = answer
        reply({
          statusCode: status,
          mimeType: type.split(';')[0] ?? type,
          data: body,
          headers: headersOf(answer),
        })
      }
      void send()
    })
}
