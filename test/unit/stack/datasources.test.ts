import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { parser } from '@grafana/lezer-logql'
import { exporterOf } from '../../../scripts/dashboards/metrics.ts'
import { parsePromql } from '../../promql.ts'

/** How Grafana finds the trace of a log line: derived fields of Loki's data source, by JavaScript's regular expressions. */

interface Field {
  readonly name: string
  readonly matcherType?: 'label'
  readonly matcherRegex: string
  readonly url: string
  readonly datasourceUid: string
}
const file = new URL('../../../assets/stack/grafana/provisioning/datasources/macula.yml', import.meta.url)
const { datasources } = parse(readFileSync(fileURLToPath(file), 'utf8')) as {
  readonly datasources: readonly {
    readonly uid: string
    readonly jsonData: { readonly derivedFields?: readonly Field[] }
  }[]
}
const fields = datasources.find(({ uid }) => uid === 'loki')?.jsonData.derivedFields ?? []
const inText = new RegExp(fields.find(({ matcherType }) => matcherType === undefined)?.matcherRegex ?? '^$')
const of = (uid: string): Readonly<Record<string, unknown>> =>
  datasources.find((one) => one.uid === uid)?.jsonData ?? {}
const trace = '4bf92f3577b34da6a3ce929d0e0e4736'

test('an exemplar leads to its trace, by the name that OpenTelemetry gives its id and by that of Tempo’s generator', () => {
  const ways = of('prometheus')['exemplarTraceIdDestinations'] as readonly Record<string, string>[]
  expect(ways.map(({ name }) => name)).toEqual(['trace_id', 'traceID'])
  for (const { datasourceUid } of ways) expect(datasourceUid).toBe('tempo')
  // Prometheus 3 throws exemplars away without its flag, and the generator sends none without its own.
  const folder = new URL('../../../assets/stack/', import.meta.url)
  const text = (path: string): string => readFileSync(fileURLToPath(new URL(path, folder)), 'utf8')
  expect(text('prometheus/compose.yaml')).toContain('- --enable-feature=exemplar-storage\n')
  expect(text('tempo/tempo.yml')).toContain('send_exemplars: true')
})

test('a trace leads to the lines that name it, to the metrics of its service, and to the graph of services', () => {
  const tempo = of('tempo') as Record<string, Record<string, unknown>>
  const query = String(tempo['tracesToLogsV2']?.['query'])
  expect(query).toBe('{service_name=~".+"} | trace_id = "$${__trace.traceId}"')
  const wrong: string[] = []
  parser
    .parse(query.replaceAll('$', ''))
    .iterate({ enter: ({ type, name }) => void (type.isError && wrong.push(name)) })
  expect(wrong).toEqual([])
  const metrics = tempo['tracesToMetrics'] as unknown as {
    readonly tags: readonly { readonly key: string; readonly value: string }[]
    readonly queries: readonly { readonly name: string; readonly query: string }[]
  }
  expect(metrics.tags).toEqual([{ key: 'service.name', value: 'service' }])
  expect(metrics.queries.length).toBeGreaterThan(2)
  for (const one of metrics.queries) {
    const { wrong: bad, metrics: names } = parsePromql(one.query.replaceAll('$$__tags', 'service="x"'))
    expect(bad, one.query).toEqual([])
    expect(names.filter((name) => exporterOf(name) === undefined)).toEqual([])
  }
  for (const key of ['tracesToLogsV2', 'tracesToMetrics', 'serviceMap'])
    expect(datasources.map(({ uid }) => uid)).toContain(tempo[key]?.['datasourceUid'])
  expect(tempo['nodeGraph']).toEqual({ enabled: true })
})

describe('the trace of a log line', () => {
  test.each([
    ['logfmt', `level=info trace_id=${trace} msg=hi`],
    ['JSON, as the ingress writes it', `{"level":"info","trace_id":"${trace}","msg":"hi"}`],
    ['JSON with blanks, as pino writes it', `{ "traceId" : "${trace}" }`],
    ['Elixir’s Logger', `12:00:00.000 trace_id=${trace} span_id=00f067aa0ba902b7 [info] hi`],
    ['Go, as Tempo and Loki write it', `msg="hi" traceID=${trace}`],
    ['ECS', `{"trace.id":"${trace}"}`],
    ['text', `trace-id: ${trace}, hi`],
  ])('is found in %s', (_, line) => {
    expect(inText.exec(line)?.[1]).toBe(trace)
  })

  test.each([
    ['none', 'trace_id= hi'],
    ['an empty one', '{"trace_id":""}'],
    ['a span', `span_id=${trace}`],
    ['a longer number', `trace_id=${trace}00`],
  ])('is not found in %s', (_, line) => {
    expect(inText.exec(line)).toBeNull()
  })

  test('each of the fields leads to the data source of traces, with what it found', () => {
    expect(fields.length).toBe(2)
    for (const field of fields)
      expect(field).toMatchObject({ url: '$${__value.raw}', datasourceUid: 'tempo' })
    expect(datasources.map(({ uid }) => uid)).toContain('tempo')
  })
})
