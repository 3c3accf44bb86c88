/** Parts that dashboards share: queries, panels, thresholds. */
import type { Panel, Query, Step, Variable } from './board.ts'

type Rest = Omit<Panel, 'kind' | 'title' | 'says' | 'unit' | 'queries'>

/** PromQL, drawn over time. Rates are over `$__rate_interval`: four scrapes at least (Grafana's Prometheus data source). */
export const prom = (text: string, legend?: string): Query => ({
  source: 'prometheus',
  text,
  ...(legend === undefined ? {} : { legend }),
})

/** PromQL, its value now. */
export const now = (text: string, legend?: string): Query => ({
  ...(prom(text, legend) as Extract<Query, { source: 'prometheus' }>),
  instant: true,
})

/** PromQL of a histogram whose buckets carry exemplars: dots that lead to their traces. */
export const exemplars = (text: string, legend: string): Query => ({
  ...(prom(text, legend) as Extract<Query, { source: 'prometheus' }>),
  exemplar: true,
})

export const loki = (text: string, legend?: string): Query => ({
  source: 'loki',
  text,
  ...(legend === undefined ? {} : { legend }),
})

export const traces = (text: string, table: 'traces' | 'spans' = 'traces'): Query => ({
  source: 'tempo',
  text,
  table,
})

const made =
  (kind: Panel['kind']) =>
  (
    title: string,
    unit: Panel['unit'],
    says: string,
    queries: Query | readonly [Query, ...Query[]],
    rest: Rest = {},
  ): Panel => ({
    kind,
    title,
    unit,
    says,
    queries: 'source' in queries ? [queries] : queries,
    ...rest,
  })

export const graph = made('graph')
export const stat = made('stat')
export const table = made('table')

/** Lines, newest first. */
export const lines = (title: string, says: string, text: string, rest: Rest = {}): Panel =>
  made('logs')(title, 'none', says, loki(text), { width: 24, height: 10, ...rest })

/** Colours that mean the same on every dashboard. */
export const steps = {
  /** 1 is good. */
  up: [
    [null, 'red'],
    [1, 'green'],
  ],
  /** None is good. */
  none: [
    [null, 'green'],
    [1, 'red'],
  ],
  /** A share of what there is. */
  filling: [
    [null, 'green'],
    [0.8, 'yellow'],
    [0.9, 'red'],
  ],
  /** Seconds that a person waits. */
  waiting: [
    [null, 'green'],
    [1, 'yellow'],
    [5, 'red'],
  ],
} as const satisfies Readonly<Record<string, readonly Step[]>>

/** Errors of all there is, 0 to 1; nothing asked is no error. Both are PromQL of counters, without their rate. */
export const share = (bad: string, all: string, by = ''): string =>
  `sum${by && ` by (${by})`} (rate(${bad}[$__rate_interval])) / (sum${by && ` by (${by})`} (rate(${all}[$__rate_interval])) > 0)`

/** The duration that so many of the requests stay under (PromQL of a classic histogram's `_bucket`). */
export const quantile = (of: number, bucket: string, by = ''): string =>
  `histogram_quantile(${of}, sum by (le${by && `, ${by}`}) (rate(${bucket}[$__rate_interval])))`

export const serviceVariable: Variable = {
  name: 'service',
  label: 'Service',
  source: 'loki',
  values: 'service_name',
}

/** Why there may be nothing to draw. */
export const needs = {
  trace: 'Has data once an application sends traces to the OTLP gateway (otlp.SUFFIX, ports 4317 and 4318).',
  otlp: 'Has data once an application sends OTLP to the gateway (otlp.SUFFIX, ports 4317 and 4318).',
  cluster: 'Has data once a cluster runs (maculactl cluster create, or the window).',
  alert: 'Has data while an alert fires.',
  error: 'Has data once there was such an error.',
  line: 'Has data once there is such a line.',
  drop: 'Has data once something was dropped.',
} as const

/** A query as Prometheus, Loki and Tempo take it: Grafana's variables replaced as it would for an hour of everything. */
export const filled = (text: string): string =>
  text
    .replaceAll('$__rate_interval', '1m')
    .replaceAll('$__auto', '1m')
    .replaceAll('$__range', '1h')
    .replaceAll(/\$\{?find\}?/g, '')
    .replaceAll(/\$\{?[a-z][a-z_]*\}?/g, '.+')
