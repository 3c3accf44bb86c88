import type { Expected } from '../../../main/model/drift.ts'
import type { ContainerSeen } from '../../../main/model/observation.ts'
import type { ContainerLook } from '../../../main/model/rungs/container.ts'

/** A container that runs, is healthy and is what would be made now. */

/** 23 Nov 2026, 10:42 in local time. */
export const NOW = new Date(2026, 10, 23, 10, 42, 55).getTime()

export const seen: ContainerSeen = {
  id: 'c1',
  name: 'macula-tempo-1',
  service: 'tempo',
  image: 'grafana/tempo:2.9.0',
  imageId: 'sha256:1',
  state: 'running',
  health: 'healthy',
  exitCode: 0,
  oomKilled: false,
  error: '',
  restarts: 0,
  startedAt: NOW - 3_600_000,
  finishedAt: 0,
  address: '172.23.0.24',
  published: {},
  stoppedOnPurpose: false,
  config: 'c1',
  made: { networks: { macula: 'n1' }, mode: 'macula', binds: [], labels: {}, traits: { name: 'x' } },
}

export const expected: Expected = {
  config: 'c1',
  image: 'grafana/tempo:2.9.0',
  imageId: 'sha256:1',
  labels: {},
  network: 'macula',
  networkId: 'n1',
  volumes: [],
  sources: new Map(),
}

export const look: ContainerLook = {
  service: 'tempo',
  title: 'Tempo',
  docker: { kind: 'up', version: '29.0.0', apiVersion: '1.52', native: true },
  seen,
  wanted: true,
  acting: undefined,
  answers: true,
  expected,
  failure: undefined,
  now: NOW,
}
