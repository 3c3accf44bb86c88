import { createHash } from 'node:crypto'
import { html } from './home-page.ts'
import { homeSheet } from './sheets.ts'

/**
 * Why nginx got no answer for a request (`$macula_why`, nginx.conf), and what to do. Names in braces are variables that routes set:
 * text of the catalog, written by nginx itself (SSI), as entities in HTML.
 */
const reasons = {
  absent: {
    what: '{macula_title} does not run.',
    todo: ['Start it', '{macula_start}'],
  },
  refused: {
    what: '{macula_title} runs, but does not answer on its port {macula_port}.',
    todo: ['It may still be starting. Why it does not answer', '{macula_look}'],
  },
  silent: {
    what: '{macula_title} took the request, but did not answer it.',
    todo: ['It ended the connection, or was stopped meanwhile. Its log', '{macula_log}'],
  },
} as const

const echoed = (text: string, encoding: 'entity' | 'none'): string =>
  text.replaceAll(/\{(\w+)\}/g, (_, name: string) => `<!--# echo var="${name}" encoding="${encoding}" -->`)

/** A part for each reason, of which nginx sends the one that holds. */
const byReason = (part: (reason: (typeof reasons)[keyof typeof reasons]) => string): string =>
  Object.entries(reasons)
    .map(([name, reason]) => `<!--# if expr="$macula_why = ${name}" -->${part(reason)}<!--# endif -->`)
    .join('')

/** Loads the page again once something answers; asks only while it is looked at, and marked so that no log tells of it. */
const script = `
const ask = async () => {
  if (document.hidden) return
  try {
    const { status } = await fetch(location.href, { method: 'HEAD', cache: 'no-store', headers: { 'Macula-Check': '1' } })
    if (status !== 502 && status !== 504) location.reload()
  } catch {}
}
setInterval(ask, 2000)
document.addEventListener('visibilitychange', ask)
`

const look = `
body { margin: 0; font: var(--w-normal) var(--t-m) / var(--lh-m) var(--font); color: var(--text); background: var(--bg); }
main { max-width: 40rem; margin: 10vh auto 0; padding: var(--s-4); overflow-wrap: anywhere; }
h1 { margin: 0 0 var(--s-3); font-size: var(--t-xl); line-height: var(--lh-xl); font-weight: var(--w-bold); }
p { margin: var(--s-2) 0; }
.host { color: var(--text-2); }
code { font-family: var(--mono); font-size: var(--t-s); }
p > code.run { display: block; margin-top: var(--s-1); padding: var(--s-2) var(--s-3); background: var(--sunken); border: 1px solid var(--line); border-radius: var(--r-2); user-select: all; }
a { color: var(--accent); }
:focus-visible { outline: none; box-shadow: var(--focus); border-radius: var(--r-1); }
`

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/**
 * The page for a request that a service did not answer, as HTML with nginx' SSI in it: which service, why, what to do. It loads
 * nothing, for what it could load would be asked of the service that has the name.
 */
export function unansweredPage(suffix: string, home: string): string {
  const sheet = homeSheet() + look
  const policy = `default-src 'none'; style-src ${hash(sheet)}; script-src ${hash(script)}; connect-src 'self'; base-uri 'none'; form-action 'none'`
  const says = byReason(
    ({ what, todo: [lead, run] }) =>
      `<h1>${echoed(what, 'entity')}</h1>\n<p>${lead}:<code class="run">${echoed(run, 'entity')}</code></p>`,
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${html(policy)}">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title><!--# echo var="macula_title" --> · ${html(suffix)}</title>
<style>${sheet}</style>
</head>
<body>
<main>
${says}
<!--# if expr="$macula_link" --><p><a href="<!--# echo var="macula_link" -->">Open it in Macula Desktop</a> · <a href="//${html(home)}/">All services</a></p><!--# endif -->
<p class="host" role="status"><code><!--# echo var="host" --></code> answered <!--# echo var="status" -->.<!--# if expr="$macula_asked = GET" --> This page loads again once the service answers.<!--# endif --></p>
</main>
<!--# if expr="$macula_asked = GET" --><script>${script}</script><!--# endif -->
</body>
</html>
`
}

/** The same as one line for what is no browser (curl, docker push), with nginx' SSI in it. */
export function unansweredText(): string {
  const line = byReason(({ what, todo: [lead, run] }) => echoed(`${what} ${lead}: ${run}`, 'none'))
  return `${line}\n`
}
