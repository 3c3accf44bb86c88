import { describe, expect, test } from 'vitest'
import type { Adapters } from '../../../main/engine/adapters.ts'
import type { Truth } from '../../../main/engine/look/truth.ts'
import { nextCluster } from '../../../main/engine/run/going-on.ts'
import { logSources } from '../../../main/engine/run/log-sources.ts'
import { mergedLogs, serviceLog } from '../../../main/engine/run/logs.ts'
import type { ClusterSeen } from '../../../main/model/cluster.ts'
import type { LogLine } from '../../../main/model/log-line.ts'
import { MaculaError } from '../../../main/model/errors.ts'
import type { Catalog } from '../../../main/model/service.ts'
import { clusterRuntime } from '../cluster/spec.ts'
import { service } from '../stack/fixture.ts'

/** Where the lines of services come from: containers that are there, whichever runs next, and pods. */

const catalog: Catalog = {
  services: [
    service('one'),
    service('two'),
    service('cluster/hub', { runtime: clusterRuntime() }),
    service('shop', { runtime: clusterRuntime('shop') }),
  ],
  forwards: [],
  problems: [],
}
const line = (id: string, text: string): LogLine => ({ service: id, at: 1, stream: 'out', text })

/** Logs of which `broken` cannot be read, over containers that are there. */
function world(there: readonly string[], broken = '') {
  const asked: string[] = []
  const containers = there.map((id) => ({ id: `c-${id}`, service: id, state: 'running' }))
  const adapters = {
    clock: { now: () => 5 },
    docker: {
      containers: () => Promise.resolve(containers),
      async *logs(container: { id: string; service: string }) {
        asked.push(container.id)
        if (container.service === broken) throw new MaculaError({ kind: 'failed', what: 'It keeps no log.' })
        yield await Promise.resolve(line(container.service, 'there'))
      },
      events: async ({ onOpen, signal }: { onOpen: () => void; signal: AbortSignal }) => {
        asked.push('events')
        onOpen()
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
      },
    },
    clusters: {
      async *logs(cluster: { id: string }, id: string, app: { id: string } | undefined) {
        asked.push(`${cluster.id} ${id} ${app?.id ?? ''}`)
        yield await Promise.resolve(line(id, 'pod'))
      },
      watch: async (_: unknown, { signal }: { signal: AbortSignal }) => {
        asked.push('watch')
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
      },
    },
  } as unknown as Adapters
  const truth = {
    isWatched: () => false,
    seen: { containers: new Map(containers.map((one) => [one.service, one])) },
  } as unknown as Truth
  return { asked, adapters, input: { adapters, truth, catalog } }
}

async function lines(sources: ReturnType<typeof logSources>) {
  const { signal } = new AbortController()
  const texts: string[] = []
  const clock = { now: () => 5 }
  for await (const { service: id, text } of mergedLogs({ clock }, sources, {
    follow: false,
    tail: 9,
    signal,
  }))
    texts.push(`${id}: ${text}`)
  return texts
}

describe('what is there', () => {
  test('of containers, of a cluster and of its applications; of those that were asked for', async () => {
    const { input, asked } = world(['one', 'two'])
    const sources = logSources(input, ['one', 'cluster/hub', 'shop'], undefined)
    expect(sources.map(({ service: id, ordered }) => [id, ordered])).toEqual([
      ['one', true],
      ['cluster/hub', false],
      ['shop', false],
    ])
    expect(await lines(sources)).toEqual(['one: there', 'cluster/hub: pod', 'shop: pod'])
    expect(asked.toSorted()).toEqual(['c-one', 'hub cluster/hub ', 'hub shop shop'])
  })

  test('of one without a container: nothing', () => {
    expect(logSources(world(['one']).input, ['two'], undefined)).toEqual([])
  })

  test('one log that cannot be read is an error; among several it is a line', async () => {
    const { input } = world(['one', 'two'], 'two')
    await expect(lines(logSources(input, ['two'], undefined))).rejects.toThrow('It keeps no log.')
    expect(await lines(logSources(input, ['one', 'two'], undefined))).toEqual([
      'one: there',
      'two: It keeps no log.',
    ])
  })
})

describe('what goes on', () => {
  test.each([
    ['a container waits for Docker’s events', 'one', ['c-one', 'events'], 'one: there'],
    ['a cluster waits for itself', 'shop', ['hub shop shop', 'watch'], 'shop: pod'],
  ])('%s once its log ends, and that is said', async (_, id, asked, text) => {
    const one = world(['one'])
    const ended: string[] = []
    const stop = new AbortController()
    const sources = logSources(one.input, [id], (service) => {
      ended.push(service)
      setImmediate(() => stop.abort())
    })
    const texts: string[] = []
    const options = { follow: true, tail: 9, signal: stop.signal }
    for await (const { service: of, text: says } of mergedLogs({ clock: { now: () => 5 } }, sources, options))
      texts.push(`${of}: ${says}`)
    expect([texts, ended]).toEqual([[text], [id]])
    expect(one.asked).toEqual(expect.arrayContaining([...asked]))
  })

  test('a service’s log is that of the container it has when it is read', async () => {
    const { adapters } = world(['one'])
    const read = async (id: string) => {
      const texts: string[] = []
      const signal = new AbortController().signal
      for await (const { text } of serviceLog(adapters.docker, id).read({ follow: false, signal }))
        texts.push(text)
      return texts
    }
    expect([await read('one'), await read('two')]).toEqual([['there'], []])
  })

  test.each([
    ['what is known to run is read without a look at all', { id: 'c-one', state: 'running' }, ['c-one'], 0],
    ['what is known to rest is looked for', { id: 'c-old', state: 'exited' }, ['c-one'], 1],
    [
      'what was made anew meanwhile is looked for',
      { id: 'c-gone', state: 'running' },
      ['c-gone', 'c-one'],
      1,
    ],
    ['what nobody watches is looked for', undefined, ['c-one'], 1],
  ] as const)('%s', async (_, known, asked, looks) => {
    const read: string[] = []
    let looked = 0
    const docker = {
      async containers() {
        looked += 1
        return await Promise.resolve([{ id: 'c-one', service: 'one', state: 'running' }])
      },
      async *logs({ id }: { id: string }) {
        read.push(id)
        if (id === 'c-gone') throw new MaculaError({ kind: 'failed', what: 'There is none.' })
        yield await Promise.resolve(line('one', 'there'))
      },
    } as unknown as Adapters['docker']
    const texts: string[] = []
    const source = serviceLog(docker, 'one', () => known as never)
    for await (const { text } of source.read({ follow: false, signal: new AbortController().signal }))
      texts.push(text)
    expect([texts, read, looked]).toEqual([['there'], asked, looks])
  })

  test.each([
    ['of what is watched the container that is known is read', true, ['c-old']],
    ['of what nobody watches the one that is there now', false, ['c-one']],
  ])('%s', async (_, isWatched, read) => {
    const one = world(['one'])
    const stop = new AbortController()
    const truth = {
      isWatched: () => isWatched,
      seen: { containers: new Map([['one', { id: 'c-old', service: 'one', state: 'running' }]]) },
    } as unknown as Truth
    const sources = logSources({ ...one.input, truth }, ['one'], () => setImmediate(() => stop.abort()))
    const options = { follow: true, tail: 9, signal: stop.signal }
    const texts: string[] = []
    for await (const { text } of mergedLogs({ clock: { now: () => 5 } }, sources, options)) texts.push(text)
    // Also when it goes on once the log has ended.
    const asked = new Set(one.asked.filter((id) => id.startsWith('c-')))
    expect([texts, [...asked]]).toEqual([['there'], read])
  })

  test('a log that breaks after its first line is not read again from the start', async () => {
    let looked = 0
    const docker = {
      containers: async () => {
        looked += 1
        return await Promise.resolve([{ id: 'c-one', service: 'one', state: 'running' }])
      },
      async *logs() {
        yield await Promise.resolve(line('one', 'there'))
        throw new MaculaError({ kind: 'failed', what: 'The line broke.' })
      },
    } as unknown as Adapters['docker']
    const texts: string[] = []
    const source = serviceLog(docker, 'one', () => ({ id: 'c-one', state: 'running' }) as never)
    const read = async (): Promise<void> => {
      for await (const { text } of source.read({ follow: false, signal: new AbortController().signal }))
        texts.push(text)
    }
    await expect(read()).rejects.toThrow('The line broke.')
    expect([texts, looked]).toEqual([['there'], 0])
  })

  test('a cluster is waited for until it is up', async () => {
    const states: readonly ClusterSeen['kind'][] = ['stopped', 'down', 'up']
    let looks = 0
    const clusters = {
      see: () => Promise.resolve({ kind: states[(looks += 1) - 1] ?? 'up' }),
      watch: async (_: unknown, { signal, onChange }: { signal: AbortSignal; onChange: () => void }) => {
        const ended = new Promise((resolve) => signal.addEventListener('abort', resolve))
        for (let change = 0; change < 3; change += 1) {
          onChange()
          await new Promise((resolve) => setImmediate(resolve))
        }
        await ended
      },
    } as unknown as Adapters['clusters']
    await nextCluster(clusters, { id: 'hub' } as never)(new AbortController().signal)
    expect(looks).toBe(3)
  })
})
