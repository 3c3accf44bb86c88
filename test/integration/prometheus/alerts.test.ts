import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { docker, type Ran } from '../support/actor.ts'
import type { Case } from './cases.ts'
import { flowCases } from './flow-cases.ts'
import { stateCases } from './state-cases.ts'

/** The alert rules, by the real promtool: taken, and each fires and is over again. */

const prometheus = join(process.cwd(), 'assets', 'stack', 'prometheus')
const rules = join(prometheus, 'rules')
const image = 'prom/prometheus:v3.13.2'
const byFile = { ...stateCases, ...flowCases }
const cases = Object.values(byFile).flat()
/** What alerts are made of, beside what is exported. */
const RECORDED = 'containers.yml'
let folder = ''

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly labels: { readonly severity: string; readonly service: string }
  readonly annotations: Readonly<Record<'summary' | 'description' | 'dashboard', string>>
}

async function rulesOf(file: string): Promise<readonly Rule[]> {
  const text = parse(await readFile(join(rules, file), 'utf8')) as {
    readonly groups: readonly { readonly rules: readonly Rule[] }[]
  }
  // What only records is tried by the alerts on it.
  return text.groups.flatMap((group) => group.rules.filter((rule) => 'alert' in rule))
}

let all: readonly Rule[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'macula-rules-'))
  // The image's own user reads it.
  await chmod(folder, 0o755)
  all = (await Promise.all((await readdir(rules)).map(rulesOf))).flat()
})
afterAll(async () => await rm(folder, { recursive: true, force: true }))

const promtool = async (...words: readonly string[]): Promise<Ran> =>
  // prettier-ignore
  await docker('run', '--rm', '--network', 'none', '-v', `${prometheus}:/etc/prometheus:ro`, '-v', `${folder}:/tests:ro`,
    '--entrypoint', 'promtool', image, ...words)

test('promtool takes the configuration, and the rules without a remark', async () => {
  const config = await promtool('check', 'config', '/etc/prometheus/prometheus.yml')
  expect(config.code, config.err + config.out).toBe(0)
  const files = await readdir(rules)
  expect(config.out).toContain(`${files.length} rule files found`)
  const checked = await promtool(
    'check',
    'rules',
    '--lint=all',
    '--lint-fatal',
    ...files.map((file) => `/etc/prometheus/rules/${file}`),
  )
  expect(checked.code, checked.err + checked.out).toBe(0)
})

/** The rule that a case is about: its summary is the rule's, with values in place of what a template fills in. */
function ruleOf({ alert, summary }: Pick<Case, 'alert' | 'summary'>): Rule {
  const found = all.filter(
    (rule) =>
      rule.alert === alert &&
      new RegExp(`^${rule.annotations.summary.replaceAll(/\{\{.+?\}\}/g, '.+')}$`).test(summary),
  )
  expect(found, `${alert}: ${summary}`).toHaveLength(1)
  return found[0] as Rule
}

/** One test of promtool: none before, the alert with all it says, none after. */
function asked(one: Case) {
  const { alert, service, severity, dashboard, summary, labels = {}, series, quiet, fires, over } = one
  const { description } = ruleOf(one).annotations
  return {
    name: `${alert} of ${service}`,
    interval: '15s',
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    alert_rule_test: [
      { eval_time: quiet, alertname: alert, exp_alerts: [] },
      {
        eval_time: fires,
        alertname: alert,
        exp_alerts: [
          {
            exp_labels: { ...labels, service, severity },
            exp_annotations: { summary, description, dashboard },
          },
        ],
      },
      { eval_time: over, alertname: alert, exp_alerts: [] },
    ],
  }
}

/** Each case over the rules of its file alone: promtool evaluates all that it is given, every 15 s of each test. */
async function tested(those: Readonly<Record<string, readonly Case[]>>): Promise<Ran> {
  const files = Object.entries(those).map(([name, some]) => ({
    name: `${name}.yml`,
    text: {
      rule_files: [RECORDED, `${name}.yml`].map((file) => `/etc/prometheus/rules/${file}`),
      evaluation_interval: '15s',
      tests: some.map(asked),
    },
  }))
  for (const { name, text } of files)
    await writeFile(join(folder, name), JSON.stringify(text), { mode: 0o644 })
  return await promtool('test', 'rules', ...files.map(({ name }) => `/tests/${name}`))
}

test('each alert fires, with its service and its dashboard, and is over again', async () => {
  expect(
    Object.keys(byFile)
      .map((name) => `${name}.yml`)
      .toSorted(),
  ).toEqual((await readdir(rules)).filter((file) => file !== RECORDED).toSorted())
  const { code, out, err } = await tested(byFile)
  expect(code, out + err).toBe(0)
})

test('no rule is without such a case', () => {
  const shown = new Set(cases.map(ruleOf))
  expect(all.filter((rule) => !shown.has(rule)).map(({ alert, expr }) => `${alert}: ${expr}`)).toEqual([])
  // Every way that a rule may fire, where it has several.
  for (const rule of all) {
    const ways = rule.expr.split(/\bor\b/).length
    const those = cases.filter((one) => ruleOf(one) === rule)
    expect(those.length, rule.alert).toBeGreaterThanOrEqual(ways)
  }
})

test('a case without what makes it fire is red', async () => {
  const [one] = cases
  if (one === undefined) throw new Error('there are no cases')
  const calm = Object.fromEntries(Object.keys(one.series).map((name) => [name, '1x400']))
  expect((await tested({ services: [{ ...one, series: calm }] })).code).not.toBe(0)
})
