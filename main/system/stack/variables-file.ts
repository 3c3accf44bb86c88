/** Whether every version of Compose reads a value as it is written. */
export function isPlainValue(value: string): boolean {
  return /^[A-Za-z0-9_.:/@%-]*$/.test(value)
}

/**
 * The variables file of the project. What holds characters that Compose reads as its own stands in single quotes, where all
 * of its versions take everything literally but the quote and the backslash; what holds one of these cannot be written so
 * that all of them read the same (compose-go, dotenv/parser.go), and stands as JSON in a comment: for reading it back only.
 * Compose itself is given the values of `unwritable` by its environment, which goes before the file.
 */
export function environmentText(values: ReadonlyMap<string, string>): string {
  const lines = [...values].map(([name, value]) => {
    if (isPlainValue(value)) return `${name}=${value}\n`
    return isQuotable(value) ? `${name}='${value}'\n` : `# ${name}=${JSON.stringify(value)}\n`
  })
  return lines.sort().join('')
}

/** The values that Compose must be given by its environment. */
export function unwritable(values: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  return Object.fromEntries([...values].filter(([, value]) => !isPlainValue(value)))
}

function isQuotable(value: string): boolean {
  return !/['\\\r\n]/.test(value)
}
