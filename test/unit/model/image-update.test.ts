import { expect, test } from 'vitest'
import {
  isInForce,
  isJump,
  nameOfImage,
  newerOf,
  passedUpdates,
  plainImage,
  whyHeld,
  whyUnlike,
  withUpdates,
} from '../../../main/model/image-update.ts'
import { service } from '../stack/fixture.ts'

/** How an update meets what Macula ships later, and what its data forbids. */

const digest = `sha256:${'a'.repeat(64)}`
const shipped = 'grafana/grafana:13.2.1'
const update = { image: `grafana/grafana:13.3.0@${digest}`, instead: shipped, before: [shipped] }

test.each([
  ['what was shipped then', 'grafana/grafana:13.2.1', true],
  ['something older than the update', 'grafana/grafana:13.2.9', true],
  ['the same version', 'grafana/grafana:13.3.0', false],
  ['a newer version', 'grafana/grafana:13.10.0', false],
  ['a newer major version', 'grafana/grafana:14.0.0', false],
  ['another image', 'example/grafana:13.2.1', false],
  // Nobody can say whether they are older.
  ['what counts otherwise', 'grafana/grafana:13.2.9-ubuntu', true],
  ['a tag without a version', 'grafana/grafana:latest', true],
])('an update and %s (%s): it holds: %s', (_, now, holds) => {
  expect(isInForce(update, now)).toBe(holds)
  const [one] = withUpdates([service('grafana', { runtime: { kind: 'container', image: now } })], {
    grafana: update,
  })
  expect(one?.runtime).toEqual(
    holds ? { kind: 'container', image: update.image, shipped: now } : { kind: 'container', image: now },
  )
  const passed = passedUpdates(one ? [one] : [], { grafana: update })
  expect(passed.map(({ shipped: by }) => by)).toEqual(holds ? [] : [now])
})

test.each(['latest', '14', '13.3.0-ubuntu', 'v14.0.1', '14.0.1'])(
  'an update to %s holds when an older version is shipped',
  (tag) => {
    const to = { ...update, image: `grafana/grafana:${tag}@${digest}` }
    expect(isInForce(to, 'grafana/grafana:13.2.2')).toBe(true)
    expect(isInForce(to, 'example/grafana:13.2.2')).toBe(false)
  },
)

test.each([
  ['13.2.1', '13.2.1', '13.3.0', undefined],
  ['13.2.1', '13.2.1', '12.0.0', undefined],
  ['13.2.1', '13.2.1', '13', /is not a complete version/],
  ['13.2.1', '13.2.1', 'latest', /is not a complete version/],
  ['13.2.1', '13.2.1', '13.3.0-ubuntu', /are numbered differently/],
  ['13.2.1', '13.2.1', 'v13.3.0', /are numbered differently/],
  // Whoever follows such a tag knows what it does.
  ['latest', 'latest', '13.3.0', undefined],
  ['13.3.0', 'latest', 'latest', undefined],
])('from %s, where %s is described, to %s: %s', (tag, shipped, to, why) => {
  const said = whyUnlike(`grafana/grafana:${tag}`, `grafana/grafana:${shipped}`, to)
  if (why === undefined) expect(said).toBeUndefined()
  else expect(said).toMatch(why)
})

test.each([
  ['13.2.1', '13.3.0', false],
  ['13.2.1', '14.0.0', true],
  ['14.0.0', '13.2.1', true],
  ['13.2.1', 'latest', true],
  ['latest', '14.0.0', true],
])('data is copied before the way from %s to %s: %s', (from, to, is) =>
  expect(isJump(`a.example:5000/g:${from}@${digest}`, to)).toBe(is),
)

test('taken out, what the description names is there again; others and odd ids are as they were', () => {
  const base = service('grafana', { runtime: { kind: 'container', image: shipped } })
  const updated = withUpdates([base], { grafana: update, constructor: update })
  expect(withUpdates(updated, {})).toEqual([base])
  const odd = service('constructor', { runtime: { kind: 'container', image: shipped } })
  expect(withUpdates([odd], {})).toEqual([odd])
})

test.each([
  ['postgres:17.11', '17.12', undefined],
  ['postgres:17.11', '18.0', /PostgreSQL 18 cannot take over the data of PostgreSQL 17 as it is: .*pg_dump/],
  ['docker.io/library/postgres:17.11-alpine', '18.0-alpine', /PostgreSQL 18/],
  ['timescale/timescaledb:2.29.2-pg17', '2.30.0-pg17', undefined],
  ['timescale/timescaledb:2.29.2-pg17', '2.30.0-pg18', /PostgreSQL 18 with TimescaleDB 2/],
  ['timescale/timescaledb:2.29.2-pg17', '3.0.0-pg17', /TimescaleDB 3/],
  ['powerdns/pdns-auth-51:5.1.4', '5.1.5', undefined],
  ['powerdns/pdns-auth-51:5.1.4', '5.2.0', /PowerDNS 5.2 .*tables/],
  ['mariadb:11.4.2', '12.0.1', /major version 12/],
  ['localhost:5000/me/mongo:7.0.1', '8.0.0', /major version 8/],
  ['grafana/grafana:13.2.1', '14.0.0', undefined],
])('%s to %s: %s', (image, to, why) => {
  if (why === undefined) expect(whyHeld(image, to)).toBeUndefined()
  else expect(whyHeld(image, to)).toMatch(why)
})

test('a newer version within the major that its data forbids is not offered', () => {
  const told = { kind: 'known', tags: ['5.1.4', '5.2.0'] } as const
  const found = newerOf({ id: 'dns', title: 'DNS' }, 'powerdns/pdns-auth-51:5.1.4', 'x:1', told)
  expect(found).not.toHaveProperty('within')
})

test.each([
  ['a.example:5000/b/c:1.2@sha256:x', 'a.example:5000/b/c:1.2', 'a.example:5000/b/c'],
  ['localhost:5000/c', 'localhost:5000/c', 'localhost:5000/c'],
  ['postgres:17', 'postgres:17', 'postgres'],
])('%s is %s of %s', (image, plain, name) => {
  expect(plainImage(image)).toBe(plain)
  expect(nameOfImage(image)).toBe(name)
})
