/** The page's right to ask: a one-time token from the address, exchanged for a key that lives with this tab. */

const KEY = 'macula-session'
const FRAGMENT = /^#enter=([A-Za-z0-9_-]{20,200})$/

/** There is no key, or it holds no more: only a fresh address helps. */
export class SessionEnded extends Error {}

/** The token of the address, taken out of it at once, so that no bookmark, history or shoulder keeps it. */
function takeToken(): string | undefined {
  const token = FRAGMENT.exec(location.hash)?.[1]
  if (token !== undefined) history.replaceState(null, '', location.pathname)
  return token
}

let token = takeToken()
// A fresh address pasted into this tab changes the fragment only, which loads nothing by itself.
addEventListener('hashchange', () => {
  if (FRAGMENT.test(location.hash)) location.reload()
})

/**
 * The session's key: from the address when it has a token, else from this tab's memory.
 * Throws SessionEnded when there is none, anything else when the server cannot be reached.
 */
export async function enter(): Promise<string> {
  if (token !== undefined) {
    const response = await fetch('/enter', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
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
}

/** Shows the server's page that says what an ended session needs. */
export function leaveToUsedPage(): void {
  sessionStorage.removeItem(KEY)
  location.replace('/used')
}
