import { octets } from '../../model/atoms.ts'
import { routingScripts, type EjectForward, type EjectPlan, type RoutingScript } from '../../model/eject.ts'
import { MaculaError } from '../../model/errors.ts'
import { socatArgs } from '../forward/socat.ts'

const leads: Readonly<Record<RoutingScript, string>> = {
  kind: 'the ingress of the clusters',
  observability: 'Prometheus, Grafana, Loki, Tempo and what collects for them, and to the tools',
  data: 'databases and object storage',
}

/**
 * The routing scripts, by their paths. Each names its forwarders; what is done with them is in routing.sh beside it. The words
 * are atoms that socatArgs has checked, so none needs a quote.
 */
export function routingTexts(
  plan: EjectPlan,
  addressOf: (service: string) => string | undefined,
): ReadonlyMap<string, string> {
  return new Map(
    routingScripts.map((script) => [
      `scripts/setup-${script}-routing.sh`,
      scriptText(script, plan, addressOf),
    ]),
  )
}

function scriptText(
  script: RoutingScript,
  plan: EjectPlan,
  addressOf: (service: string) => string | undefined,
): string {
  const lines = plan.forwards[script].map((forward) => {
    const all = words(forward, addressOf)
    const [listen, target] = all.slice(-2)
    return `  "$1" ${all.slice(0, -2).join(' ')} \\\n    ${listen ?? ''} \\\n    ${target ?? ''}`
  })
  return [
    '#!/bin/sh',
    `# Leads loopback addresses to ${leads[script]}.`,
    `# Usage: ./setup-${script}-routing.sh start|stop|restart|status`,
    '# shellcheck disable=SC2317',
    'set -eu',
    '',
    `project=${plan.project}`,
    '',
    '# COMMAND for each: name, listener, target, and the arguments of socat.',
    'each() {',
    ...(lines.length === 0 ? ['  : "$1"'] : lines),
    '}',
    '',
    '# shellcheck source-path=SCRIPTDIR source=routing.sh',
    '. "$(dirname "$0")/routing.sh"',
    '',
  ].join('\n')
}

function words(
  { address, port, to }: EjectForward,
  addressOf: (service: string) => string | undefined,
): readonly string[] {
  const host = to.kind === 'host' ? to.host : addressOf(to.service)
  if (host === undefined || octets(host) === undefined)
    throw new MaculaError({
      kind: 'internal',
      what: `${to.kind === 'service' ? to.service : 'A cluster'} has no address that ${address}:${port} could lead to.`,
    })
  const args = socatArgs({ address, port, host, toPort: to.port })
  return [to.kind === 'service' ? to.service : 'cluster', `${address}:${port}`, `${host}:${to.port}`, ...args]
}
