import { expect, test } from 'vitest'
import { createRuns } from '../../../main/engine/run/runs.ts'
import { createTruth } from '../../../main/engine/look/truth.ts'
import type { Forward, ServiceRecord } from '../../../main/engine/adapters.ts'
import { createRunContext } from '../../../main/engine/run/context.ts'
import type { AppSeen, ClusterSeen, PodSeen } from '../../../main/model/cluster.ts'
import type { ContainerSeen } from '../../../main/model/observation.ts'
import { INTERRUPTED, type StepEvent } from '../../../main/model/run.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { adaptersOf, intentOf } from '../../adapters.ts'
import { catalog } from '../cli/fixture.ts'
import { pod } from './world.ts'

/** Starting and removing a cluster over an outside that is a few values; time passes with each look. */

function outside(part: {
  seen: () => ClusterSeen
  answers?: () => boolean
  /** The status of what answers. */
  status?: () => number
  now?: () => number
  portTaken?: boolean
  foreign?: boolean
  wanted?: readonly string[]
}) {
  const did: string[] = []
  const kept = new Map<string, ServiceRecord>()
  let gone = false
  let wanted: ReadonlySet<string> = new Set(part.wanted ?? ['cluster/hub', 'console', 'timescaledb'])
  const forwarded = new Map<string, Forward>([
    ['127.0.0.8:5432', { address: '127.0.0.8', port: 5432, host: '172.23.0.31', toPort: 5432 }],
    ['127.0.0.2:80', { address: '127.0.0.2', port: 80, host: '127.0.0.1', toPort: 8080 }],
  ])
  const timescaledb = {
    id: 'c1',
    service: 'timescaledb',
    state: 'running',
    address: '172.23.0.31',
    published: {},
  } as unknown as ContainerSeen
  const nothing = async (): Promise<void> => await Promise.resolve()
  const adapters = adaptersOf({
    docker: {
      see: () => Promise.resolve({ kind: 'up', version: '29', apiVersion: '1.52', native: true }),
      containers: () => Promise.resolve([timescaledb]),
      ensureNetwork: nothing,
      hasImage: () => Promise.resolve(true),
    },
    clock: { now: part.now ?? (() => Date.now()) },
    host: {
      lookup: () => Promise.resolve({ kind: 'none', code: 'ENOTFOUND', ms: 1 }),
      nameLines: () => Promise.resolve([]),
      wayTo: () => Promise.resolve({ kind: 'right', device: 'br-1' }),
      openFiles: () => Promise.resolve(undefined),
      canBind: () => Promise.resolve({ kind: 'ok', ms: 0 }),
      listener: () =>
        Promise.resolve(
          part.portTaken
            ? { kind: 'foreign', holder: { pid: 812, program: 'apache2' }, ms: 0 }
            : { kind: 'free', ms: 0 },
        ),
      ask: () =>
        Promise.resolve(
          part.answers?.() === false
            ? { kind: 'wrong', says: 'HTTP 503', status: 503, ms: 1 }
            : { kind: 'answer', says: 'HTTP', status: part.status?.() ?? 200, ms: 1 },
        ),
      lowestPort: () => Promise.resolve(80),
    },
    forwarders: {
      someEnded: () => false,
      list: () =>
        Promise.resolve(
          [...forwarded.values()].map((one) => ({ ...one, pid: 1, program: 'socat' as const })),
        ),
      ensure: (all) =>
        Promise.resolve(all.map((forward) => ({ kind: 'kept', forward, pid: 1, program: 'socat' }))),
      stop(all) {
        for (const one of all ?? forwarded.values()) forwarded.delete(`${one.address}:${one.port}`)
        return Promise.resolve()
      },
    },
    zones: {
      ensure: () => Promise.resolve([]),
      records: () => Promise.resolve(new Map()),
      answers: () => Promise.resolve(new Map()),
    },
    nameServer: {
      seen: () => Promise.resolve({ kind: 'stopped' }),
      ensure: nothing,
      stop: () => Promise.resolve(void did.push('name server stopped')),
    },
    intent: intentOf(
      () => wanted,
      (next) => (wanted = next),
    ),
    secrets: {
      changing: () => Promise.resolve(undefined),
      read: () => Promise.resolve(new Map()),
    },
    stack: {
      expect: () => Promise.resolve([]),
      sources: () => Promise.resolve(new Map()),
    },
    record: {
      read: () => Promise.resolve(kept),
      keep(changes) {
        for (const [id, one] of changes) kept.set(id, one)
        return Promise.resolve()
      },
    },
    clusters: {
      bring: nothing,
      see: () => Promise.resolve(gone ? { kind: 'absent', wasMade: false } : part.seen()),
      create: () => Promise.resolve(void did.push('create')),
      start: () => Promise.resolve(void did.push('start')),
      stop: () => Promise.resolve(void did.push('stop')),
      remove() {
        did.push('remove')
        gone = true
        return Promise.resolve()
      },
      join: (_, __, how) => Promise.resolve(how === 'again' ? undefined : void did.push('join')),
      leave: nothing,
      putBase: () => Promise.resolve(void did.push('base')),
      putNames: () => Promise.resolve(false),
      putVariables: nothing,
      putTls: nothing,
      putApp: (_, { app }) => {
        did.push(`put ${app.id}`)
        return Promise.resolve([])
      },
      settle: () => Promise.resolve(false),
      forgetLost: () => Promise.resolve(false),
      memory: () => Promise.resolve(8_000_000_000),
      missingSources: () => Promise.resolve([]),
      stopApp: (_, app) => Promise.resolve(void did.push(`scale ${app.id} to 0`)),
      restartApp: (_, app) => Promise.resolve(void did.push(`restart ${app.id}`)),
      kubeconfig: () =>
        Promise.resolve({ file: '/k', context: 'kind-macula-hub', export: 'export KUBECONFIG=/k' }),
    },
  })
  const truth = createTruth(
    adapters,
    defaultSettings,
    () => catalog,
    () => undefined,
  )
  const runs = createRuns(createRunContext(adapters, defaultSettings, () => catalog, truth))
  const told: StepEvent[] = []
  return {
    runs,
    did,
    kept,
    told,
    tell: (event: StepEvent) => void told.push(event),
    forwarded,
    wanted: () => wanted,
  }
}

const up = (console: AppSeen): Extract<ClusterSeen, { kind: 'up' }> => ({
  kind: 'up',
  version: 'v1.37.0',
  nodes: [{ id: 'n', name: 'n', running: true, image: '', address: '172.23.0.2', startedAt: 1, exitCode: 0 }],
  ingress: [pod({ name: 'nginx' })],
  apps: new Map([['console', console]]),
  events: [],
  adopted: false,
})
const app = (pods: readonly PodSeen[], part: Partial<AppSeen> = {}): AppSeen => ({
  applied: true,
  replicas: 1,
  takenUp: true,
  pods,
  hosts: ['console.macula.local'],
  ...part,
})
const signal = new AbortController().signal

test('pods that were ready before a stop do not count: an answer does', async () => {
  let asked = 0
  const one = outside({ seen: () => up(app([pod({})])), answers: () => (asked += 1) > 2 })
  const result = await one.runs.start(['console'], one.tell, signal)
  expect(result.ok).toBe(true)
  expect(asked).toBeGreaterThan(2)
  expect(one.did).toEqual(['start', 'join', 'base', 'put console'])
})

test('an image that was never pushed is told, not waited for, though an older pod waits for something else', async () => {
  const pods = [
    pod({ ready: false, phase: 'Pending', reason: 'Unschedulable', createdAt: 1 }),
    pod({
      name: 'console-2',
      ready: false,
      phase: 'Pending',
      reason: 'ErrImagePull',
      createdAt: 2,
      pushed: false,
    }),
  ]
  const one = outside({ seen: () => up(app(pods)) })
  const result = await one.runs.start(['console'], one.tell, signal)
  expect(result.ok).toBe(true)
  expect(one.told.some((event) => event.kind === 'note' && event.says.includes('has no image yet'))).toBe(
    true,
  )
})

const notPushed = app([
  pod({ ready: false, phase: 'Pending', reason: 'ErrImagePull', pushed: false, createdAt: 2 }),
])
test('that a placeholder page answers is said once it does, and not at all where the ingress never takes up the URL', async () => {
  let asked = 0
  const late = outside({ seen: () => up(notPushed), status: () => ((asked += 1) > 3 ? 503 : 404) })
  expect((await late.runs.start(['console'], late.tell, signal)).ok).toBe(true)
  const noteOf = ({ told }: typeof late): string =>
    told.flatMap((event) => (event.kind === 'note' ? [event.says] : [])).join()
  expect(noteOf(late)).toContain('Its placeholder page answers meanwhile.')
  expect(asked).toBeGreaterThan(3)

  let now = 0
  const never = outside({ seen: () => up(notPushed), status: () => 404, now: () => (now += 4000) })
  expect((await never.runs.start(['console'], never.tell, signal)).ok).toBe(true)
  expect(noteOf(never)).toContain('Console has no image yet')
  expect(noteOf(never)).not.toContain('placeholder')
})

/** A Console that was never in the cluster until it is put there; at which question about its URL it was told to answer. */
async function firstStart(status: (asked: number) => number, now?: () => number) {
  let [asked, answered] = [0, 0]
  const one = outside({
    seen: () => up(one.did.includes('put console') ? app([pod({})]) : app([], { applied: false })),
    status: () => status((asked += 1)),
    ...(now ? { now } : {}),
  })
  const tell = (event: StepEvent): void => {
    if (event.kind === 'answers' && event.service === 'console') answered = asked
  }
  const { ok } = await one.runs.start(['console'], tell, signal)
  return { ok, answered }
}

test('the 404 of an ingress that has not read a new URL yet is not taken for the answer of its application', async () => {
  const late = await firstStart((asked) => (asked > 3 ? 200 : 404))
  expect(late).toEqual({ ok: true, answered: 4 })
  // It may answer so itself: a new one after some time, one that was there before at once.
  let now = 0
  expect(
    (
      await firstStart(
        () => 404,
        () => (now += 4000),
      )
    ).ok,
  ).toBe(true)
  const before = outside({ seen: () => up(app([pod({})])), status: () => 404 })
  expect((await before.runs.start(['console'], before.tell, signal)).ok).toBe(true)
})

test('a start waits for the version that was put in last, not for the one before', async () => {
  const old = pod({ name: 'console-0', outdated: true })
  const fresh = pod({ name: 'console-1', ready: false, reason: 'ContainerCreating' })
  const looks = [
    app([pod({})], { takenUp: false }),
    app([old]),
    app([old, fresh]),
    app([old, { ...fresh, ready: true, reason: '' }]),
    app([{ ...old, ending: true }, pod({ name: 'console-1' })]),
  ]
  // The cluster itself is looked at before.
  let asked = -3
  const one = outside({ seen: () => up(looks[Math.max(0, (asked += 1))] ?? app([pod({})])) })
  // At which look it was told to answer: only the last has the new version alone.
  let answered = -1
  const tell = (event: StepEvent): void => {
    if (event.kind === 'answers' && event.service === 'console') answered = asked
  }
  expect((await one.runs.start(['console'], tell, signal)).ok).toBe(true)
  expect(answered).toBeGreaterThanOrEqual(looks.length - 1)
})

test('a new version that crashes fails the start, and says that the version before still answers', async () => {
  const pods = [
    pod({ name: 'console-0', outdated: true }),
    pod({ name: 'console-1', ready: false, reason: 'CrashLoopBackOff', exitCode: 3 }),
  ]
  const one = outside({ seen: () => up(app(pods)) })
  const result = await one.runs.start(['console'], one.tell, signal)
  expect(result.failed[0]?.trouble.what).toBe(
    'The new version of Console ends right after it starts: exit code 3. The version before still answers.',
  )
})

test('a new version whose image is gone from the registry fails the start at once', async () => {
  const pods = [
    pod({ name: 'console-0', outdated: true }),
    pod({ name: 'console-1', ready: false, reason: 'ErrImagePull', pushed: false }),
  ]
  const one = outside({ seen: () => up(app(pods)) })
  const result = await one.runs.start(['console'], one.tell, signal)
  expect(result.failed[0]?.trouble.what).toContain('not in the registry any more')
})

const refused = (part: Partial<PodSeen> = {}): PodSeen =>
  pod({
    ready: false,
    phase: 'Pending',
    reason: 'ImagePullBackOff',
    image: 'registry.example.test/others/thing:9',
    message: 'dial tcp: lookup registry.example.test: no such host',
    ...part,
  })
test.each([
  { is: 'out of reach', message: refused().message, says: 'cannot be pulled from registry.example.test' },
  { is: 'requires signing in', message: '401 Unauthorized', says: 'requires signing in' },
  { is: 'answers no more', message: 'toomanyrequests', says: 'allows no more pulls for now' },
])(
  'a foreign image that was refused twice is told, not waited for until the deadline: $is',
  async ({ message, says }) => {
    // Each look four seconds after the one before; refused first, then being asked for again, then refused for good.
    let looks = 0
    const one = outside({
      seen: () => {
        looks += 1
        const reason = looks === 6 ? 'ContainerCreating' : 'ErrImagePull'
        return up(app([refused({ message, reason })]))
      },
      now: () => looks * 4000,
    })
    const result = await one.runs.start(['console'], one.tell, signal)
    expect(result.failed[0]?.trouble.what).toContain(says)
    // Four more seconds than it takes to refuse twice, counted from the look that found it refused without a break.
    expect(looks).toBeGreaterThan(6 + 4)
    expect(looks * 4).toBeLessThan(120)
  },
)

test('a foreign image that was refused once and then came is no failure', async () => {
  let looks = 0
  const one = outside({
    seen: () => up(app([(looks += 1) < 6 ? refused() : pod({})])),
    now: () => looks * 4000,
  })
  expect((await one.runs.start(['console'], one.tell, signal)).ok).toBe(true)
})

test('a pod that waits for its next try is made anew by a start', async () => {
  let looks = 0
  const one = outside({
    seen: () => {
      looks += 1
      return up(app([looks < 5 ? pod({ ready: false, reason: 'ImagePullBackOff', pushed: true }) : pod({})]))
    },
  })
  expect((await one.runs.start(['console'], one.tell, signal)).ok).toBe(true)
  expect(one.did).toContain('restart console')
})

test('fault 31: removing a cluster ends its own forwarder and no other', async () => {
  const one = outside({ seen: () => up(app([pod({})])) })
  const result = await one.runs.remove('cluster/hub', one.tell)
  expect(result.ok).toBe(true)
  expect(one.told.map(({ kind }) => kind)).toEqual(['stopping', 'removed'])
  expect(one.did).toEqual(['remove'])
  expect([...one.forwarded.keys()]).toEqual(['127.0.0.8:5432'])
  expect([...one.wanted()]).toEqual(['timescaledb'])
})

test('of a cluster that was never made nothing is deleted, and that is said', async () => {
  const one = outside({ seen: () => ({ kind: 'absent', wasMade: false }) })
  const result = await one.runs.remove('cluster/hub', one.tell)
  expect(result).toMatchObject({ ok: true, done: [] })
  // What an interrupted delete may have left in kubeconfigs goes.
  expect(one.did).toEqual(['remove'])
  expect(one.told).toMatchObject([{ kind: 'note', says: 'Hub cluster is not there: nothing was deleted.' }])
})

test('stopping an application wants no pod of it; stopping the cluster stops nodes and wants nothing in it', async () => {
  const one = outside({ seen: () => up(app([pod({})])) })
  await one.runs.stop(['console'], { also: false, remove: false }, one.tell, signal)
  expect(one.did).toEqual(['scale console to 0'])
  await one.runs.stop(['cluster/hub'], { also: false, remove: false }, one.tell, signal)
  expect(one.did).toEqual(['scale console to 0', 'stop'])
  expect([...one.wanted()]).toEqual(['timescaledb'])
})

test('fault 28: a port that is taken stops a create before anything is made, its holder named', async () => {
  const one = outside({ seen: () => ({ kind: 'absent', wasMade: false }), portTaken: true })
  const result = await one.runs.start(['console'], one.tell, signal)
  expect(result.failed[0]?.trouble.what).toContain('apache2 (pid 812) has 127.0.0.1:8080')
  expect(result.skipped.map(({ service }) => service)).toEqual(['console'])
  expect(result.skipped[0]?.because).toBe('it needs the Hub cluster, which did not start')
  expect(one.did).toEqual([])
  // Whoever looks later is told why.
  expect(one.kept.get('cluster/hub')?.failed?.unmade?.what).toContain('apache2 (pid 812)')
})

test('fault 30: a cluster that is not ours and does not fit is never touched by a start', async () => {
  const one = outside({ seen: () => ({ kind: 'foreign', says: 'It publishes 9090.', nodes: [] }) })
  const result = await one.runs.start(['cluster/hub'], one.tell, signal)
  expect(result.failed[0]?.trouble.why).toBe('It publishes 9090.')
  expect(one.did).toEqual([])
})

test('fault 29: an interrupted start has failed at nothing', async () => {
  const abort = new AbortController()
  let looks = 0
  const one = outside({
    seen: () => {
      // The first look is for the names of Ingresses, before anything begins.
      looks += 1
      if (looks > 1) abort.abort()
      return up(app([pod({ ready: false, reason: 'ContainerCreating' })]))
    },
  })
  const result = await one.runs.start(['console'], one.tell, abort.signal)
  expect([result.ok, result.failed]).toEqual([false, []])
  expect(result.skipped).toContainEqual({ service: 'console', because: INTERRUPTED })
  expect(one.told.some(({ kind }) => kind === 'failed')).toBe(false)
})

const theirs: readonly ClusterSeen[] = [
  { ...up(app([])), adopted: true },
  { kind: 'down', says: 'its API server does not answer yet', nodes: up(app([])).nodes, adopted: true },
  { kind: 'stopped', nodes: up(app([])).nodes, adopted: true },
]
test.each(
  theirs.flatMap((seen) => [
    { is: seen.kind, started: false, seen, wanted: [], did: [] },
    { is: seen.kind, started: true, seen, wanted: ['cluster/hub'], did: ['stop'] },
  ]),
)(
  'a cluster that somebody else made and that fits is stopped only when it was started from here: $is, $started',
  async ({ seen, wanted, did }) => {
    const one = outside({ seen: () => seen, wanted })
    const options = { also: false, remove: false }
    await one.runs.stop(['cluster/hub'], options, one.tell, new AbortController().signal)
    expect(one.did.filter((deed) => deed === 'stop')).toEqual(did)
  },
)
