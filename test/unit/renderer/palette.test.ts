import { expect, test } from 'vitest'
import { createActions } from '../../../renderer/actions.ts'
import { entriesFor } from '../../../renderer/shell/palette/entries.ts'
import { fit, fitAll } from '../../../renderer/shell/palette/rank.ts'
import { createShell } from '../../../renderer/store/shell.ts'
import { greenWorld, snapshotOf } from '../cli/worlds.ts'
import { fakeLink } from './fake-link.ts'

const snapshot = snapshotOf(greenWorld())
const actions = createActions(createShell(fakeLink()), {} as Window)
const texts = (query: string): readonly string[] =>
  entriesFor(query, snapshot, actions).map((entry) => entry.text)

test('the closer a text fits, the higher it stands', () => {
  const scores = ['Loki', 'Loki rules', 'The Loki', 'Blokit', 'L-o-k-i', 'Tempo'].map(
    (text) => fit('loki', text).score,
  )
  expect(scores).toEqual([...scores].sort((one, other) => other - one))
  expect(scores.at(-1)).toBe(0)
  expect(fit('fana', 'Grafana')).toMatchObject({ from: 3, to: 7 })
})

test('words may fit other texts than the one shown', () => {
  expect(fitAll('3000', ['Grafana', '127.0.0.4:3000']).score).toBeGreaterThan(0)
  expect(fitAll('xyz', ['Grafana', '127.0.0.4:3000']).score).toBe(0)
})

test('a service by its beginning, with what can be done with it, and its name in all logs', () => {
  const found = texts('gra')
  expect(found[0]).toBe('Grafana')
  expect(found).toEqual(
    expect.arrayContaining([
      'Copy address of Grafana',
      'Restart Grafana',
      'Stop Grafana',
      'Details of Grafana',
    ]),
  )
  expect(found.at(-1)).toBe('Search all logs for “gra”')
})

test('an action may be spoken: "restart loki"', () => {
  expect(
    entriesFor('restart loki', snapshot, actions).filter((entry) => entry.group === 'actions')[0]?.text,
  ).toBe('Restart Loki')
})

test('a service is found by its address and by its name', () => {
  expect(texts('127.0.0.6')[0]).toBe('Tempo')
  expect(texts('draw')[0]).toBe('Excalidraw')
  expect(texts('s3-console')[0]).toBe('Object store')
})

test('a cluster that is there can be deleted, by the same question as everywhere', () => {
  expect(texts('delete hub')).not.toContain('Delete Hub cluster…')
  const up = {
    ...snapshot,
    services: snapshot.services.map((view) =>
      view.id === 'cluster/hub' ? { ...view, state: 'works' as const } : view,
    ),
  }
  const found = entriesFor('delete hub', up, actions)
  expect(found.map(({ text }) => text)).toContain('Delete Hub cluster…')
})

test('nothing typed: all services, and what concerns everything', () => {
  const found = texts('')
  expect(found.slice(0, 19)).toEqual(snapshot.services.map((view) => view.title))
  expect(found).toEqual(expect.arrayContaining(['Stop all…', 'Stop Data…', 'Logs', 'Settings']))
})

test('nobody is offered what cannot be done', () => {
  expect(texts('hub')).not.toContain('Restart Hub cluster')
  expect(texts('grafana')).not.toContain('Start Grafana')
  // Everything runs: there is nothing left to start.
  expect(texts('start all')).not.toContain('Start all')
})

test('every entry has a name of its own', () => {
  for (const query of ['', 'gra', 'stop', 'restart', 'a'])
    expect(new Set(entriesFor(query, snapshot, actions).map((entry) => entry.id)).size).toBe(
      entriesFor(query, snapshot, actions).length,
    )
})
