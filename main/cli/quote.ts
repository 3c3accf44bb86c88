/** A value as one word of any POSIX shell: nothing between single quotes means anything, they themselves are spliced. */
export function quoteShell(value: string): string {
  return `'${value.replaceAll("'", String.raw`'\''`)}'`
}

/**
 * A value as .env readers agree on it (Node, dotenv, Docker Compose): single quotes take everything literally;
 * a value that holds one itself goes into double quotes, where Compose would read $ and \ unless escaped.
 */
export function quoteDotenv(value: string): string {
  if (/^[A-Za-z0-9_./:@%+,-]*$/.test(value)) return value
  if (!value.includes("'")) return `'${value}'`
  return `"${value
    .replaceAll('\\', '\\\\')
    .replaceAll('"', String.raw`\"`)
    .replaceAll('$', String.raw`\$`)}"`
}
