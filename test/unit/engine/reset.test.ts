import { beforeEach, describe, expect, test } from 'vitest'
import { createTruth } from '../../../main/engine/look/truth.ts'
import { createRunContext } from '../../../main/engine/run/context.ts'
import { reset } from '../../../main/engine/run/reset.ts'
import { MaculaError } from '../../../main/model/errors.ts'
import { isTyped } from '../../../main/model/service-name.ts'
import type { ServiceSpec } from '../../../main/model/service.ts'
import { clusterRuntime } from '../cluster/spec.ts'
import { fakeStack } from './fake-stack.ts'

/** Data is moved aside, never lost: who may not be reset, what is told, and what is left after each failure. */

const specs = (id: string): Partial<ServiceSpec> => ({
  needs: id === 'app' ? ['db'] : [],
  ...(id === 'cluster/hub' ? { runtime: clusterRuntime(), endpoints: [] } : {}),
})
const containers = ['app', 'db', 'side']

let stack: ReturnType<typeof fakeStack>
beforeEach(async () => {
  stack = fakeStack([...containers, 'cluster/hub'], specs)
  await stack.up(containers)
  stack.forget()
  stack.world.renders.length = 0
  stack.world.now = new Date(2026, 10, 4, 7, 5).getTime()
})

/** Replaces verbs of Docker, or of its volumes. */
const docker = (part: object): void => void Object.assign(stack.context.adapters.docker, part)
const volumes = (part: object): void => void Object.assign(stack.context.adapters.docker.volumes, part)
const fails = (what: string) => () => Promise.reject(new MaculaError({ kind: 'failed', what }))
const kept = 'macula_side_before-20261104-0705'

test.each([
  ['its id', 'side', true],
  ['its title', 'Side Board', true],
  ['in other letters, with room', '  sIDE ', true],
  ['its title in other letters', 'side board', true],
  ['a part of it', 'sid', false],
  ['nothing', '', false],
  ['another', 'db', false],
])('what is typed names a service: %s', (_, typed, is) => {
  expect(isTyped({ id: 'side', title: 'Side Board' }, typed)).toBe(is)
})

describe('what is told and done', () => {
  test('each step, the copy by its bytes, and what it is kept as', async () => {
    const { ms, ...result } = await stack.reset('side')
    expect(result).toEqual({
      ok: true,
      done: ['side'],
      failed: [],
      skipped: [],
      moved: [{ from: 'macula_side', to: kept }],
    })
    expect(stack.said('side')).toEqual(['stopping', 'stopped', '0 kB copied', 'removed'])
    expect(stack.told.map((event) => ('says' in event ? event.says : event.kind))).toEqual([
      'stopping',
      'stopped',
      'Copying macula_side',
      '0 kB copied',
      `macula_side is kept as ${kept}: 3 files and folders, 0 kB, compared.`,
      'Removing what was copied',
      'removed',
    ])
    for (const event of stack.told) expect(event.ms).toBeLessThanOrEqual(ms)
    expect(Math.min(...stack.told.map((event) => event.ms))).toBeGreaterThan(0)
    expect(ms).toBeLessThan(60_000)
    expect(stack.world.swept).toBe(1)
  })

  test('it is not wanted any more, and the loss of its old volume is no news at the next start', async () => {
    await stack.reset('side')
    expect([...stack.world.wanted].toSorted()).toEqual(['app', 'db'])
    stack.forget()
    await stack.up(['side'])
    expect(stack.notes()).toEqual([])
  })

  test('a name that is taken gets a number', async () => {
    stack.world.volumes.add(kept)
    stack.world.volumes.add(`${kept}-2`)
    expect((await stack.reset('side')).moved).toEqual([{ from: 'macula_side', to: `${kept}-3` }])
  })

  test.each([
    [true, false],
    [false, true],
  ])(
    'one that was taken down is made again for its volumes, not started (native: %s)',
    async (native, publish) => {
      await stack.down(['side'], { remove: true })
      stack.forget()
      stack.world.native = native
      expect((await stack.reset('side')).ok).toBe(true)
      expect(stack.did).toEqual([
        'make side',
        'stop side',
        'copy macula_side',
        'remove side',
        'remove macula_side',
      ])
      expect(stack.said('side')[0]).toBe('Creating')
      // The whole stack is what is rendered, told of what runs in clusters too.
      expect(stack.world.renders[0]).toEqual({ ids: [...containers, 'cluster/hub'], publish })
    },
  )

  test('by an engine that was just started: what was wanted is looked up first', async () => {
    const { adapters, settings, catalog } = stack.context
    const truth = createTruth(adapters, settings, catalog, () => undefined)
    const [side] = stack.services.filter(({ id }) => id === 'side')
    if (!side) throw new Error('no side')
    const context = createRunContext(adapters, settings, catalog, truth)
    expect((await reset(context, side, stack.tell, new AbortController().signal)).ok).toBe(true)
    expect([...stack.world.wanted].toSorted()).toEqual(['app', 'db'])
  })

  test('a single file is told as one', async () => {
    volumes({ keep: () => Promise.resolve({ from: 'macula_side', to: kept, entries: 1, bytes: 0 }) })
    await stack.reset('side')
    expect(stack.notes()).toContain(`macula_side is kept as ${kept}: 1 file or folder, 0 kB, compared.`)
  })

  test('that it cannot be noted is no failure', async () => {
    Object.assign(stack.context.adapters.record, { keep: fails('The disk is full.') })
    expect((await stack.reset('side')).ok).toBe(true)
  })
})

describe('who is not reset', () => {
  test.each<readonly [string, () => void | Promise<unknown>, object]>([
    [
      'one that keeps no data',
      () => volumes({ of: () => Promise.resolve([]) }),
      { kind: 'failed', what: 'SIDE keeps no data in a volume; there is nothing to reset.' },
    ],
    [
      'one whose volume one other container has',
      () => void (stack.world.sharing = ['theirs']),
      {
        what: 'SIDE is not reset: its volume macula_side is used by theirs too.',
        why: 'Their data would be moved with it.',
        todo: 'Remove that container first, if nothing needs it.',
      },
    ],
    [
      'one whose volume several have',
      () => void (stack.world.sharing = ['theirs', 'mine']),
      {
        what: 'SIDE is not reset: its volume macula_side is used by theirs and mine too.',
        todo: 'Remove those containers first, if nothing needs them.',
      },
    ],
    [
      'one of which compose makes no container',
      async () => {
        await stack.down(['side'], { remove: true })
        stack.world.unmade.add('side')
        stack.forget()
      },
      { kind: 'failed', what: 'SIDE has no container.', why: 'Compose did not create it.' },
    ],
    [
      'one while Docker is down',
      () => docker({ see: () => Promise.resolve({ kind: 'down', code: 'absent', says: 'No socket.' }) }),
      { kind: 'outside', what: 'Docker does not answer, so no data can be moved.' },
    ],
    [
      'one that could not be started again',
      () =>
        void (stack.world.rendered = {
          keptAside: [],
          refused: [
            { service: 'side', trouble: { kind: 'invalid', what: 'It is damaged.', why: 'Line 3.' } },
          ],
        }),
      {
        kind: 'invalid',
        what: 'SIDE was not reset, because it could not be started again.',
        why: 'It is damaged. Line 3.',
      },
    ],
  ])('%s', async (_, happens, trouble) => {
    await happens()
    await expect(stack.reset('side')).rejects.toMatchObject({ trouble })
    expect(stack.did).toEqual([])
    expect(stack.world.volumes.has('macula_side')).toBe(true)
  })

  test.each<readonly [string, readonly string[], object]>([
    ['keeps no data', [], { what: 'SIDE keeps no data in a volume; there is nothing to reset.' }],
    [
      'never had any',
      ['macula_side', 'macula_more'],
      {
        what: 'SIDE has no data yet; there is nothing to reset.',
        why: 'Its volumes macula_side and macula_more are not there.',
      },
    ],
  ])('one that was taken down and %s, for which nothing is made', async (_, names, trouble) => {
    await stack.down(['side'], { remove: true })
    stack.world.volumes.delete('macula_side')
    stack.forget()
    const { stack: own } = stack.context.adapters
    const expected = await own.expect([], { publish: false })
    Object.assign(own, {
      expect: () =>
        Promise.resolve(expected.map((one) => (one.id === 'side' ? { ...one, volumes: names } : one))),
    })
    await expect(stack.reset('side')).rejects.toMatchObject({ trouble: { kind: 'failed', ...trouble } })
    expect(stack.did).toEqual([])
    expect(stack.world.containers.has('side')).toBe(false)
  })

  test('one that another needs which runs', async () => {
    await expect(stack.reset('db')).rejects.toMatchObject({
      trouble: {
        kind: 'usage',
        what: 'DB is not reset: APP needs it and runs.',
        why: 'They would fail and might write to an empty store.',
        todo: 'Stop them first: maculactl down db --also',
      },
    })
    expect(stack.did).toEqual([])
  })

  test('one that another needs which was stopped is', async () => {
    await stack.down(['app'])
    expect((await stack.reset('db')).ok).toBe(true)
  })
})

describe('what is left when it goes wrong', () => {
  test('it does not stop: nothing is copied', async () => {
    stack.world.stuck.add('side')
    expect(await stack.reset('side')).toMatchObject({
      ok: false,
      failed: [{ service: 'side' }],
      moved: [],
    })
    expect(stack.did).toEqual(['stop side'])
  })

  test('interrupted while it stops: nothing is copied', async () => {
    const own = stack.context.adapters.docker
    const stop = own.stop.bind(own)
    docker({
      async stop(id: string) {
        await stop(id)
        stack.interrupt()
      },
    })
    expect(await stack.reset('side')).toMatchObject({ ok: false, failed: [], moved: [] })
    expect(stack.did).toEqual(['stop side'])
  })

  test('interrupted at the end of the last copy: it ends there, and nothing is removed', async () => {
    const own = stack.context.adapters.docker.volumes
    const keep = own.keep.bind(own)
    volumes({
      keep: async (...[wish, onBytes, signal]: Parameters<typeof keep>) => {
        const copy = await keep(wish, onBytes, signal)
        stack.interrupt()
        return copy
      },
    })
    await expect(stack.reset('side')).rejects.toMatchObject({
      trouble: {
        kind: 'refused',
        what: 'The data of SIDE was not moved: interrupted.',
        todo: 'Nothing was removed: maculactl up side starts it with its data.',
      },
    })
    expect(stack.did).toEqual(['stop side', 'copy macula_side', 'discard'])
    expect(stack.world.volumes.has('macula_side')).toBe(true)
  })

  test('the second copy fails: the first is thrown away, and both volumes are as they were', async () => {
    volumes({ of: () => Promise.resolve(['macula_side', 'macula_more']) })
    stack.world.volumes.add('macula_more')
    stack.world.copyFails = 'macula_more'
    await expect(stack.reset('side')).rejects.toMatchObject({
      trouble: {
        kind: 'failed',
        what: 'The copy is not whole.',
        todo: 'Nothing was removed: maculactl up side starts it with its data.',
      },
    })
    expect(stack.did).toEqual(['stop side', 'copy macula_side', 'copy macula_more', 'discard'])
    expect(stack.world.volumes).toEqual(new Set(['macula_app', 'macula_db', 'macula_side', 'macula_more']))
  })

  test('what the copy itself advises is kept beside it', async () => {
    volumes({
      keep: () => Promise.reject(new MaculaError({ kind: 'failed', what: 'No room.', todo: 'Make room.' })),
    })
    await expect(stack.reset('side')).rejects.toMatchObject({
      trouble: {
        todo: 'Make room. Nothing was removed: maculactl up side starts it with its data.',
      },
    })
  })

  test.each<readonly [string, () => void]>([
    ['the container cannot be removed', () => docker({ remove: fails('It is in use.') })],
    ['the volume cannot be removed', () => volumes({ remove: fails('It is in use.') })],
  ])('%s: it is said where the copy is', async (_, happens) => {
    happens()
    await expect(stack.reset('side')).rejects.toMatchObject({
      trouble: { what: 'It is in use.', todo: `Nothing is lost: macula_side is copied to ${kept}.` },
    })
    expect(stack.world.volumes.has('macula_side')).toBe(true)
    expect(stack.world.volumes.has(kept)).toBe(true)
  })
})
