import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { ServiceSpec } from '../../../main/model/service.ts'
import { renderStack } from '../../../main/system/stack/render.ts'
import { targetFiles } from '../../../main/system/stack/targets.ts'
import { clusterRuntime } from '../cluster/spec.ts'
import { fragmentText, openFixture, settings, type Fixture } from './fixture.ts'

/** What Prometheus is told of services whose description says where their metrics are. */

let fixture: Fixture
beforeEach(() => {
  fixture = openFixture()
})
afterEach(() => fixture.clear())

const put = (id: string, more: Partial<ServiceSpec> = {}): ServiceSpec =>
  fixture.put(id, { 'compose.yaml': fragmentText(id) }, more)

const told = (services: readonly ServiceSpec[]): unknown => {
  const [[path, text] = ['', '']] = targetFiles(services)
  expect(path).toBe('targets/services.json')
  return JSON.parse(text)
}

test('each container with metrics, by its name in the docker network, with its id as job', () => {
  const metrics = { target: 9100, path: '/-/metrics' }
  expect(
    told([
      put('notes', { metrics }),
      put('plain'),
      // Scraped in its cluster.
      put('shop', { metrics, runtime: clusterRuntime() }),
    ]),
  ).toEqual([
    { targets: ['notes:9100'], labels: { job: 'notes', tier: 'tools', __metrics_path__: '/-/metrics' } },
  ])
  expect(told([put('plain')])).toEqual([])
})

test('it is in the folder that Prometheus reads again, and makes no container anew', async () => {
  const prometheus = put('prometheus')
  const render = async (metrics?: ServiceSpec['metrics']) =>
    await renderStack(
      { ...fixture, settings, now: 1_795_000_000_000 },
      [prometheus, put('notes', metrics === undefined ? {} : { metrics })],
      { publish: false },
    )
  const file = join(fixture.rendered, 'prometheus', 'targets', 'services.json')
  const before = await render()
  expect(readFileSync(file, 'utf8')).toBe('[]\n')
  const after = await render({ target: 9100, path: '/metrics' })
  expect(readFileSync(file, 'utf8')).toContain('"notes:9100"')
  const configOf = ({ services }: typeof after) => services.find(({ id }) => id === 'prometheus')?.config
  expect(configOf(after)).toBe(configOf(before))
  expect(after.keptAside).toEqual([])
})

test('ours mounts that folder, and reads what is in it', () => {
  const folder = join('assets', 'stack', 'prometheus')
  const compose = readFileSync(join(folder, 'compose.yaml'), 'utf8')
  expect(compose).toContain('- ./targets:/etc/prometheus/targets:ro')
  const { scrape_configs: jobs } = parse(readFileSync(join(folder, 'prometheus.yml'), 'utf8')) as {
    readonly scrape_configs: readonly {
      readonly file_sd_configs?: readonly { readonly files: readonly string[] }[]
    }[]
  }
  expect(jobs.flatMap((one) => one.file_sd_configs ?? []).flatMap(({ files }) => files)).toEqual([
    'targets/*.json',
  ])
})
