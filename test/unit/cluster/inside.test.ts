import { expect, test } from 'vitest'
import { namesInside, variablesInside } from '../../../main/engine/cluster/inside.ts'
import { asksOf, containersFor, isEverything } from '../../../main/engine/cluster/wanted.ts'
import type { ContainerSeen } from '../../../main/model/observation.ts'
import { catalog } from '../cli/fixture.ts'

/** What a cluster knows of the outside, over a catalog like the real one. */

const containers = new Map(
  Object.entries({ ingress: 10, registry: 11, grafana: 21, timescaledb: 31 }).map(([id, last]) => [
    id,
    { address: `172.23.0.${last}` } as ContainerSeen,
  ]),
)

test('a pod finds a service at its container, what only the ingress routes at the ingress, an application at the node', () => {
  const names = namesInside(
    catalog,
    'macula.local',
    containers,
    new Map([['hub', '172.23.0.2']]),
    new Map([['loki.macula.local', '172.23.0.22']]),
  )
  expect(names.get('grafana.macula.local')).toBe('172.23.0.21')
  expect(names.get('postgres.macula.local')).toBe('172.23.0.31')
  expect(names.get('registry.macula.local')).toBe('172.23.0.11')
  expect(names.get('console.macula.local')).toBe('172.23.0.2')
  // It does not run now: where it was is told on.
  expect(names.get('loki.macula.local')).toBe('172.23.0.22')
  expect(names.has('tempo.macula.local')).toBe(false)
  // Without the suffix, as in the docker network.
  expect(names.get('grafana')).toBe('172.23.0.21')
  expect(names.has('console')).toBe(false)
})

test.each<readonly [string, ReadonlyMap<string, string>, string | undefined]>([
  ['is not looked at yet: where it was is told on', new Map(), '172.23.0.9'],
  ['has no node that runs: another container may have that address', new Map([['hub', '']]), undefined],
  ['has another node now', new Map([['hub', '172.23.0.4']]), '172.23.0.4'],
])('an application whose cluster %s', (_, nodes, at) => {
  const before = new Map([['console.macula.local', '172.23.0.9']])
  expect(namesInside(catalog, 'macula.local', containers, nodes, before).get('console.macula.local')).toBe(at)
})

test('strings for a pod are names with native ports, whatever the way in from here is', () => {
  const services = catalog.services.map((service) =>
    service.id === 'timescaledb'
      ? { ...service, env: { DATABASE_URL: 'postgres://macula:{secret:PW}@{host:sql}:{port:sql}/macula' } }
      : service,
  )
  expect(
    variablesInside({ ...catalog, services }, ['timescaledb'], 'macula.local', new Map([['PW', 's']])),
  ).toEqual([
    {
      service: 'timescaledb',
      name: 'DATABASE_URL',
      value: 'postgres://macula:s@postgres.macula.local:5432/macula',
      secret: true,
    },
  ])
})

test('an application brings its cluster; everything is all that runs in containers', () => {
  const [ask] = asksOf(catalog, ['console'])
  expect([ask?.row.id, ask?.named, ask?.apps.map(({ id }) => id)]).toEqual([
    'cluster/hub',
    false,
    ['console'],
  ])
  expect(asksOf(catalog, ['grafana'])).toEqual([])
  expect(containersFor(catalog, ['console'])).toEqual([])
  expect(isEverything(catalog, ['cluster/hub', 'console'])).toBe(false)
  expect(
    isEverything(
      catalog,
      catalog.services.map(({ id }) => id),
    ),
  ).toBe(true)
})
