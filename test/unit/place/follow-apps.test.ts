import { expect, test } from 'vitest'
import { noApps } from '../../../main/engine/cluster/apps.ts'
import { followApps } from '../../../main/engine/cluster/follow-apps.ts'
import type { Truth } from '../../../main/engine/look/truth.ts'
import type { Catalog } from '../../../main/model/service.ts'
import type { Snapshot } from '../../../main/model/snapshot.ts'
import { clusterRuntime } from '../cluster/spec.ts'
import { app, catalog as full, up } from '../cluster/world.ts'

/** What follows its files is put in by itself: over an outside of values, the time of which the test sets. */

function followed() {
  let files = 'first'
  let inCluster = 'first'
  let now = 1_000_000
  let told: (() => void) | undefined
  let changed: (() => void) | undefined
  let putting: ((ids: readonly string[], signal: AbortSignal) => Promise<void>) | undefined
  const tries: string[] = []
  const runtime = clusterRuntime('console')
  const read = (): Catalog => ({
    ...full,
    services: full.services.map((one) =>
      one.id === 'console'
        ? {
            ...one,
            runtime: {
              ...runtime,
              app: {
                id: 'console',
                cluster: runtime.cluster.id,
                image: '',
                folder: '/x',
                place: {
                  path: '/home/ada/shop',
                  namespace: 'default',
                  namespaces: ['default'],
                  sum: files,
                  follow: true,
                  watched: [],
                },
              },
            },
          }
        : one,
    ),
  })
  let catalog = read()
  const truth = {
    followAgain: () => undefined,
    seen: {
      get clusters() {
        return new Map([[runtime.cluster.id, up({ console: app({ sum: inCluster }) })]])
      },
      containers: new Map(),
      wanted: new Set(['console']),
    },
    observe: { clusters: () => Promise.resolve() },
    publish: () => told?.(),
    subscribe(tell: (snapshot: Snapshot) => void) {
      told = () => tell({} as Snapshot)
      return () => (told = undefined)
    },
  } as unknown as Truth
  const following = followApps({
    apps: {
      ...noApps,
      catalog: () => Promise.resolve(read()),
      follow: (_, onChange) => void (changed = onChange),
    },
    truth,
    catalog: () => catalog,
    took: (next) => (catalog = next),
    async putIn(ids, signal) {
      tries.push(`${ids.join()} ${files}`)
      await putting?.(ids, signal)
      inCluster = files
    },
    reconcile: () => Promise.reject(new Error('another Macula is at work')),
    now: () => now,
  })
  following.subscribe(() => undefined)
  return {
    tries,
    save(text: string) {
      files = text
      changed?.()
    },
    look: (at = 0) => {
      now += at
      told?.()
    },
    puts: (how: typeof putting) => (putting = how),
  }
}

/** Everything that was begun without waiting for anything outside is over. */
const settled = async (): Promise<void> => await new Promise((done) => setImmediate(done))

test('what changed is put in once, also while names cannot be put right', async () => {
  const one = followed()
  one.save('second')
  await settled()
  one.look(3_600_000)
  await settled()
  expect(one.tries).toEqual(['console second'])
})

test('what did not get there is tried again, ever more seldom, and at once with the next change', async () => {
  const one = followed()
  one.puts(() => Promise.reject(new Error('busy')))
  one.save('second')
  await settled()
  for (const after of [4999, 2, 5000, 4999, 2]) {
    one.look(after)
    await settled()
    one.tries.push(`after ${after}`)
  }
  expect(one.tries).toEqual([
    'console second',
    'after 4999',
    'console second',
    'after 2',
    'after 5000',
    'after 4999',
    'console second',
    'after 2',
  ])
  one.puts(undefined)
  one.save('third')
  await settled()
  expect(one.tries.at(-1)).toBe('console third')
})

test('pods of files that changed again are waited for no longer', async () => {
  const one = followed()
  one.puts(
    async (_, signal) =>
      await new Promise((_done, failed) => signal.addEventListener('abort', () => failed(new Error('over')))),
  )
  one.save('second')
  await settled()
  one.puts(undefined)
  one.save('third')
  await settled()
  expect(one.tries).toEqual(['console second', 'console third'])
})
