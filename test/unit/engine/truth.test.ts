import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTruth } from '../../../main/engine/look/truth.ts'
import type { DockerAdapter } from '../../../main/engine/adapters.ts'
import type { ClusterSeen } from '../../../main/model/cluster.ts'
import type { AnswerSeen, ContainerSeen } from '../../../main/model/observation.ts'
import type { Snapshot } from '../../../main/model/snapshot.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { deferred } from '../../deferred.ts'
import { clusterRuntime } from '../cluster/spec.ts'
import { node, up as clusterUp } from '../cluster/world.ts'
import { endpoint } from '../stack/fixture.ts'
import { fakeStack } from './fake-stack.ts'

/** What those who watch are told, and when: an event is shown before anything is asked. */

type Events = Parameters<DockerAdapter['events']>[0]

let stack: ReturnType<typeof fakeStack>
let drifts = 0
/** How often it was told that names of Ingresses may be others. */
let named = 0
let events: Events | undefined
let inspected: string[] = []
let asked: number[] = []
/** A question of this port is answered when it is settled. */
let late: { readonly port: number; readonly answer: ReturnType<typeof deferred<AnswerSeen>> } | undefined
let cluster: ClusterSeen | undefined
let clusterChanges: (() => void) | undefined

beforeEach(async () => {
  stack = fakeStack(['one', 'two', 'cluster/hub'], (id) => ({
    address: id === 'one' ? '127.0.0.11' : null,
    endpoints:
      id === 'cluster/hub'
        ? []
        : [endpoint({ target: id === 'one' ? 81 : 82, listen: id === 'one' ? 81 : 82 })],
    ...(id === 'cluster/hub' ? { runtime: clusterRuntime() } : {}),
  }))
  await stack.up(['one', 'two'])
  named = 0
  ;[drifts, events, inspected, asked, late] = [0, undefined, [], [], undefined]
  ;[cluster, clusterChanges] = [undefined, undefined]
  const { docker, host, clusters } = stack.context.adapters
  const inspect = docker.inspect.bind(docker)
  const ask = host.ask.bind(host)
  Object.assign(docker, {
    events: async (handlers: Events) => {
      events = handlers
      await new Promise((resolve) => handlers.signal.addEventListener('abort', resolve))
    },
    inspect: async (id: string, how?: 'quick') => {
      inspected.push(`${id}${how === undefined ? '' : ` ${how}`}`)
      return await inspect(id, how)
    },
  })
  Object.assign(host, {
    ask: async (question: Parameters<typeof ask>[0]) => {
      asked.push(question.port)
      return await (late?.port === question.port ? late.answer.promise : ask(question))
    },
  })
  Object.assign(clusters, {
    see: () => Promise.resolve(cluster ?? { kind: 'absent', wasMade: false }),
    watch: (_: unknown, { onChange }: { onChange: () => void }) => {
      clusterChanges = onChange
      return Promise.resolve()
    },
  })
})

let truth: ReturnType<typeof createTruth>
const make = (): void => {
  const catalog = { services: stack.services, forwards: [], problems: [] }
  truth = createTruth(
    stack.context.adapters,
    { ...defaultSettings, project: 'macula' },
    () => catalog,
    () => (drifts += 1),
    () => (named += 1),
  )
}
beforeEach(make)
afterEach(() => truth.close())

/** Watches, once everything was looked at; what is told from then on. */
async function watching() {
  const told: Snapshot[] = []
  const leave = truth.subscribe((snapshot) => void told.push(snapshot))
  await truth.look()
  await settled()
  told.length = 0
  inspected.length = 0
  asked.length = 0
  return { told, leave }
}

/** Until nothing is under way that waits for no timer. */
const settled = async (): Promise<void> => {
  for (let round = 0; round < 20; round += 1) await new Promise((resolve) => setImmediate(resolve))
}
const state = (snapshot: Snapshot | undefined, id: string) =>
  snapshot?.services.find((one) => one.id === id)?.state
const containerOf = (id: string): ContainerSeen => {
  const found = stack.world.containers.get(id)
  if (!found) throw new Error(`no ${id}`)
  return found
}
const event = (id: string, service?: string): void =>
  events?.onEvent({ id, action: 'die', at: 0, ...(service === undefined ? {} : { service }) } as never)

describe('after a run', () => {
  beforeEach(() => (({ truth } = stack), undefined))

  /** How often Docker itself, and what containers would be, was read. */
  function reads(): { count: number } {
    const { docker, stack: files } = stack.context.adapters
    const found = { count: 0 }
    const see = docker.see.bind(docker)
    const expect = files.expect.bind(files)
    Object.assign(docker, { see: async () => ((found.count += 1), await see()) })
    Object.assign(files, {
      expect: async (...given: Parameters<typeof expect>) => ((found.count += 1), await expect(...given)),
    })
    return found
  }

  test('what the run read is not read again', async () => {
    const found = reads()
    expect(state(await truth.lookAfterRun(), 'one')).toBe('works')
    expect(found.count).toBe(0)
    await truth.look()
    expect(found.count).toBe(2)
  })

  test('who listens is read again only when the run did not read it a moment ago', async () => {
    const { forwarders, clock } = stack.context.adapters
    let [lists, now] = [0, 1_000_000]
    Object.assign(clock, { now: () => now })
    const list = forwarders.list.bind(forwarders)
    Object.assign(forwarders, { list: async () => ((lists += 1), await list()) })
    await truth.look()
    lists = 0
    now += 200
    await truth.lookAfterRun()
    expect(lists).toBe(0)
    now += 100
    await truth.lookAfterRun()
    expect(lists).toBeGreaterThan(0)
  })

  test('what ended since, or does not answer, is seen', async () => {
    stack.world.containers.set('one', { ...containerOf('one'), state: 'exited', exitCode: 3 })
    late = { port: 82, answer: deferred() }
    late.answer.resolve({ kind: 'refused', code: 'ECONNREFUSED', ms: 1 })
    const snapshot = await truth.lookAfterRun()
    expect([state(snapshot, 'one'), state(snapshot, 'two')]).toEqual(['failed', 'starting'])
  })

  test('everything is read where the run ended before it knew what containers would be', async () => {
    await truth.look()
    // As a run leaves it that was refused, or ended by a file that cannot be read, while Docker answers.
    truth.seen.expected = new Map()
    const found = reads()
    expect(state(await truth.lookAfterRun(), 'one')).toBe('works')
    expect(found.count).toBe(2)
    expect(truth.seen.expected.size).toBe(
      stack.services.filter(({ runtime }) => runtime.kind === 'container').length,
    )
  })

  test('everything is read where the run did not get so far', async () => {
    make()
    const found = reads()
    expect(state(await truth.lookAfterRun(), 'one')).toBe('works')
    expect(found.count).toBe(2)
  })
})

describe('an end that the event itself tells', () => {
  const end = (id: string): void =>
    events?.onEvent({ id, service: 'one', action: 'die', at: 5000, ended: { exitCode: 137, at: 5000 } })

  /** Inspections are answered, as of when they were asked, once `go` is called. */
  function slowly(): { readonly go: () => void } {
    const { docker } = stack.context.adapters
    const inspect = docker.inspect.bind(docker)
    const gate = deferred<undefined>()
    Object.assign(docker, {
      inspect: async (id: string, how?: 'quick') => {
        const found = await inspect(id, how)
        await gate.promise
        return found
      },
    })
    return { go: () => gate.resolve(undefined) }
  }

  test('is told before Docker has answered, and not once more when it says the same', async () => {
    const { told } = await watching()
    const { id } = containerOf('one')
    const docker = slowly()
    stack.world.containers.set('one', {
      ...containerOf('one'),
      state: 'exited',
      exitCode: 137,
      finishedAt: 5000,
      stoppedOnPurpose: true,
      address: '',
    })
    end(id)
    expect([told.length, state(told.at(-1), 'one')]).toEqual([1, 'failed'])
    expect(JSON.stringify(told)).toContain('exit code 137')
    docker.go()
    await settled()
    expect(told).toHaveLength(1)
  })

  test('what was asked before it and is answered after it does not bring it back', async () => {
    const { told } = await watching()
    const { id } = containerOf('one')
    const docker = slowly()
    event(id, 'one')
    await settled()
    end(id)
    expect(state(told.at(-1), 'one')).toBe('failed')
    stack.world.containers.set('one', { ...containerOf('one'), state: 'exited', exitCode: 137, address: '' })
    docker.go()
    await settled()
    expect(new Set(told.map((snapshot) => state(snapshot, 'one')))).toEqual(new Set(['failed']))
  })

  test('a run that began after it counts', async () => {
    const { told } = await watching()
    const { id, startedAt } = containerOf('one')
    const docker = slowly()
    stack.world.containers.set('one', { ...containerOf('one'), startedAt: startedAt + 1 })
    end(id)
    expect(state(told.at(-1), 'one')).toBe('failed')
    docker.go()
    await settled()
    expect(state(told.at(-1), 'one')).toBe('works')
  })

  test('of another container, which is not known any more, nothing is told', async () => {
    const { told } = await watching()
    end('gone-1')
    expect(told).toEqual([])
  })
})

describe('who is told', () => {
  test('nobody watches: a look is kept, and nobody is told', async () => {
    const snapshot = await truth.look()
    expect([truth.current(), truth.isWatched(), state(snapshot, 'one')]).toEqual([snapshot, false, 'works'])
    truth.act('one', 'stopping')
    expect(truth.current()).toBe(snapshot)
  })

  test('whoever comes later is told at once what is known, and nobody what was known before anybody watched', async () => {
    await truth.look()
    const first: Snapshot[] = []
    const leave = truth.subscribe((snapshot) => void first.push(snapshot))
    expect(first).toEqual([])
    await truth.look()
    expect(truth.isWatched()).toBe(true)
    const second: Snapshot[] = []
    const leaveToo = truth.subscribe((snapshot) => void second.push(snapshot), 'calmly')
    expect(second).toEqual([first.at(-1)])
    leave()
    expect(truth.isWatched()).toBe(true)
    leaveToo()
    leaveToo()
    expect(truth.isWatched()).toBe(false)
    // It may not be true any more.
    const third: Snapshot[] = []
    truth.subscribe((snapshot) => void third.push(snapshot))()
    expect(third).toEqual([])
  })

  test('what looks the same is not told again; a look that somebody asked for is', async () => {
    const { told } = await watching()
    truth.publish()
    expect(told).toEqual([])
    const before = truth.current()
    await truth.look()
    expect(told.length).toBeGreaterThan(0)
    expect(told.at(-1)?.rev).toBeGreaterThan(before?.rev ?? 0)
    truth.act('one', 'stopping')
    expect(state(told.at(-1), 'one')).toBe('stopping')
    truth.act('one', undefined)
    expect(state(told.at(-1), 'one')).toBe('works')
  })

  test('with the last who watches everything ends that follows', async () => {
    const { leave } = await watching()
    const signal = events?.signal
    expect(signal?.aborted).toBe(false)
    leave()
    expect(signal?.aborted).toBe(true)
    clusterChanges?.()
    await settled()
    expect(asked).toEqual([])
  })
})

describe('an event of a container', () => {
  test('is shown before anything is asked', async () => {
    const { told } = await watching()
    stack.world.containers.set('two', { ...containerOf('two'), state: 'exited', exitCode: 3, address: '' })
    event(containerOf('two').id, 'two')
    late = { port: 81, answer: deferred() }
    await settled()
    expect(inspected[0]).toBe(`${containerOf('two').id} quick`)
    expect(state(told[0], 'two')).toBe('failed')
    // It ended by itself: its last line is looked up, for it alone.
    expect(inspected).toEqual([`${containerOf('two').id} quick`, containerOf('two').id])
    expect([asked, drifts]).toEqual([[], 0])
    late.answer.resolve({ kind: 'closed', ms: 1 })
  })

  test('that starts: it is shown to run, asked, and forwarders follow its new address', async () => {
    stack.world.containers.set('two', {
      ...containerOf('two'),
      state: 'exited',
      address: '',
      stoppedOnPurpose: true,
    })
    const { told } = await watching()
    late = { port: 82, answer: deferred() }
    const { startedAt } = containerOf('two')
    stack.world.containers.set('two', {
      ...containerOf('two'),
      state: 'running',
      startedAt: startedAt + 1,
      address: '172.23.0.44',
    })
    event(containerOf('two').id, 'two')
    await settled()
    expect([state(told.at(-1), 'two'), asked, drifts]).toEqual([expect.not.stringMatching('works'), [82], 1])
    late.answer.resolve({ kind: 'answer', says: 'HTTP 200', ms: 1 })
    await settled()
    expect(state(told.at(-1), 'two')).toBe('works')
    // Well: no more than the quick look.
    expect(inspected).toEqual([`${containerOf('two').id} quick`])
  })

  test.each<readonly [string, Partial<ContainerSeen>, boolean, number]>([
    ['its address is the same', {}, false, 0],
    ['its address is another', { address: '172.23.0.44' }, false, 1],
    ['it is being started by us, who put that right ourselves', { address: '172.23.0.44' }, true, 0],
    ['it does not run', { address: '', state: 'exited' }, false, 0],
  ])('forwarders are put right only when one runs elsewhere: %s', async (_, part, isActing, expected) => {
    await watching()
    if (isActing) truth.act('two', 'starting')
    stack.world.containers.set('two', { ...containerOf('two'), ...part })
    event(containerOf('two').id, 'two')
    await settled()
    expect(drifts).toBe(expected)
  })

  test('that was removed: it is gone', async () => {
    const { told } = await watching()
    const { id } = containerOf('two')
    stack.world.containers.delete('two')
    event(id)
    await settled()
    expect(truth.seen.containers.has('two')).toBe(false)
    expect(state(told[0], 'two')).not.toBe('works')
  })

  test('of an older container, which was removed, takes nothing from the one that is there', async () => {
    await watching()
    event('two-0', 'two')
    await settled()
    expect(truth.seen.containers.get('two')).toEqual(containerOf('two'))
  })

  test('of a container that is none of ours is not even looked at', async () => {
    await watching()
    event('theirs')
    await settled()
    expect([inspected, asked]).toEqual([[], []])
  })

  test('what a slow look tells of an end is dropped when something newer was seen meanwhile', async () => {
    await watching()
    const slow = deferred<ContainerSeen>()
    const ended: ContainerSeen = { ...containerOf('two'), state: 'exited', exitCode: 3, address: '' }
    Object.assign(stack.context.adapters.docker, {
      inspect: (_: string, how?: 'quick') => (how === 'quick' ? Promise.resolve(ended) : slow.promise),
    })
    event(ended.id, 'two')
    await settled()
    truth.observe.saw('two', { ...containerOf('two'), startedAt: ended.startedAt + 1, exitCode: 9 })
    slow.resolve({ ...ended, lastLine: 'too late' })
    await settled()
    expect(truth.seen.containers.get('two')).toMatchObject({ state: 'running', exitCode: 9 })
  })
})

describe('what is asked again', () => {
  test('services that were named, and only while somebody watches', async () => {
    await truth.look()
    asked.length = 0
    await truth.recheck(['one', 'two'])
    expect(asked).toEqual([])
    await watching()
    await truth.recheck(['two'])
    expect(asked).toEqual([82])
    await truth.recheck([])
    expect(asked).toEqual([82])
  })

  test('a cluster that is first seen, and whose nodes moved: what hangs on them is put right, once each; not while we act on it', async () => {
    cluster = clusterUp({})
    await watching()
    clusterChanges?.()
    await settled()
    expect([drifts, named]).toEqual([1, 1])
    clusterChanges?.()
    await settled()
    // Names are looked at each time; who serves them compares.
    expect([drifts, named]).toEqual([1, 2])
    cluster = clusterUp({}, { nodes: [node({ address: '172.23.0.3' })] })
    clusterChanges?.()
    await settled()
    expect([drifts, truth.seen.clusters.get('hub')]).toEqual([2, cluster])
    // Docker started it anew: its API server answers later than its node runs.
    const nodes = [node({ address: '172.23.0.4' })]
    cluster = { kind: 'down', nodes, says: 'connection refused', adopted: false }
    clusterChanges?.()
    await settled()
    cluster = clusterUp({}, { nodes })
    clusterChanges?.()
    await settled()
    expect(drifts).toBe(4)
    truth.act('cluster/hub', 'stopping')
    cluster = clusterUp({}, { nodes: [node({ running: false, address: '' })] })
    clusterChanges?.()
    await settled()
    expect(drifts).toBe(4)
    // Neither service of the stack was asked for it.
    expect(asked).toEqual([])
  })
})

test('a reading of names that fails while others are still read fails that look, and is no error that nobody caught', async () => {
  const { host, nameServer } = stack.context.adapters
  const seen = deferred<{ readonly kind: 'stopped' }>()
  Object.assign(nameServer, { seen: () => seen.promise })
  Object.assign(host, {
    links: () => {
      throw new Error('no networks')
    },
  })
  const look = truth.look()
  // Vitest fails a run in which nobody caught an error by now.
  await settled()
  seen.resolve({ kind: 'stopped' })
  await expect(look).rejects.toThrow('no networks')
})
