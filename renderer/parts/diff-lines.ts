/** One line of a drawn diff; numbers count the lines of what we wrote (`-`) and of what is there now. */
export interface DiffLine {
  readonly sign: ' ' | '-' | '+' | '@'
  readonly text: string
  readonly number: number | null
}

/** A unified diff's lines with their numbers; its two head lines are left out. */
export function readDiff(lines: readonly string[]): readonly DiffLine[] {
  let old = 1
  let now = 1
  return lines.flatMap((line): DiffLine[] => {
    if (/^(?:---|\+\+\+) /.test(line) && /\((?:as Macula wrote it|now)\)$/.test(line)) return []
    const hunk = /^@@ -(\d+)\S* \+(\d+)/.exec(line)
    if (hunk) {
      old = Number(hunk[1])
      now = Number(hunk[2])
      return old === 1 && now === 1 ? [] : [{ sign: '@', text: '…', number: null }]
    }
    if (line.startsWith('@@')) return [{ sign: '@', text: '…', number: null }]
    const text = line.slice(1)
    if (line.startsWith('-')) return [{ sign: '-', text, number: old++ }]
    if (line.startsWith('+')) return [{ sign: '+', text, number: now++ }]
    if (line.startsWith('…') || line.startsWith('\\')) return [{ sign: '@', text: line, number: null }]
    old += 1
    return [{ sign: ' ', text, number: now++ }]
  })
}
