import { expect, test } from 'vitest'
import { portsAreFree } from '../../../main/engine/cluster/ports-free.ts'
import type { Step } from '../../../main/engine/cluster/step.ts'
import { MaculaError } from '../../../main/model/errors.ts'
import type { ClusterSeen, NodeSeen } from '../../../main/model/cluster.ts'
import { clusterSpec } from './spec.ts'

/** Before nodes are made or started: who has a port of theirs, and how to go on. The outside is a few values. */

const peer = {
  ...clusterSpec,
  id: 'peer0',
  ports: [{ listen: 443, host: '127.0.0.1', port: 8443 }],
}
const hub = { ...clusterSpec, ports: [...clusterSpec.ports, ...peer.ports] }

async function told(seen: Partial<ClusterSeen> & { readonly kind: string }, wanted: readonly string[] = []) {
  const row = (cluster: typeof hub) => ({ runtime: { kind: 'cluster', cluster, reason: '' } })
  const step = {
    ask: { cluster: peer },
    context: {
      catalog: () => ({ services: [row(hub), row(peer)] }),
      truth: { seen: { clusters: new Map([['hub', seen]]), wanted: new Set(wanted) } },
      adapters: {
        docker: { nameOf: () => Promise.resolve(undefined) },
        host: {
          listener: () =>
            Promise.resolve({ kind: 'foreign', holder: { pid: 812, program: 'apache2' }, ms: 0 }),
        },
      },
    },
  } as unknown as Step
  const error: unknown = await portsAreFree(step, 'started').catch((one: unknown) => one)
  return error instanceof MaculaError ? Object.values(error.trouble).join(' ') : 'free'
}
const nodes = [{ name: 'macula-hub-control-plane' } as NodeSeen]

test.each([
  [
    'ours',
    { kind: 'up' as const, nodes, adopted: false },
    [],
    'maculactl cluster stop hub, then maculactl up cluster/peer0',
  ],
  [
    'somebody else’s that was started from here',
    { kind: 'down' as const, nodes, adopted: true },
    ['cluster/hub'],
    'maculactl cluster stop hub, then',
  ],
  [
    'somebody else’s',
    { kind: 'up' as const, nodes, adopted: true },
    [],
    'docker stop macula-hub-control-plane, then',
  ],
])('another cluster that runs, %s, is named', async (_, seen, wanted, todo) => {
  const says = await told(seen, wanted)
  expect(says).toContain("The cluster hub has 127.0.0.1:8443, where the cluster's port 443 is published.")
  expect(says).toContain('Nothing was started.')
  expect(says).toContain(todo)
})

test('one that is stopped is not: whoever listens there is', async () => {
  expect(await told({ kind: 'stopped', nodes, adopted: false })).toContain('apache2')
})
