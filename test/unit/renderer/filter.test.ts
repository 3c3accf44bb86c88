import { describe, expect, test, vi } from 'vitest'
import { createActions } from '../../../renderer/actions.ts'
import { entriesFor } from '../../../renderer/shell/palette/entries.ts'
import { createShell } from '../../../renderer/store/shell.ts'
import { fitsFilter } from '../../../renderer/views/services/filter.ts'
import { menuLines, tierLines } from '../../../renderer/views/services/row-menu.ts'
import { setLines } from '../../../renderer/views/services/set-lines.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import type { Sets } from '../../../main/model/service.ts'
import { changeSet } from '../../../main/model/sets.ts'
import { dockerDownWorld, greenWorld, snapshotOf, troubleWorld } from '../cli/worlds.ts'
import { fakeLink } from './fake-link.ts'

const sets: Sets = { frontend: ['grafana', 'timescaledb', 'shop'], favourites: ['tempo'] }
const trouble = snapshotOf(troubleWorld())

const shown = (filter: string): readonly string[] =>
  trouble.services
    .filter((view) => {
      const tier = trouble.tiers.find(({ id }) => id === view.tier)
      return fitsFilter(view, tier?.title ?? '', filter, sets)
    })
    .map(({ id }) => id)

describe('what is left of the list', () => {
  test.each([
    ['', trouble.services.length],
    ['  ', trouble.services.length],
  ])('%j: all', (filter, count) => {
    expect(shown(filter)).toHaveLength(count)
  })

  test.each([
    ['tempo', ['tempo']],
    ['FAILED', ['tempo']],
    ['fail', ['tempo']],
    ['starting', ['timescaledb']],
    ['data', ['powerdns-db', 'timescaledb', 'object-store']],
    ['tools', ['excalidraw']],
    ['draw', ['excalidraw']],
    ['127.0.0.6', ['tempo']],
    ['observability failed', ['tempo']],
    ['@frontend', ['grafana', 'timescaledb']],
    ['@front starting', ['timescaledb']],
    ['@nothing', []],
    ['xyz', []],
  ])('%j: %j', (filter, expected) => {
    expect(shown(filter)).toEqual(expected)
  })
})

function reach(answer: (sets: Sets) => void = () => undefined) {
  const settings = (next: Sets) => ({ settings: { ...defaultSettings, sets: next } }) as never
  const link = fakeLink({
    changeSet: (change) => {
      const next = changeSet(sets, change).sets
      answer(next)
      return { settings: settings(next) }
    },
  })
  const shell = createShell(link)
  shell.store.setState({ snapshot: trouble, shown: trouble, settings: settings(sets) })
  return { shell, actions: createActions(shell, {} as Window), link }
}

test('a service is put among the favourites from its menu, and taken out again', async () => {
  const saved: Sets[] = []
  const { shell, actions } = reach((next) => saved.push(next))
  const line = (id: string) => {
    const view = trouble.services.find((one) => one.id === id)
    const lines = view ? menuLines(view, 'more', { shell, actions }) : []
    return lines.find((one) => one?.id === 'favourite')
  }
  expect(line('tempo')?.text).toBe('Remove from favourites')
  expect(line('loki')?.text).toBe('Add to favourites')
  line('loki')?.run()
  await vi.waitFor(() => expect(saved).toEqual([{ ...sets, favourites: ['tempo', 'loki'] }]))
  await vi.waitFor(() => expect(line('loki')?.text).toBe('Remove from favourites'))
})

test('a set that another face saved meanwhile: yours holds, and what it had is told by titles', async () => {
  const link = fakeLink({
    changeSet: (change) => ({
      settings: { settings: { ...defaultSettings, sets: changeSet({}, change).sets } } as never,
      over: ['loki', 'gone'],
    }),
  })
  const shell = createShell(link)
  shell.store.setState({ snapshot: trouble, shown: trouble })
  const actions = createActions(shell, {} as Window)
  actions.changeSet({ kind: 'put', name: 'web', services: ['grafana'], was: 'web', seen: [] })
  await vi.waitFor(() =>
    expect(shell.store.getState().note).toMatchObject({
      kind: 'told',
      title: 'Set web',
      what: 'The set was changed elsewhere at the same time. What you saved is in use: Grafana.',
      why: 'Just before, it had been saved with Loki and gone.',
    }),
  )
})

test('the menu of a tier starts and stops what it can, and shows all its logs', () => {
  const { actions } = reach()
  const tier = trouble.tiers.find(({ id }) => id === 'data')
  if (!tier) throw new Error('no such tier')
  const lines = (isDocker: boolean) => tierLines(tier, trouble.services, isDocker, actions)
  expect(lines(true).map((line) => [line?.text, line?.disabled === true])).toEqual([
    ['Start Data', true],
    ['Stop Data…', false],
    ['Logs of Data', false],
  ])
  expect(lines(false)[1]?.disabled).toBe(true)
})

test('sets are started and stopped from a menu, the favourites first; without Docker nothing is', () => {
  const { actions } = reach()
  const texts = (world: ReturnType<typeof greenWorld>) =>
    setLines(sets, snapshotOf(world), actions).flatMap((line) =>
      line === null ? [] : `${line.text}${line.disabled === true ? ' -' : ''}`,
    )
  expect(texts(greenWorld())).toEqual([
    'Start favourites -',
    'Stop favourites',
    'Start frontend -',
    'Stop frontend',
    'Edit sets…',
  ])
  expect(texts(dockerDownWorld()).filter((text) => !text.endsWith('-'))).toEqual(['Edit sets…'])
})

test('find or run knows sets, and shows favourites first', () => {
  const { actions } = reach()
  const found = (query: string) =>
    entriesFor(query, snapshotOf(greenWorld()), actions, { sets }).map(({ text }) => text)
  expect(found('')[0]).toBe('Tempo')
  expect(found('stop the set')).toEqual(
    expect.arrayContaining(['Stop the set favourites', 'Stop the set frontend']),
  )
  expect(found('start the set')).not.toContain('Start the set frontend')
})
