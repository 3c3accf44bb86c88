import { readFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { octets } from '../../model/atoms.ts'

/** An IPv4 network as a range of numbers, both ends included. */
export interface Range {
  readonly from: number
  readonly to: number
}

/** A network that is there already, with a name a person can find it by. */
export interface Taken {
  readonly name: string
  readonly subnet: string
}

/** An IPv4 network in CIDR notation as a range; undefined for anything else (IPv6 among it). */
export function rangeOf(cidr: string): Range | undefined {
  const [address = '', bits = '32', ...more] = cidr.split('/')
  const quad = octets(address)
  if (!quad || more.length > 0 || !/^(?:[0-9]|[12][0-9]|3[0-2])$/.test(bits)) return undefined
  const size = 2 ** (32 - Number(bits))
  const value = quad.reduce((sum, octet) => sum * 256 + octet, 0)
  const from = Math.floor(value / size) * size
  return { from, to: from + size - 1 }
}

export function isOverlapping(one: Range, two: Range): boolean {
  return one.from <= two.to && two.from <= one.to
}

/** The first of `taken` that has a part of `subnet`. */
export function overlapWith(subnet: string, taken: readonly Taken[]): Taken | undefined {
  const wanted = rangeOf(subnet)
  if (!wanted) return undefined
  return taken.find((one) => {
    const range = rangeOf(one.subnet)
    return range !== undefined && isOverlapping(range, wanted)
  })
}

/** A /24 that nothing of `taken` touches: high in Docker's own pools first, then less common private ones. */
export function freeSubnet(taken: readonly Taken[]): string {
  const candidates = [
    ...Array.from({ length: 8 }, (_, index) => `172.${31 - index}.240.0/24`),
    ...Array.from({ length: 50 }, (_, index) => `10.213.${index}.0/24`),
    ...Array.from({ length: 50 }, (_, index) => `192.168.${240 - index}.0/24`),
  ]
  return candidates.find((cidr) => overlapWith(cidr, taken) === undefined) ?? ''
}

/**
 * Networks that this machine itself has or has a way to (a VPN's, say). Those of `docker` are left out: their
 * bridges are interfaces too, and Docker names them better.
 */
export async function hostNetworks(docker: readonly Taken[]): Promise<readonly Taken[]> {
  const known = new Set(docker.map(({ subnet }) => subnet))
  const isNew = ({ subnet }: Taken): boolean => {
    const range = rangeOf(subnet)
    return range !== undefined && !known.has(subnet) && !known.has(networkOf(subnet))
  }
  const interfaces = Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? []).flatMap(({ family, cidr, internal }) =>
      family === 'IPv4' && cidr !== null && !internal
        ? [{ name: `the interface ${name}`, subnet: cidr }]
        : [],
    ),
  )
  return [...interfaces, ...(await routes())].filter(isNew)
}

/** "172.28.77.1/24" -> "172.28.77.0/24" */
function networkOf(cidr: string): string {
  const range = rangeOf(cidr)
  return range === undefined ? cidr : `${textOf(range.from)}/${cidr.split('/')[1] ?? '32'}`
}

function textOf(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.')
}

/** Linux' main routing table (proc(5)); other systems run Docker in a machine of its own, where host routes do not count. */
async function routes(): Promise<readonly Taken[]> {
  return parseRoutes(await readFile('/proc/net/route', 'latin1').catch(() => ''))
}

/** Routes that are up. Those for half of the Internet or more (the default, a VPN's 0/1 and 128/1) take nothing from a /24. */
export function parseRoutes(table: string): readonly Taken[] {
  return table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [name, destination, , flags, , , , mask] = line.split(/\s+/)
      if (name === undefined || destination === undefined || mask === undefined) return []
      const isUp = (Number.parseInt(flags ?? '0', 16) & 1) === 1
      const bits = swap(mask).toString(2).replaceAll('0', '').length
      if (!isUp || bits <= 1) return []
      return [{ name: `the route through ${name}`, subnet: `${textOf(swap(destination))}/${bits}` }]
    })
}

/** The kernel prints addresses as the machine keeps them: least significant byte first, where we run. */
function swap(hex: string): number {
  return (hex.match(/../g) ?? []).reduceRight((sum, byte) => sum * 256 + Number.parseInt(byte, 16), 0)
}
