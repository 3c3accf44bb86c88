import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import { drawHome } from '../../../main/cli/draw/home.ts'
import { drawService } from '../../../main/cli/draw/service.ts'
import { penFor, type Style } from '../../../main/cli/style.ts'
import { services } from './fixture.ts'
import {
  dockerDownWorld,
  greenWorld,
  nothingWorld,
  now,
  snapshotOf,
  tenRedWorld,
  troubleWorld,
} from './worlds.ts'

const worlds = {
  green: greenWorld,
  trouble: troubleWorld,
  'ten-red': tenRedWorld,
  'docker-down': dockerDownWorld,
  nothing: nothingWorld,
}

function style(columns: number | undefined, env: Record<string, string> = {}): Style {
  const stream = { isTTY: columns !== undefined, columns } as unknown as Parameters<typeof penFor>[0]
  return penFor(stream, { LANG: 'C.UTF-8', NO_COLOR: '1', ...env }, 'linux')
}

const colours: Readonly<Record<string, string>> = {
  '1': 'bold',
  '2': 'dim',
  '4': 'line',
  '22': '/',
  '24': '/line',
  '31': 'red',
  '32': 'green',
  '33': 'yellow',
  '34': 'blue',
  '39': '/',
}

/** Colours as readable marks: "<green>✔</>". */
function marked(text: string): string {
  // eslint-disable-next-line no-control-regex -- colours begin with one
  return text.replaceAll(/\u001B\[(\d+)m/g, (_, code: string) => `<${colours[code] ?? code}>`)
}

function draw(world: keyof typeof worlds, with_: Style): string {
  return `${drawHome(with_, snapshotOf(worlds[world]()), now).join('\n')}\n`
}

describe('status draws the whole', () => {
  for (const world of Object.keys(worlds) as (keyof typeof worlds)[])
    for (const columns of [80, 100, 140])
      test(`${world} at ${columns} columns`, async () => {
        await expect(draw(world, style(columns))).toMatchFileSnapshot(`golden/home-${world}-${columns}.txt`)
      })

  test('trouble in colour', async () => {
    const text = draw('trouble', style(140, { NO_COLOR: '' }))
    await expect(marked(text)).toMatchFileSnapshot('golden/home-trouble-140-colour.txt')
  })

  test('trouble in a locale without UTF-8', async () => {
    await expect(draw('trouble', style(100, { LANG: 'C' }))).toMatchFileSnapshot(
      'golden/home-trouble-100-ascii.txt',
    )
  })

  test('trouble into a pipe is plain and complete', async () => {
    await expect(draw('trouble', style(undefined))).toMatchFileSnapshot('golden/home-trouble-pipe.txt')
  })

  test('no line is wider than the terminal, at any width', () => {
    for (const world of Object.keys(worlds) as (keyof typeof worlds)[])
      for (const columns of [20, 25, 30, 35, ...Array.from({ length: 21 }, (_, at) => 40 + 7 * at)])
        for (const env of [{}, { NO_COLOR: '' }, { LANG: 'C' }]) {
          const lines = draw(world, style(columns, env)).split('\n')
          expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(columns)
        }
  })

  test('exactly one of name and address is marked, and it is what Open uses', () => {
    const rows = draw('trouble', style(140)).split('\n')
    const row = (title: string): string => rows.find((line) => line.includes(` ${title} `)) ?? ''
    expect(row('Grafana')).toContain('›127.0.0.4:3000')
    expect(row('Registry UI')).toContain('›registry.macula.local')
    expect(row('Tempo')).not.toContain('›')
    for (const line of rows) expect(line.split('›').length).toBeLessThanOrEqual(2)
  })

  test('a shared cause is told once, however many services it hits', () => {
    const text = draw('trouble', style(140))
    expect(text.split('Something asks another name server first').length).toBe(2)
  })
})

describe('status draws one service', () => {
  const one = (world: keyof typeof worlds, id: string, with_: Style): string => {
    const snapshot = snapshotOf(worlds[world]())
    const view = snapshot.services.find((service) => service.id === id)
    if (!view) throw new Error(`no ${id}`)
    const spec = services.find((service) => service.id === id)
    return `${drawService(with_, snapshot, view, spec, now).join('\n')}\n`
  }
  const cases = [
    ['trouble', 'grafana', 100],
    ['trouble', 'tempo', 80],
    ['green', 'object-store', 100],
    ['docker-down', 'powerdns-db', 80],
    ['nothing', 'cluster/hub', 80],
  ] as const
  for (const [world, id, columns] of cases)
    test(`${id} in ${world} at ${columns} columns`, async () => {
      await expect(one(world, id, style(columns))).toMatchFileSnapshot(
        `golden/service-${world}-${id.replace('/', '-')}-${columns}.txt`,
      )
    })
})

test('a row names what Open opens, as the window does, not the first endpoint that has no name', () => {
  const snapshot = snapshotOf(greenWorld())
  const grafana = snapshot.services.find(({ id }) => id === 'grafana')
  const [web] = grafana?.endpoints ?? []
  if (!grafana || !web) throw new Error('Grafana has an endpoint')
  const health = { ...web, id: 'health', name: null, opens: false, accesses: [] }
  const view = { ...grafana, endpoints: [health, web] }
  const changed = snapshot.services.map((one) => (one.id === 'grafana' ? view : one))
  const lines = drawHome(style(140), { ...snapshot, services: changed }, now)
  expect(lines.find((line) => line.includes('Grafana'))).toContain('grafana.macula.local')
})
