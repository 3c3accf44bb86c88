import { baseUrlOf, fqdn, hasFront, urlOf } from '../../../model/access.ts'
import { compareText } from '../../../model/compare-text.ts'
import { protocolOf } from '../../../model/protocol.ts'
import { sayCount } from '../../../model/say.ts'
import { INGRESS, tiers, type EndpointSpec, type ServiceSpec } from '../../../model/service.ts'
import { drawings, type Shape } from '../../../model/state-shapes.ts'
import { HOME, ingressPlan, type IngressPlan } from './plan.ts'

const signs: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A text as HTML that is only text. */
export function html(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => signs[sign] ?? '')
}

/** A state's shape; all of a row are in the page, and the script shows one. */
function shape(name: Shape): string {
  const strokes = drawings[name].map(
    ({ element, look, at }) =>
      `<${element} class="${look}"${Object.entries(at)
        .map(([key, value]) => ` ${key}="${value}"`)
        .join('')}/>`,
  )
  return `<svg class="si si-${name}" viewBox="0 0 14 14" aria-hidden="true">${strokes.join('')}</svg>`
}

const shapes = (['unknown', 'ok', 'warn', 'off'] as const).map(shape).join('')

/** Where an endpoint is by its name; undefined when it has none. */
function placeOf(
  endpoint: EndpointSpec,
  suffix: string,
): { readonly text: string; readonly url?: string } | undefined {
  const name = fqdn(endpoint, suffix)
  if (name === undefined) return undefined
  const port = hasFront(endpoint) ? 80 : (endpoint.listen ?? 80)
  const text = baseUrlOf(endpoint, name, port)
  const isWeb = endpoint.scheme === 'http' || endpoint.scheme === 'https'
  return isWeb && endpoint.open !== undefined ? { text, url: urlOf(endpoint, name, port) } : { text }
}

function row(service: ServiceSpec, suffix: string, plan: IngressPlan): string {
  const { id, title, purpose, endpoints } = service
  // An application has no port of its own: its names are led to port 80 of its cluster.
  const places = endpoints.flatMap((endpoint) => placeOf(endpoint, suffix) ?? [])
  const opens = places.find(({ url }) => url !== undefined)
  const asked =
    endpoints.find(({ scheme }) => scheme === 'http') ??
    endpoints.find(({ scheme }) => protocolOf(scheme) === 'tcp')
  const key = asked === undefined ? undefined : `${id}.${asked.id}`
  const named = plan.names.find((one) => one.asked.key === key)?.name
  const ask = [
    ...(key === undefined ? [] : [`data-ask="${html(key)}"`]),
    ...(named === undefined ? [] : [`data-name="${html(named)}"`]),
    // Its cluster may never have been made: nobody misses it then.
    ...(service.runtime.kind === 'cluster' ? ['data-app'] : []),
  ]
  const head = opens?.url === undefined ? html(title) : `<a href="${html(opens.url)}">${html(title)}</a>`
  const nowhere = service.runtime.kind === 'cluster' ? 'its applications have names' : 'inside Docker only'
  const where = places.map(({ text }) => `<code>${html(text)}</code>`)
  return `<li class="row" id="${html(id)}" ${ask.join(' ')}>
<span class="mark">${shapes}</span>
<h3>${head}</h3>
<p class="purpose">${html(purpose)}</p>
<p class="where">${where.length === 0 ? nowhere : [...new Set(where)].join(' ')}</p>
<p class="state">${key === undefined ? 'is not checked' : ''}</p>
</li>`
}

/** What it is called, and why it is shown where that is no wish of the person's. */
const heads = (suffix: string) => ({
  home: { title: 'Services', head: 'Macula', says: '' },
  unknown: {
    title: 'No such name',
    head: 'No service has this name',
    says: 'No service of Macula has the name <code><!--# echo var="host" --></code>.',
  },
  nowhere: {
    title: 'No such page',
    head: 'There is no such page',
    says: `<code>${html(`${HOME}.${suffix}`)}</code> has only this one.`,
  },
})

/**
 * The page of all services as whole HTML. Everything of the catalog in it is text. `unknown`: said for a name that no
 * service has; nginx fills in the name (SSI, with its signs as entities). `nowhere`: said for a path that it has not itself.
 */
export function homePage(
  services: readonly ServiceSpec[],
  suffix: string,
  instead?: 'unknown' | 'nowhere',
): string {
  const shown = services.filter(({ id }) => id !== INGRESS)
  const plan = ingressPlan(services, suffix)
  const sections = tiers.flatMap(({ id, title }) => {
    const rows = shown
      .filter(({ tier }) => tier === id)
      .sort((one, two) => one.order - two.order || compareText(one.title, two.title))
      .map((service) => row(service, suffix, plan))
    return rows.length === 0
      ? []
      : [
          `<section aria-labelledby="tier-${id}">\n<h2 id="tier-${id}">${html(title)}</h2>\n<ul>\n${rows.join('\n')}\n</ul>\n</section>`,
        ]
  })
  const count = shown.filter(({ endpoints }) => endpoints.length > 0).length
  const { title, head, says } = heads(suffix)[instead ?? 'home']
  return `<!doctype html>
<html lang="en" data-home="${html(`${HOME}.${suffix}`)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${title} · ${html(suffix)}</title>
<link rel="stylesheet" href="/-/page/window.css">
<link rel="stylesheet" href="/-/page/page.css">
<script type="module" src="/-/page/page.js"></script>
</head>
<body>
<header>
<h1>${head}</h1>
${says === '' ? '' : `<p class="unknown">${says} This is what there is.</p>\n`}<p class="summary" id="summary" role="status">${sayCount(count, 'service')} of <code>${html(suffix)}</code></p>
<noscript><p>Without JavaScript this page is a list: it does not check whether the services answer. <code>maculactl status</code> does.</p></noscript>
</header>
<main>
${sections.join('\n')}
</main>
<footer><p>Each service is asked every 15 seconds while this page is looked at. Why one does not answer: <code>maculactl status</code>.</p></footer>
</body>
</html>
`
}
