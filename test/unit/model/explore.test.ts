import { describe, expect, test } from 'vitest'
import { exploreUrl } from '../../../main/model/explore.ts'
import { loadBetween, LOAD_KEPT_MS, LOAD_STEP_MS, withLoad } from '../../../main/model/load.ts'
import { CHECK_AGENT, CHECK_USER, isOwnCheck } from '../../../main/model/own-check.ts'
import type { StatsSample } from '../../../main/model/facts.ts'

const panesOf = (url: string): Record<string, unknown> =>
  (JSON.parse(new URL(url).searchParams.get('panes') ?? '') as Record<string, Record<string, unknown>>)[
    'macula'
  ]!

describe('the address of Explore', () => {
  test('as Grafana documents it: panes, schema version, organisation, times as texts', () => {
    const url = exploreUrl('http://grafana.macula.local/', { service: 'tempo', at: 1_795_000_000_000.25 })
    expect(new URL(url).origin + new URL(url).pathname).toBe('http://grafana.macula.local/explore')
    expect(new URL(url).searchParams.get('schemaVersion')).toBe('1')
    expect(new URL(url).searchParams.get('orgId')).toBe('1')
    expect(panesOf(url)).toEqual({
      datasource: 'loki',
      queries: [
        {
          refId: 'A',
          datasource: { uid: 'loki', type: 'loki' },
          expr: '{service_name="tempo"}',
          queryType: 'range',
        },
      ],
      range: { from: '1794999700000', to: '1795000300001' },
    })
  })

  test('metrics and traces have their own source', () => {
    const at = 1_795_000_000_000
    expect(
      panesOf(exploreUrl('http://g', { service: 'tempo', at, of: { kind: 'metrics', expr: 'up' } })),
    ).toMatchObject({ datasource: 'prometheus', queries: [{ expr: 'up' }] })
    expect(panesOf(exploreUrl('http://g', { service: 'a b', at, of: { kind: 'traces' } }))).toMatchObject({
      datasource: 'tempo',
      queries: [{ query: '{resource.service.name="a b"}' }],
    })
  })

  test('of a cluster it is what runs in it', () => {
    const url = exploreUrl('http://g', {
      service: 'cluster-hub',
      at: 1,
      of: { kind: 'logs', cluster: 'hub' },
    })
    expect(panesOf(url)).toMatchObject({ datasource: 'loki', queries: [{ expr: '{cluster="hub"}' }] })
  })

  test.each(['"} or {a="b', '\u202Eevil', '&orgId=2#', '\\'])(
    'a hostile name %j stays a value',
    (service) => {
      const url = exploreUrl('http://g', { service, at: 1 })
      expect(new URL(url).searchParams.getAll('orgId')).toEqual(['1'])
      expect(new URL(url).hash).toBe('')
      const [query] = panesOf(url)['queries'] as readonly { readonly expr: string }[]
      const quoted = /^\{service_name=(".*")\}$/s.exec(query?.expr ?? '')?.[1] ?? ''
      expect(JSON.parse(quoted)).toBe(service)
    },
  )
})

test.each([
  [`10.0.0.1 - - [27/Nov/2026:07:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "${CHECK_AGENT}" "-"`, true],
  [`level=info http.request.useragent=${CHECK_AGENT} http.request.uri=/v2/`, true],
  [`{"msg":"request","user_agent":"${CHECK_AGENT}"}`, true],
  [`FATAL:  no pg_hba.conf entry for host "172.23.0.1", user "${CHECK_USER}", database "postgres"`, true],
  [`connection authorized: user=${CHECK_USER} database=postgres`, true],
  ['10.0.0.1 - - "GET / HTTP/1.1" 200 5 "-" "curl/8.0"', false],
  // What complains is of interest, whoever caused it.
  [`level=error http.request.useragent=${CHECK_AGENT} msg="database is locked"`, false],
  [`2026/11/27 [error] 7#7: upstream failed, agent "${CHECK_AGENT}"`, false],
  [`x${CHECK_AGENT}y`, false],

  ['', false],
])('whether %j is a check of ours: %s', (text, is) => {
  expect(isOwnCheck(text)).toBe(is)
})

describe('load', () => {
  const usage = { at: 0, cpu: 0, machine: 0, processors: 2, memory: 5, memoryLimit: 9 }

  test('between two readings; none when the container was started anew', () => {
    expect(loadBetween(usage, { ...usage, at: 60_000, cpu: 50, machine: 200 })).toEqual({
      at: 60_000,
      cpu: 50,
      memory: 5,
      memoryLimit: 9,
    })
    expect(loadBetween({ ...usage, cpu: 10 }, { ...usage, machine: 5 })).toBeUndefined()
    expect(loadBetween(usage, usage)).toBeUndefined()
  })

  test('an hour of it is bounded, whoever asks how often', () => {
    let kept: readonly StatsSample[] = []
    for (let at = 0; at <= 2 * LOAD_KEPT_MS; at += 1000)
      kept = withLoad(kept, { at, cpu: 1, memory: 1, memoryLimit: 1 })
    expect(kept.length).toBeLessThan((LOAD_KEPT_MS / LOAD_STEP_MS) * 1.2)
    expect(kept.at(-1)?.at).toBe(2 * LOAD_KEPT_MS)
    expect(kept[0]!.at).toBeGreaterThan(LOAD_KEPT_MS)
  })
})
