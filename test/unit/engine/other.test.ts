import { expect, test } from 'vitest'
import type { Adapters } from '../../../main/engine/adapters.ts'
import { createEngine } from '../../../main/engine/create-engine.ts'
import type { Engine } from '../../../main/engine/engine.ts'
import { exitCodeOf, troubleOf } from '../../../main/model/errors.ts'
import type { OtherMacula } from '../../../main/model/owner.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { catalog } from '../cli/fixture.ts'

const other: OtherMacula = {
  uid: 1000,
  user: 'alice',
  project: 'macula',
  has: '14 containers',
  bySudo: false,
  beside: { project: 'macula-bob', subnet: '172.31.240.0/24', addresses: '127.0.1.0/24', dnsPort: 5355 },
  file: '/home/bob/.config/macula-desktop/settings.json',
}

/** What only looks; whatever else is called is written down. */
const looks: Readonly<Record<string, unknown>> = {
  'docker.see': { kind: 'up', version: '29.0.0', apiVersion: '1.54', native: true, other },
  'intent.wanted': new Set(['loki']),
  'intent.resting': new Set(),
  'clusters.see': { kind: 'absent', wasMade: false },
  'forwarders.list': [],
  'nameServer.seen': { kind: 'stopped' },
  'secrets.read': new Map(),
  'secrets.changing': undefined,
  'host.lowestPort': 80,
  'host.lookup': { kind: 'none', code: 'ENOTFOUND', ms: 1 },
  'host.canBind': { kind: 'ok', ms: 1 },
  'host.listener': { kind: 'foreign', holder: { user: 'alice' }, ms: 1 },
  'host.nameLines': [],
  'host.tool': '/usr/bin/socat',
  'stack.expect': [],
  'stack.composeVersion': '2.29.0',
  'root.ledger': [],
}

function world(): { readonly engine: Engine; readonly touched: readonly string[] } {
  const touched: string[] = []
  const part = (name: string): unknown =>
    new Proxy(
      {},
      {
        get: (_, verb) => async () => {
          const key = `${name}.${String(verb)}`
          // The machine's own adapter only looks.
          if (!(key in looks) && name !== 'host') touched.push(key)
          return await Promise.resolve(looks[key])
        },
      },
    )
  const parts = [
    'docker',
    'stack',
    'forwarders',
    'nameServer',
    'host',
    'root',
    'secrets',
    'intent',
    'memory',
    'clusters',
  ]
  const adapters = {
    ...Object.fromEntries(parts.map((name) => [name, part(name)])),
    routes: [],
    steps: [],
    lock: { alone: async (_: string, __: number, work: () => Promise<unknown>) => await work() },
    clock: { now: () => 0 },
  } as unknown as Adapters
  return {
    engine: createEngine({
      adapters,
      settings: defaultSettings,
      catalog,
      notes: () => Promise.resolve([]),
      room: async () => await Promise.resolve([]),
    }),
    touched,
  }
}

const { signal } = new AbortController()
const ids = catalog.services.map(({ id }) => id)
const quiet = (): undefined => undefined

test.each<readonly [string, (engine: Engine) => Promise<unknown>]>([
  ['up', async (engine) => await engine.up(ids, quiet, signal)],
  ['up of one service', async (engine) => await engine.up(['loki'], quiet, signal)],
  ['down', async (engine) => await engine.down(ids, { also: true, remove: true }, quiet, signal)],
  ['restart', async (engine) => await engine.restart(['grafana'], quiet, signal)],
  ['reset', async (engine) => await engine.resetData('timescaledb', 'timescaledb', quiet, signal)],
  ['the removal of a cluster', async (engine) => await engine.removeCluster('cluster/hub', quiet)],
  ['env', async (engine) => await engine.env(ids)],
  ['env for a pod', async (engine) => await engine.env(ids, true)],
  ['a fix of forwarders', async (engine) => await engine.fix({ kind: 'forward' }, quiet, signal)],
  [
    'a fix that starts',
    async (engine) => await engine.fix({ kind: 'start', services: ['loki'] }, quiet, signal),
  ],
  [
    'the log',
    async (engine) => {
      for await (const _ of engine.logs(['loki'], { follow: false, signal })) throw new Error('a line')
    },
  ],
  ['facts', async (engine) => await engine.facts('loki')],
])('%s of another person’s Macula is refused, and nothing is touched', async (_, act) => {
  const { engine, touched } = world()
  const trouble = await act(engine).then(
    () => undefined,
    (error: unknown) => troubleOf(error),
  )
  expect(trouble?.what).toBe('This is the Macula of alice (uid 1000), not yours. Nothing of it is touched.')
  expect(trouble && exitCodeOf(trouble.kind)).toBe(3)
  expect(touched).toEqual([])
})

test('nor does a look touch anything', async () => {
  const { engine, touched } = world()
  await engine.look()
  expect(touched).toEqual([])
})

test('the doctor names it once, and has no other advice about what is there', async () => {
  const { engine } = world()
  const results = await engine.doctor()
  expect(results.filter(({ what }) => what.includes('alice'))).toHaveLength(1)
  expect(results.find(({ id }) => id === 'owner')).toMatchObject({ result: 'failed' })
  for (const id of ['network', 'names', 'services', 'clusters'])
    expect(results.map((one) => one.id)).not.toContain(id)
})
