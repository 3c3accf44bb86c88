import { beforeEach, describe, expect, test } from 'vitest'
import { MaculaError } from '../../../main/model/errors.ts'
import { INTERRUPTED, type StepEvent } from '../../../main/model/run.ts'
import type { ServiceSpec } from '../../../main/model/service.ts'
import type { Snapshot } from '../../../main/model/snapshot.ts'
import { clusterRuntime } from '../cluster/spec.ts'
import { endpoint } from '../stack/fixture.ts'
import { fakeStack } from './fake-stack.ts'

/** app needs db; side needs nothing; kind is a cluster, which is none of the stack's. */
const specs = (id: string): Partial<ServiceSpec> => ({
  needs: id === 'app' ? ['db'] : [],
  endpoints: [endpoint({ target: id === 'app' ? 81 : 80 })],
  ...(id === 'cluster/hub' ? { runtime: clusterRuntime(), endpoints: [] } : {}),
})

let stack: ReturnType<typeof fakeStack>
beforeEach(() => {
  stack = fakeStack(['app', 'db', 'side', 'cluster/hub'], specs)
})

const containers = ['app', 'db', 'side']
const dies = (id: string): void => {
  stack.world.started = (container) =>
    container.service === id ? { ...container, state: 'exited', exitCode: 3 } : container
}

describe('what is told while services start', () => {
  test('each step of the whole, and of each service', async () => {
    const { done, failed, skipped } = await stack.up(containers)
    expect(stack.said()).toEqual(['Preparing', 'Creating 3 containers', 'Starting'])
    for (const id of containers) expect(stack.said(id)).toEqual(['Creating', 'starting', 'answers'])
    expect([done.toSorted(), failed, skipped]).toEqual([containers, [], []])
  })

  test('times are those since it began', async () => {
    const { ms } = await stack.up(containers)
    const times = stack.told.map((event) => event.ms)
    expect(times).toEqual(times.toSorted((one, two) => one - two))
    expect(Math.min(...times)).toBeGreaterThan(0)
    expect(ms).toBeGreaterThanOrEqual(Math.max(...times))
    expect(ms).toBeLessThan(60_000)
    for (const event of stack.told)
      if (event.kind === 'answers') {
        expect(event.tookMs).toBeGreaterThan(0)
        expect(event.tookMs).toBeLessThan(event.ms)
      }
  })

  test('what runs already is not told to be starting, and is not made', async () => {
    await stack.up(containers)
    stack.forget()
    await stack.up(['db'])
    expect([stack.said(), stack.said('db')]).toEqual([['Preparing', 'Starting'], ['answers']])
  })

  test('a failure, and what is left out for it, each with its reason', async () => {
    dies('db')
    await stack.up(containers)
    expect(stack.said('db')).toEqual(['Creating', 'starting', 'failed'])
    expect(stack.said('app')).toEqual(['Creating', 'skipped'])
    expect(stack.said('side')).toEqual(['Creating', 'starting', 'answers'])
    expect(stack.told).toContainEqual(
      expect.objectContaining({
        kind: 'failed',
        service: 'db',
        trouble: expect.objectContaining({
          what: 'DB stops right after it starts: exit code 3.',
        }) as unknown,
      }),
    )
    expect(stack.told).toContainEqual(
      expect.objectContaining({
        kind: 'skipped',
        service: 'app',
        because: 'it needs DB, which did not start',
      }),
    )
  })

  test('what rendering kept aside, and what it has to say', async () => {
    stack.world.rendered = { keptAside: ['/data/stack/db/compose.yaml'], notes: ['A word.'], refused: [] }
    await stack.up(containers)
    expect(stack.notes()).toEqual([
      'An edit in the rendered copy was kept aside: /data/stack/db/compose.yaml',
      'A word.',
    ])
  })
})

describe('what is done', () => {
  test('what most wait for starts first', async () => {
    expect((await stack.up(['side', 'db', 'app'])).done).toEqual(['db', 'side', 'app'])
  })

  test('what waited for another one starts before the rest', async () => {
    const rest = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']
    const chain = fakeStack(['db', 'app', ...rest], (id) => ({ needs: id === 'app' ? ['db'] : [] }))
    const { docker } = chain.context.adapters
    const start = docker.start.bind(docker)
    // All but the database take longer than it does, and answer as late.
    const later = async (): Promise<void> => {
      for (let round = 0; round < 50; round += 1) await new Promise((resolve) => setImmediate(resolve))
    }
    Object.assign(docker, {
      start: async (id: string) => {
        await start(id)
        if (!id.startsWith('db')) await later()
      },
    })
    await chain.up(['db', 'app', ...rest])
    const starts = chain.did.flatMap((deed) => (deed.startsWith('start ') ? [deed.slice(6)] : []))
    expect(starts.toSorted()).toEqual(['db', 'app', ...rest].toSorted())
    expect(starts.indexOf('app')).toBeLessThan(starts.indexOf('i'))
  })

  test.each([
    ['of this machine: by their addresses', true, false],
    ['elsewhere: by published ports', false, true],
  ])('containers %s', async (_, native, publish) => {
    stack.world.native = native
    stack.world.way = { kind: 'elsewhere', device: 'tun0', says: '172.23.0.2 dev tun0' }
    stack.world.started = (container) => ({ ...container, published: { 80: '127.0.0.1:49153' } })
    const up = stack.up(['side'])
    // Only where container addresses are used does it matter where this machine sends what goes to them.
    if (native) await expect(up).rejects.toThrow('cannot be reached from this machine')
    else expect(await up).toMatchObject({ done: ['side'] })
    // Rendered is the whole stack, told of what runs in clusters too: the page of all services shows it.
    expect(stack.world.renders[0]).toEqual({ ids: [...containers, 'cluster/hub'], publish })
    expect(stack.did.includes('make side')).toBe(!native)
  })

  test('the way to a network is looked at once it is there', async () => {
    const { host } = stack.context.adapters
    Object.assign(host, {
      wayTo: async () =>
        await Promise.resolve(
          stack.world.network === undefined
            ? { kind: 'elsewhere', device: 'eth0', says: 'via 10.0.0.1 dev eth0' }
            : { kind: 'right', device: 'br-1' },
        ),
    })
    expect(await stack.up(['side'])).toMatchObject({ done: ['side'] })
  })

  test('only what was named is made, with what it needs', async () => {
    await stack.up(['app'])
    expect(stack.did.filter((deed) => deed.startsWith('make')).toSorted()).toEqual(['make app', 'make db'])
  })

  test('another person’s trouble with one service: one that is refused fails alone, with its reason', async () => {
    const trouble = { kind: 'invalid', what: 'The file is damaged.' } as const
    stack.world.rendered = { keptAside: [], refused: [{ service: 'side', trouble }] }
    const { failed, done } = await stack.up(containers)
    expect(failed).toEqual([{ service: 'side', trouble }])
    expect(done).toEqual(['db', 'app'])
  })

  test('one of which compose makes no container says so', async () => {
    stack.world.unmade.add('side')
    const { failed, done } = await stack.up(containers)
    expect(failed).toMatchObject([
      {
        service: 'side',
        trouble: {
          kind: 'failed',
          what: 'SIDE has no container.',
          why: 'Compose did not create it.',
          todo: 'Run maculactl up side again.',
        },
      },
    ])
    expect(done).toEqual(['db', 'app'])
  })

  test('interrupted, nothing more is started', async () => {
    stack.world.started = (container) => {
      stack.interrupt()
      return container
    }
    stack.world.answer = () => ({ kind: 'refused', code: 'ECONNREFUSED', ms: 1 })
    const { ok, done, failed, skipped } = await stack.up(['db', 'app'])
    expect(ok).toBe(false)
    // What was started keeps running: nothing failed, and only what was not reached is left.
    expect([done, failed]).toEqual([['db'], []])
    expect(skipped).toEqual([{ service: 'app', because: INTERRUPTED }])
    expect(stack.did).not.toContain('start app')
    expect([stack.said('db').at(-1), stack.said('app').at(-1)]).toEqual(['starting', 'skipped'])
  })

  test('interrupted, what failed by itself has failed all the same', async () => {
    dies('side')
    const abort = new AbortController()
    const tell = ({ kind }: StepEvent): void => (kind === 'failed' ? abort.abort() : undefined)
    const { failed, skipped } = await stack.runs.start(['side'], tell, abort.signal)
    expect(failed.map(({ trouble }) => trouble.what)).toEqual([
      'SIDE stops right after it starts: exit code 3.',
    ])
    expect(skipped).toEqual([])
  })

  test('interrupted before it starts, nothing is started at all', async () => {
    await stack.up(containers)
    await stack.down(containers)
    stack.forget()
    stack.interrupt()
    const { ok, done, failed, skipped } = await stack.up(['side'])
    expect([ok, done, failed]).toEqual([false, [], []])
    expect(skipped).toEqual([{ service: 'side', because: INTERRUPTED }])
    expect(stack.did).toEqual([])
  })

  test('an image that was pulled meanwhile is what the container is compared with', async () => {
    stack.world.images.delete('image-side')
    await stack.up(containers)
    stack.forget()
    expect((await stack.row('side')).state).toBe('works')
    await stack.up(containers)
    expect(stack.did.filter((deed) => deed.startsWith('make'))).toEqual([])
  })
})

describe('the images of all are asked for once', () => {
  let asked = 0
  beforeEach(async () => {
    await stack.up(containers)
    await stack.down(containers)
    stack.forget()
    const { docker } = stack.context.adapters
    const parts = docker.parts.bind(docker)
    asked = 0
    Object.assign(docker, {
      parts: async (images: readonly string[]) => {
        asked += 1
        return await parts(images)
      },
    })
  })

  test('where all are here; no image is asked for again by itself', async () => {
    const { docker } = stack.context.adapters
    const alone: string[] = []
    Object.assign(docker, {
      hasImage: async (image: string) => await Promise.resolve(alone.push(image) > 0),
    })
    await stack.up(containers)
    expect(asked).toBe(1)
    expect(alone).toEqual([])
  })

  test('and once more where a file of a person names another one than the description', async () => {
    stack.world.named.set('side', 'own-side')
    stack.world.images.set('own-side', 'sha256:own')
    await stack.up(containers)
    expect(asked).toBeGreaterThan(1)
    expect(stack.did.filter((deed) => deed.startsWith('make'))).toEqual(['make side'])
  })

  test('and once more where one was pulled meanwhile: its container is made anew from that', async () => {
    stack.world.images.delete('image-side')
    await stack.up(containers)
    expect(asked).toBeGreaterThan(1)
    expect(stack.did.filter((deed) => deed.startsWith('make'))).toEqual(['make side'])
  })
})

describe('what is seen meanwhile', () => {
  /** What counts as starting, and the last snapshot, while app has not answered for the third time. */
  async function whileAppStarts() {
    let asked = 0
    let last: Snapshot | undefined
    let acting: readonly string[] = []
    let states: readonly (string | undefined)[] = []
    const leave = stack.truth.subscribe((snapshot) => void (last = snapshot))
    stack.world.answer = (port) => {
      if (port !== 81) return { kind: 'answer', says: 'HTTP 200', ms: 1 }
      asked += 1
      if (asked > 3) return { kind: 'answer', says: 'HTTP 200', ms: 1 }
      acting = [...stack.truth.seen.acting].map(([id, what]) => `${id} ${what}`)
      states = ['db', 'app'].map((id) => last?.services.find((one) => one.id === id)?.state)
      return { kind: 'refused', code: 'ECONNREFUSED', ms: 1 }
    }
    await stack.up(['app'])
    leave()
    return { acting, states }
  }

  test('a service that works is shown so while what needs it still starts', async () => {
    expect(await whileAppStarts()).toEqual({ acting: ['app starting'], states: ['works', 'starting'] })
    expect([...stack.truth.seen.acting]).toEqual([])
  })

  test('a start that fails as a whole leaves nothing that counts as starting', async () => {
    const during: string[] = []
    Object.assign(stack.context.adapters.record, {
      read: () => {
        during.push(...stack.truth.seen.acting.keys())
        return Promise.reject(new MaculaError({ kind: 'failed', what: 'The record cannot be read.' }))
      },
    })
    await expect(stack.up(['side'])).rejects.toThrow('The record cannot be read.')
    expect(during).toContain('side')
    expect([...stack.truth.seen.acting]).toEqual([])
  })

  test('one that was not tried says nothing of whether it works: what is known of its last start stays', async () => {
    dies('app')
    await stack.up(['app'])
    const before = stack.world.record.get('app')?.failed
    expect(before).toBeDefined()
    dies('db')
    stack.world.containers.clear()
    await stack.up(['app'])
    expect(stack.world.record.get('app')?.failed).toEqual(before)
  })
})

describe('interrupted', () => {
  /** Interrupts while a service starts; without one: before anything is started. */
  const interruptAt = (id?: string): void => {
    const { stack: compose } = stack.context.adapters
    const create = compose.create.bind(compose)
    if (id === undefined)
      compose.create = async (...all) => {
        await create(...all)
        stack.interrupt()
      }
    stack.world.started = (container) => {
      if (container.service === id) stack.interrupt()
      return container
    }
  }

  test('before anything was started: nothing is wanted that was not before, and rows say that it is stopped', async () => {
    await stack.up(containers)
    await stack.down(containers)
    interruptAt()
    for (const id of containers) stack.change(id, () => ({ config: 'other' }))
    await stack.up(containers)
    expect([...stack.world.wanted]).toEqual([])
    for (const id of containers) expect(await stack.row(id)).toMatchObject({ state: 'stopped' })
  })

  test('what was wanted before stays wanted', async () => {
    stack.world.wanted = new Set(['side', 'gone'])
    interruptAt()
    await stack.up(containers)
    expect([...stack.world.wanted].toSorted()).toEqual(['gone', 'side'])
  })

  test('what began to start stays wanted, what waited for it does not', async () => {
    interruptAt('db')
    await stack.up(['app'])
    expect(stack.did).toContain('start db')
    expect([...stack.world.wanted]).toEqual(['db'])
  })

  test('what ran already stays wanted', async () => {
    await stack.up(['side'])
    stack.world.wanted = new Set()
    interruptAt()
    await stack.up(['side', 'db'])
    expect([...stack.world.wanted]).toEqual(['side'])
  })

  test('what waits for its turn to start is not started any more', async () => {
    const many = Array.from({ length: 9 }, (_, at) => `s${at + 1}`)
    stack = fakeStack(many)
    interruptAt('s1')
    await stack.up(many)
    const started = stack.did
      .filter((one) => one.startsWith('start '))
      .map((one) => one.slice('start '.length))
    expect(started).toContain('s1')
    expect(started.length).toBeLessThan(many.length)
    expect([...stack.world.wanted].toSorted()).toEqual(started.toSorted())
  })

  test('a cluster is not begun with', async () => {
    stack.interrupt()
    const { skipped } = await stack.up([...containers, 'cluster/hub'])
    expect(skipped.map(({ service }) => service)).toContain('cluster/hub')
    expect([...stack.world.wanted]).toEqual([])
    expect(stack.said('cluster/hub')).toEqual([])
  })
})
