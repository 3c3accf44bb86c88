import { watch, realpathSync, type FSWatcher } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { basename, dirname } from 'node:path'
import type { PowerMonitor } from 'electron'

/** How often the interfaces are compared (ms). Reading them takes a tenth of a millisecond; nothing tells of them. */
const COMPARE_MS = 5000
/** Changes come in bursts: one look when they have settled (ms). */
const SETTLE_MS = 300
/** Interfaces that containers make; they come and go with services. */
const ours = /^(lo|docker\d|br-|veth|virbr)/

/** The machine's own addresses in one text, without containers' interfaces. */
export function networkPrint(interfaces: ReturnType<typeof networkInterfaces>): string {
  return Object.entries(interfaces)
    .filter(([name]) => !ours.test(name))
    .flatMap(([name, list]) => (list ?? []).map(({ address }) => `${name} ${address}`))
    .sort()
    .join('\n')
}

/**
 * Calls `wake` when the machine woke up, was unlocked, or its network or resolver changed: what was seen before may not
 * hold any more. Returns the undo.
 */
export function followWake(power: PowerMonitor, wake: (why: string) => void): () => void {
  let settle: NodeJS.Timeout | undefined
  const soon = (why: string): void => {
    clearTimeout(settle)
    settle = setTimeout(() => wake(why), SETTLE_MS)
  }
  const resume = (): void => soon('the machine woke up')
  const unlock = (): void => soon('the screen was unlocked')
  power.on('resume', resume)
  power.on('unlock-screen', unlock)

  let print = networkPrint(networkInterfaces())
  const compare = setInterval(() => {
    const now = networkPrint(networkInterfaces())
    if (now === print) return
    print = now
    soon('the network changed')
  }, COMPARE_MS)
  compare.unref()
  const resolver = watchResolver(() => soon('the resolver changed'))
  return () => {
    power.off('resume', resume)
    power.off('unlock-screen', unlock)
    clearInterval(compare)
    clearTimeout(settle)
    resolver?.close()
  }
}

/** DHCP, NetworkManager and VPNs rewrite this file, at once when the network changes. */
function watchResolver(changed: () => void): FSWatcher | undefined {
  try {
    const file = realpathSync('/etc/resolv.conf')
    const watcher = watch(dirname(file), { persistent: false }, (_event, name) => {
      if (name === basename(file)) changed()
    })
    watcher.on('error', () => watcher.close())
    return watcher
  } catch {
    // No such file, or no more watches: the comparison of interfaces goes on.
    return undefined
  }
}
