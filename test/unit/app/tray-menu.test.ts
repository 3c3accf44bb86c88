import { describe, expect, test } from 'vitest'
import type { TrayItem, TraySeen } from '../../../main/app/tray-items.ts'
import { sentenceOf, shapeOf, trayMenu } from '../../../main/app/tray-menu.ts'
import type { Snapshot, State } from '../../../main/model/snapshot.ts'
import { pod, up } from '../cluster/world.ts'
import {
  dockerDownWorld,
  greenWorld,
  nothingWorld,
  now,
  snapshotOf,
  tenRedWorld,
  troubleWorld,
} from '../cli/worlds.ts'

const seen = (snapshot: Snapshot | undefined, more: Partial<TraySeen> = {}): TraySeen => ({
  snapshot,
  runs: [],
  connected: true,
  now,
  ...more,
})

/** The snapshot with some services in another state. */
function withStates(snapshot: Snapshot, states: Readonly<Record<string, State>>): Snapshot {
  return {
    ...snapshot,
    services: snapshot.services.map((view) => ({ ...view, state: states[view.id] ?? view.state })),
  }
}

type Found = Exclude<TrayItem, { kind: 'separator' }>

function find(items: readonly TrayItem[], ...path: readonly string[]): Found {
  const [label = '', ...rest] = path
  const found = items.find((item): item is Found => item.kind !== 'separator' && item.label.startsWith(label))
  if (!found)
    throw new Error(`no ${label} in ${items.map((item) => ('label' in item ? item.label : '-')).join(', ')}`)
  return rest.length === 0 ? found : find(found.kind === 'menu' ? found.items : [], ...rest)
}

describe('the sentence', () => {
  test('what starts is named with its tier and, in steps of 5 s, since when', () => {
    const snapshot = withStates(snapshotOf(greenWorld()), { timescaledb: 'starting' })
    const runs = [{ run: 'r', verb: 'start', services: ['timescaledb'], at: now - 12_400 }] as const
    expect(sentenceOf(seen(snapshot, { runs }))).toBe('Data is starting: TimescaleDB, 10 s')
  })

  test('several tiers are counted', () => {
    const snapshot = withStates(snapshotOf(greenWorld()), { timescaledb: 'starting', grafana: 'starting' })
    expect(sentenceOf(seen(snapshot))).toBe('2 services are starting: Grafana and TimescaleDB')
  })

  test('otherwise it is the summary of every face', () => {
    for (const world of [greenWorld(), troubleWorld(), tenRedWorld(), dockerDownWorld(), nothingWorld()]) {
      const snapshot = snapshotOf(world)
      expect(sentenceOf(seen(snapshot))).toBe(snapshot.summary.says)
    }
  })

  test('a lost engine is said, not guessed around', () => {
    expect(sentenceOf(seen(snapshotOf(greenWorld()), { connected: false }))).toMatch(
      /started again; services keep running/,
    )
  })
})

test.each([
  ['works', greenWorld(), 'ok'],
  ['failed', troubleWorld(), 'failed'],
  ['Docker down', dockerDownWorld(), 'unknown'],
  ['nothing runs', nothingWorld(), 'off'],
] as const)('the shape of %s', (_name, world, shape) => {
  expect(shapeOf(seen(snapshotOf(world)))).toBe(shape)
})

test('a lost engine takes the shape of unknown, whatever was seen before', () => {
  expect(shapeOf(seen(snapshotOf(greenWorld()), { connected: false }))).toBe('unknown')
  expect(shapeOf(seen(undefined))).toBe('unknown')
})

describe('the menu', () => {
  const green = trayMenu(seen(snapshotOf(greenWorld())))

  test('has the items of the design, in its order', () => {
    const labels = green.map((item) => (item.kind === 'separator' ? '-' : item.label.replace(/:.*/, '')))
    expect(labels).toEqual([
      'All 14 services work.',
      '-',
      'Host',
      'Applications',
      'Observability',
      'Tools',
      'Data',
      '-',
      'Open Macula Desktop',
      'Doctor…',
      'Check again',
      '-',
      'Start all',
      'Stop all…',
      '-',
      'Set up…',
      'Settings…',
      'Quit, services keep running',
      'Stop all services and quit…',
    ])
  })

  test('a tier has a toggle and its services with their states', () => {
    expect(find(green, 'Data', 'Data is on')).toMatchObject({ kind: 'toggle', on: true, enabled: true })
    expect(find(green, 'Data', 'TimescaleDB').label).toBe('TimescaleDB: works')
    expect(find(green, 'Applications', 'Applications is off')).toMatchObject({
      on: false,
      enabled: true,
      act: { kind: 'start', services: ['cluster/hub', 'console', 'bootstrap', 'peer1', 'peer2'] },
    })
  })

  test('turning a tier off stops what runs of it, and asks; turning it on starts all of it', () => {
    expect(find(green, 'Data', 'Data is on')).toMatchObject({
      act: { kind: 'stop', services: ['timescaledb', 'object-store'], title: 'Data', always: false },
    })
    const off = trayMenu(seen(snapshotOf(nothingWorld())))
    expect(find(off, 'Data', 'Data is off')).toMatchObject({
      enabled: true,
      act: { kind: 'start', services: ['timescaledb', 'object-store'] },
    })
  })

  test('a tier says little: its first sentence, and no more names than fit', () => {
    expect(find(green, 'Applications').label).toBe('Applications: not set up')
    const snapshot = snapshotOf(greenWorld())
    const long = '4 of 5, Prometheus, Loki, Tempo and Alloy with a problem'
    const tiers = snapshot.tiers.map((tier) => ({ ...tier, state: 'degraded' as const, says: long }))
    const menu = trayMenu(seen({ ...snapshot, tiers }))
    expect(find(menu, 'Observability').label).toBe('Observability: 4 of 5, works, with a problem')
  })

  test('while a run works on a tier its toggle waits', () => {
    const runs = [{ run: 'r', verb: 'stop', services: ['timescaledb'], at: now }] as const
    const menu = trayMenu(seen(snapshotOf(greenWorld()), { runs }))
    expect(find(menu, 'Data', 'Data is')).toMatchObject({ enabled: false })
    expect(find(menu, 'Tools', 'Tools is')).toMatchObject({ enabled: true })
  })

  test('a service is opened and copied by the address that works now', () => {
    expect(find(green, 'Observability', 'Grafana', 'Open').label).toBe('Open http://grafana.macula.local')
    const trouble = trayMenu(seen(snapshotOf(troubleWorld())))
    const copy = find(trouble, 'Observability', 'Grafana', 'Copy address')
    expect(copy).toMatchObject({ act: { kind: 'copy', text: 'http://127.0.0.4:3000' } })
  })

  test('what is not for a browser has no Open', () => {
    expect(() => find(green, 'Data', 'TimescaleDB', 'Open')).toThrow('no Open')
  })

  test('a cluster that was never made is made by starting it', () => {
    expect(find(green, 'Applications', 'Hub cluster', 'Start')).toMatchObject({ enabled: true })
    expect(() => find(green, 'Applications', 'Hub cluster', 'Stop')).toThrow('no Stop')
  })

  test('what was found in a cluster is opened, and is nobody’s to start or stop here', () => {
    const world = greenWorld()
    const host = 'lab.macula.local'
    const one = {
      namespace: 'demo',
      name: 'lab',
      hosts: [host],
      routes: [host],
      pods: [pod({})],
      selector: 'app=lab',
    }
    world.clusters = new Map([['hub', up({}, { ingresses: [one] })]])
    world.names.set(host, { kind: 'answer', addresses: ['127.0.0.2'], ms: 1 })
    world.listeners.set('127.0.0.2:80', { kind: 'ours', pid: 9, program: 'socat', ms: 0 })
    world.answers.set('demo-lab/web/front', { kind: 'answer', says: 'HTTP 200', status: 200, ms: 4 })
    const menu = trayMenu(seen(snapshotOf(world)))
    expect(find(menu, 'Applications', 'lab', 'Open')).toMatchObject({
      label: `Open http://${host}`,
      enabled: true,
    })
    expect(find(menu, 'Applications', 'lab', 'Logs')).toMatchObject({ enabled: true })
    for (const deed of ['Start', 'Stop', 'Restart', 'Delete'])
      expect(() => find(menu, 'Applications', 'lab', deed)).toThrow(`no ${deed}`)
  })

  test('a cluster that is there can be deleted: the window asks first; nothing else has that', () => {
    const up = trayMenu(
      seen(withStates(snapshotOf(greenWorld()), { 'cluster/hub': 'works', console: 'works' })),
    )
    expect(find(up, 'Applications', 'Hub cluster', 'Delete…')).toMatchObject({
      enabled: true,
      act: { kind: 'show', view: 'services', service: 'cluster/hub', asks: 'delete' },
    })
    expect(() => find(up, 'Applications', 'Console', 'Delete')).toThrow('no Delete')
    expect(() => find(up, 'Data', 'TimescaleDB', 'Delete')).toThrow('no Delete')
    expect(() => find(green, 'Applications', 'Hub cluster', 'Delete')).toThrow('no Delete')
    const unseen = trayMenu(seen(withStates(snapshotOf(greenWorld()), { 'cluster/hub': 'unknown' })))
    expect(find(unseen, 'Applications', 'Hub cluster', 'Delete…')).toMatchObject({ enabled: false })
  })

  test('what is seen in passing is counted as problems beside the doctor, not as its findings, and a shared cause is told once under the sentence', () => {
    const menu = trayMenu(seen(snapshotOf(troubleWorld())))
    expect(find(menu, 'Doctor').label).toMatch(/^Doctor: \d problems…$/)
    expect(menu[1]).toMatchObject({ kind: 'says' })
  })

  test('with Docker down nothing is offered that cannot be done', () => {
    const menu = trayMenu(seen(snapshotOf(dockerDownWorld())))
    expect(find(menu, 'Data', 'Data is')).toMatchObject({ enabled: false })
    expect(find(menu, 'Quit')).toMatchObject({ enabled: true })
  })

  test('is equal for equal sights, so that it is drawn only when it changed', () => {
    expect(trayMenu(seen(snapshotOf(greenWorld(), 1)))).toEqual(trayMenu(seen(snapshotOf(greenWorld(), 2))))
  })
})

describe('sets', () => {
  const sets = { frontend: ['grafana', 'timescaledb', 'shop'], favourites: ['tempo'] }

  test('stand under the tiers, the favourites first; each starts what is stopped and stops what runs', () => {
    const snapshot = withStates(snapshotOf(greenWorld()), { timescaledb: 'stopped' })
    const menu = trayMenu(seen(snapshot, { sets }))
    const labels = menu.flatMap((one) => ('label' in one ? one.label : []))
    const at = labels.indexOf('favourites: 1 of 1 work')
    expect(labels.slice(at, at + 3)).toEqual([
      'favourites: 1 of 1 work',
      'frontend: 1 of 2 work',
      'Open Macula Desktop',
    ])
    expect(find(menu, 'frontend', 'The set frontend also names shop')).toMatchObject({ kind: 'says' })
    expect(find(menu, 'frontend', 'Start frontend')).toMatchObject({
      enabled: true,
      act: { kind: 'start', services: ['timescaledb'] },
    })
    expect(find(menu, 'frontend', 'Stop frontend')).toMatchObject({
      act: { kind: 'stop', services: ['grafana'], title: 'frontend', always: false },
    })
    expect(find(menu, 'frontend', 'Grafana', 'Open')).toBeDefined()
  })

  test('with nothing to start, or without Docker, nothing of one can be pressed', () => {
    const works = trayMenu(seen(snapshotOf(greenWorld()), { sets }))
    expect(find(works, 'frontend', 'Start frontend')).toMatchObject({ enabled: false })
    const down = trayMenu(seen(snapshotOf(dockerDownWorld()), { sets }))
    expect(find(down, 'favourites', 'Stop favourites')).toMatchObject({ enabled: false })
  })

  test('favourites stand first in their tier', () => {
    const observability = find(trayMenu(seen(snapshotOf(greenWorld()), { sets })), 'Observability')
    const names =
      observability.kind === 'menu'
        ? observability.items.flatMap((one) => (one.kind === 'menu' ? one.label : []))
        : []
    expect(names[0]).toMatch(/^Tempo/)
    expect(names).toHaveLength(5)
  })
})

test('no menu has two lines in a row, at its beginning or at its end, whatever a service has none of', () => {
  const menus = (items: readonly TrayItem[]): readonly (readonly TrayItem[])[] => [
    items,
    ...items.flatMap((item) => (item.kind === 'menu' ? menus(item.items) : [])),
  ]
  for (const world of [greenWorld(), troubleWorld(), nothingWorld(), dockerDownWorld()])
    for (const items of menus(trayMenu(seen(snapshotOf(world)))))
      expect(items.map(({ kind }) => (kind === 'separator' ? '-' : 'x')).join('')).not.toMatch(/--|^-|-$/)
})

describe('what mends', () => {
  const labels = (items: readonly TrayItem[]): readonly string[] =>
    items.flatMap((one) => (one.kind === 'item' || one.kind === 'says' ? [one.label] : []))

  test('all is well: only the look', () => {
    const menu = trayMenu(seen(snapshotOf(greenWorld())))
    expect(find(menu, 'Check again')).toMatchObject({ enabled: true, act: { kind: 'look' } })
    expect(JSON.stringify(menu)).not.toContain('"kind":"fix"')
  })

  test('each problem has what the window’s Fix does: mended from here, shown as a log, or led to set-up', () => {
    const menu = trayMenu(seen(snapshotOf(troubleWorld())))
    expect(find(menu, 'Grafana: Check port 80 again')).toMatchObject({
      enabled: true,
      act: { kind: 'fix', label: 'Grafana: Check port 80 again', fix: { action: { kind: 'forward' } } },
    })
    expect(find(menu, 'Tempo: Show log')).toMatchObject({
      act: { kind: 'show', view: 'logs', service: 'tempo' },
    })
    const many = trayMenu(seen(snapshotOf(tenRedWorld())))
    expect(
      labels(many).filter((label) => /: (?:Show log|Check port|Restart)|^Restart |^Start [A-Z]/.test(label))
        .length,
    ).toBeLessThan(5)
  })

  test('a press goes on: it and its seconds are told, and nothing is pressed twice; ended: what came of it, with its time', () => {
    const snapshot = snapshotOf(troubleWorld())
    const label = 'Grafana: Check port 80 again'
    const on = trayMenu(seen(snapshot, { deed: { label, began: now - 6000 } }))
    expect(labels(on)).toContain(`${label}, under way, 5 s`)
    expect(find(on, 'Check again')).toMatchObject({ enabled: false })
    expect(on.filter((one) => one.kind === 'item' && one.act.kind === 'fix' && one.enabled)).toEqual([])
    const says = 'nginx (pid 812) still has 127.0.0.4:80.'
    const off = trayMenu(seen(snapshot, { deed: { label, began: now - 6000, end: { at: now, says } } }))
    expect(labels(off).find((one) => one.startsWith(label))).toMatch(
      /^Grafana: Check port 80 again, at \d\d:\d\d:\d\d: nginx \(pid 812\) still has/,
    )
    expect(find(off, 'Check again')).toMatchObject({ enabled: true })
  })
})
