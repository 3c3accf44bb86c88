import { expect, test } from 'vitest'
import type { Adapters } from '../../../main/engine/adapters.ts'
import { noApps } from '../../../main/engine/cluster/apps.ts'
import { createEngine } from '../../../main/engine/create-engine.ts'
import type { Catalog } from '../../../main/model/service.ts'
import type { Snapshot } from '../../../main/model/snapshot.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { catalog as full } from '../cli/fixture.ts'

/** A service of a person's own that is described, and goes, while a window is open; over an outside of values. */

const catalog: Catalog = { ...full, services: full.services.filter(({ id }) => id === 'loki') }
const [loki] = catalog.services
if (!loki) throw new Error('the catalog has no loki')
const hog = { ...loki, id: 'hog', title: 'Hog', origin: 'user', endpoints: [], address: null } as const
const withHog: Catalog = { ...catalog, services: [...catalog.services, hog] }

function open() {
  let files = catalog
  let reads = 0
  let told: () => void = () => undefined
  let wanted = new Set<string>()
  const quiet =
    <T>(value: T) =>
    async (): Promise<T> =>
      await Promise.resolve(value)
  /** What only looks, and finds nothing. */
  const nothing = (values: Readonly<Record<string, unknown>>): unknown =>
    new Proxy(values, { get: (_, verb) => values[String(verb)] ?? quiet(undefined) })
  const adapters = {
    clock: { now: () => 1 },
    lock: { alone: async (_: string, __: number, work: () => Promise<unknown>) => await work() },
    steps: [],
    routes: [],
    memory: { read: quiet({ skipped: [], leftOut: [] }) },
    root: { ledger: quiet([]) },
    secrets: { read: quiet(new Map()), held: quiet(() => undefined), changing: quiet(undefined) },
    nameServer: { ensure: quiet(undefined), seen: quiet({ kind: 'stopped' }) },
    docker: {
      see: quiet({ kind: 'down', code: 'absent', says: 'no socket' }),
      events: async () => await new Promise(() => undefined),
    },
    intent: { wanted: async () => await Promise.resolve(wanted), resting: quiet(new Set()) },
    host: nothing({
      lowestPort: quiet(80),
      listener: quiet({ kind: 'free', ms: 0 }),
      lookup: quiet({ kind: 'none', code: 'ENOTFOUND', ms: 1 }),
      canBind: quiet({ kind: 'ok', ms: 1 }),
      nameLines: quiet([]),
      links: () => [],
    }),
    stack: nothing({}),
    forwarders: { ensure: quiet([]), list: quiet([]), someEnded: () => false },
  } as unknown as Adapters
  const engine = createEngine({
    adapters,
    settings: defaultSettings,
    catalog,
    notes: ({ services }) => Promise.resolve(services.map(({ id }) => `${id} was read`)),
    room: () => Promise.resolve([]),
    apps: {
      ...noApps,
      async catalog() {
        reads += 1
        return await Promise.resolve(files)
      },
      follow: (_, onChange) => void (told = onChange),
    },
  })
  const rows = ({ services }: Pick<Snapshot, 'services'>): string => services.map(({ id }) => id).join(' ')
  let drawn = ''
  return {
    engine,
    rows,
    watch: () => engine.subscribe((snapshot) => (drawn = rows(snapshot))),
    drawn: () => drawn,
    reads: () => reads,
    write: (next: Catalog) => void (files = next),
    want: (...ids: readonly string[]) => void (wanted = new Set(ids)),
    /** As the follower of files does. */
    tell: () => told(),
  }
}

test('it is drawn once its folder is there, and not any more once that is gone', async () => {
  const one = open()
  const undo = one.watch()
  await expect.poll(one.drawn).toBe('loki')
  one.write(withHog)
  one.tell()
  await expect.poll(one.drawn).toBe('loki hog')
  one.write(catalog)
  one.tell()
  await expect.poll(one.drawn).toBe('loki')
  undo()
  await one.engine.close()
})

test.each(['look', 'doctor', 'wizard'] as const)(
  'who asks for %s is told of it, whatever the follower of files says',
  async (ask) => {
    const one = open()
    const undo = one.watch()
    await expect.poll(one.drawn).toBe('loki')
    one.write(withHog)
    const answer = JSON.stringify(await one.engine[ask]())
    expect(one.drawn()).toBe('loki hog')
    if (ask === 'doctor') expect(answer).toContain('hog was read')
    undo()
    await one.engine.close()
  },
)

test('when another face wants to run what has no row the catalog is read again, once for each', async () => {
  const one = open()
  one.want('hog', 'elsewhere')
  one.write(withHog)
  // Nobody tells of the file, and nobody presses: what is to run is seen by the look that a watcher begins.
  const undo = one.watch()
  await expect.poll(one.drawn).toBe('loki hog')
  expect(one.reads()).toBe(1)
  undo()
  await one.engine.close()
})

test('a command that asks once does not read the catalog twice', async () => {
  const one = open()
  await one.engine.look()
  await one.engine.doctor()
  expect(one.reads()).toBe(0)
  await one.engine.close()
})
