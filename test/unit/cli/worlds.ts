import { askedAccesses, portsOfEndpoint } from '../../../main/model/judge.ts'
import { makeSnapshot } from '../../../main/model/make-snapshot.ts'
import type { AnswerSeen, ContainerSeen } from '../../../main/model/observation.ts'
import type { Snapshot } from '../../../main/model/snapshot.ts'
import { answerKey, type World } from '../../../main/model/world.ts'
import { catalog, services, suffix } from './fixture.ts'

/** What was seen of a machine, made by hand; all judgements are the model's own. */

const minute = 60_000
const day = 24 * 60 * minute
/** 23 Nov 2026, 10:42:55 in local time. */
export const now = new Date(2026, 10, 23, 10, 42, 55).getTime()
const startedAt = now - 3 * day - 4 * 60 * minute

const answerMs = [1, 4, 5, 3, 2, 21, 0, 0, 0, 0, 0, 5, 6, 4, 6, 3, 3, 5, 7]

function container(id: string, index: number): ContainerSeen {
  return {
    id: `${id}-0123456789ab`,
    name: `macula-${id}-1`,
    service: id,
    image: `example/${id}:1.0`,
    imageId: 'sha256:00',
    state: 'running',
    health: 'healthy',
    exitCode: 0,
    oomKilled: false,
    error: '',
    restarts: 0,
    startedAt,
    finishedAt: 0,
    address: `172.23.0.${10 + index}`,
    published: {},
    stoppedOnPurpose: false,
    config: 'x',
  }
}

type Mutable<T> = {
  -readonly [K in keyof T]: T[K] extends ReadonlyMap<infer A, infer B>
    ? Map<A, B>
    : T[K] extends ReadonlySet<infer C>
      ? Set<C>
      : T[K]
}
export type Draft = Mutable<World>

/** Everything runs, answers and resolves. */
export function greenWorld(): Draft {
  const world: Draft = {
    at: now,
    docker: { kind: 'up', version: '29.7.2', apiVersion: '1.54', native: true },
    names: new Map(),
    addresses: new Map(),
    listeners: new Map(),
    containers: new Map(),
    answers: new Map(),
    nameServer: { kind: 'runs', pid: 4098, port: 5354, names: new Map() },
    route: { kind: 'in place', id: 'resolved', title: 'systemd-resolved', needsServer: true },
    wanted: new Set(),
    acting: new Map(),
  }
  for (const [index, service] of services.entries()) {
    if (service.runtime.kind === 'cluster') continue
    world.wanted.add(service.id)
    world.containers.set(service.id, container(service.id, index))
    if (service.address !== null) world.addresses.set(service.address, { kind: 'ok', ms: 0.2 })
    for (const endpoint of service.endpoints) {
      if (endpoint.name !== undefined && service.address !== null)
        world.names.set(`${endpoint.name}.${suffix}`, {
          kind: 'answer',
          addresses: [service.address],
          ms: 3,
        })
      for (const port of portsOfEndpoint(endpoint))
        world.listeners.set(`${service.address ?? ''}:${port}`, {
          kind: 'ours',
          pid: 4100 + index,
          program: 'socat',
          ms: 1,
        })
      for (const access of askedAccesses(service, endpoint))
        answer(world, service.id, endpoint.id, access, {
          kind: 'answer',
          says: endpoint.scheme === 'http' ? 'HTTP 200' : 'it answers',
          ms: answerMs[index] ?? 1,
        })
    }
  }
  return world
}

function answer(
  world: Draft,
  service: string,
  endpoint: string,
  access: 'front' | 'native' | 'direct',
  seen: AnswerSeen,
): void {
  world.answers.set(answerKey(service, endpoint, access), seen)
}

/** Takes all answers of a service away. */
export function silence(world: Draft, service: string): void {
  for (const key of world.answers.keys()) if (key.startsWith(`${service}/`)) world.answers.delete(key)
}

export function change(world: Draft, id: string, part: Partial<ContainerSeen>): void {
  const seen = world.containers.get(id)
  if (seen) world.containers.set(id, { ...seen, ...part })
}

/** The mock's trouble: names slow for all, Tempo crashes, nginx has a port 80, TimescaleDB is starting. */
export function troubleWorld(): Draft {
  const world = greenWorld()
  for (const [name, seen] of world.names) world.names.set(name, { ...seen, ms: 5004 })
  world.namesBadSince = now - 13 * minute
  silence(world, 'tempo')
  change(world, 'tempo', {
    state: 'restarting',
    exitCode: 1,
    restarts: 5,
    address: '',
    lastLine: 'failed parsing config: line 14: field compactor not found in type app.Config',
  })
  world.listeners.set('127.0.0.4:80', {
    kind: 'foreign',
    holder: { pid: 812, program: 'nginx', user: 'root' },
    ms: 1,
  })
  answer(world, 'grafana', 'web', 'front', { kind: 'wrong', says: 'HTTP 404', status: 404, ms: 2 })
  silence(world, 'timescaledb')
  change(world, 'timescaledb', { health: 'starting', startedAt: now - 12_000 })
  world.acting.set('timescaledb', 'starting')
  return world
}

/** Ten services fail, each its own way; names and Docker are fine. */
export function tenRedWorld(): Draft {
  const world = greenWorld()
  const broken = [
    'registry',
    'powerdns',
    'powerdns-admin',
    'prometheus',
    'grafana',
    'loki',
    'tempo',
    'alloy',
    'excalidraw',
    'timescaledb',
  ]
  for (const [index, id] of broken.entries()) {
    silence(world, id)
    if (index % 3 === 0)
      change(world, id, {
        state: 'exited',
        exitCode: 137,
        oomKilled: true,
        memoryLimit: 512 * 1024 * 1024,
        address: '',
        lastLine: '',
      })
    if (index % 3 === 1)
      change(world, id, { health: 'unhealthy', healthOutput: 'dial tcp 127.0.0.1: connect: refused' })
    if (index % 3 === 2) world.containers.delete(id)
  }
  return world
}

/** Docker is not there; names, addresses and forwarders are. */
export function dockerDownWorld(): Draft {
  const world = greenWorld()
  world.docker = {
    kind: 'down',
    code: 'absent',
    says: 'There is no socket at /var/run/docker.sock.',
  }
  world.containers.clear()
  world.answers.clear()
  return world
}

/** A machine on which nothing was ever started. */
export function nothingWorld(): Draft {
  const world = greenWorld()
  world.containers.clear()
  world.answers.clear()
  world.wanted.clear()
  world.listeners.clear()
  world.nameServer = { kind: 'stopped' }
  world.route = { kind: 'absent' }
  for (const [name] of world.names) world.names.set(name, { kind: 'none', code: 'ENOTFOUND', ms: 2 })
  return world
}

export function snapshotOf(world: World, rev = 1): Snapshot {
  return makeSnapshot(catalog, suffix, world, rev)
}
