import { parser as logql } from '@grafana/lezer-logql'
import { parser as traceql } from '@grafana/lezer-traceql'
import { expect, test } from 'vitest'
import { boards } from '../../../scripts/dashboards/boards.ts'
import { panelsOf, type Query } from '../../../scripts/dashboards/board.ts'
import { exporterOf, promExNames } from '../../../scripts/dashboards/metrics.ts'
import { filled } from '../../../scripts/dashboards/shared.ts'
import { parsePromql } from '../../promql.ts'

/** Every query of every panel, by the published grammar of its language. */

const queries = boards.flatMap((board) =>
  panelsOf(board).flatMap((panel) =>
    panel.queries.map((query) => ({ where: `${board.name}: ${panel.title}`, query })),
  ),
)

/** Where a query does not fit its grammar. */
function wrongIn({ source, text }: Pick<Query, 'source' | 'text'>): readonly number[] {
  if (source === 'prometheus') return parsePromql(text).wrong
  const wrong: number[] = []
  const parser = source === 'loki' ? logql : traceql
  parser.parse(text).iterate({
    enter: ({ type, from }) => {
      if (type.isError) wrong.push(from)
    },
  })
  return wrong
}

test.each(['prometheus', 'loki', 'tempo'] as const)('every query of %s is one by its grammar', (source) => {
  const ours = queries.filter(({ query }) => query.source === source)
  expect(ours.length).toBeGreaterThan(0)
  const bad = ours
    .map(({ where, query }) => ({ where, text: filled(query.text) }))
    .filter(({ text }) => wrongIn({ source, text }).length > 0)
  expect(bad).toEqual([])
})

test.each([
  ['prometheus', 'sum by (job (rate(up[1m]))'],
  ['loki', 'sum(rate({service_name="a"} |= [1m]))'],
  ['tempo', '{ duration > }'],
] as const)('the grammar of %s sees what is wrong', (source, text) => {
  expect(wrongIn({ source, text })).not.toEqual([])
})

test('no variable of Grafana is left in what is parsed', () => {
  for (const { where, query } of queries) expect(filled(query.text), where).not.toContain('$')
})

const metrics = queries
  .filter(({ query }) => query.source === 'prometheus')
  .map(({ where, query }) => ({ where, ...parsePromql(filled(query.text)) }))

test('every metric is exported by something', () => {
  const unknown = metrics.flatMap(({ where, metrics: names }) =>
    names.filter((name) => exporterOf(name) === undefined).map((name) => `${where}: ${name}`),
  )
  expect(unknown).toEqual([])
  expect(exporterOf('registry_http_requests')).toBeUndefined()
})

test('every metric of PromEx is one of its plugins’', () => {
  const chosen = metrics.flatMap(({ patterns }) => patterns)
  expect(chosen.length).toBeGreaterThan(20)
  const known = promExNames.map((name) => `.+_prom_ex_${name}`)
  expect(chosen.filter((pattern) => !known.includes(pattern))).toEqual([])
})

test('a query that counts a counter’s value takes its rate', () => {
  // A counter by itself is a line that rises for ever.
  const bare = queries
    .filter(({ query }) => query.source === 'prometheus')
    .map(({ where, query }) => ({ where, text: filled(query.text) }))
    .filter(
      ({ text }) =>
        /_(total|count|sum|bucket)\b/.test(text) &&
        !/(rate|increase|changes|resets|count_over_time)\(/.test(text) &&
        // Gauges whose names end so: PromEx' _count, the object store's and the controller's _total.
        !/prom_ex_\w+_count|pg_\w+_count|minio_cluster_\w+_total|minio_s3_requests_(inflight|waiting)_total|ingress_resources_total/.test(
          text,
        ),
    )
  expect(bare).toEqual([])
})
