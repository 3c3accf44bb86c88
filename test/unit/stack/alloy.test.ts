import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { CHECK_AGENT, CHECK_USER, isOwnCheck } from '../../../main/model/own-check.ts'

/**
 * Alloy's configurations as texts: what they name is there, and they mean what the rest of the product means. That Alloy takes
 * them is asked of Alloy, where its image can be pulled.
 */

const stack = readFileSync(join('assets', 'stack', 'alloy', 'config.alloy'), 'utf8')
const cluster = parseAllDocuments(
  readFileSync(join('assets', 'cluster', 'base', '30-observability.yaml'), 'utf8'),
)
  .map((document) => document.toJS() as { readonly kind: string; readonly data?: Record<string, string> })
  .find(({ kind }) => kind === 'ConfigMap')?.data?.['config.alloy']
const both = [
  ['the stack', stack],
  ['a cluster', cluster ?? ''],
] as const

/** Without comments and the contents of texts. */
const bare = (text: string): string =>
  text.replaceAll(/`[^`]*`|"(?:\\.|[^"\\])*"|\/\/[^\n]*/g, (word) => (word.startsWith('//') ? '' : '""'))

describe.each(both)('the configuration of %s', (_, text) => {
  test('closes what it opens', () => {
    let depth = 0
    for (const sign of bare(text).replaceAll(/[^{}]/g, '')) {
      depth += sign === '{' ? 1 : -1
      expect(depth).toBeGreaterThanOrEqual(0)
    }
    expect(depth).toBe(0)
  })

  test('names no component that it does not have, has none twice, and none that nothing uses', () => {
    const made = [...text.matchAll(/^([a-z][\w.]*) "(\w+)" \{/gm)].map(
      ([, kind, label]) => `${kind}.${label}`,
    )
    expect(new Set(made).size).toBe(made.length)
    const named = [
      ...bare(text).matchAll(
        /\b((?:discovery|loki|otelcol|prometheus)\.[\w.]+)\.(?:receiver|input|targets|output)\b/g,
      ),
    ].map(([, name]) => name)
    expect(named.length).toBeGreaterThan(5)
    expect(named.filter((name) => !made.includes(name ?? ''))).toEqual([])
    // What begins a chain is named by nobody.
    const first = /^(?:loki\.source|otelcol\.receiver|prometheus\.scrape)\./
    expect(made.filter((name) => !first.test(name) && !named.includes(name))).toEqual([])
  })
})

/** The stages of a `loki.process "lines"`, without indentation. */
const stagesOf = (text: string): string =>
  (/^loki\.process "lines" \{\n([^]*?)^\}/m.exec(text)?.[1] ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('//') && !line.startsWith('forward_to'))
    .join('\n')

test('lines of pods go the same way as lines of containers', () => {
  expect(stagesOf(stack).length).toBeGreaterThan(500)
  expect(stagesOf(cluster ?? '')).toBe(stagesOf(stack))
})

/** A text of LogQL within double quotes, as Go reads it. */
const expressions = (selector: string): readonly { readonly op: string; readonly text: string }[] =>
  [...selector.matchAll(/(\|~|!~) "((?:\\.|[^"\\])*)"/g)].map(([, op = '', text = '']) => ({
    op,
    text: text.replaceAll(/\\(.)/g, '$1'),
  }))

/** JavaScript's of one of RE2's. */
const regexp = (text: string): RegExp =>
  text.startsWith('(?i)') ? new RegExp(text.slice(4), 'i') : new RegExp(text.replaceAll('(?P<', '(?<'))

const fits = (selector: string, line: string): boolean =>
  expressions(selector).every(({ op, text }) => regexp(text).test(line) === (op === '|~'))

const matches = [...stack.matchAll(/^ {2}stage\.match \{\n([^]*?)^ {2}\}/gm)].map(([, body = '']) => ({
  selector: /selector\s+= `([^`]*)`/.exec(body)?.[1] ?? '',
  drops: body.includes('"drop"'),
  expression: /expression = `([^`]*)`/.exec(body)?.[1],
}))

test.each([
  [`10.0.0.1 - - "GET / HTTP/1.1" 200 5 "-" "${CHECK_AGENT}" "-"`, true],
  [`level=info http.request.useragent=${CHECK_AGENT} http.request.uri=/v2/`, true],
  [`{"msg":"request","user_agent":"${CHECK_AGENT}"}`, true],
  [`FATAL:  no pg_hba.conf entry for host "172.23.0.1", user "${CHECK_USER}", database "postgres"`, true],
  [`connection authorized: user=${CHECK_USER} database=postgres`, true],
  [`level=error http.request.useragent=${CHECK_AGENT} msg="database is locked"`, false],
  [`2026/11/27 [error] 7#7: upstream failed, agent "${CHECK_AGENT}"`, false],
  ['10.0.0.1 - - "GET / HTTP/1.1" 200 5 "-" "curl/8.0"', false],
  [`x${CHECK_AGENT}y`, false],
])('a check of ours is left out, by the rule of the window: %j', (line, isOurs) => {
  expect(isOwnCheck(line)).toBe(isOurs)
  expect(matches.filter(({ drops, selector }) => drops && fits(selector, line)).length > 0).toBe(isOurs)
})

const kinds = matches.filter(
  ({ drops, selector }) => !drops && !selector.includes('race') && selector.startsWith('{service_name=~'),
)

test('the level of a line is read in one way: as JSON, as logfmt, or as text', () => {
  expect(kinds).toHaveLength(3)
  for (const [line, kind] of [
    ['{"level":"WARN"}', 0],
    [' {"lvl":30}', 0],
    ['time=x level=info msg=y', 1],
    ['lvl=dbg', 1],
    ['2026/11/27 [error] 7#7: upstream', 2],
    ['plain', 2],
  ] as const)
    expect(
      kinds.map(({ selector }) => fits(selector, line)),
      line,
    ).toEqual([0, 1, 2].map((one) => one === kind))
})

test.each([
  ['2026/11/27 10:00:00 [error] 7#7: upstream', 'error'],
  ['12:00:00.000 request_id=x [info] GET /', 'info'],
  ['2026-11-27 22:00:00 UTC [12] LOG:  checkpoint', 'LOG'],
  ['2026-11-27 22:00:00 UTC [12] FATAL:  no', 'FATAL'],
  ['E1127 22:33:44.123 1 file.go:3] x', 'E'],
  ['plain line', undefined],
  ['an [info]x', undefined],
])('of a text %j the level is %j', (line, level) => {
  const found = regexp(kinds[2]?.expression ?? '').exec(line)?.groups ?? {}
  expect(Object.values(found).find((one) => one !== undefined)).toBe(level)
})

/** Each word that the last template knows, by its pattern. */
const words = [...stack.matchAll(/regexMatch "(\^[^"]+)" \$level \}\}(\w+)\{\{/g)].map(
  ([, pattern = '', word = '']) => ({ pattern: new RegExp(pattern.replaceAll('\\\\', '\\')), word }),
)

test.each([
  [['trace', '10'], 'trace'],
  [['d', 'debug', 'debug1', 'dbg', '20'], 'debug'],
  [['i', 'info', 'notice', 'log', '30'], 'info'],
  [['w', 'warn', 'warning', '40'], 'warn'],
  [['e', 'err', 'eror', 'error', '50'], 'error'],
  [['c', 'crit', 'critical', 'fatal', 'f', 'panic', 'alert', 'emerg', '60'], 'critical'],
  [['3', 'errors', 'x', ''], undefined],
])('%j is the level %j', (all, word) => {
  expect(words).toHaveLength(6)
  for (const one of all) expect(words.find(({ pattern }) => pattern.test(one))?.word, one).toBe(word)
})

const trace = '4bf92f3577b34da6a3ce929d0e0e4736'

test.each([
  [`level=info trace_id=${trace} msg=hi`, trace],
  [`{"trace_id":"${trace}","msg":"hi"}`, trace],
  [`{ "traceId" : "${trace}" }`, trace],
  [`msg="hi" traceID=${trace}`, trace],
  [`{"trace.id":"${trace}"}`, trace],
  ['trace_id= hi', undefined],
  [`trace_id=${trace}00`, undefined],
])('the trace of %j is put beside it', (line, id) => {
  const rule = matches.find(({ selector }) => selector.includes('race'))
  expect(fits(rule?.selector ?? '', line)).toBe(true)
  expect(regexp(rule?.expression ?? '^$').exec(line)?.groups?.['trace_id']).toBe(id)
})
