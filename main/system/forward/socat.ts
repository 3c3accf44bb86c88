import type { Forward } from '../../engine/adapters.ts'
import { listenerKey } from '../../model/listeners.ts'
import { isIpv4, isLoopback, parsePort } from '../../model/atoms.ts'
import { MaculaError } from '../../model/errors.ts'

/** Keeps idle connections (psql, WebSockets) alive and finds dead peers; both sides get it. */
const keepalive = 'keepalive,keepidle=60,keepintvl=10,keepcnt=6,nodelay'

/** Refuses every forward that is not made of canonical addresses and ports (faults.md rows 2-4). */
export function checkForward(forward: Forward): void {
  const good =
    isLoopback(forward.address) &&
    parsePort(forward.port) !== undefined &&
    isIpv4(forward.host) &&
    parsePort(forward.toPort) !== undefined
  if (good) return
  throw new MaculaError({
    kind: 'invalid',
    what: `${JSON.stringify(listenerKey(forward))} cannot be forwarded to ${JSON.stringify(`${forward.host}:${forward.toPort}`)}.`,
    why: 'Only canonical addresses and whole port numbers are given to a forwarder.',
    todo: 'Correct the service’s compose.yaml.',
  })
}

/**
 * socat's arguments for one forward (facts measured on 1.7.4.4 and 1.8.1.3):
 * -t 3600: half-closed connections live on, the default of 0.5 s cuts late answers; never -T, which ends idle ones;
 * TCP4: plain TCP-LISTEN is IPv6 in 1.8.0.0; reuseaddr: a restart must not meet TIME_WAIT;
 * connect-timeout: a container that is gone otherwise hangs until ARP gives up; -b 128 KiB: 12 instead of 8 Gbit/s;
 * backlog: with 128, of five hundred clients at once those beyond wait for a second try of their SYN. No max-children.
 */
export function socatArgs(forward: Forward): readonly string[] {
  checkForward(forward)
  return [
    '-t',
    '3600',
    '-b',
    '131072',
    `TCP4-LISTEN:${forward.port},bind=${forward.address},reuseaddr,fork,backlog=1024,${keepalive}`,
    `TCP4:${forward.host}:${forward.toPort},connect-timeout=5,${keepalive}`,
  ]
}

/** The forward that such arguments describe; undefined for any others. */
export function forwardOf(argv: readonly string[]): Forward | undefined {
  const [listen = '', target = ''] = argv.slice(-2)
  const one = /^TCP4-LISTEN:(\d+),bind=([\d.]+),/.exec(listen)
  const two = /^TCP4:([\d.]+):(\d+),/.exec(target)
  if (!one || !two) return undefined
  return { address: one[2] ?? '', port: Number(one[1]), host: two[1] ?? '', toPort: Number(two[2]) }
}
