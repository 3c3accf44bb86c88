import { headersFor } from './headers.ts'

/** Pages without a script, for whoever has no session: they must be readable when nothing else is. */

const style = `:root { color-scheme: light dark; }
body { margin: 0; display: grid; place-items: center; min-height: 100vh;
  font: 15px/1.5 system-ui, sans-serif; background: Canvas; color: CanvasText; }
main { max-width: 34rem; padding: 2rem; }
h1 { font-size: 1.25rem; line-height: 1.3; margin: 0 0 .75rem; }
p { margin: 0 0 .5rem; }
code { font: .95em ui-monospace, monospace; }
`

const html = (title: string, body: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>${title}</title>
    <link rel="stylesheet" href="/plain.css" />
  </head>
  <body>
    <main>
${body}
    </main>
  </body>
</html>
`

const used = html(
  'Macula Desktop: a new address is needed',
  `      <h1>This address was used already.</h1>
      <p><code>maculactl ui</code> prints a new one: press Enter there.</p>
      <p>Each address opens one tab once, so that nobody else on this machine can use it. Where
        <code>maculactl ui</code> has ended, start it again; services keep running meanwhile.</p>`,
)

/** The product's closed ring with a dot, for browsers that ask for it unasked. */
const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 22 22"><circle cx="11" cy="11" r="8" fill="none" stroke="#7a869a" stroke-width="2.4"/><circle cx="11" cy="11" r="3.6" fill="#7a869a"/></svg>'

/** By path. */
export const plainPages: ReadonlyMap<
  string,
  { readonly headers: Readonly<Record<string, string>>; readonly body: string }
> = new Map([
  ['/used', { headers: headersFor('text/html; charset=utf-8'), body: used }],
  ['/favicon.ico', { headers: headersFor('image/svg+xml'), body: icon }],
  ['/plain.css', { headers: headersFor('text/css; charset=utf-8'), body: style }],
])
