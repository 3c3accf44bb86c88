import type { LogLine } from '../../../main/model/log-line.ts'

/** What a line is recognised by when it comes once more. */
export const nameOf = (line: {
  readonly service: string
  readonly at: number
  readonly text: string
}): string => `${line.service} ${line.at} ${line.text}`

/** Takes lines out that are there already, each as often as it is there. */
export function withoutKnown(lines: readonly LogLine[], known: Map<string, number>): readonly LogLine[] {
  if (known.size === 0) return lines
  return lines.filter((line) => {
    const name = nameOf(line)
    const count = known.get(name) ?? 0
    if (count === 0) return true
    known.set(name, count - 1)
    return false
  })
}
