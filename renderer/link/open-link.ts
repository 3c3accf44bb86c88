import { openBrowserLink } from './browser.ts'
import { openDesktopLink } from './desktop.ts'
import type { Link } from './link.ts'

/** The way to the engine from where this page is shown: the desktop's bridge when it is there, else our server. */
export function openLink(): Link {
  return window.macula ? openDesktopLink(window.macula) : openBrowserLink()
}
