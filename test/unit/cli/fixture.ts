import { clusterRuntime } from '../cluster/spec.ts'
import type { Catalog, EndpointSpec, ServiceSpec, TierId } from '../../../main/model/service.ts'

/** A catalog like the real one, as values: what the drawings are tested with must not move with the stack. */

type Part = Partial<EndpointSpec> & Pick<EndpointSpec, 'id' | 'target'>

function endpoint(part: Part): EndpointSpec {
  return { scheme: 'http', clean: false, probe: { path: '/', expect: [], headers: {} }, ...part }
}

function service(
  tier: TierId,
  id: string,
  title: string,
  address: string | null,
  endpoints: readonly Part[],
  more: Partial<ServiceSpec> = {},
): ServiceSpec {
  return {
    id,
    tier,
    title,
    purpose: `${title} of the platform`,
    order: 1,
    address,
    endpoints: endpoints.map(endpoint),
    needs: [],
    uses: [],
    env: {},
    runtime: { kind: 'container', image: `example/${id}:1.0` },
    origin: 'ours',
    folder: `/stack/${id}`,
    secrets: [],
    warnings: [],
    ...more,
  }
}

const web = (name: string, port: number, clean = true): Part => ({
  id: 'web',
  name,
  target: port,
  listen: port,
  clean,
  open: '/',
})
const routed = (id: string, name: string, port: number, path = '/'): Part => ({
  id,
  name,
  target: port,
  listen: port,
  ingress: path,
  open: path,
})

const application = (id: string, title: string): ServiceSpec =>
  service(
    'applications',
    id,
    title,
    '127.0.0.2',
    [{ id: 'web', name: id, target: 80, ingress: '/', open: '/' }],
    { runtime: clusterRuntime(id), needs: ['cluster/hub'] },
  )

export const services: readonly ServiceSpec[] = [
  service('host', 'ingress', 'Ingress', '127.0.0.1', [{ id: 'http', target: 80, listen: 80 }]),
  service('host', 'registry', 'Registry', '127.0.0.1', [routed('api', 'registry', 5000, '/v2/')]),
  service(
    'host',
    'registry-ui',
    'Registry UI',
    '127.0.0.1',
    [{ id: 'web', name: 'registry', target: 80, ingress: '/', open: '/' }],
    { uses: ['registry'] },
  ),
  service('host', 'powerdns', 'PowerDNS', '127.0.0.1', [routed('api', 'dns', 8081)], {
    needs: ['powerdns-db'],
    secrets: ['POWERDNS_API_KEY'],
  }),
  service('host', 'powerdns-db', 'PowerDNS database', null, [
    { id: 'sql', scheme: 'postgres', target: 5432 },
  ]),
  service('host', 'powerdns-admin', 'PowerDNS-Admin', '127.0.0.1', [routed('web', 'dns-admin', 9191)], {
    uses: ['powerdns'],
    signIn:
      'It comes without an account, and its sign-up page is closed. To create the first account: set SIGNUP_ENABLED to True, run maculactl up powerdns-admin and open /register.',
  }),
  service('applications', 'cluster/hub', 'Hub cluster', '127.0.0.2', [], { runtime: clusterRuntime() }),
  application('console', 'Console'),
  application('bootstrap', 'Bootstrap'),
  application('peer1', 'Arcade Peer 1'),
  application('peer2', 'Arcade Peer 2'),
  service('observability', 'prometheus', 'Prometheus', '127.0.0.3', [web('prometheus', 9090)]),
  service('observability', 'grafana', 'Grafana', '127.0.0.4', [web('grafana', 3000)], {
    purpose: 'Dashboards for metrics, logs and traces',
    uses: ['prometheus', 'loki', 'tempo'],
    credentials: { user: 'admin', secret: 'GRAFANA_PASSWORD' },
    secrets: ['GRAFANA_PASSWORD'],
    env: {
      GRAFANA_URL: '{url:web}',
      GRAFANA_USER: 'admin',
      GRAFANA_PASSWORD: '{secret:GRAFANA_PASSWORD}',
    },
  }),
  service('observability', 'loki', 'Loki', '127.0.0.5', [web('loki', 3100)]),
  service('observability', 'tempo', 'Tempo', '127.0.0.6', [web('tempo', 3200)], { needs: ['object-store'] }),
  service(
    'observability',
    'alloy',
    'Alloy',
    '127.0.0.10',
    [
      { id: 'grpc', name: 'otlp', scheme: 'tcp', target: 4317, listen: 4317 },
      { id: 'http', name: 'otlp', target: 4318, listen: 4318 },
    ],
    { uses: ['loki', 'tempo', 'prometheus'] },
  ),
  service('tools', 'excalidraw', 'Excalidraw', '127.0.0.7', [web('draw', 80)]),
  service(
    'data',
    'timescaledb',
    'TimescaleDB',
    '127.0.0.8',
    [{ id: 'sql', name: 'postgres', scheme: 'postgres', target: 5432, listen: 5432 }],
    {
      credentials: { user: 'macula', secret: 'POSTGRES_PASSWORD' },
      secrets: ['POSTGRES_PASSWORD'],
      env: {
        PGUSER: 'macula',
        DATABASE_URL: 'postgres://macula:{secret:POSTGRES_PASSWORD}@{host:sql}:{port:sql}/macula',
      },
    },
  ),
  service('data', 'object-store', 'Object store', '127.0.0.9', [
    routed('console', 's3-console', 9001),
    { ...routed('api', 's3', 9000) },
  ]),
]

export const catalog: Catalog = { services, forwards: [], problems: [] }
export const suffix = 'macula.local'
