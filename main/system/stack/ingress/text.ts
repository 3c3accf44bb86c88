import { MaculaError } from '../../../model/errors.ts'

/**
 * A text as an argument of nginx' configuration: quoted, with nothing in it that nginx reads as syntax or as a variable.
 * `end`: put behind it as nginx' own syntax.
 */
export function quoted(text: string, end: '' | '\\n' = ''): string {
  // nginx knows no escape for a dollar: nginx.conf has a variable that is one.
  const safe = text
    // eslint-disable-next-line no-control-regex -- control characters are what is replaced
    .replaceAll(/[\u0000-\u001F\u007F]/g, ' ')
    .replaceAll(/["\\]/g, (sign) => `\\${sign}`)
    .replaceAll('$', '${macula_dollar}')
  return `"${safe}${end}"`
}

/** An atom of the catalog that is none, with what it was to be. */
export function bad(what: string, value: string): MaculaError {
  return new MaculaError({
    kind: 'invalid',
    what: `${JSON.stringify(value)} is not a ${what} that the ingress can route.`,
  })
}
