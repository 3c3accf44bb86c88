import { inspect } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import type { Adapters, ContainerEvent } from '../../../main/engine/adapters.ts'
import { createTruth } from '../../../main/engine/look/truth.ts'
import type { ContainerSeen } from '../../../main/model/observation.ts'
import type { Catalog } from '../../../main/model/service.ts'
import type { Snapshot } from '../../../main/model/snapshot.ts'
import { openLink } from '../../../main/system/docker/link.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { service } from '../stack/fixture.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

test('750 starts and kills leave nothing behind: what was seen before is let go', async () => {
  const catalog: Catalog = {
    services: [service('web', { endpoints: [], address: null })],
    forwards: [],
    problems: [],
  }
  const kept: WeakRef<object>[] = []
  const keep = <T extends object>(one: T): T => {
    kept.push(new WeakRef(one))
    return one
  }
  let restarts = 0
  let send: ((event: ContainerEvent) => void) | undefined
  const seen = (): ContainerSeen =>
    keep({
      id: 'c1',
      name: 'macula-web-1',
      service: 'web',
      image: 'web',
      imageId: 'sha256:1',
      state: restarts % 2 === 0 ? 'running' : 'exited',
      health: 'none',
      exitCode: 137,
      oomKilled: false,
      error: '',
      restarts: 0,
      startedAt: restarts,
      finishedAt: restarts,
      address: '172.23.0.9',
      published: {},
      stoppedOnPurpose: false,
      config: 'c',
    } as unknown as ContainerSeen)
  const adapters = {
    docker: {
      see: () => Promise.resolve({ kind: 'up', version: '29', apiVersion: '1.52', native: true }),
      containers: () => Promise.resolve([seen()]),
      inspect: () => Promise.resolve(seen()),
      events: async (handlers: Parameters<Adapters['docker']['events']>[0]) => {
        send = handlers.onEvent
        handlers.onOpen()
        return await new Promise<string>((resolve) =>
          handlers.signal.addEventListener('abort', () => resolve('')),
        )
      },
    },
    clock: { now: () => Date.now() },
    intent: { wanted: () => Promise.resolve(new Set(['web'])), resting: () => Promise.resolve(new Set()) },
    secrets: { read: () => Promise.resolve(new Map()) },
    forwarders: { list: () => Promise.resolve([]), someEnded: () => false },
    nameServer: { seen: () => Promise.resolve({ kind: 'stopped' }) },
    host: { lowestPort: () => Promise.resolve(80), canBind: () => Promise.resolve({ kind: 'ok' }) },
    routes: [],
    steps: [],
    clusters: {},
  } as unknown as Adapters
  const truth = createTruth(
    adapters,
    defaultSettings,
    () => catalog,
    () => undefined,
  )
  let snapshots = 0
  let tell: (() => void) | undefined
  const undo = truth.subscribe((snapshot: Snapshot) => {
    keep(snapshot)
    snapshots += 1
    tell?.()
  })
  await expect.poll(() => send !== undefined && snapshots > 0).toBe(true)
  for (restarts = 1; restarts <= 750; restarts += 1) {
    const told = new Promise<void>((resolve) => {
      tell = resolve
    })
    send?.({ id: 'c1', service: 'web', action: restarts % 2 === 0 ? 'start' : 'die', at: restarts })
    await told
  }
  expect(snapshots).toBeGreaterThanOrEqual(750)
  expect(kept.length).toBeGreaterThan(1500)
  // The newest of each kind, and what the last events have under way.
  await expect
    .poll(() => {
      collect()
      return kept.filter((one) => one.deref() !== undefined).length
    })
    .toBeLessThan(20)
  undo()
  truth.close()
})

test.each(['unix:///nowhere/docker.sock', 'tcp://127.0.0.1:1'])(
  'no request to %s writes down our open connections, which is what grew with each event',
  async (host) => {
    const { calls, long } = await openLink(host, {})
    for (const { modem } of [calls, long]) {
      const { agent } = modem as unknown as { agent: object }
      // Just as docker-modem does with all that it sends, for its debug output.
      expect(inspect({ agent }, { showHidden: true, depth: null })).toBe('{ agent: Agent }')
    }
  },
)
