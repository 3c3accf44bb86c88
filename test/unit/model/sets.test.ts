import { describe, expect, test } from 'vitest'
import {
  allSets,
  changeSet,
  favouritesFirst,
  partsOfSet,
  setView,
  withMember,
} from '../../../main/model/sets.ts'
import { greenWorld, snapshotOf, troubleWorld } from '../cli/worlds.ts'

const views = snapshotOf(greenWorld()).services
const viewOf = (ids: readonly string[], among = views) => {
  const parts = partsOfSet({ one: ids }, 'one', among)
  if (parts === undefined) throw new Error('there is no such set')
  return setView(parts)
}

describe('a set', () => {
  test('stands as its services do, and only what may be started or stopped is', () => {
    expect(viewOf(['grafana', 'loki'])).toEqual({
      name: 'one',
      state: 'works',
      says: '2 of 2 work',
      starts: [],
      stops: ['grafana', 'loki'],
      gone: [],
    })
    const mixed = views.map((view) => (view.id === 'loki' ? { ...view, state: 'stopped' as const } : view))
    expect(viewOf(['loki', 'grafana'], mixed)).toMatchObject({
      says: '1 of 2 work',
      starts: ['loki'],
      stops: ['grafana'],
    })
    expect(viewOf(['tempo', 'grafana'], snapshotOf(troubleWorld()).services).state).toBe('failed')
  })

  test('may name a cluster that was never made: it is started because it is named', () => {
    expect(viewOf(['cluster/hub']).starts).toEqual(['cluster/hub'])
  })

  test.each([
    [['shop', 'grafana'], '1 of 1 work', ['shop']],
    [['shop'], 'names no service that is there', ['shop']],
    [[], 'names no service', []],
  ])('of %j says "%s" and which are gone: %j', (ids, says, gone) => {
    expect(viewOf(ids)).toMatchObject({ says, gone })
  })

  test('is none of what every object has', () => {
    for (const name of ['constructor', 'toString', '__proto__'])
      expect(partsOfSet({}, name, views)).toBeUndefined()
  })
})

test('favourites are the first set, and their services the first of a list', () => {
  const sets = { zoo: ['loki'], backend: [], favourites: ['tempo', 'gone', 'grafana'] }
  expect(allSets(sets, views).map(({ name }) => name)).toEqual(['favourites', 'backend', 'zoo'])
  const some = views.filter(({ id }) => ['grafana', 'loki', 'tempo'].includes(id))
  const before = some.map(({ id }) => id)
  const after = favouritesFirst(some, sets).map(({ id }) => id)
  expect(after).toEqual([...before.filter((id) => id !== 'loki'), 'loki'])
  expect(favouritesFirst(some, { zoo: ['loki'] })).toBe(some)
})

test('a service is put into a set and taken out of it; a set that is left empty goes', () => {
  const one = withMember({ zoo: ['loki'] }, 'favourites', 'grafana', true)
  expect(one).toEqual({ zoo: ['loki'], favourites: ['grafana'] })
  expect(withMember(one, 'favourites', 'grafana', true)).toEqual(one)
  expect(withMember(one, 'favourites', 'grafana', false)).toEqual({ zoo: ['loki'] })
  expect(withMember(one, 'zoo', 'tempo', true)).toMatchObject({ zoo: ['loki', 'tempo'] })
  // Every object has something of that name; it is no set.
  expect(withMember({}, 'constructor', 'loki', true)).toEqual({ constructor: ['loki'] })
})

describe('a set that is saved', () => {
  const sets = { frontend: ['grafana', 'loki'], data: ['timescaledb'] }
  const put = (name: string, services: readonly string[], was: string | null, seen: readonly string[] = []) =>
    changeSet(sets, { kind: 'put', name, services, was, seen })

  test.each([
    ['a new name', put('zoo', ['tempo'], null), { ...sets, zoo: ['tempo'] }, undefined],
    [
      'the set as it was opened',
      put('frontend', ['tempo'], 'frontend', ['loki', 'grafana']),
      { data: sets.data, frontend: ['tempo'] },
      undefined,
    ],
    [
      'a set that was changed meanwhile',
      put('frontend', ['tempo'], 'frontend', ['grafana']),
      { data: sets.data, frontend: ['tempo'] },
      ['grafana', 'loki'],
    ],
    [
      'one that was changed to the same',
      put('frontend', ['loki', 'grafana'], 'frontend', ['grafana']),
      { data: sets.data, frontend: ['loki', 'grafana'] },
      undefined,
    ],
    [
      'one that was removed meanwhile',
      put('zoo', ['tempo'], 'zoo', ['loki']),
      { ...sets, zoo: ['tempo'] },
      [],
    ],
    [
      'one under another name',
      put('web', ['grafana'], 'frontend', ['grafana', 'loki']),
      { data: sets.data, web: ['grafana'] },
      undefined,
    ],
    [
      'one that is renamed and was changed meanwhile',
      put('web', ['tempo'], 'frontend', ['tempo']),
      { data: sets.data, web: ['tempo'] },
      ['grafana', 'loki'],
    ],
    [
      'a name that was taken meanwhile',
      put('data', ['grafana'], 'frontend', ['grafana', 'loki']),
      { data: ['grafana'] },
      ['timescaledb'],
    ],
    [
      'a new one whose name was taken meanwhile',
      put('data', ['grafana'], null),
      { frontend: sets.frontend, data: ['grafana'] },
      ['timescaledb'],
    ],
  ])('%s', (_, changed, after, over) => {
    expect(changed.sets).toEqual(after)
    expect(changed.over).toEqual(over)
  })

  test('is taken out alone, and gets or loses one service alone', () => {
    expect(changeSet(sets, { kind: 'remove', name: 'data' }).sets).toEqual({ frontend: sets.frontend })
    expect(changeSet(sets, { kind: 'remove', name: 'gone' }).sets).toEqual(sets)
    const on = changeSet(sets, { kind: 'member', name: 'data', service: 'loki', on: true }).sets
    expect(on).toEqual({ ...sets, data: ['timescaledb', 'loki'] })
  })
})
