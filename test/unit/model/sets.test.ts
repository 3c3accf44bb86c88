import { describe, expect, test } from 'vitest'
import { allSets, favouritesFirst, partsOfSet, setView, withMember } from '../../../main/model/sets.ts'
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
