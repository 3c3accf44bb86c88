/** The page's right to ask: a one-time token from the address, exchanged for a key that lives with this tab. */

const KEY = 'macula-session'
const FRAGMENT = /^#enter=([A-Za-z0-9_-]{20,200})$/

/** What of a browser's page the link touches. */
export interface Page {
  readonly location: Pick<Location, 'hash' | 'pathname' | 'search' | 'replace' | 'reload'>
  readonly history: Pick<History, 'replaceState'>
  readonly crypto: Pick<Crypto, 'randomUUID'>
  readonly sessionStorage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  fetch(path: string, init?: RequestInit): Promise<Response>
  addEventListener(type: 'hashchange', heard: () => void): void
}

/** There is no key, or it holds no more: only a fresh address helps. */
export class SessionEnded extends Error {}

export interface Session {
  /**
   * The session's key: for the token of the address when there is one, else from this tab's memory.
   * Throws SessionEnded when there is none, anything else when the server cannot be reached.
   */
  enter(): Promise<string>
  /** Shows the server's page that says what an ended session needs. */
  leave(): void
}

/** Takes the token out of the address at once, so that no bookmark, history or shoulder keeps it. */
export function openSession(page: Page): Session {
  const { location, history, sessionStorage } = page
  let token = FRAGMENT.exec(location.hash)?.[1]
  if (token !== undefined) history.replaceState(null, '', location.pathname + location.search)
  /** By this the server knows us when its answer was lost on the way. */
  const ticket = page.crypto.randomUUID()
  // A fresh address pasted into this tab changes the fragment only, which loads nothing by itself.
  page.addEventListener('hashchange', () => {
    if (FRAGMENT.test(location.hash)) location.reload()
  })
  return {
    async enter() {
      if (token !== undefined) {
        const response = await page.fetch('/enter', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ token, ticket }),
        })
        // Only an answer uses the token up; what was lost on the way is tried again.
        token = undefined
        if (response.ok) {
          const { key } = (await response.json()) as { readonly key: string }
          sessionStorage.setItem(KEY, key)
          return key
        }
      }
      const key = sessionStorage.getItem(KEY)
      if (key === null) throw new SessionEnded()
      return key
    },
    leave() {
      sessionStorage.removeItem(KEY)
      location.replace('/used')
    },
  }
}
