/** A value as one word of any POSIX shell: nothing between single quotes means anything, they themselves are spliced. */
export function quoteShell(value: string): string {
  return `'${value.replaceAll("'", String.raw`'\''`)}'`
}

/**
 * A value as .env readers agree on it (Docker Compose, Node, dotenv): in single quotes, which take everything literally; one
 * that holds such a quote, or ends in a backslash, without any, as far as it has nothing that means something then. What is
 * left stands in double quotes with escapes, as Compose reads it; the others keep the backslashes before `"`, `$` and `\\`.
 */
export function quoteDotenv(value: string): string {
  if (/^[A-Za-z0-9_./:@%+,-]*$/.test(value)) return value
  if (!/'|\\$/.test(value)) return `'${value}'`
  if (!/[#$]|^[\s'"`]|\s$/.test(value)) return value
  return `"${value.replaceAll(/["\\$]/g, String.raw`\$&`)}"`
}
