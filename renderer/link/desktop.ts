import type { Reply, Told } from '../../preload/contract.ts'
import { createAudience, valueOf, type Link } from './link.ts'

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

/** The link of the desktop's window. The bridge copies what it hands over for each listener, so it has one. */
export function openDesktopLink(bridge: Bridge): Link {
  const request: Link['request'] = async (name, input) =>
    valueOf<typeof name>(await bridge.request(name, input))
  const audience = createAudience(async () => await request('wholeSnapshot', {}))
  let bridged = false
  return {
    request,
    listen(tell) {
      const undo = audience.listen(tell)
      if (!bridged) bridge.listen(audience.tell)
      bridged = true
      return undo
    },
  }
}
