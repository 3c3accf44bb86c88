/** What a dashboard is here: plain data, which render.ts turns into Grafana's JSON and the tests walk. */

/** Units by Grafana's ids (Grafana 13.2, "Configure standard options", Unit). */
export type Unit =
  'short' | 'bytes' | 'Bps' | 'percentunit' | 's' | 'ms' | 'µs' | 'reqps' | 'ops' | 'cps' | 'none'

export type Query =
  | {
      readonly source: 'prometheus'
      readonly text: string
      readonly legend?: string
      readonly instant?: true
      readonly exemplar?: true
    }
  | { readonly source: 'loki'; readonly text: string; readonly legend?: string }
  | {
      readonly source: 'tempo'
      readonly text: string
      /** A table of traces, or of spans; left out: TraceQL that answers numbers over time. */
      readonly table?: 'traces' | 'spans'
      readonly legend?: string
    }

export type Step = readonly [from: number | null, color: 'green' | 'yellow' | 'orange' | 'red' | 'blue']

export interface Panel {
  readonly kind: 'graph' | 'stat' | 'table' | 'logs'
  readonly title: string
  /** What the numbers say, and what to do about a bad one: Grafana's description. */
  readonly says: string
  readonly unit: Unit
  /** Of one source. */
  readonly queries: readonly [Query, ...Query[]]
  /**
   * Why there may be nothing to draw on a stack that works: "Has data once …". The last paragraph of the description. A panel
   * without it must have data (test/integration/whole/dashboards.test.ts).
   */
  readonly needs?: string
  /** Of 24 columns; default 12. */
  readonly width?: number
  /** In rows of Grafana; default 8. */
  readonly height?: number
  readonly steps?: readonly Step[]
  /** Areas on each other: the parts of one whole. */
  readonly stacked?: true
  readonly min?: number
  readonly max?: number
  /** 0 and 1 as words. */
  readonly words?: readonly [zero: string, one: string]
}

export interface Row {
  readonly title: string
  readonly panels: readonly Panel[]
}

export interface Variable {
  readonly name: string
  readonly label: string
  readonly source: 'prometheus' | 'loki'
  /** Its values are those of this label. */
  readonly values: string
  /** PromQL only: of the series of this selector. */
  readonly of?: string
}

export interface Board {
  /** The file is `NAME.json`, the uid `macula-NAME`. */
  readonly name: string
  readonly title: string
  readonly says: string
  readonly variables?: readonly Variable[]
  /** A text that one may look for, as `$find`. */
  readonly find?: true
  readonly rows: readonly [Row, ...Row[]]
}

export const panelsOf = (board: Board): readonly Panel[] => board.rows.flatMap(({ panels }) => panels)
