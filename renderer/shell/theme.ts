import type { Settings } from '../../main/model/service.ts'

type Theme = Settings['desktop']['theme']

const system = (page: Window): MediaQueryList => page.matchMedia('(prefers-color-scheme: dark)')

/** Draws the page light or dark. One attribute says which: styles need not know who wanted it. */
export function applyTheme(theme: Theme, page: Window): void {
  const dark = theme === 'system' ? system(page).matches : theme === 'dark'
  page.document.documentElement.dataset['theme'] = dark ? 'dark' : 'light'
}

/** As `applyTheme`, and follows the system while it is to be followed. Returns how to end that. */
export function followTheme(theme: Theme, page: Window): () => void {
  const follow = (): void => applyTheme(theme, page)
  follow()
  if (theme !== 'system') return () => undefined
  const query = system(page)
  query.addEventListener('change', follow)
  return () => query.removeEventListener('change', follow)
}
