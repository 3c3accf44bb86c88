import { createHash } from 'node:crypto'

/**
 * Runs in the page before anything else: a style sheet that does not come is asked for again, and where the script does
 * not come the page is loaded again (nothing of it ran, so its one-time token is still in the address), later each time.
 * Browsers end what is under way when the machine's networks change (ERR_NETWORK_CHANGED), which Docker does whenever
 * something starts; without this the page stays empty, or naked. It stands in the page itself, because a file of its own
 * could get lost the same way.
 */
const text = `(() => {
  const key = 'macula-again'
  const most = 6
  const say = () => document.body.append('A file of this page could not be loaded. Reload the page; services keep running.')
  let sheets = 0
  let lost = false
  addEventListener('error', ({ target }) => {
    if (target instanceof HTMLLinkElement && target.rel === 'stylesheet') {
      sheets += 1
      if (sheets > most) return say()
      setTimeout(() => {
        const next = target.cloneNode()
        target.replaceWith(next)
      }, 50 * 2 ** sheets)
    }
    if (target instanceof HTMLScriptElement && !lost) {
      lost = true
      const count = Number(sessionStorage.getItem(key)) || 0
      sessionStorage.setItem(key, String(count + 1))
      if (count < most) setTimeout(() => location.reload(), 100 * 2 ** count)
      else say()
    }
  }, true)
  addEventListener('load', () => {
    if (!lost) sessionStorage.removeItem(key)
  })
})()`

/** The element that carries it, for the head of the page. */
export const againElement = `<script>${text}</script>`

/** What lets exactly this script run, as a source of the policy (CSP Level 3, hash-source). */
export const againSource = `'sha256-${createHash('sha256').update(text).digest('base64')}'`
