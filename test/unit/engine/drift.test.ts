import { beforeEach, describe, expect, test } from 'vitest'
import type { ContainerSeen } from '../../../main/model/observation.ts'
import { fakeStack } from './fake-stack.ts'

/** A container is right when it is what would be made now; the engine over an outside that is a few values. */

let stack: ReturnType<typeof fakeStack>
beforeEach(async () => {
  stack = fakeStack(['web', 'other'])
  expect((await stack.up()).ok).toBe(true)
  stack.forget()
})

test('nothing changed: up makes nothing, and asks no question', async () => {
  expect((await stack.up()).ok).toBe(true)
  expect(stack.did.filter((one) => !one.startsWith('start'))).toEqual([])
  expect(stack.notes()).toEqual([])
  expect(await stack.row('web')).toMatchObject({ state: 'works' })
})

type Change = (stack: ReturnType<typeof fakeStack>) => void
const traits =
  (part: Readonly<Record<string, string>>, without = ''): Change =>
  ({ change }) =>
    change('web', (made) => ({
      made: {
        ...made,
        traits: Object.fromEntries(
          Object.entries({ ...made.traits, ...part }).filter(([name]) => name !== without),
        ),
      },
    }))

const differences: readonly (readonly [string, Change, string])[] = [
  [
    'its image was built again under its tag',
    ({ world }) => void world.images.set('image-web', 'sha256:web-2'),
    'image-web is a different image now',
  ],
  [
    'its configuration changed',
    ({ world }) => void world.configs.set('web', 'c2'),
    'its configuration has changed',
  ],
  [
    'it was taken off its network',
    ({ change }) => change('web', (made) => ({ address: '', made: { ...made, networks: {} } })),
    'it is not on the docker network macula',
  ],
  [
    'docker update --restart=no',
    traits({}, 'restart policy'),
    'its restart policy is no instead of unless-stopped',
  ],
  ['a proxy in its environment', traits({ 'variable HTTP_PROXY': 'x' }), 'its variable HTTP_PROXY was added'],
  ['it was renamed', traits({ name: 'mine' }), 'it is called mine instead of macula-web-1'],
  [
    'its mounted folder is gone',
    ({ world }) => void world.sources.set('/data/stack/web', undefined),
    '/data/stack/web, which is mounted into it, is gone',
  ],
  [
    'its mounted folder was written again',
    ({ world }) => void world.sources.set('/data/stack/web', world.now + 60_000),
    '/data/stack/web, which is mounted into it, was rewritten after it started',
  ],
]

describe('what differs is told in its row and made anew, that one alone', () => {
  test.each(differences)('%s: its row', async (_, change, says) => {
    change(stack)
    expect(await stack.row('web')).toMatchObject({
      reason: says,
      headline: { fix: { action: { kind: 'start', services: ['web'] } } },
    })
    expect((await stack.row('web')).state).not.toBe('works')
    expect((await stack.row('other')).state).toBe('works')
  })

  test.each(differences)('%s: up', async (_, change, says) => {
    change(stack)
    expect((await stack.up()).ok).toBe(true)
    expect(stack.did.filter((one) => one.startsWith('make'))).toEqual(['make web'])
    expect(stack.notes()).toEqual([`WEB is recreated: ${says}.`])
    stack.world.sources.clear()
    expect((await stack.row('web')).state).toBe('works')
  })

  // A stopped container takes the folder that is there when it starts.
  const lasting = differences.filter(([what]) => !what.endsWith('written again'))

  test.each(lasting)('%s: restart', async (_, change) => {
    change(stack)
    expect((await stack.restart(['web'])).ok).toBe(true)
    expect(stack.did).toContain('make web')
  })

  test.each(lasting)('%s: down and up', async (_, change) => {
    await stack.down()
    change(stack)
    expect((await stack.up()).ok).toBe(true)
    expect(stack.did).toContain('make web')
    expect(stack.did).not.toContain('make other')
  })
})

describe('what somebody may have wanted is told and left, until it is asked for', () => {
  test.each<readonly [string, Change, string]>([
    [
      'a network that somebody connected',
      traits({ 'network foo': '' }),
      'it is also on the docker network foo',
    ],
    [
      'a raised limit',
      traits({ 'memory limit': '1073741824' }),
      'its memory limit is 1 GiB instead of 512 MiB',
    ],
  ])('%s', async (_, change, says) => {
    change(stack)
    expect(await stack.row('web')).toMatchObject({
      state: 'degraded',
      reason: says,
      headline: { fix: { action: { kind: 'start', services: ['web'], anew: true } } },
    })
    expect((await stack.up()).ok).toBe(true)
    expect(stack.did).not.toContain('make web')
    expect(stack.notes()).toEqual([
      `WEB is left as it is, though ${says}: somebody may have wanted it. Undo it with maculactl up web --anew.`,
    ])
    expect((await stack.up(['web'], 'anew')).ok).toBe(true)
    expect(stack.did).toContain('make web')
    expect((await stack.row('web')).state).toBe('works')
  })
})

test('the network removed between down and up, as a prune does: all are made anew', async () => {
  await stack.down()
  stack.world.network = undefined
  stack.forget()
  expect((await stack.up()).ok).toBe(true)
  expect(stack.did.sort()).toEqual(['make other', 'make web', 'start other', 'start web'])
})

test('a prune of images between down and up: pulled, and made from what was pulled', async () => {
  await stack.down()
  stack.world.images.clear()
  stack.world.containers.clear()
  stack.world.network = undefined
  expect((await stack.up()).ok).toBe(true)
  expect(stack.world.containers.get('web')?.imageId).toMatch(/^sha256:pulled/)
  expect((await stack.row('web')).state).toBe('works')
})

describe('data', () => {
  const why = async (): Promise<string | undefined> => (await stack.row('web')).headline?.why

  test('a container that was removed: its volume is named when it is there', async () => {
    stack.world.containers.delete('web')
    expect(await why()).toContain('Its data is kept in its volume macula_web.')
    await stack.up()
    expect(stack.notes()).toEqual([])
  })

  test('its volume was removed too: that is said, and once more when it starts empty', async () => {
    stack.world.containers.delete('web')
    stack.world.volumes.delete('macula_web')
    expect(await why()).toContain(
      'Its volume macula_web is not there: what was in it is lost, and it starts empty.',
    )
    await stack.up()
    expect(stack.notes()).toEqual([
      'WEB starts empty: its volume macula_web was removed, not by Macula, and what was in it is lost.',
    ])
    stack.forget()
    await stack.up()
    expect(stack.notes()).toEqual([])
  })

  test('a first start says nothing of loss', async () => {
    const first = fakeStack(['web'])
    await first.up()
    expect(first.notes()).toEqual([])
  })
})

test('a record that was lost is taken from what is right, and nothing is made anew', async () => {
  stack.world.record.clear()
  await stack.up()
  expect(stack.did).not.toContain('make web')
  traits({}, 'restart policy')(stack)
  await stack.up()
  expect(stack.did).toContain('make web')
})

describe('nobody waits for what cannot be reached', () => {
  test.each<readonly [string, string, (one: ContainerSeen) => ContainerSeen]>([
    [
      'taken off the network while it starts',
      'WEB is not on the docker network macula, so nobody reaches it.',
      (one) => ({ ...one, address: '', ...(one.made ? { made: { ...one.made, networks: {} } } : {}) }),
    ],
    [
      'paused while it starts',
      'WEB was paused while it started, not by Macula.',
      (one) => ({ ...one, state: 'paused' }),
    ],
  ])('%s', async (_, what, part) => {
    stack.world.containers.clear()
    stack.world.answer = () => ({ kind: 'refused', code: 'ECONNREFUSED', ms: 1 })
    stack.world.started = part
    const began = stack.world.now
    const { failed } = await stack.up(['web'])
    expect(failed).toMatchObject([{ service: 'web', trouble: { what } }])
    expect(stack.world.now - began).toBeLessThan(10_000)
  })
})

describe('a fix that did not help is not offered a second time', () => {
  const fix = async (): Promise<string | undefined> => (await stack.row('web')).headline?.fix?.command

  test('a service that ends at each start', async () => {
    const dies = (): void => {
      stack.world.started = (container) => ({ ...container, state: 'exited', exitCode: 3 })
      stack.world.answer = () => ({ kind: 'refused', code: 'ECONNREFUSED', ms: 1 })
    }
    stack.world.containers.clear()
    dies()
    expect((await stack.up(['web'])).ok).toBe(false)
    expect(await fix()).toBe('maculactl logs web')
    await stack.up(['web'])
    expect(await fix()).toBe('maculactl up web --anew')
    stack.forget()
    await stack.up(['web'], 'anew')
    expect(stack.did).toContain('make web')
    expect(await fix()).toBe('maculactl logs web')
    // It works again: what was before is forgotten.
    stack.world.started = (container) => container
    stack.world.answer = () => ({ kind: 'answer', says: 'HTTP 200', ms: 1 })
    expect((await stack.up(['web'])).ok).toBe(true)
    expect(stack.world.record.get('web')?.failed).toBeUndefined()
  })

  test('one whose container is never made: its own words stay in the row, and nothing that failed is offered', async () => {
    stack.world.containers.delete('web')
    for (const _ of [1, 2]) {
      stack.world.makeFails.set('web', 'invalid capability NOPE')
      expect((await stack.up(['web'])).ok).toBe(false)
      const { headline } = await stack.row('web')
      expect(headline).toMatchObject({ why: 'invalid capability NOPE.' })
      expect(headline?.fix).toBeUndefined()
    }
    stack.world.makeFails.clear()
    expect((await stack.up(['web'])).ok).toBe(true)
    stack.world.containers.delete('web')
    expect((await stack.row('web')).headline?.why).toContain('It was removed, not by Macula')
  })

  test('one that answers while its own health check fails', async () => {
    const ill = (): void => stack.change('web', () => ({ health: 'unhealthy' }))
    ill()
    expect(await fix()).toBe('maculactl restart web')
    await stack.restart(['web'])
    ill()
    expect(await fix()).toBe('maculactl up web --anew')
    await stack.up(['web'], 'anew')
    ill()
    expect(await fix()).toBe('maculactl logs web')
  })
})
