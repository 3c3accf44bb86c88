/** A page without its style sheet comes again: the browser gives up what it loads when the machine's network changes. */

const COUNT = 'macula-reloads'
const MOST = 3

/** Loads the page again, a few times at most; false: it was tried often enough. */
function again(page: Window): boolean {
  const count = Number(page.sessionStorage.getItem(COUNT) ?? 0)
  if (count >= MOST) return false
  page.sessionStorage.setItem(COUNT, String(count + 1))
  page.location.reload()
  return true
}

/** Looks whether the style sheet came; a view's own script is asked for again by itself. */
export function keepWhole(page: Window): void {
  const sheets = [...page.document.querySelectorAll<HTMLLinkElement>('link[rel="stylesheet"]')]
  if (sheets.some(({ sheet }) => sheet === null) && again(page)) return
  page.sessionStorage.removeItem(COUNT)
}
