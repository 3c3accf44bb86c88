/** What a suffix costs: what browsers, resolvers and the internet do with names under it, whatever we set up. */

/**
 * Top-level domains that browsers open by https only, whatever is typed: those whose whole is on Chromium's HSTS preload
 * list (net/http/transport_security_state_static.json, January 2025), which other browsers take over.
 */
const httpsOnly = new Set(
  (
    'amazon android app audible azure bank bing boo channel chrome dad day dev eat esq fire fly foo fujitsu gle gmail ' +
    'google hangout hotmail imdb ing insurance kindle meet meme microsoft mov new nexus office page phd play prime prof ' +
    'rsvp search silk skype windows xbox youtube zappos zip'
  ).split(' '),
)

/** Kept free for names that are nobody's (RFC 2606, 6761, 6762, 8375, 9476; ICANN for internal, corp, home and mail). */
const free = new Set('alt corp example home internal local mail test'.split(' '))

/** Free in practice: no registry has them, and home networks use them. */
const usual = new Set('fritz intranet lan localdomain private'.split(' '))

/**
 * What names under a suffix cost, in one or two sentences; undefined for a suffix that costs nothing. Pure: told where a
 * suffix is chosen, before set-up, and by the doctor.
 */
export function suffixPrice(suffix: string): string | undefined {
  const labels = suffix.split('.')
  const top = labels.at(-1) ?? ''
  if (labels.length < 2)
    return `.${suffix} alone would take a whole top-level domain, and browsers search for "${suffix}" instead of opening it.`
  if (top === 'localhost')
    return 'Browsers and systemd-resolved answer names under .localhost with 127.0.0.1 by themselves: only what is at 127.0.0.1 opens by name.'
  if (top === 'onion')
    return 'Browsers and resolvers refuse names under .onion (RFC 7686): nothing opens by name.'
  if (top === 'invalid')
    return 'Resolvers answer by themselves that names under .invalid do not exist (RFC 6761): nothing opens by name.'
  if (suffix === 'home.arpa' || suffix.endsWith('.home.arpa') || free.has(top) || usual.has(top))
    return undefined
  const taken = `.${top} belongs to the internet: names under ${suffix} that exist there cannot be reached from this machine while ours are set up.`
  if (!httpsOnly.has(top)) return taken
  return `Browsers open names under .${top} by https only, whatever is typed, and services here answer http: nothing opens by name in a browser. ${taken}`
}
