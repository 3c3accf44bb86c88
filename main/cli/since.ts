import { MaculaError } from '../model/errors.ts'
import { compilePattern, type Pattern } from '../model/pattern.ts'
import { sentence } from '../model/say.ts'

const units = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** The instant meant by "10m", "2h", "1d" (ago) or an ISO date ("2026-11-23", "2026-11-23T10:42"), as epoch ms. */
export function parseSince(text: string, now: number): number {
  const ago = /^([1-9]\d{0,6})([smhd])$/.exec(text)
  if (ago) return now - Number(ago[1]) * units[ago[2] as keyof typeof units]
  if (/^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/.test(text)) {
    // A bare date means the day of the person, not the one of Greenwich.
    const at = Date.parse(text.length === 10 ? `${text}T00:00` : text)
    if (!Number.isNaN(at)) return at
  }
  throw new MaculaError({
    kind: 'usage',
    what: `"${text}" is not a time.`,
    todo: 'Write 30s, 10m, 2h or 3d (ago), or a date like 2026-11-23T10:42.',
  })
}

/** The regular expression of --grep; one that cannot be used is the person's to repair. */
export function parsePattern(text: string): Pattern {
  const compiled = compilePattern(text)
  if (compiled.kind === 'pattern') return compiled.pattern
  throw new MaculaError({
    kind: 'usage',
    what: `"${text}" cannot be used as a regular expression.`,
    why: sentence(compiled.says),
  })
}
