import type { DnsUpstream } from '../../engine/adapters.ts'
import { isHostName, isIpv4, isLoopback, isSuffix, isZone, parsePort } from '../../model/atoms.ts'
import { MaculaError } from '../../model/errors.ts'

function bad(what: string, value: string): MaculaError {
  return new MaculaError({
    kind: 'invalid',
    what: `${JSON.stringify(value)} is not a ${what} that can be served.`,
    why: 'Only plain labels and canonical loopback addresses become configuration.',
    todo: 'Correct it where it is set (settings.json or the service’s compose.yaml).',
  })
}

/**
 * dnsmasq's configuration: answers what stands in `hostsDir`, asks those that stand in `serversFile` for the rest of our
 * zones, and nobody else. Both change without a restart: the first is followed by inotify, the second is read again at
 * SIGHUP. Measured on dnsmasq 2.90 (docs/architecture.md, "Names"): nothing is kept of what PowerDNS said, because a name
 * that it did not know a moment ago may be there now.
 */
export function dnsmasqConfig(input: {
  readonly port: number
  readonly hostsDir: string
  readonly serversFile: string
}): string {
  if (parsePort(input.port) === undefined) throw bad('port', String(input.port))
  for (const path of [input.hostsDir, input.serversFile])
    if (!/^\/[A-Za-z0-9._/ @+-]+$/.test(path)) throw bad('folder', path)
  return [
    `port=${input.port}`,
    'listen-address=127.0.0.1',
    'bind-interfaces',
    'no-resolv',
    'no-hosts',
    'no-poll',
    // Empty: no pid file; the record is ours.
    'pid-file=',
    'log-facility=-',
    'local-ttl=5',
    'cache-size=0',
    // What others keep of an answer of PowerDNS (s): a record that went must not be led to for an hour.
    'max-ttl=5',
    `servers-file=${input.serversFile}`,
    `hostsdir=${input.hostsDir}`,
    '',
  ].join('\n')
}

/**
 * Whom dnsmasq asks, as `servers-file` has it: `upstream` (PowerDNS) for what we do not answer in our zones, nobody while
 * it does not run, so that an unknown name is NXDOMAIN at once instead of no answer at all; nobody ever for our own names,
 * whose AAAA would be asked there otherwise. What lies below such a name is asked all the same (`bucket.s3.SUFFIX`): without
 * the line with `*.` (dnsmasq 2.86 and newer), dnsmasq takes it for a part of the name. Throws MaculaError `invalid` for what is no zone, name or address.
 */
export function serversText(input: {
  readonly suffix: string
  readonly zones: readonly string[]
  readonly names: ReadonlyMap<string, string>
  readonly upstream: DnsUpstream | undefined
}): string {
  const { suffix, zones, names, upstream } = input
  if (!isSuffix(suffix)) throw bad('suffix', suffix)
  for (const zone of zones) if (!isZone(zone)) throw bad('zone', zone)
  if (upstream && (!isIpv4(upstream.address) || parsePort(upstream.port) === undefined))
    throw bad('name server', `${upstream.address}#${upstream.port}`)
  for (const name of names.keys()) if (!isHostName(name, 3)) throw bad('name', name)
  const to = upstream ? `${upstream.address}#${upstream.port}` : ''
  return [
    ...[suffix, ...zones].map((zone) => `server=/${zone}/${to}\n`),
    ...[...names.keys()].map((name) => `server=/${name}/\n${upstream ? `server=/*.${name}/${to}\n` : ''}`),
  ].join('')
}

/** Whom the first line of such a text asks; undefined: nobody. */
export function upstreamIn(servers: string): DnsUpstream | undefined {
  const [, address = '', port = ''] = /^server=\/[^/]+\/([0-9.]+)#([0-9]+)\n/.exec(servers) ?? []
  const number = parsePort(port)
  return isIpv4(address) && number !== undefined ? { address, port: number } : undefined
}

/**
 * The files of `hostsDir`, one a name: dnsmasq follows a file that is added, replaced or removed within 50 ms, without
 * a signal (measured on 2.90). Throws MaculaError `invalid` for a name or address that is none.
 */
export function hostsFiles(names: ReadonlyMap<string, string>, suffix: string): ReadonlyMap<string, string> {
  return new Map(
    [...names].map(([name, address]) => {
      if (!isHostName(name, 3) || !name.endsWith(`.${suffix}`)) throw bad('name', name)
      if (!isLoopback(address)) throw bad('address', address)
      return [name, `${address} ${name}\n`]
    }),
  )
}
