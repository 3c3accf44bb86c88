import { pushCommand } from '../../model/cluster.ts'

/** Nothing that nginx could read as syntax inside a quoted word, nothing that a browser could read as markup. */
function inertHtml(text: string): string {
  return text
    .replaceAll(/[\u0000-\u001F\u007F-\u009F]/g, ' ') // eslint-disable-line no-control-regex -- they are what is taken out
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
    .replaceAll('$', '&#36;')
    .replaceAll('\\', '&#92;')
    .replaceAll('{', '&#123;')
    .replaceAll('}', '&#125;')
}

/** The page that answers for an application without a ready pod: it says the same as its row. */
export function placeholderPage(title: string, id: string, image: string, isPushed = true): string {
  const say = inertHtml
  return [
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="5">',
    `<title>${say(title)}: no pod yet</title>`,
    '<body style="font:16px/1.5 system-ui,sans-serif;max-width:44em;margin:4em auto;padding:0 1em">',
    `<h1 style="font-size:1.4em">${say(title)} has no ready pod yet</h1>`,
    '<p>The way to it works: name, address, forwarder and ingress brought you here.</p>',
    // What comes from a registry of others is not for this person to push.
    ...(isPushed
      ? [
          `<p>No image yet? Push ${say(image)}:</p>`,
          `<pre style="padding:1em;background:#8882;overflow:auto">${say(pushCommand(image))}</pre>`,
          `<p>It is there already? See why it does not run: <code>maculactl status ${say(id)}</code></p>`,
        ]
      : [`<p>See why it does not run: <code>maculactl status ${say(id)}</code></p>`]),
    '<p>This page asks again every 5 seconds.</p></body></html>',
  ].join('')
}

/**
 * The snippet for the cluster's ingress: when no pod can be reached (502), the placeholder page with status 503, which
 * says "later" to programs. No other answer of a pod is replaced, its own 503 neither.
 */
export function placeholderSnippet(title: string, id: string, image: string, isPushed = true): string {
  return [
    'proxy_intercept_errors on;',
    'error_page 502 = @macula_placeholder;',
    'location @macula_placeholder {',
    '  internal;',
    '  default_type text/html;',
    '  add_header Cache-Control no-store always;',
    '  add_header Retry-After 5 always;',
    `  return 503 '${placeholderPage(title, id, image, isPushed)}';`,
    '}',
    '',
  ].join('\n')
}
