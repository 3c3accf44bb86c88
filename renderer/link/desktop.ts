import type { Reply, Told } from '../../preload/contract.ts'
import { valueOf, type Link } from './link.ts'

/** What the preload script puts into the page: nothing but the contract. */
export interface Bridge {
  request(name: string, input: unknown): Promise<Reply>
  listen(tell: (told: Told) => void): () => void
}

declare global {
  interface Window {
    /** Only in the desktop's window. */
    readonly macula?: Bridge
  }
}

/** The link of the desktop's window. */
export function openDesktopLink(bridge: Bridge): Link {
  return {
    request: async (name, input) => valueOf<typeof name>(await bridge.request(name, input)),
    listen: (tell) => bridge.listen(tell),
  }
}
