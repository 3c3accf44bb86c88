import { beforeEach, describe, expect, test } from 'vitest'
import { createRuns, type Runs } from '../../../main/engine/run/runs.ts'
import type { ClusterAdapter } from '../../../main/engine/adapters.ts'
import type { AppSeen, ClusterSeen } from '../../../main/model/cluster.ts'
import { INTERRUPTED } from '../../../main/model/run.ts'
import type { ServiceSpec } from '../../../main/model/service.ts'
import { MaculaError } from '../../../main/model/errors.ts'
import { clusterRuntime } from '../cluster/spec.ts'
import { app, node, now, pod, up } from '../cluster/world.ts'
import { endpoint } from '../stack/fixture.ts'
import { fakeStack } from './fake-stack.ts'

/** Starting and stopping over both kinds of what runs: containers of the stack, and a cluster with an application. */

const specs: Readonly<Record<string, Partial<ServiceSpec>>> = {
  'cluster/hub': { title: 'Hub cluster', endpoints: [], runtime: clusterRuntime() },
  shop: { title: 'Shop', needs: ['cluster/hub', 'db'], endpoints: [], runtime: clusterRuntime('shop') },
  near: { address: '127.0.0.9', endpoints: [endpoint({ listen: 80 })] },
  peer: { title: 'Peer', needs: ['cluster/hub'], endpoints: [], runtime: clusterRuntime('peer') },
}

let stack: ReturnType<typeof fakeStack>
let runs: Runs
let seen: ClusterSeen
/** What was done to the cluster, in turn with what was done to containers. */
let did: string[]

const running = (part: Partial<AppSeen> = {}): ClusterSeen =>
  up({ shop: app({ hosts: [], ...part }), peer: app({ hosts: [] }) })
const absent: ClusterSeen = { kind: 'absent', wasMade: false }
const signal = new AbortController().signal
const quiet = { also: false, remove: false }

/** Whom CoreDNS of the cluster was told to ask, each time; '' is nobody. */
let asked: string[]

function open(...ids: readonly string[]): void {
  stack = fakeStack(ids, (id) => specs[id] ?? {})
  asked = []
  runs = createRuns(stack.context)
  stack.world.now = now
  seen = running()
  ;({ did } = stack)
  const deed = (what: string) => () => Promise.resolve(void did.push(what))
  const nothing = () => Promise.resolve()
  Object.assign(stack.context.adapters.clusters, {
    see: () => Promise.resolve(seen),
    bring: nothing,
    missingSources: () => Promise.resolve([]),
    create: deed('create kind'),
    start: () => {
      did.push('start kind')
      seen = running()
      return Promise.resolve()
    },
    stop: () => {
      did.push('stop kind')
      seen = { kind: 'stopped', nodes: [node({ running: false })], adopted: false }
      return Promise.resolve()
    },
    remove: deed('remove kind'),
    join: async (_: unknown, __: unknown, how?: 'again') =>
      await deed(how === 'again' ? 'nodes of kind' : 'join kind')(),
    leave: deed('leave kind'),
    putBase: nothing,
    putNames: (...[, namesOf]: Parameters<ClusterAdapter['putNames']>) => {
      asked.push(namesOf?.(new Map(), '').asks ?? '')
      return Promise.resolve(false)
    },
    putVariables: deed('variables of kind'),
    putTls: deed('certificate of kind'),
    putApp: (_: unknown, one: { app: { id: string } }) => {
      did.push(`put ${one.app.id}`)
      return Promise.resolve([])
    },
    stopApp: (_: unknown, { id }: { id: string }) => Promise.resolve(void did.push(`stop ${id}`)),
    restartApp: (_: unknown, { id }: { id: string }) => Promise.resolve(void did.push(`restart ${id}`)),
    kubeconfig: ({ id }: { id: string }) => Promise.resolve({ file: `/k/${id}`, context: '', export: '' }),
  })
}
beforeEach(() => open('db', 'side', 'cluster/hub', 'shop', 'peer'))

/** Deeds without those that put right what a cluster knows of the outside. */
const deeds = (): readonly string[] =>
  did.filter((one) => one !== 'variables of kind' && one !== 'nodes of kind')

describe('start', () => {
  test('everything leaves a cluster out that was never made, and says so', async () => {
    seen = absent
    const { ok, done } = await runs.start('all', stack.tell, signal)
    expect({ ok, done }).toEqual({ ok: true, done: ['db', 'side'] })
    expect(stack.notes()).toEqual([
      'Hub cluster is not set up, so it was not started. maculactl up cluster/hub creates it in some minutes; it takes about 700 MB of memory, 1 GB of disk and a node image of 1 GB once.',
    ])
    // What nobody asked for is told without a warning.
    expect(stack.told.find(({ kind }) => kind === 'note')).toMatchObject({ quiet: true })
    expect(deeds().filter((one) => /kind|shop/.test(one))).toEqual([])
  })

  test('an application brings its cluster and the containers that it needs, these first', async () => {
    seen = { kind: 'stopped', nodes: [node({ running: false })], adopted: false }
    const { done } = await runs.start(['shop'], stack.tell, signal)
    expect(done).toEqual(expect.arrayContaining(['db', 'shop']))
    expect(deeds()).toEqual(['make db', 'start db', 'start kind', 'join kind', 'put shop'])
  })

  test('a cluster alone starts no container; names are answered all the same', async () => {
    const { ms } = await runs.start(['cluster/hub'], stack.tell, signal)
    expect(deeds().filter((one) => /db|side/.test(one))).toEqual([])
    expect(stack.world.nameServer).toBe(true)
    expect(ms).toBeGreaterThan(0)
    expect(ms).toBeLessThan(60_000)
  })

  test('what is named only, though both kinds are there', async () => {
    await runs.start(['side'], stack.tell, signal)
    expect(deeds()).toEqual(['make side', 'start side'])
  })

  test('one that fails makes the whole fail, and the other kind is started all the same', async () => {
    stack.world.unmade.add('side')
    const { ok, failed, done } = await runs.start(['side', 'cluster/hub'], stack.tell, signal)
    expect([ok, failed.map(({ service }) => service), done]).toEqual([false, ['side'], ['cluster/hub']])
  })
})

describe('what a cluster that runs knows of the outside is put right with every start', () => {
  test.each<readonly [string, () => ClusterSeen, readonly string[]]>([
    ['it runs', () => running(), ['nodes of kind', 'variables of kind']],
    [
      'a node of it is not on our network',
      () => up({}, { nodes: [node(), node({ id: 'n2', address: '' })] }),
      ['nodes of kind', 'variables of kind'],
    ],
    ['it does not run', () => ({ kind: 'stopped', nodes: [], adopted: false }), []],
    ['there is none', () => absent, []],
  ])('%s', async (_, is, expected) => {
    seen = is()
    await runs.start(['side'], stack.tell, signal)
    expect(did.slice(2)).toEqual(expected)
  })
})

describe('stop', () => {
  beforeEach(async () => {
    await runs.start(['db', 'side', 'shop'], stack.tell, signal)
    stack.forget()
  })

  test('clusters stop before containers, and what is not wanted any more leads nowhere', async () => {
    const { done, ok } = await runs.stop(['db', 'side', 'cluster/hub'], quiet, stack.tell, signal)
    expect([ok, done.toSorted()]).toEqual([true, ['cluster/hub', 'db', 'side']])
    expect(deeds()[0]).toBe('stop kind')
    expect(deeds().toSorted()).toEqual(['stop db', 'stop kind', 'stop side'])
    expect(stack.world.nameServer).toBe(false)
  })

  test('a cluster alone: containers go on', async () => {
    await runs.stop(['cluster/hub'], quiet, stack.tell, signal)
    expect(deeds()).toEqual(['stop kind'])
    expect([...stack.world.wanted].toSorted()).toEqual(['db', 'side'])
    expect(stack.world.nameServer).toBe(true)
  })

  test('an application alone', async () => {
    await runs.stop(['shop'], quiet, stack.tell, signal)
    expect(deeds()).toEqual(['stop shop'])
  })

  test('what needs it too: an application stops before the container it needs', async () => {
    const { done } = await runs.stop(['db'], { also: true, remove: false }, stack.tell, signal)
    expect([done, deeds()]).toEqual([
      ['shop', 'db'],
      ['stop shop', 'stop db'],
    ])
  })

  test('ended between stopping and starting: whoever looks then knows who stopped it', async () => {
    const { context } = stack
    const before = context.adapters.docker.stop.bind(context.adapters.docker)
    let seenThen: ReadonlySet<string> | undefined
    Object.assign(context.adapters.docker, {
      stop: async (id: string) => {
        seenThen = await context.adapters.intent.resting()
        await before(id)
      },
    })
    await runs.restart(['side'], stack.tell, signal)
    expect([...(seenThen ?? [])]).toEqual(['side'])
    // Started again, nothing is left of it.
    expect([...(await context.adapters.intent.resting())]).toEqual([])
  })

  test('nothing at all is no failure', async () => {
    expect(await runs.stop([], quiet, stack.tell, signal)).toMatchObject({ ok: true, done: [] })
    expect(deeds()).toEqual([])
  })

  test.each<readonly [string, readonly string[], boolean, boolean]>([
    ['everything is removed', ['db', 'side', 'cluster/hub', 'shop', 'peer'], true, true],
    ['not everything is', ['db', 'cluster/hub'], true, false],
    ['nothing is removed', ['db', 'side', 'cluster/hub', 'shop', 'peer'], false, false],
  ])('a cluster leaves the network that goes: %s', async (_, ids, remove, leaves) => {
    await runs.stop(ids, { also: false, remove }, stack.tell, signal)
    expect(deeds().includes('leave kind')).toBe(leaves)
    expect(deeds().includes('remove the network')).toBe(leaves)
  })
})

describe('restart', () => {
  beforeEach(async () => {
    await runs.start(['db', 'side', 'shop'], stack.tell, signal)
    stack.forget()
  })

  test('a cluster by its name is stopped and started', async () => {
    expect((await runs.restart(['cluster/hub'], stack.tell, signal)).ok).toBe(true)
    expect(deeds().slice(0, 2)).toEqual(['stop kind', 'start kind'])
    expect(deeds().some((one) => /db|side/.test(one))).toBe(false)
    expect([...stack.world.wanted]).toContain('cluster/hub')
  })

  test('an application gets new pods; its cluster goes on', async () => {
    await runs.restart(['shop'], stack.tell, signal)
    expect(deeds().filter((one) => !/db/.test(one))).toEqual([
      'restart shop',
      'start kind',
      'join kind',
      'put shop',
    ])
  })

  test('an application of a cluster that does not run is only started', async () => {
    seen = { kind: 'stopped', nodes: [node({ running: false })], adopted: false }
    await runs.restart(['shop'], stack.tell, signal)
    expect(deeds()).not.toContain('restart shop')
    expect(deeds()).toContain('start kind')
  })

  test('of all that runs: names go on to be answered, and it is wanted all the while', async () => {
    await runs.stop(['db', 'cluster/hub'], quiet, stack.tell, signal)
    let stops = 0
    const { nameServer, intent } = stack.context.adapters
    const count = (): Promise<void> => Promise.resolve(void (stops += 1))
    Object.assign(nameServer, { stop: count })
    Object.assign(intent, { unwant: count })
    await runs.restart(['side'], stack.tell, signal)
    expect(stops).toBe(0)
  })

  test('what rests already, and a cluster that was never made, are not told to be stopped', async () => {
    seen = absent
    await runs.stop(['db', 'side', 'cluster/hub', 'shop'], quiet, stack.tell, signal)
    expect((await runs.stop(['db', 'side', 'cluster/hub', 'shop'], quiet, stack.tell, signal)).done).toEqual(
      [],
    )
  })

  test('nothing at all is no failure', async () => {
    expect(await runs.restart([], stack.tell, signal)).toMatchObject({ ok: true, done: [], failed: [] })
    expect(deeds()).toEqual([])
  })

  test('interrupted between the two, nothing is started', async () => {
    const abort = new AbortController()
    const { docker } = stack.context.adapters
    const stop = docker.stop.bind(docker)
    Object.assign(docker, {
      stop: async (id: string) => {
        await stop(id)
        abort.abort()
      },
    })
    const { ok, done, skipped } = await runs.restart(['side'], stack.tell, abort.signal)
    // It was stopped, which is no restart.
    expect([deeds(), ok, done]).toEqual([['stop side'], false, []])
    expect(skipped).toEqual([{ service: 'side', because: INTERRUPTED }])
    // We stopped it: nobody is told that somebody else did.
    expect([...stack.world.wanted]).not.toContain('side')
  })

  test('everything without the cluster that was never made', async () => {
    seen = absent
    await runs.restart('all', stack.tell, signal)
    expect(
      deeds()
        .filter((one) => one.startsWith('stop'))
        .toSorted(),
    ).toEqual(['stop db', 'stop side'])
    expect(stack.notes()[0]).toMatch(/^Hub cluster is not set up, so it was not started/)
  })
})

describe('one cluster', () => {
  test('its removal: what is wanted without it stays, and what leads to it goes', async () => {
    await runs.start(['db', 'cluster/hub'], stack.tell, signal)
    stack.forget()
    const { ok, done } = await runs.remove('cluster/hub', stack.tell)
    expect({ ok, done, deeds: deeds() }).toEqual({ ok: true, done: ['cluster/hub'], deeds: ['remove kind'] })
    expect([[...stack.world.wanted], stack.world.nameServer]).toEqual([['db'], true])
  })

  test.each<readonly [string, () => Promise<unknown>]>([
    ['removed', async () => await runs.remove('knd', stack.tell)],
    ['asked for its kubeconfig', async () => await runs.kubeconfig('knd')],
    ['asked for its events', async () => await runs.events('db')],
  ])('one that there is not cannot be %s', async (_, run) => {
    await expect(run()).rejects.toMatchObject({
      trouble: {
        kind: 'usage',
        what: expect.stringMatching(/^There is no cluster/) as unknown,
        todo: 'There are: hub.',
      },
    })
  })

  test('its kubeconfig', async () => {
    expect(await runs.kubeconfig('cluster/hub')).toEqual({ file: '/k/hub', context: '', export: '' })
  })

  test('where an application is in it', async () => {
    seen = running({
      pods: [pod({ name: 'shop-1', phase: 'Running', namespace: 'shops', container: 'web' })],
    })
    expect(await runs.kubeconfig('shop')).toMatchObject({
      file: '/k/hub',
      app: { namespace: 'shops', selector: 'dev.macula/app=shop', pod: { name: 'shop-1', container: 'web' } },
    })
    seen = { kind: 'stopped', nodes: [], adopted: false }
    expect((await runs.kubeconfig('shop')).app).toEqual({
      namespace: 'macula',
      selector: 'dev.macula/app=shop',
    })
  })

  test('its events: all of it, or those of an application; none while it does not run', async () => {
    const event = (about?: string) => ({
      at: 1,
      says: about ?? 'node',
      ...(about === undefined ? {} : { app: about }),
    })
    const events = [event(), event('shop'), event('peer')]
    seen = up({}, { events })
    expect(await runs.events('cluster/hub')).toEqual(events)
    expect(await runs.events('shop')).toEqual([event('shop')])
    seen = { kind: 'stopped', nodes: [], adopted: false }
    expect(await runs.events('cluster/hub')).toEqual([])
  })
})

test('a node that only now came onto our network is known by its address before any pod is told', async () => {
  seen = up({}, { nodes: [node({ address: '' })] })
  const { clusters } = stack.context.adapters
  Object.assign(clusters, {
    join: () => {
      seen = up({}, { nodes: [node({ address: '172.23.0.140' })] })
      return Promise.resolve()
    },
  })
  await runs.start(['side'], stack.tell, signal)
  expect(stack.context.truth.seen.clusters.get('hub')).toBe(seen)
})

describe('CoreDNS of a cluster that runs asks PowerDNS while that does', () => {
  beforeEach(() => open('powerdns', 'side', 'cluster/hub'))

  test('told with its start and with its stop, not with those of others', async () => {
    await runs.start(['powerdns'], stack.tell, signal)
    expect(asked.at(-1)).toMatch(/^\d+\.\d+\.\d+\.\d+$/)
    const before = asked.length
    await runs.stop(['side'], quiet, stack.tell, signal)
    expect(asked).toHaveLength(before)
    await runs.stop(['powerdns'], quiet, stack.tell, signal)
    expect(asked.slice(before)).toEqual([''])
  })

  test('a restart tells it once: CoreDNS starts anew with each change', async () => {
    await runs.start(['powerdns'], stack.tell, signal)
    const to = asked.at(-1)
    const before = asked.length
    await runs.restart(['powerdns'], stack.tell, signal)
    expect(new Set(asked.slice(before))).toEqual(new Set([to]))
  })
})

describe('a first start that fails', () => {
  const notes = (): readonly string[] =>
    stack.notes().filter((says) => says.includes('Kept for the next try'))

  test('tells what it leaves though nothing runs, and how to be rid of it', async () => {
    open('cluster/hub', 'shop')
    seen = absent
    Object.assign(stack.context.adapters.clusters, {
      bring: () => Promise.reject(new MaculaError({ kind: 'failed', what: 'kind is not here.' })),
    })
    const result = await runs.start(['cluster/hub', 'shop'], stack.tell, signal)
    expect(result.ok).toBe(false)
    const [says] = notes()
    expect(says).toMatch(
      /^Nothing of Macula runs now\. Kept for the next try: the docker network macula, our name server \(dnsmasq, pid 8\).* and that Hub cluster and Shop are to run/,
    )
    expect(says).toContain('maculactl down --remove removes it')
    // A second try is told nothing new.
    await runs.start(['cluster/hub', 'shop'], stack.tell, signal)
    expect(notes()).toHaveLength(1)
    await runs.stop(['cluster/hub', 'shop'], { also: false, remove: true }, stack.tell, signal)
    expect([stack.world.nameServer, stack.world.forwards.size, [...stack.world.wanted]]).toEqual([
      false,
      0,
      [],
    ])
  })

  test('is told nothing where something runs, which needs it', async () => {
    open('db', 'cluster/hub')
    seen = absent
    Object.assign(stack.context.adapters.clusters, {
      bring: () => Promise.reject(new MaculaError({ kind: 'failed', what: 'kind is not here.' })),
    })
    await runs.start(['db', 'cluster/hub'], stack.tell, signal)
    expect(notes()).toEqual([])
  })
})

test('another instance on the same addresses is told before anything starts, with how to run beside it', async () => {
  open('near', 'side')
  const other = { uid: 1000, user: 'ada', project: 'second' }
  const own = '127.0.0.9'
  Object.assign(stack.context.adapters.host, {
    listener: (address: string) =>
      Promise.resolve(
        address === own
          ? { kind: 'foreign', holder: { pid: 5, program: 'socat', macula: other }, ms: 0 }
          : { kind: 'free', ms: 0 },
      ),
  })
  await runs.start(['near'], stack.tell, signal)
  const told = stack.notes().filter((says) => says.includes('that this one wants too'))
  expect(told).toEqual([
    `The Macula of ada (uid 1000), project second has 1 address that this one wants too: ${own}. Nothing of it is touched, and what it has is reached only there. Let both run side by side: set "addresses" in settings.json to another range (127.0.1.0/24, say), then run maculactl up and maculactl setup, so that names lead to it.`,
  ])
  // Of what is not to run nothing is said.
  await runs.start(['side'], stack.tell, signal)
  expect(stack.notes().filter((says) => says.includes('that this one wants too'))).toHaveLength(1)
})

test('a start looks at Docker itself once', async () => {
  open('db', 'near')
  const { docker } = stack.context.adapters
  const see = docker.see.bind(docker)
  let looks = 0
  Object.assign(docker, { see: async () => ((looks += 1), await see()) })
  await runs.start(['db', 'near'], () => undefined, signal)
  expect(looks).toBe(1)
})
