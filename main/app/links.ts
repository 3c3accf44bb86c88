import type { Shown } from '../../preload/contract.ts'
import { placeOfLink } from '../model/places.ts'

export type { Shown } from '../../preload/contract.ts'

/**
 * What a start of the application is to show: the place of the one `macula://` link among its arguments, as desktops
 * hand it over (`%U` of the .desktop file). Other arguments mean nothing: Chromium adds its own. A link that is none of
 * ours, or several at once, only brings the window to the front and says so. Undefined: there is no link.
 */
export function shownByArguments(args: readonly string[]): Shown | undefined {
  const links = args.filter((argument) => /^macula:/i.test(argument))
  return links.length === 0 ? undefined : shownByLink(links.length === 1 ? (links[0] ?? '') : '')
}

/** What one link shows. It never asks and never acts, whoever made it. */
export function shownByLink(link: string): Shown {
  return placeOfLink(link) ?? { view: 'services', lost: true }
}
