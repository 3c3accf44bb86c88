import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { boards } from '../../../scripts/dashboards/boards.ts'
import { tiers } from '../../../scripts/dashboards/services.ts'
import { databases } from '../../../scripts/dashboards/use.ts'
import { exporterOf } from '../../../scripts/dashboards/metrics.ts'
import { readCatalog } from '../../../main/system/catalog/files.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { pathsOf } from '../../../main/system/paths.ts'
import { parsePromql } from '../../promql.ts'

/** The alert rules as text; whether they fire is asked of promtool (test/integration/prometheus). */

const folder = join('assets', 'stack', 'prometheus')

interface Rule {
  /** Absent: it records. */
  readonly alert?: string
  readonly record?: string
  readonly expr: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

const rules = readdirSync(join(folder, 'rules')).flatMap((file) =>
  (
    parse(readFileSync(join(folder, 'rules', file), 'utf8')) as {
      readonly groups: readonly { readonly rules: readonly Rule[] }[]
    }
  ).groups.flatMap((group) => group.rules),
)

test('Prometheus reads them: its configuration names the folder, and its container has it', () => {
  expect(readFileSync(join(folder, 'prometheus.yml'), 'utf8')).toContain('rule_files: [rules/*.yml]')
  expect(readFileSync(join(folder, 'compose.yaml'), 'utf8')).toContain('./rules:/etc/prometheus/rules:ro')
  expect(rules.length).toBeGreaterThan(20)
})

test('every rule is PromQL over metrics that something exports', () => {
  for (const { alert, record = '', expr } of rules) {
    const { wrong, metrics } = parsePromql(expr)
    // What is recorded is told of like what is exported.
    if (alert === undefined) expect(exporterOf(record)?.source, record).toContain('rules/containers.yml')
    expect(wrong, `${alert}: ${expr}`).toEqual([])
    expect(metrics.length, alert).toBeGreaterThan(0)
    expect(metrics.filter((name) => exporterOf(name) === undefined)).toEqual([])
  }
})

test('a start that a program tells itself is not told once more of its container', () => {
  const [, ids = ''] =
    /service!~"([^"]+)"/.exec(rules.find(({ expr }) => expr.includes('service!~'))?.expr ?? '') ?? []
  const own = tiers.flatMap(({ jobs }): readonly string[] => jobs).filter((job) => !databases.includes(job))
  expect(ids.split('|')).toEqual(own.toSorted())
})

test('every rule says whose it is, how bad, what to do, and the dashboard that shows it', async () => {
  const catalog = await readCatalog(
    pathsOf({ MACULA_HOME: mkdtempSync(join(tmpdir(), 'macula-alerts-')) }, join(process.cwd(), 'assets')),
    defaultSettings,
    {},
  )
  const ids = new Set(catalog.services.map(({ id }) => id))
  const uids = new Set(boards.map(({ name }) => `macula-${name}`))
  const alerts = rules.filter(({ alert }) => alert !== undefined)
  expect(alerts.length).toBeGreaterThan(20)
  for (const { alert, labels, annotations } of alerts) {
    expect(['warning', 'critical'], alert).toContain(labels['severity'])
    const service = labels['service'] ?? ''
    expect(
      ids.has(service) || /\{\{ \$labels\.(job|app|to|service|cluster) \}\}$/.test(service),
      `${alert}: ${service}`,
    ).toBe(true)
    expect(Object.keys(annotations).toSorted(), alert).toEqual(['dashboard', 'description', 'summary'])
    expect(annotations['description'], alert).toMatch(/^[A-Z].+\.$/)
    expect(annotations['summary'], alert).not.toMatch(/\.$/)
    const dashboards = (annotations['dashboard'] ?? '').match(/macula-[a-z-]*[a-z]/g) ?? []
    expect(dashboards.length, alert).toBeGreaterThan(0)
    for (const uid of dashboards) expect(uids.has(uid), `${alert}: ${uid}`).toBe(true)
  }
})
