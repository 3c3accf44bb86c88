import { createHash } from 'node:crypto'
import { clusterUpLine } from '../../../model/cluster-id.ts'
import { linkOf } from '../../../model/places.ts'
import { REVISION_HOST, type ServiceSpec } from '../../../model/service.ts'
import { SERVED_INSIDE } from '../../tls/served.ts'
import { askingServer, ASKS } from './asks.ts'
import { HOME, ingressPlan, type IngressPlan, type Named, type Route } from './plan.ts'
import { quoted } from './text.ts'

/** nginx' hash of names has this many bytes a bucket where it is not told otherwise; a longer name stops its start. */
const BUCKET = 64

/**
 * The ingress' server blocks from the catalog: one a name, one that asks services for `/health`, and the page of all
 * services. nginx syntax. `served`: a mark of the certificate that is there to be served; absent: no TLS. `revision`: what
 * REVISION_HOST answers once nginx has read exactly this. Throws MaculaError `invalid` for an atom that is not one.
 */
export function ingressRoutes(
  services: readonly ServiceSpec[],
  suffix: string,
  served?: string,
): { readonly text: string; readonly revision: string } {
  const plan = ingressPlan(services, suffix)
  const home = `${HOME}.${suffix}`
  const names = plan.names.filter(({ name }) => name !== home)
  const text = [
    '# Rendered from the catalog; edits are kept aside and replaced.\n',
    buckets([home, REVISION_HOST, ...names.map(({ name }) => name)]),
    served === undefined ? '' : secure(served),
    allows(home),
    ...names.map((named) => block(named, home, served !== undefined)),
    homeServer(home, suffix, served !== undefined),
    ...(served === undefined ? [] : plan.clusters.map(clusterServer)),
    askingServer(plan),
  ].join('')
  const revision = createHash('sha256').update(text).digest('hex').slice(0, 16)
  return {
    text: `${text}server {\n  listen 80;\n  server_name ${REVISION_HOST};\n  access_log off;\n  location = /${revision} { return 204; }\n}\n`,
    revision,
  }
}

/** What all servers with TLS share, and the one for a name that no service has. */
const secure = (served: string): string => `# The certificate ${served}.
ssl_certificate ${SERVED_INSIDE};
ssl_certificate_key ${SERVED_INSIDE};
ssl_protocols TLSv1.2 TLSv1.3;
ssl_session_cache shared:macula:2m;
ssl_session_timeout 1h;
server {
  listen 443 ssl default_server backlog=2048;
  http2 on;
  server_name _;
  include /etc/nginx/snippets/home.conf;
}
`

/** Where a server listens. */
const listen = (tls: boolean): string => (tls ? 'listen 80;\n  listen 443 ssl;\n  http2 on;' : 'listen 80;')

/** Where a request is sent on to, and what is said of it where nobody answers there (unanswered-page.ts). */
interface Target {
  /** As the Docker network names it. */
  readonly host: string
  readonly port: number
  readonly service: string
  readonly title: string
  /** What starts it, says why it does not answer, and shows its log, as typed in a terminal. */
  readonly start: string
  readonly look: string
  readonly log: string
  /** Opens it in the desktop; empty: it has no place there. */
  readonly link: string
}

const targetOf = ({ service, title, port }: Route): Target => ({
  host: service,
  port,
  service,
  title,
  start: `maculactl up ${service}`,
  look: `maculactl status ${service}`,
  log: `maculactl logs ${service}`,
  link: linkOf({ view: 'services', service }),
})

/** How the ingress sends a request on. The variable makes nginx look the name up at each request, so that it starts while a service is down. */
const pass = ({ host, port, service, title, start, look, log, link }: Target): string =>
  `    set $macula_service ${service};
    set $macula_title ${quoted(title)};
    set $macula_port ${port};
    set $macula_start ${quoted(start)};
    set $macula_look ${quoted(look)};
    set $macula_log ${quoted(log)};
    set $macula_link ${quoted(link)};
    set $macula_asked $request_method;
    set $up http://${host}:${port};
    include /etc/nginx/snippets/proxy.conf;
    proxy_pass $up;
`

/** What is said where a service does not answer; services' own answers are never replaced. */
const unanswered = `  error_page 502 504 /-/macula-unanswered;
  location = /-/macula-unanswered { include /etc/nginx/snippets/unanswered.conf; }
`

function block(named: Named, home: string, tls: boolean): string {
  const { name, addresses, routes, asked } = named
  const places = routes.map((route) => `  location ${route.path} {\n${pass(targetOf(route))}  }\n`)
  // What has the name and speaks no HTTP here: people are led to what there is.
  if (routes.length === 0) places.push(`  location / { return 302 $scheme://${home}/#${asked.service}; }\n`)
  return `server {
  ${listen(tls)}
  server_name ${[name, ...addresses].join(' ')};
${routes.length === 0 ? '' : unanswered}${health(named, home)}${places.join('')}}
`
}

/**
 * `/health` of a name. A service of a person's own, and one that is asked there, may have its own: that goes first, and
 * ours stands in where it has none. With a query, a password or another method it is somebody's question to the service
 * itself (an S3 bucket may be called health), and passed on as every other path.
 */
function health({ own, asked, routes }: Named, home: string): string {
  const ours = `    set $macula_asks http://${ASKS}/${asked.key};
    set $macula_home $scheme://${home};
    set $macula_service ${asked.service};
    include /etc/nginx/snippets/health.conf;
    proxy_pass $macula_asks;
`
  const behind = routes.find(({ path }) => '/health'.startsWith(path))
  if (!behind) return `  location = /health {\n${ours}  }\n`
  const itself = `  location @itself {\n${pass(targetOf(behind))}  }\n`
  if (!own)
    return `  location = /health {
    error_page 418 = @itself;
    recursive_error_pages on;
    if ($macula_is_for_service) { return 418; }
${ours}  }
${itself}`
  return `  location = /health {
    proxy_intercept_errors on;
    error_page 301 302 303 307 308 401 403 404 405 406 502 504 = @health;
    proxy_ignore_client_abort on;
    proxy_hide_header Access-Control-Allow-Origin;
    proxy_hide_header Macula-Service;
    add_header Access-Control-Allow-Origin $macula_allows always;
    add_header Vary Origin always;
    add_header Macula-Service ${asked.service} always;
${pass(targetOf(behind))}  }
  location @health {
${ours}  }
`
}

/**
 * Who may read an own `/health` from a page: the page of all services, else whom the service itself says. Browsers refuse an
 * answer that says it twice.
 */
const allows = (
  home: string,
): string => `map $upstream_http_access_control_allow_origin $macula_itself_allows {
  default $upstream_http_access_control_allow_origin;
  '' $scheme://${home};
}
map $http_origin $macula_allows {
  default $macula_itself_allows;
  http://${home} http://${home};
  https://${home} https://${home};
}
`

/** The page of all services. It may load what lies beside it, and ask names under the suffix for their health. */
function homeServer(home: string, suffix: string, tls: boolean): string {
  return `map $host $macula_policy {
  default "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self' http://*.${suffix}${tls ? ` https://*.${suffix}` : ''}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}
server {
  ${listen(tls)}
  server_name ${home};
  include /etc/nginx/snippets/home.conf;
  location = /health { default_type text/plain; return 200 "Macula\\n"; }
  location = / { try_files /index.html =404; }
  location = /-/nowhere.html { internal; }
  # The name is right, only the path is not; what the page itself loads and asks is as it is on every name.
  location ~ ^/(?!-/(?:page|state)/) {
    error_page 404 /-/nowhere.html;
    return 404;
  }
}
`
}

/**
 * TLS for what a cluster's own ingress routes, which serves none for an Ingress without `tls:`. It is asked on the node's port
 * 80, in the docker network.
 */
const clusterServer = ({ cluster, names, host }: IngressPlan['clusters'][number]): string => {
  const target: Target = {
    host,
    port: 80,
    service: cluster,
    title: `The cluster ${cluster}`,
    start: clusterUpLine(cluster),
    look: `maculactl status cluster/${cluster}`,
    log: `maculactl logs cluster/${cluster}`,
    link: '',
  }
  return `server {
  listen 443 ssl;
  http2 on;
  server_name ${names.join(' ')};
${unanswered}  location / {
${pass(target)}  }
}
`
}

function buckets(names: readonly string[]): string {
  const longest = Math.max(0, ...names.map((name) => name.length))
  let bytes = BUCKET
  // A bucket holds the name with a pointer, its length and an end mark.
  while (bytes < longest + 32) bytes *= 2
  return bytes === BUCKET ? '' : `server_names_hash_bucket_size ${bytes};\n`
}
