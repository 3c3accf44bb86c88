import { isHostName, isLoopback, isSuffix, parsePort } from '../../model/atoms.ts'
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
 * dnsmasq's configuration: answers what stands in `hostsDir` and nothing else. A: our address; AAAA: no data;
 * other names under the suffix: NXDOMAIN; everything else: REFUSED, nothing is ever asked upstream (measured on
 * dnsmasq 2.90: `local=` with `hostsdir=`). Names change by files in `hostsDir`, followed by inotify.
 */
export function dnsmasqConfig(input: {
  readonly suffix: string
  readonly port: number
  readonly hostsDir: string
}): string {
  if (!isSuffix(input.suffix)) throw bad('suffix', input.suffix)
  if (parsePort(input.port) === undefined) throw bad('port', String(input.port))
  if (!/^\/[A-Za-z0-9._/ @+-]+$/.test(input.hostsDir)) throw bad('folder', input.hostsDir)
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
    `local=/${input.suffix}/`,
    `hostsdir=${input.hostsDir}`,
    '',
  ].join('\n')
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
