import { readdirSync, readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'

/** Interfaces that containers make, and loopback: they come and go with services. */
const inner = /^(?:lo\d*|docker\d*|br-[0-9a-f]+|veth.*|virbr\d*)$/

/** Whether an interface is the machine's own: not loopback, and none that containers make. */
export function isOwnInterface(name: string): boolean {
  return !inner.test(name)
}

/**
 * What the kernel tells of addresses and of which interfaces are up, as one text that is another after any change (Linux): its own
 * table of IPv4, its list of IPv6, and the state of each interface that is not Docker's. Undefined: it cannot be told.
 */
function addressPrint(): string | undefined {
  try {
    const states = readdirSync('/sys/class/net')
      .filter(isOwnInterface)
      .map((name) => `${name} ${readFileSync(`/sys/class/net/${name}/operstate`, 'utf8')}`)
    return [readFileSync('/proc/net/fib_trie', 'utf8'), addressesOf6(), ...states].join('\n')
  } catch {
    return undefined
  }
}

/** The addresses of IPv6; none where it is off. */
function addressesOf6(): string {
  try {
    return readFileSync('/proc/net/if_inet6', 'utf8')
  } catch {
    return ''
  }
}

/** What the list is asked of; tests stand in for it. */
export interface InterfaceSource {
  readonly print: () => string | undefined
  readonly list: typeof networkInterfaces
}

/**
 * The machine's interfaces that are up, as Node tells them. Node asks the kernel for each of them with its counters, every one of a
 * container's too: a millisecond that is spent every few seconds while a window is open. The list of before is given while
 * nothing that it is made of has changed.
 */
export function createInterfaces(
  source: InterfaceSource = { print: addressPrint, list: networkInterfaces },
): () => ReturnType<typeof networkInterfaces> {
  let known: { readonly print: string; readonly found: ReturnType<typeof networkInterfaces> } | undefined
  return () => {
    // Before the list: what changes between the two is another text the next time.
    const print = source.print()
    if (print !== undefined && print === known?.print) return known.found
    const found = source.list()
    known = print === undefined ? undefined : { print, found }
    return found
  }
}

/** One list for all who ask in this process. */
export const interfacesNow = createInterfaces()
