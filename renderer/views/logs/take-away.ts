import type { Entry, Ring } from './ring.ts'
import type { Rows } from './rows.ts'
import type { Selection } from './selection.ts'

/** One row as text, for the clipboard and for files: instant in UTC, service, line. */
export function sayRow(entry: Entry, title: (service: string) => string): string {
  const at = new Date(entry.at).toISOString()
  return entry.service === '' ? `${at} --- ${entry.text} ---` : `${at} ${title(entry.service)}  ${entry.text}`
}

/** Two digits. */
const two = (part: number): string => String(part).padStart(2, '0')

/** "macula-logs-grafana-tempo-20261123-104229.txt", in local time; many services are only counted. */
export function fileName(services: readonly string[], now: number): string {
  const date = new Date(now)
  const day = `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}`
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join('')
  const names = services.length > 3 ? [`${services.length}-services`] : services
  // Ids are made of these characters already; a file name is no place to trust that.
  const safe = names.map((name) => name.replaceAll(/[^A-Za-z0-9-]/g, '_'))
  return `${['macula-logs', ...safe, day, clock].join('-')}.txt`
}

/** Rows that are put together into one part of a text. */
const PART = 1000

/** Indexes of the first and the last shown row that is selected; all without a selection. */
export function rangeOf(
  rows: Rows,
  selection: Selection | undefined,
): { readonly from: number; readonly to: number } {
  if (selection === undefined) return { from: 0, to: rows.count() - 1 }
  // Its ends may have gone out of sight by a filter since.
  return { from: rows.indexOf(selection.from), to: rows.indexOf(selection.to + 1) - 1 }
}

/** The shown rows, or those of them that are selected, as parts of one text. */
export function partsOf(
  ring: Ring,
  rows: Rows,
  selection: Selection | undefined,
  title: (service: string) => string,
): readonly string[] {
  const { from, to } = rangeOf(rows, selection)
  const parts: string[] = []
  let part: string[] = []
  for (let index = from; index <= to; index += 1) {
    const entry = ring.get(rows.numberAt(index))
    if (!entry) continue
    part.push(`${sayRow(entry, title)}\n`)
    if (part.length < PART) continue
    parts.push(part.join(''))
    part = []
  }
  return part.length === 0 ? parts : [...parts, part.join('')]
}

/** Hands a text to the person as a file; it never leaves the page otherwise. */
export function saveAs(name: string, parts: readonly string[], page: Document): void {
  const url = URL.createObjectURL(new Blob([...parts], { type: 'text/plain;charset=utf-8' }))
  const link = page.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser has taken hold of it once the click was handled.
  setTimeout(() => URL.revokeObjectURL(url), 0)
}
