import type { Asked, IngressPlan } from './plan.ts'
import { quoted } from './text.ts'

/** Where nginx asks itself: the one server that asks services, on its container's own loopback. */
export const ASKS = '127.0.0.1:8079'

const hasSecret = ({ probe }: Asked): boolean =>
  Object.values(probe.headers).some((value) => value.includes('{secret:'))

/** The codes that count as an answer; none: any below 500. No password is in here: who turns us away answers. */
const expectOf = (asked: Asked): readonly number[] =>
  hasSecret(asked) ? [] : [...asked.probe.expect].sort((one, two) => one - two)

const isHttp = ({ scheme }: Asked): boolean => scheme === 'http' || scheme === 'https'

/** The variable that holds 1 when what came is an answer. */
function verdictOf(asked: Asked): string {
  if (!isHttp(asked)) return '$macula_is_met'
  return `$macula_is_${expectOf(asked).join('_') || 'any'}`
}

/** The variables that say whether what came is an answer, a map for each set of codes. */
function verdicts(plan: IngressPlan): string {
  if (plan.asked.length === 0) return ''
  const maps = new Map<string, string>([
    // Who speaks no HTTP is met when the connection was made, whatever became of it then.
    ['$macula_is_met', 'map $macula_met $macula_is_met {\n  default 0;\n  ~^\\d 1;\n}\n'],
  ])
  for (const asked of plan.asked.filter(isHttp)) {
    const codes = expectOf(asked)
    const lines = codes.length === 0 ? ['~^[1-4]\\d\\d$ 1;'] : codes.map((code) => `${code} 1;`)
    const name = verdictOf(asked)
    maps.set(name, `map $macula_seen ${name} {\n  default 0;\n  ${lines.join('\n  ')}\n}\n`)
  }
  return [...maps].map(([, text]) => text).join('')
}

function ask(asked: Asked): string {
  const { key, title, host, port, named, probe } = asked
  const scheme = asked.scheme === 'https' ? 'https' : 'http'
  const headers = Object.entries(probe.headers)
    .filter(([, value]) => !value.includes('{secret:'))
    .map(([name, value]) => `    proxy_set_header ${name} ${quoted(value)};\n`)
  const path = isHttp(asked) ? probe.path.replaceAll('$', '${macula_dollar}') : '/'
  return `  location = /${key} {
    auth_request /ask/${key};
    auth_request_set $macula_seen $upstream_status;
    auth_request_set $macula_met $upstream_connect_time;
    # Asked is asked: what nginx makes of another code than 2xx is decided as the rest is.
    error_page 401 403 500 = /say/${key}/${verdictOf(asked)};
    try_files /- /say/${key}/${verdictOf(asked)};
  }
  location = /ask/${key} {
    internal;
    set $up ${scheme}://${host}:${port};
    proxy_set_header Host ${named};
${headers.join('')}    include /etc/nginx/snippets/ask.conf;
    proxy_pass $up${path};
  }
  location = /say/${key}/1 {
    internal;
    return 200 ${quoted(title, '\\n')};
  }
  location = /say/${key}/0 {
    internal;
    return 503 ${quoted(`${title} does not answer.`, '\\n')};
  }
`
}

/** The server that asks: "/grafana.web" answers 200 with the title of the service while it answers there, else 503. */
export function askingServer(plan: IngressPlan): string {
  return `${verdicts(plan)}server {
  listen ${ASKS};
  server_name _;
  default_type text/plain;
  charset utf-8;
  # What does not answer is told to who asks, not to the log, again and again.
  error_log /dev/stderr crit;
  access_log off;
${plan.asked.map(ask).join('')}  location / { return 404 "There is no such service.\\n"; }
}
`
}
