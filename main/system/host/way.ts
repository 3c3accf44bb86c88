import { createSocket } from 'node:dgram'
import { networkInterfaces } from 'node:os'
import { execa } from 'execa'
import { readFile } from 'node:fs/promises'
import { inert } from '../../model/atoms.ts'
import type { WaySeen } from '../../model/way.ts'
import { rangeOf } from '../docker/subnets.ts'
import { findTool } from './tool.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** The kernel answers at once; a program that does not is not waited for (ms). */
const DEADLINE_MS = 2000

/**
 * Where this machine sends what goes to `to`, a container's address, on a Docker network whose bridge has the address
 * `bridge` (the network's first, its gateway). The kernel alone tells when it is right: what it would send has the address of
 * the bridge, which only goes out there. What is wrong is told as `ip route get` tells it, which knows rules and VPNs; where that is
 * missing, as the main table of /proc/net/route does. Never throws.
 */
export async function wayTo(to: string, bridge: string, env: Environment): Promise<WaySeen> {
  const device = (await sourceTo(to)) === bridge ? deviceOf(bridge) : undefined
  if (device !== undefined) return { kind: 'right', device }
  const ip = await findTool('ip', env)
  if (ip === undefined) return fromTable(await readFile('/proc/net/route', 'utf8').catch(() => ''), to)
  const { stdout, stderr, exitCode } = await execa(ip, ['-4', 'route', 'get', to], {
    reject: false,
    timeout: DEADLINE_MS,
    stdin: 'ignore',
    env: { LC_ALL: 'C' },
    extendEnv: false,
  })
  return exitCode === 0
    ? fromRoute(stdout, bridge)
    : exitCode === 2
      ? { kind: 'elsewhere', says: `ip route get ${to}: ${words(stderr)}` }
      : { kind: 'unknown', says: words(stderr) }
}

/** The address from which this machine would send to `to`. Nothing is sent: connecting a socket of UDP only asks for the route. */
async function sourceTo(to: string): Promise<string | undefined> {
  const socket = createSocket('udp4')
  try {
    return await new Promise<string>((resolve, reject) => {
      socket.once('error', reject)
      socket.connect(9, to, () => resolve(socket.address().address))
    })
  } catch {
    return undefined
  } finally {
    socket.close()
  }
}

/** The interface that has an address. */
function deviceOf(address: string): string | undefined {
  return Object.entries(networkInterfaces()).find(([, all]) =>
    all?.some((one) => one.address === address),
  )?.[0]
}

const words = (text: string): string => inert(text.replaceAll(/\s+/g, ' ').trim()).slice(0, 200)

/** What `ip route get` says: "172.23.0.10 dev br-1 src 172.23.0.1 uid 0". The bridge's own address is the source. */
export function fromRoute(text: string, bridge: string): WaySeen {
  const says = words(text.split('\n')[0] ?? '').replace(/ uid \d+$/, '')
  const device = /\bdev (\S+)/.exec(says)?.[1]
  const source = /\bsrc (\S+)/.exec(says)?.[1]
  if (device !== undefined && source === bridge && !/\bvia /.test(says)) return { kind: 'right', device }
  return { kind: 'elsewhere', says: `ip route get: ${says}`, ...(device === undefined ? {} : { device }) }
}

/** The same by the kernel's table (proc(5)): right is a way without a gateway that is the /24 of `to` or narrower. */
export function fromTable(text: string, to: string): WaySeen {
  const rows = text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [device = '', destination = '', gateway = '', , , , , mask = ''] = line.trim().split(/\s+/)
      if (device === '' || mask === '') return []
      const bits = Number.parseInt(mask, 16).toString(2).replaceAll('0', '').length
      return [{ device, bits, cidr: `${quad(destination)}/${bits}`, gateway: quad(gateway) }]
    })
  const at = rangeOf(to)?.from
  if (at === undefined || rows.length === 0) return { kind: 'unknown', says: 'There is no table of routes.' }
  const best = rows
    .filter(({ cidr }) => {
      const range = rangeOf(cidr)
      return range !== undefined && range.from <= at && at <= range.to
    })
    .sort((one, two) => two.bits - one.bits)[0]
  if (best === undefined) return { kind: 'elsewhere', says: 'there is no route' }
  const { device, cidr, gateway } = best
  if (gateway === '0.0.0.0' && best.bits >= 24) return { kind: 'right', device }
  return {
    kind: 'elsewhere',
    device,
    says: `${cidr} dev ${device}${gateway === '0.0.0.0' ? '' : ` via ${gateway}`}`,
  }
}

/** A word of that table: an address in host byte order, little-endian on every machine we run on. */
function quad(word: string): string {
  return [6, 4, 2, 0].map((at) => Number.parseInt(word.slice(at, at + 2), 16)).join('.')
}
