import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { boards } from '../../../scripts/dashboards/boards.ts'
import { panelsOf } from '../../../scripts/dashboards/board.ts'
import { rendered, written } from '../../../scripts/dashboards/render.ts'
import { tiers } from '../../../scripts/dashboards/services.ts'
import { readCatalog } from '../../../main/system/catalog/files.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { pathsOf } from '../../../main/system/paths.ts'

const stack = 'assets/stack'
const folder = join(stack, 'grafana', 'dashboards')

test('what Grafana is given is what the modules write: after a change run npm run dashboards', () => {
  const files = written(boards)
  expect(readdirSync(folder).toSorted()).toEqual([...files.keys()].toSorted())
  for (const [name, text] of files) expect(readFileSync(join(folder, name), 'utf8') === text, name).toBe(true)
})

const asked = [
  'platform',
  'host',
  'observability',
  'tools',
  'data',
  'applications',
  'postgres',
  'object-store',
  'registry',
  'powerdns',
  'ingress',
  'beam',
  'logs',
]

test('there is one a tier, one a service with much to tell, applications, logs, and the home', () => {
  expect(boards.map(({ name }) => name).toSorted()).toEqual(asked.toSorted())
  const home = /DEFAULT_HOME_DASHBOARD_PATH: (\S+)/.exec(
    readFileSync(join(stack, 'grafana', 'compose.yaml'), 'utf8'),
  )?.[1]
  expect(home).toBe('/etc/macula/dashboards/platform.json')
})

test('each is found by its uid and title, and every panel by its number', () => {
  const all = boards.map(rendered)
  expect(new Set(all.map(({ uid }) => uid)).size).toBe(boards.length)
  expect(new Set(all.map(({ title }) => title)).size).toBe(boards.length)
  for (const { title, panels = [] } of all) {
    const ids = panels.map(({ id }) => id)
    expect(new Set(ids).size, title ?? '').toBe(ids.length)
    expect(ids.every((id) => typeof id === 'number' && id > 0)).toBe(true)
  }
})

test('every panel says what it shows, in a unit, and one that may be empty says until when', () => {
  for (const board of boards)
    for (const panel of panelsOf(board)) {
      const where = `${board.name}: ${panel.title}`
      expect(panel.says.length, where).toBeGreaterThan(3)
      expect(panel.says, where).toMatch(/[.:]$/)
      if (panel.needs !== undefined) expect(panel.needs, where).toMatch(/^Has data (once|while) .+\.$/)
      // One source a panel: Grafana draws the others with the panel's own source otherwise.
      expect(new Set(panel.queries.map(({ source }) => source)).size, where).toBe(1)
    }
})

test('what is generated carries it: description, unit, source, query', () => {
  for (const board of boards) {
    const drawn = (rendered(board).panels ?? []).filter(({ type }) => type !== 'row') as readonly {
      readonly title?: string
      readonly type: string
      readonly description?: string
      readonly datasource?: { readonly uid?: string }
      readonly fieldConfig?: { readonly defaults: { readonly unit?: string } }
      readonly targets?: readonly {
        readonly refId?: string
        readonly expr?: string
        readonly query?: string
      }[]
    }[]
    expect(drawn.map(({ title }) => title)).toEqual(panelsOf(board).map(({ title }) => title))
    for (const [index, panel] of panelsOf(board).entries()) {
      const made = drawn[index]
      expect(made?.description).toBe(
        panel.needs === undefined ? panel.says : `${panel.says}\n\n${panel.needs}`,
      )
      if (panel.kind !== 'logs') expect(made?.fieldConfig?.defaults.unit).toBe(panel.unit)
      expect(made?.datasource?.uid).toBe(panel.queries[0].source)
      expect(made?.targets?.map(({ expr, query }) => expr ?? query)).toEqual(
        panel.queries.map(({ text }) => text),
      )
      expect(made?.targets?.map(({ refId }) => refId)).toEqual(panel.queries.map((_, at) => 'ABCDEFG'[at]))
    }
  }
})

test('no panel lies on another, and none is wider than the page', () => {
  for (const board of boards) {
    const places = (rendered(board).panels ?? []).map(
      (panel) => (panel as { gridPos: { x: number; y: number; w: number; h: number } }).gridPos,
    )
    const taken = new Set<string>()
    for (const { x, y, w, h } of places) {
      expect(x + w, board.name).toBeLessThanOrEqual(24)
      for (let row = y; row < y + h; row++)
        for (let column = x; column < x + w; column++) {
          expect(taken.has(`${row} ${column}`), `${board.name}: ${row} ${column}`).toBe(false)
          taken.add(`${row} ${column}`)
        }
    }
  }
})

test('a query names no variable that its dashboard has not', () => {
  for (const board of boards) {
    const has = new Set([
      ...(board.variables ?? []).map(({ name }) => name),
      ...(board.find ? ['find'] : []),
      '__rate_interval',
      '__auto',
    ])
    for (const { title, queries } of panelsOf(board))
      for (const { text } of queries)
        for (const [, name = ''] of text.matchAll(/\$\{?(\w+)/g))
          expect(has.has(name), `${board.name}: ${title}: ${name}`).toBe(true)
  }
})

test('a tier asks of each of its programs by the names that it has', () => {
  const texts = (name: string): string =>
    JSON.stringify(boards.filter((board) => board.name === name).flatMap(panelsOf))
  expect(texts('data')).not.toContain('process_resident_memory_bytes{')
  expect(texts('data')).toContain('minio_node_process_resident_memory_bytes')
  expect(texts('host')).toContain('process_resident_memory_bytes{job=~\\"registry\\"}')
  expect(texts('host')).toContain('pdns_auth_real_memory_usage')
  for (const name of ['alloy_resources_', 'minio_', 'pdns_']) expect(texts('platform')).toContain(name)
})

test('sources are those that are provisioned', () => {
  const provisioned = readFileSync(
    join(stack, 'grafana', 'provisioning', 'datasources', 'macula.yml'),
    'utf8',
  )
  for (const source of ['prometheus', 'loki', 'tempo']) expect(provisioned).toContain(`uid: ${source}`)
})

test('tiers and their services are those of the catalog, and jobs those of Prometheus', async () => {
  const catalog = await readCatalog(
    pathsOf({ MACULA_HOME: mkdtempSync(join(tmpdir(), 'macula-boards-')) }, join(process.cwd(), 'assets')),
    defaultSettings,
    {},
  )
  const scraped = [
    ...readFileSync(join(stack, 'prometheus', 'prometheus.yml'), 'utf8').matchAll(/job_name: (\S+)/g),
  ].map(([, name]) => name)
  // Exporters in Alloy, each with the job that its relabelling gives.
  const exported = [
    ...readFileSync(join(stack, 'alloy', 'config.alloy'), 'utf8').matchAll(
      /target_label = "job"\n\s+replacement\s+= "([a-z-]+)"/g,
    ),
  ].map(([, name]) => name)
  expect(new Set(exported)).toEqual(new Set(['timescaledb', 'powerdns-db', 'containers']))
  // What is no service: those of the person, and what the kernel counts of all.
  const all = [...scraped, ...exported].filter((name) => name !== 'services' && name !== 'containers')
  for (const { name, services, jobs } of tiers) {
    const theirs = catalog.services.filter(({ tier }) => tier === name).map(({ id }) => id)
    expect([...services], name).toEqual(theirs.toSorted())
    expect([...jobs], name).toEqual(theirs.filter((id) => all.includes(id)).toSorted())
  }
  expect(new Set(tiers.flatMap(({ jobs }) => jobs as readonly string[]))).toEqual(new Set(all))
})
