import { expect, test } from 'vitest'
import type { Adapters } from '../../../main/engine/adapters.ts'
import { clusterLook } from '../../../main/engine/look/cluster-look.ts'
import { nothingSeen } from '../../../main/engine/look/seen.ts'
import { namesNow } from '../../../main/engine/look/names.ts'
import type { NameServerSeen } from '../../../main/model/world.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { catalog } from './world.ts'

/** Names of Ingresses that are served stay while the API server is away, also for who looks for the first time. */

const demo = 'demo.macula.local'
const serves: NameServerSeen = { kind: 'runs', pid: 1, port: 5354, names: new Map([[demo, '127.0.0.2']]) }

test.each<readonly [string, 'down' | 'absent', NameServerSeen, boolean]>([
  ['the API server is away', 'down', serves, true],
  ['there is no cluster', 'absent', serves, false],
  ['nothing is served', 'down', { kind: 'stopped' }, false],
])('a first look at clusters, %s', async (_, kind, server, stays) => {
  const seen = nothingSeen()
  seen.docker = { kind: 'up', version: '29', apiVersion: '1.52', native: true }
  const adapters = {
    nameServer: { seen: () => Promise.resolve(server) },
    clusters: { see: () => Promise.resolve({ kind, nodes: [], apps: [], events: [] }) },
  }
  const look = clusterLook(
    adapters as unknown as Adapters,
    defaultSettings,
    () => catalog,
    seen,
    () => undefined,
  )
  await look.clusters()
  expect(namesNow(catalog, defaultSettings, seen).has(demo)).toBe(stays)
})
