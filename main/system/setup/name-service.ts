import type { Machine } from './machine.ts'

/** How the C library looks up host names: the order of sources, and the servers it asks. */

/** The sources of the "hosts:" line of nsswitch.conf in order; glibc's own order when there is none. */
export function hostSources(nsswitch: string | undefined): readonly string[] {
  const line = nsswitch?.split('\n').find((one) => /^\s*hosts\s*:/.test(one))
  if (line === undefined) return ['dns', 'files']
  return line
    .replace(/#.*/, '')
    .replace(/^\s*hosts\s*:/, '')
    .replaceAll(/\[[^\]]*\]/g, ' ')
    .split(/\s+/)
    .filter((word) => word !== '')
}

/**
 * Whether programs look names up by DNS, and ask one of these addresses first: the next server is asked only when one does
 * not answer at all.
 */
export async function asksOnly(machine: Machine, addresses: readonly string[]): Promise<boolean> {
  const [first = ''] = nameServers(await machine.text('/etc/resolv.conf'))
  return hostSources(await machine.text('/etc/nsswitch.conf')).includes('dns') && addresses.includes(first)
}

/** The name servers that resolv.conf lists. */
export function nameServers(resolvConf: string | undefined): readonly string[] {
  return (resolvConf ?? '').split('\n').flatMap((line) => {
    const match = /^\s*nameserver\s+(\S+)/.exec(line)
    return match?.[1] === undefined ? [] : [match[1]]
  })
}
