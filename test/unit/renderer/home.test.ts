import { expect, test } from 'vitest'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import { explain } from '../../../renderer/views/services/choose.ts'
import { allProblems } from '../../../renderer/store/problems.ts'
import { addressCell, nameCell, narrowCell, noteCell } from '../../../renderer/views/services/row-words.ts'
import { inUse } from '../../../main/model/may.ts'
import {
  dockerDownWorld,
  greenWorld,
  nothingWorld,
  now,
  snapshotOf,
  tenRedWorld,
  troubleWorld,
  type Draft,
} from '../cli/worlds.ts'

const of = (world: Draft, id: string): ServiceView => {
  const view = snapshotOf(world).services.find((one) => one.id === id)
  if (!view) throw new Error(`no ${id}`)
  return view
}

const nothing = { selected: null, problem: 0, note: null } as const

test('the explanation: a note, else the selected row, else the worst problem, else what one can do', () => {
  const trouble = snapshotOf(troubleWorld())
  const note = { kind: 'failed', title: 'x', what: 'y', why: '', todo: '' } as const
  expect(explain({ ...nothing, snapshot: trouble, note })).toMatchObject({ kind: 'note' })
  expect(explain({ ...nothing, snapshot: trouble })).toMatchObject({
    kind: 'problem',
    at: 1,
    of: 3,
    problem: { title: 'Tempo', service: 'tempo' },
  })
  expect(explain({ ...nothing, snapshot: trouble, selected: 'grafana' })).toMatchObject({
    kind: 'problem',
    problem: { service: 'grafana' },
  })
  expect(explain({ ...nothing, snapshot: trouble, selected: 'loki' }), 'a shared cause').toMatchObject({
    kind: 'problem',
    problem: { title: 'Names' },
  })
  expect(explain({ ...nothing, snapshot: trouble, selected: 'ingress' })).toMatchObject({ kind: 'service' })
  expect(explain({ ...nothing, snapshot: snapshotOf(greenWorld()) })).toEqual({ kind: 'calm', reachable: 14 })
  expect(explain({ ...nothing, snapshot: snapshotOf(nothingWorld()) })).toEqual({ kind: 'off', ever: false })
})

test('a cause that all share is one problem, and a folder that cannot be read is another', () => {
  const down = snapshotOf(dockerDownWorld())
  expect(allProblems(down)).toHaveLength(1)
  const problems = [
    { service: 'redis', file: 'compose.yaml', line: 9, column: 1, reason: '127.0.0.4 belongs to Grafana' },
  ]
  const all = allProblems({ ...down, problems })
  expect(all).toHaveLength(2)
  expect(all[1]?.headline.why).toBe('compose.yaml, line 9: 127.0.0.4 belongs to Grafana')
  expect(allProblems(snapshotOf(tenRedWorld()))).toHaveLength(10)
})

test('the pager never points beyond the problems that are left', () => {
  expect(explain({ ...nothing, snapshot: snapshotOf(troubleWorld()), problem: 40 })).toMatchObject({
    at: 3,
    of: 3,
  })
})

test('exactly one of name and address is in use, and it moves when the name fails', () => {
  expect(inUse(of(greenWorld(), 'grafana'))).toMatchObject({ by: 'name', opens: true })
  expect(inUse(of(troubleWorld(), 'grafana'))).toMatchObject({
    by: 'address',
    access: { host: '127.0.0.4', port: 3000 },
  })
  expect(inUse(of(greenWorld(), 'timescaledb'))).toMatchObject({ by: 'name', opens: false })
  expect(inUse(of(nothingWorld(), 'grafana'))).toBeUndefined()
  expect(inUse(of(dockerDownWorld(), 'grafana'))).toBeUndefined()
})

test('names are cut into the label and the rest', () => {
  expect(nameCell(of(greenWorld(), 'registry'), 'macula.local')).toEqual({
    label: 'registry',
    rest: '.macula.local/v2/',
  })
  expect(nameCell(of(greenWorld(), 'timescaledb'), 'macula.local')).toEqual({
    label: 'postgres',
    rest: '.macula.local:5432',
  })
  expect(nameCell(of(greenWorld(), 'powerdns-db'), 'macula.local')).toEqual({
    label: null,
    rest: 'inside Docker only',
  })
  expect(nameCell(of(greenWorld(), 'ingress'), 'macula.local')).toEqual({
    label: null,
    rest: 'no name of its own',
  })
})

test('the address column shows the service’s own address, and how many more there are', () => {
  expect(addressCell(of(greenWorld(), 'alloy'))).toEqual({ text: '127.0.0.10:4317', more: 1 })
  expect(addressCell(of(greenWorld(), 'registry-ui'))).toEqual({ text: '127.0.0.1:80', more: 0 })
  expect(addressCell(of(dockerDownWorld(), 'powerdns-db'))).toEqual({ text: '–', more: 0 })
})

test.each([
  [0, 'up 1 min'],
  [119_999, 'up 1 min'],
  [136_000, 'up 2 min'],
  [3_600_000 + 61_000, 'up 1 h 1 min'],
])('an uptime has no seconds, which would stand still until it is drawn again: %i ms', (ms, text) => {
  const view = of(greenWorld(), 'loki')
  expect(noteCell(view, [], (view.since ?? 0) + ms).text).toBe(text)
})

test('the row’s few words are loud only for what is the row’s own', () => {
  const words = (world: Draft, id: string) => noteCell(of(world, id), [], now)
  expect(words(greenWorld(), 'loki')).toEqual({ text: 'up 3 d 4 h', loud: false })
  expect(words(troubleWorld(), 'loki')).toEqual({ text: 'name takes 5.0 s', loud: false })
  expect(words(troubleWorld(), 'grafana')).toEqual({ text: 'nginx (pid 812) has port 80', loud: true })
  expect(words(troubleWorld(), 'tempo')).toMatchObject({ loud: true })
  // Docker is told once, over all of them.
  expect(words(dockerDownWorld(), 'loki')).toEqual({ text: '', loud: false })
  expect(noteCell(of(nothingWorld(), 'tempo'), ['Grafana'], now)).toEqual({
    text: 'stopped; Grafana misses it',
    loud: true,
  })
})

test('a narrow row says the way in, or the reason', () => {
  const narrow = (world: Draft, id: string) => {
    const view = of(world, id)
    return narrowCell(view, nameCell(view, 'macula.local'), noteCell(view, [], now))
  }
  expect(narrow(greenWorld(), 'grafana')).toEqual({ way: 'grafana.macula.local', rest: ', 6 ms' })
  expect(narrow(troubleWorld(), 'loki')).toEqual({ way: '127.0.0.5:3100', rest: ', name takes 5.0 s' })
  expect(narrow(troubleWorld(), 'grafana')).toEqual({ way: '', rest: 'nginx (pid 812) has port 80' })
  expect(narrow(dockerDownWorld(), 'loki')).toEqual({ way: '', rest: 'loki.macula.local' })
})

test('an alert is explained when there is no problem: of the selected row, else the worst of all', () => {
  const alert = (severity: 'warning' | 'critical', name: string) => ({
    severity,
    name,
    summary: name,
    description: '',
    dashboard: '',
    since: 1,
  })
  const green = snapshotOf(greenWorld())
  const snapshot = {
    ...green,
    services: green.services.map((view) =>
      view.id === 'loki'
        ? { ...view, alerts: [alert('warning', 'slow')] }
        : view.id === 'tempo'
          ? { ...view, alerts: [alert('critical', 'full')] }
          : view,
    ),
  }
  expect(explain({ ...nothing, snapshot })).toMatchObject({ kind: 'alert', alert: { name: 'full' } })
  expect(explain({ ...nothing, snapshot, selected: 'loki' })).toMatchObject({
    kind: 'alert',
    view: { id: 'loki' },
    alert: { name: 'slow' },
  })
  expect(explain({ ...nothing, snapshot, selected: 'grafana' })).toMatchObject({ kind: 'service' })
})
