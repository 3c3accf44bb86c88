import { parser } from '@prometheus-io/lezer-promql'

/** What a text of PromQL names, by Prometheus' own grammar. */
export interface Parsed {
  /** Where it does not fit the grammar. */
  readonly wrong: readonly number[]
  /** Metrics by their names. */
  readonly metrics: readonly string[]
  /** Patterns that choose metrics by __name__. */
  readonly patterns: readonly string[]
}

export function parsePromql(text: string): Parsed {
  const wrong: number[] = []
  const metrics = new Set<string>()
  const patterns = new Set<string>()
  parser.parse(text).iterate({
    enter: ({ type, name, from, to }) => {
      const word = text.slice(from, to)
      if (type.isError) wrong.push(from)
      if (name === 'Identifier') metrics.add(word)
      const [, pattern] = name === 'UnquotedLabelMatcher' ? (/^__name__=~"(.+)"$/.exec(word) ?? []) : []
      if (pattern !== undefined) patterns.add(pattern)
    },
  })
  return { wrong, metrics: [...metrics], patterns: [...patterns] }
}
