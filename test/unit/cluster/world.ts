import type { AppSeen, ClusterSeen, NodeSeen, PodSeen } from '../../../main/model/cluster.ts'
import { makeSnapshot } from '../../../main/model/make-snapshot.ts'
import type { Catalog, ServiceSpec } from '../../../main/model/service.ts'
import type { ServiceView, Snapshot } from '../../../main/model/snapshot.ts'
import { answerKey, type World } from '../../../main/model/world.ts'
import { clusterRuntime, clusterSpec } from './spec.ts'

/** What a cluster and its applications may look like, and the snapshot of it. */

export const now = Date.parse('2026-11-24T08:00:00Z')

const row = (id: string, title: string, app: boolean): ServiceSpec => ({
  id,
  tier: 'applications',
  title,
  purpose: title,
  order: 1,
  address: '127.0.0.2',
  endpoints: app
    ? [
        {
          id: 'web',
          name: id,
          scheme: 'http',
          target: 80,
          clean: false,
          ingress: '/',
          open: '/',
          probe: { path: '/', expect: [], headers: {} },
        },
      ]
    : [],
  needs: app ? ['cluster/hub'] : [],
  uses: [],
  env: {},
  runtime: clusterRuntime(app ? id : undefined),
  origin: 'ours',
  folder: '/nowhere',
  secrets: [],
  warnings: [],
})

export const catalog: Catalog = {
  services: [
    row('cluster/hub', 'Hub cluster', false),
    row('console', 'Console', true),
    row('peer1', 'Arcade Peer 1', true),
  ],
  forwards: [
    {
      address: '127.0.0.2',
      listen: 80,
      host: '127.0.0.1',
      port: 8080,
      tier: 'applications',
      cluster: 'hub',
    },
  ],
  problems: [],
}

export const node = (part: Partial<NodeSeen> = {}): NodeSeen => ({
  id: 'n1',
  name: 'macula-hub-control-plane',
  running: true,
  image: clusterSpec.image,
  address: '172.23.0.2',
  startedAt: now - 3_600_000,
  exitCode: 0,
  ...part,
})

export const pod = (part: Partial<PodSeen> = {}): PodSeen => ({
  name: 'console-1',
  ready: true,
  phase: 'Running',
  reason: '',
  message: '',
  restarts: 0,
  startedAt: now - 600_000,
  createdAt: now - 600_000,
  image: 'registry.macula.local/macula/console:dev',
  container: 'console',
  address: '10.244.0.7',
  ending: false,
  outdated: false,
  ...part,
})

export const app = (part: Partial<AppSeen> = {}): AppSeen => ({
  applied: true,
  replicas: 1,
  takenUp: true,
  pods: [pod()],
  hosts: ['console.macula.local'],
  ...part,
})

export const up = (apps: Readonly<Record<string, AppSeen>>, part: object = {}): ClusterSeen => ({
  kind: 'up',
  version: 'v1.37.0',
  nodes: [node()],
  ingress: [pod({ name: 'nginx-ingress-1' })],
  apps: new Map(Object.entries(apps)),
  events: [],
  adopted: false,
  ...part,
})

/** The same with a Console that answers no HTTP. */
export const silentCatalog: Catalog = {
  ...catalog,
  services: catalog.services.map((one) => (one.id === 'console' ? { ...one, endpoints: [] } : one)),
}

export function worldOf(seen: ClusterSeen | undefined, part: Partial<World> = {}): World {
  return {
    at: now,
    docker: { kind: 'up', version: '29', apiVersion: '1.52', native: true },
    names: new Map(
      ['console', 'peer1'].map((name) => [
        `${name}.macula.local`,
        { kind: 'answer', addresses: ['127.0.0.2'], ms: 2 },
      ]),
    ),
    addresses: new Map([['127.0.0.2', { kind: 'ok', ms: 0 }]]),
    listeners: new Map([['127.0.0.2:80', { kind: 'ours', pid: 7, program: 'socat', ms: 0 }]]),
    containers: new Map(),
    ...(seen ? { clusters: new Map([['hub', seen]]) } : {}),
    answers: new Map(
      ['console', 'peer1'].map((id) => [
        answerKey(id, 'web', 'front'),
        { kind: 'answer', says: 'HTTP 200', ms: 4 },
      ]),
    ),
    nameServer: { kind: 'runs', pid: 5, port: 5354, names: new Map() },
    route: { kind: 'in place', id: 'hosts', title: 'hosts', needsServer: false },
    wanted: new Set(['cluster/hub', 'console', 'peer1']),
    acting: new Map(),
    ...part,
  }
}

export function look(
  seen: ClusterSeen | undefined,
  part: Partial<World> = {},
  of: Catalog = catalog,
): Snapshot {
  return makeSnapshot(of, 'macula.local', worldOf(seen, part), 1)
}

export const view = (snapshot: Snapshot, id: string): ServiceView => {
  const found = snapshot.services.find((one) => one.id === id)
  if (!found) throw new Error(id)
  return found
}
export const rungs = (one: ServiceView): string => one.ladder.map(({ state }) => state).join(' ')
