import type { Frame } from '../../../main/model/frame.ts'
import type { Rung, RungId, RungState } from '../../../main/model/ladder.ts'
import type { EndpointSpec, ServiceSpec } from '../../../main/model/service.ts'
import type { EndpointView, ServiceView } from '../../../main/model/snapshot.ts'
import type { World } from '../../../main/model/world.ts'
import { clusterRuntime } from '../cluster/spec.ts'

/** Rows and what was seen, made by hand and as small as can be: for rules that look at many rows at once. */

/** 23 Nov 2026, 10:42:55 in local time. */
export const NOW = new Date(2026, 10, 23, 10, 42, 55).getTime()

export const endpoint = (part: Partial<EndpointSpec> = {}): EndpointSpec => ({
  id: 'web',
  scheme: 'http',
  target: 80,
  clean: false,
  probe: { path: '/', expect: [], headers: {} },
  ...part,
})

/** A service at `127.0.0.NUMBER` whose one endpoint has its name. */
export const spec = (id: string, number: number, part: Partial<ServiceSpec> = {}): ServiceSpec => ({
  id,
  tier: 'tools',
  title: id.toUpperCase(),
  purpose: id,
  order: 1,
  address: `127.0.0.${number}`,
  endpoints: [endpoint({ name: id })],
  needs: [],
  uses: [],
  env: {},
  runtime: { kind: 'container', image: 'x' },
  origin: 'ours',
  folder: '/x',
  secrets: [],
  warnings: [],
  ...part,
})

/** The cluster `kind` itself (no `app`), or an application in it. */
export const inCluster = (app?: string): Pick<ServiceSpec, 'runtime'> => ({ runtime: clusterRuntime(app) })

export const rung = (id: RungId, state: RungState, part: Partial<Rung> = {}): Rung => ({
  id,
  state,
  says: `${id} is ${state}`,
  ...part,
})

export const row = (id: string, part: Partial<ServiceView> = {}): ServiceView => ({
  id,
  tier: 'tools',
  title: id.toUpperCase(),
  purpose: id,
  origin: 'ours',
  state: 'works',
  address: null,
  names: [],
  endpoints: [],
  ladder: [],
  reason: '',
  needs: [],
  uses: [],
  neededBy: [],
  warnings: [],
  ...part,
})

export const endpointRow = (part: Partial<EndpointView> = {}): EndpointView => ({
  id: 'web',
  scheme: 'http',
  name: null,
  accesses: [],
  best: -1,
  byNameOnly: false,
  opens: true,
  ladder: [],
  ...part,
})

export const up = { kind: 'up', version: '29', apiVersion: '1.54', native: true } as const

export const frameOf = (services: readonly ServiceSpec[], part: Partial<World> = {}): Frame => ({
  services,
  suffix: 'macula.local',
  world: {
    at: NOW,
    docker: up,
    names: new Map(),
    addresses: new Map(),
    listeners: new Map(),
    containers: new Map(),
    answers: new Map(),
    nameServer: { kind: 'runs', pid: 5, port: 5354, names: new Map() },
    route: { kind: 'in place', id: 'resolved', title: 'systemd-resolved', needsServer: true },
    wanted: new Set(),
    acting: new Map(),
    ...part,
  },
})
