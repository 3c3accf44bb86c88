import { mkdir, writeFile } from 'node:fs/promises'
import { beforeAll, expect, test } from 'vitest'
import { boards } from '../../../scripts/dashboards/boards.ts'
import { panelsOf, type Panel } from '../../../scripts/dashboards/board.ts'
import { exporterOf, exporters } from '../../../scripts/dashboards/metrics.ts'
import { filled } from '../../../scripts/dashboards/shared.ts'
import { parsePromql } from '../../promql.ts'
import { BETWEEN_LOOKS_MS, everythingUp, fresh } from '../support/actor.ts'

/** Dashboards and alert rules over the real Prometheus, which scrapes the real stack. */

/** Programs that are stood in for here (test/images): they tell nothing of themselves but that they are there. */
const stoodIn = new Set(['grafana', 'loki', 'tempo', 'alloy', 'object-store'])

const root = 'http://prometheus.macula.local/api/v1'

interface Answer {
  readonly status: string
  readonly error?: string
  readonly data: { readonly result: readonly unknown[] }
}

async function ask<T>(path: string, form?: Readonly<Record<string, string>>): Promise<T> {
  const answer = await fetch(
    `${root}/${path}`,
    form ? { method: 'POST', body: new URLSearchParams(form) } : {},
  )
  return (await answer.json()) as T
}

/** Pause, ask again, until there is nothing left to wait for or the time is over; what is left. */
async function settle<T>(all: readonly T[], isThere: (one: T) => Promise<boolean>): Promise<readonly T[]> {
  const end = Date.now() + 180_000
  let left = all
  while (left.length > 0 && Date.now() < end) {
    const found = await Promise.all(left.map(isThere))
    left = left.filter((_, at) => !found[at])
    if (left.length > 0) await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS_MS * 5))
  }
  return left
}

interface Asked {
  readonly where: string
  readonly panel: Panel
  readonly texts: readonly string[]
}

const asked: readonly Asked[] = boards.flatMap((board) =>
  panelsOf(board)
    .filter(({ queries }) => queries[0].source === 'prometheus')
    .map((panel) => ({
      where: `${board.name}: ${panel.title}`,
      panel,
      texts: panel.queries.map(({ text }) => filled(text)),
    })),
)

/** Whether all that a panel asks of is stood in for. */
const isStoodIn = ({ texts }: Asked): boolean =>
  texts.flatMap((text) => parsePromql(text).metrics).every((name) => stoodIn.has(exporterOf(name)?.by ?? ''))

// What other tests broke and started again within the hour would still fire.
beforeAll(async () => {
  await fresh()
  await everythingUp()
})

test('Prometheus takes every query of every panel; what has no data says why', async () => {
  expect(asked.length).toBeGreaterThan(80)
  const wrong: string[] = []
  const empty = new Set<Asked>()
  const hasData = async (one: Asked): Promise<boolean> => {
    const answers = await Promise.all(one.texts.map(async (query) => await ask<Answer>('query', { query })))
    for (const [at, { status, error }] of answers.entries())
      if (status !== 'success') wrong.push(`${one.where}: ${one.texts[at]}: ${error}`)
    return answers.some(({ status, data }) => status === 'success' && data.result.length > 0)
  }
  for (const one of asked) if (!(await hasData(one))) empty.add(one)
  expect(wrong).toEqual([])
  // A rate needs two samples, 15 s apart.
  const unexplained = [...empty].filter((one) => one.panel.needs === undefined && !isStoodIn(one))
  expect((await settle(unexplained, hasData)).map(({ where }) => where)).toEqual([])
  const list = [...empty].filter((one) => !unexplained.includes(one))
  const lines = list.map((one) => `${one.where}\t${one.panel.needs ?? 'its program is stood in for here'}`)
  await mkdir('test/artefacts', { recursive: true })
  await writeFile('test/artefacts/dashboards-without-data.txt', `${lines.join('\n')}\n`)
})

test('every metric of the programs that are real here is there by that name', async () => {
  const names = async (): Promise<ReadonlySet<string>> =>
    new Set((await ask<{ readonly data: readonly string[] }>('label/__name__/values')).data)
  const wanted = exporters
    .filter(({ by }) => ['prometheus', 'go', 'registry', 'powerdns'].includes(by))
    .flatMap((exporter) => exporter.names)
    // There while an alert fires.
    .filter((name) => name !== 'ALERTS')
  expect(wanted.length).toBeGreaterThan(30)
  expect(await settle(wanted, async (name) => (await names()).has(name))).toEqual([])
})

interface Rules {
  readonly data: {
    readonly groups: readonly {
      readonly name: string
      readonly rules: readonly {
        readonly name: string
        readonly health: string
        readonly lastError?: string
      }[]
    }[]
  }
}

test('the alert rules are loaded and evaluated, and none fires over a stack that works', async () => {
  const groups = ['containers', 'errors', 'expiry', 'latency', 'services', 'storage', 'telemetry']
  const rules = async () => (await ask<Rules>('rules')).data.groups
  expect((await rules()).map(({ name }) => name).toSorted()).toEqual(groups)
  const all = (await rules()).flatMap((group) =>
    group.rules.map(({ name }, at) => ({ group: group.name, name, at })),
  )
  const left = await settle(all, async ({ group, at }) => {
    const rule = (await rules()).find(({ name }) => name === group)?.rules[at]
    expect(rule?.lastError ?? '').toBe('')
    return rule?.health === 'ok'
  })
  expect(left).toEqual([])
  const { data } = await ask<{ readonly data: { readonly alerts: readonly { readonly state: string }[] } }>(
    'alerts',
  )
  expect(data.alerts.filter(({ state }) => state === 'firing')).toEqual([])
})
