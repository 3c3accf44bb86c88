import { beforeEach, describe, expect, test } from 'vitest'
import { MaculaError } from '../../../main/model/errors.ts'
import { fakeStack } from './fake-stack.ts'

/** What up lets compose make, one by one where all at once fails, and what it writes down. */

let stack: ReturnType<typeof fakeStack>
beforeEach(async () => {
  stack = fakeStack(['one', 'two', 'three'])
  await stack.up()
  stack.forget()
})

const made = (): readonly string[] => stack.did.filter((deed) => /^(make|stop|copy) /.test(deed))
const fails = (what: string) => () => Promise.reject(new MaculaError({ kind: 'failed', what }))

describe('one bad service stops itself alone', () => {
  test('compose fails for all: each is made by itself, and only the bad one is left out', async () => {
    stack.world.containers.clear()
    stack.world.makeFails.set('two', 'Its folder belongs to another user.')
    const { failed, done } = await stack.up()
    expect(failed).toEqual([
      { service: 'two', trouble: { kind: 'failed', what: 'Its folder belongs to another user.' } },
    ])
    expect(done).toEqual(['one', 'three'])
    expect(made()).toEqual(['make one', 'make three'])
    expect(stack.said()).toEqual(['Preparing', 'Creating 3 containers', 'Starting'])
    expect(stack.said('one')).toEqual(['Creating', 'starting', 'answers'])
  })

  test.each([
    ['it is the only one that is made', false, ['one']],
    ['it was interrupted', true, ['one', 'two', 'three']],
  ])('it is not tried once more when %s', async (_, isStopped, ids) => {
    stack.world.containers.clear()
    let tries = 0
    Object.assign(stack.context.adapters.stack, {
      create: () => {
        tries += 1
        if (isStopped) stack.interrupt()
        return Promise.reject(new MaculaError({ kind: 'failed', what: 'Compose failed.' }))
      },
    })
    const { failed } = await stack.up(ids)
    expect([tries, failed.map(({ service }) => service)]).toEqual([1, ids])
  })

  test('one that cannot be created goes on as it was, and is not started', async () => {
    await stack.down(['two'])
    stack.world.configs.set('two', 'c2')
    stack.world.makeFails.set('two', 'No.')
    stack.forget()
    expect((await stack.up()).failed.map(({ service }) => service)).toEqual(['two'])
    expect(stack.did).not.toContain('start two')
  })
})

describe('a paused program cannot stop when compose replaces it', () => {
  beforeEach(() => stack.change('two', () => ({ state: 'paused' })))

  test('one that is made anew is stopped first, the others are not', async () => {
    stack.world.configs.set('two', 'c2')
    await stack.up()
    expect(made()).toEqual(['stop two', 'make two'])
  })

  test('one that does not stop is made anew all the same', async () => {
    stack.world.configs.set('two', 'c2')
    stack.world.stuck.add('two')
    expect((await stack.up()).ok).toBe(true)
    expect(made()).toEqual(['stop two', 'make two'])
  })

  test('what runs and is made anew is left to compose', async () => {
    stack.world.configs.set('one', 'c2')
    await stack.up(['one'])
    expect(made()).toEqual(['make one'])
    expect(stack.said()).toContain('Creating 1 container')
  })
})

describe('made anew', () => {
  test('because it was asked for: nothing is told of what does not differ', async () => {
    await stack.up(['one'], 'anew')
    expect([made(), stack.notes()]).toEqual([['make one'], []])
  })

  test.each([
    ['the same', 'c1', []],
    ['another one', 'c2', ['make one']],
  ])('when no more can be compared than its configuration, which is %s', async (_, config, deeds) => {
    Object.assign(stack.context.adapters.stack, { sources: fails('Not readable.') })
    stack.world.configs.set('one', config)
    await stack.up(['one'])
    expect(made()).toEqual(deeds)
    expect(stack.notes()).toEqual(
      deeds.length > 0 ? ['ONE is recreated: its configuration has changed.'] : [],
    )
  })
})

describe('what a container is, is written down for later comparisons', () => {
  const record = (id: string) => stack.world.record.get(id)

  test('as it was made', () => {
    expect(record('one')).toEqual({
      made: {
        config: 'c1',
        imageId: 'sha256:one-1',
        traits: stack.world.containers.get('one')?.made?.traits,
      },
      volumes: ['macula_one'],
    })
  })

  test('once: what is known is not written again', async () => {
    let kept = 0
    const { record: book } = stack.context.adapters
    const keep = book.keep.bind(book)
    Object.assign(stack.context.adapters.record, {
      keep: async (changes: Parameters<typeof keep>[0]) => {
        kept += changes.size
        await keep(changes)
      },
    })
    await stack.up()
    expect(kept).toBe(0)
    await stack.up(['one'], 'anew')
    expect(kept).toBe(1)
  })

  test.each([
    ['of another configuration', 'c2', 'sha256:one-1'],
    ['from another image', 'c1', 'sha256:one-2'],
  ])('again, when it was made %s', async (_, config, image) => {
    stack.world.configs.set('one', config)
    stack.world.images.set('image-one', image)
    await stack.up(['one'])
    expect(record('one')?.made).toMatchObject({ config, imageId: image })
  })

  test('not, when it could not be created', async () => {
    stack.world.configs.set('one', 'c2')
    stack.world.makeFails.set('one', 'No.')
    await stack.up(['one'])
    expect(record('one')?.made).toMatchObject({ config: 'c1' })
  })

  test('what its last starts were like stays beside it', async () => {
    const failed = { says: 'It failed.', times: 1, anew: false } as never
    stack.world.record.set('one', { volumes: [], failed })
    Object.assign(stack.context.adapters.docker, { inspect: fails('Damaged.') })
    await stack.up(['one'])
    expect(record('one')).toMatchObject({ volumes: ['macula_one'], made: { config: 'c1' } })
    expect(record('one')?.failed).toBeDefined()
  })

  test('that it cannot be is no failure', async () => {
    Object.assign(stack.context.adapters.record, { keep: fails('The disk is full.') })
    expect((await stack.up(['one'], 'anew')).ok).toBe(true)
  })
})
