import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'

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
const trace = '4bf92f3577b34da6a3ce929d0e0e4736'

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
