/** What makes each alert fire, and what ends it: `series` as promtool's unit tests write them, a sample every 15 s. */
export interface Case {
  readonly alert: string
  readonly service: string
  readonly severity: 'warning' | 'critical'
  readonly dashboard: string
  /** As a person reads it. */
  readonly summary: string
  /** Of the alert, beside those of the rule. */
  readonly labels?: Readonly<Record<string, string>>
  readonly series: Readonly<Record<string, string>>
  /** When it has not fired yet, fires, and is over (promtool's durations). */
  readonly quiet: string
  readonly fires: string
  readonly over: string
}

export const job = (name: string): Readonly<Record<string, string>> => ({ job: name, instance: 'x:1' })

/** A counter that rose once after ten minutes. */
export const once = '0x40 0+5x2 10x800'

/** By the file of the rules (assets/stack/prometheus/rules). */
export type Cases = Readonly<Record<string, readonly Case[]>>
