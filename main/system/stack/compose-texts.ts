import { stringify } from 'yaml'
import { DNS_PORT, portText, protocolOf } from '../../model/protocol.ts'
import { INGRESS, POWERDNS, TLS_PORT, type ServiceSpec, type Settings } from '../../model/service.ts'
import { labels, ownLabels } from '../docker/container.ts'
import { OVERRIDE, type Fragment } from './fragment.ts'

/** Ports that Docker publishes on a free port of 127.0.0.1, for engines whose container addresses cannot be reached. */
export function portsOf(
  service: ServiceSpec,
  { dnsPort, tls }: Pick<Settings, 'dnsPort' | 'tls'>,
): readonly string[] {
  const targets = service.endpoints
    // PowerDNS' own is below: what is published twice may be read by either.
    .filter(({ target }) => service.id !== POWERDNS || target !== DNS_PORT)
    .map(({ target, scheme }) => portText(target, protocolOf(scheme)))
  if (tls && service.id === INGRESS) targets.push(portText(TLS_PORT))
  const ports = targets.map((target) => `127.0.0.1::${target}`)
  // dnsmasq asks by UDP, and by TCP at the same port what does not fit: Docker would choose two.
  const dns = ['tcp', 'udp'].map(
    (protocol) => `127.0.0.1:${publishedDnsPort(dnsPort)}:${DNS_PORT}/${protocol}`,
  )
  return [...new Set([...ports, ...(service.id === POWERDNS ? dns : [])])]
}

/** Where PowerDNS' port 53 is published on an engine whose containers are not reached: beside our own name server's. */
function publishedDnsPort(dnsPort: number): number {
  // One above or below would be LLMNR's or mDNS' with the usual 5354.
  return dnsPort + 2 > 65_535 ? dnsPort - 2 : dnsPort + 2
}

/** The labels by which the container of a service is known as ours. */
export function labelsOf(service: string, settings: Settings): Readonly<Record<string, string>> {
  return { ...ownLabels(settings.project), [labels.service]: service }
}

/**
 * How often Docker asks for the health of a service of ours while it starts. The fragments say each second, for whoever waits
 * by Compose; `up` asks the services themselves many times a second, and each check of Docker's is one more process in the
 * container: 14 of them a second took a fifth of the whole start. Until the first one a service that stops answering again
 * counts as starting, so it is not longer either. No part of `configOf`: it is no reason to make a container anew.
 */
const CALM = '5s'

/**
 * What the engine adds to a fragment: labels by which it knows its own containers and volumes, published ports, the mounts
 * that lie in the person's folder, the names of its container in the docker network, and how often Docker asks for its
 * health while it starts.
 */
export function overrideText(
  fragment: Fragment,
  settings: Settings,
  config: string,
  ports: readonly string[],
  mounts: readonly unknown[] = [],
  names: readonly string[] = [],
): string {
  const own = ownLabels(settings.project)
  const volumes = Object.fromEntries([...fragment.volumes.keys()].map((key) => [key, { labels: own }]))
  return stringify({
    services: {
      [fragment.id]: {
        // As it was read: what compose would fill in depends on who calls it.
        image: fragment.image,
        // By the tier the logs and metrics of a container are told apart (assets/stack/alloy); no reason to make it anew.
        labels: { ...labelsOf(fragment.id, settings), [labels.config]: config, [labels.tier]: fragment.tier },
        ...(ports.length > 0 ? { ports } : {}),
        ...(fragment.calm === true ? { healthcheck: { start_interval: CALM } } : {}),
        ...(mounts.length > 0 ? { volumes: mounts } : {}),
        ...(names.length > 0 ? { networks: { macula: { aliases: names } } } : {}),
      },
    },
    ...(fragment.volumes.size > 0 ? { volumes } : {}),
  })
}

/** A compose project that only includes fragments, each with what lies over it. */
export function projectText(
  project: string,
  fragments: readonly { readonly id: string; readonly compose: readonly string[] }[],
): string {
  return stringify({
    name: project,
    include: fragments.map(({ id, compose }) => ({
      path: [...compose, OVERRIDE].map((file) => `${id}/${file}`),
    })),
  })
}
