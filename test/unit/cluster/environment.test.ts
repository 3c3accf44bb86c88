import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { variablesInside } from '../../../main/engine/cluster/inside.ts'
import { variablesFor } from '../../../main/engine/run/environment.ts'
import { makeSnapshot } from '../../../main/model/make-snapshot.ts'
import type { Catalog } from '../../../main/model/service.ts'
import type { Variable } from '../../../main/model/variable.ts'
import { answerKey, type World } from '../../../main/model/world.ts'
import { readCatalog } from '../../../main/system/catalog/files.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { pathsOf } from '../../../main/system/paths.ts'

/** What `env` hands out of the catalog as it is: bases that a program puts its own path behind. */

const assets = fileURLToPath(new URL('../../../assets', import.meta.url))
let catalog: Catalog
let ids: readonly string[]

beforeAll(async () => {
  catalog = await readCatalog(
    pathsOf({ MACULA_HOME: mkdtempSync(join(tmpdir(), 'macula-env-')) }, assets),
    defaultSettings,
    {},
  )
  ids = catalog.services.map(({ id }) => id)
})

/** Everything answers by its name (`works`), or nothing was looked at yet. */
function snapshotOf(works: boolean) {
  const services = catalog.services.filter(({ runtime }) => runtime.kind === 'container')
  const all = services.flatMap((service) => service.endpoints.map((endpoint) => ({ service, endpoint })))
  const world: World = {
    at: 1,
    docker: { kind: 'up', version: '29', apiVersion: '1.52', native: true },
    names: new Map(
      all.flatMap(({ service, endpoint }) =>
        works && endpoint.name !== undefined && service.address !== null
          ? [
              [
                `${endpoint.name}.macula.local`,
                { kind: 'answer' as const, addresses: [service.address], ms: 1 },
              ],
            ]
          : [],
      ),
    ),
    addresses: new Map(),
    listeners: new Map(
      all.flatMap(({ service, endpoint }) =>
        works
          ? [80, endpoint.listen ?? 80].map((port) => [
              `${service.address ?? ''}:${port}`,
              { kind: 'ours' as const, pid: 7, program: 'socat', ms: 0 },
            ])
          : [],
      ),
    ),
    containers: new Map(),
    answers: new Map(
      all.flatMap(({ service, endpoint }) =>
        works
          ? (['front', 'native'] as const).map((access) => [
              answerKey(service.id, endpoint.id, access),
              { kind: 'answer' as const, says: 'HTTP 200', ms: 1 },
            ])
          : [],
      ),
    ),
    nameServer: { kind: 'runs', pid: 5, port: 5354, names: new Map() },
    route: { kind: 'in place', id: 'hosts', title: 'hosts', needsServer: false },
    wanted: new Set(ids),
    acting: new Map(),
  }
  return makeSnapshot(catalog, 'macula.local', world, 1)
}

const values = (all: readonly Variable[]) => Object.fromEntries(all.map(({ name, value }) => [name, value]))
const secrets = new Map([['POSTGRES_PASSWORD', 'pw']])

describe.each(['everything works', 'nothing was looked at', 'inside a cluster'] as const)('%s', (where) => {
  const read = (): readonly Variable[] =>
    where === 'inside a cluster'
      ? variablesInside(catalog, ids, 'macula.local', secrets)
      : variablesFor(
          catalog,
          ids,
          'macula.local',
          secrets,
          where === 'everything works' ? snapshotOf(true) : undefined,
        )

  test('every address is a base: no path, no query, nothing unfilled', () => {
    const all = read()
    expect(all.length).toBeGreaterThan(15)
    for (const { name, value } of all) {
      expect(value, name).not.toMatch(/[{}]/)
      if (!/^https?:/.test(value)) continue
      const url = new URL(value)
      expect([name, value], name).toEqual([name, url.origin])
    }
  })

  test('each leads where the service is', () => {
    const inside = where === 'inside a cluster'
    const port = (native: number): string => (inside ? `:${native}` : '')
    expect(values(read())).toMatchObject({
      DATABASE_URL: 'postgres://macula:pw@postgres.macula.local:5432/macula',
      PGHOST: 'postgres.macula.local',
      PGPORT: '5432',
      S3_ENDPOINT: `http://s3.macula.local${port(9000)}`,
      LOKI_URL: `http://loki.macula.local${port(3100)}`,
      TEMPO_URL: `http://tempo.macula.local${port(3200)}`,
      PROMETHEUS_URL: `http://prometheus.macula.local${port(9090)}`,
      GRAFANA_URL: `http://grafana.macula.local${port(3000)}`,
      POWERDNS_URL: `http://dns.macula.local${port(8081)}`,
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otlp.macula.local:4318',
      REGISTRY: 'registry.macula.local',
    })
  })
})
