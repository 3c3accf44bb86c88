import { beforeEach, expect, test } from 'vitest'
import { newerImages } from '../../../main/engine/run/newer.ts'
import { forgetPassed, updateImage } from '../../../main/engine/run/update.ts'
import { rowOf } from '../../../main/engine/picked.ts'
import { updates as check } from '../../../main/engine/doctor/checks/updates.ts'
import type { CheckInput } from '../../../main/engine/doctor/check.ts'
import type { ImageUpdate } from '../../../main/model/image-pin.ts'
import type { UpdateWish } from '../../../main/model/image-update.ts'
import type { Catalog, ServiceSpec } from '../../../main/model/service.ts'
import { fakeStack } from './fake-stack.ts'

/** An update from its wish to what runs afterwards, over an outside of values. */

const images: Readonly<Record<string, string>> = {
  app: 'reg.test/team/app:1.2.0',
  db: 'reg.test/postgres:17.1',
}
const specs = (id: string): Partial<ServiceSpec> => ({
  runtime: { kind: 'container', image: images[id] ?? '' },
})
const digestOf = (tag: string): string => `sha256:${Buffer.from(tag).toString('hex').padEnd(64, '0')}`
const pinned = (tag: string): string => `reg.test/team/app:${tag}@${digestOf(tag)}`

let stack: ReturnType<typeof fakeStack>
let written: Record<string, ImageUpdate>
let tags: readonly string[] | undefined
let asked: string[]

function took(next: Catalog): void {
  stack.catalog.services = [...next.services]
  for (const { id, runtime } of next.services)
    if (runtime.kind === 'container') stack.world.named.set(id, runtime.image)
}

beforeEach(async () => {
  stack = fakeStack(['app', 'db'], specs)
  written = {}
  asked = []
  tags = ['1.2.0', '1.3.0', '1.3.1-rc1', '2.0.0', '17.1', '17.2', '18.0']
  for (const [id, image] of Object.entries(images)) {
    stack.world.named.set(id, image)
    stack.world.images.set(image, `sha256:${id}-old`)
  }
  Object.assign(stack.context.adapters, {
    registries: {
      tags(image: string) {
        asked.push(image)
        return Promise.resolve(
          tags ? { kind: 'known', tags } : { kind: 'unknown', why: 'the registry does not answer' },
        )
      },
      digest: (_: string, tag: string) =>
        Promise.resolve(
          tags?.includes(tag) === true
            ? { kind: 'known', digest: digestOf(tag) }
            : { kind: 'unknown', why: 'the registry does not have it' },
        ),
    },
    updates: {
      read: () => Promise.resolve(written),
      keep(id: string, update: ImageUpdate | undefined) {
        const { [id]: _, ...others } = written
        written = update ? { ...others, [id]: update } : others
        return Promise.resolve()
      },
    },
  })
  await stack.up(['app', 'db'])
  stack.forget()
})

async function go(wish: UpdateWish = { kind: 'to' }, id = 'app', signal = new AbortController().signal) {
  const { context, runs } = stack
  const updating = { context, runs, catalog: () => stack.catalog, took }
  return await updateImage(updating, rowOf(stack.catalog, id), wish, stack.tell, signal)
}
const runsFrom = (id = 'app') => {
  const { image, state } = stack.world.containers.get(id) ?? {}
  return `${image} ${state}`
}
/** Made from one image the container ends at once. */
const breaks = (image: string): void => {
  stack.world.started = (container) =>
    container.image === image ? { ...container, state: 'exited', exitCode: 3, address: '' } : container
}

test('the newest of its major version is pulled by its digest, made anew with its data, and written down whole', async () => {
  const result = await go()
  expect(result).toMatchObject({
    ok: true,
    outcome: 'updated',
    from: images['app'],
    to: pinned('1.3.0'),
    kept: [],
  })
  expect(stack.did).toEqual([`pull ${pinned('1.3.0')}`, 'make app', 'start app'])
  expect(runsFrom()).toBe(`${pinned('1.3.0')} running`)
  expect(written).toEqual({
    app: { image: pinned('1.3.0'), instead: images['app'], before: [images['app']] },
  })
  // The next start leaves it so.
  stack.forget()
  await stack.up(['app'])
  expect(stack.did).not.toContain('make app')
})

test('the way back leads through each update to what was there first', async () => {
  await go()
  tags = [...(tags ?? []), '1.4.0']
  await go()
  expect(written['app']?.before).toEqual([images['app'], pinned('1.3.0')])
  expect((await go({ kind: 'back' })).to).toBe(pinned('1.3.0'))
  expect(runsFrom()).toBe(`${pinned('1.3.0')} running`)
  expect((await go({ kind: 'back' })).to).toBe(images['app'])
  expect(runsFrom()).toBe(`${images['app']} running`)
  expect(written).toEqual({})
  await expect(go({ kind: 'back' })).rejects.toThrow('was not updated by Macula')
})

test('what does not work is put back by itself, and told with its reason', async () => {
  breaks(pinned('1.3.0'))
  const result = await go()
  expect(result).toMatchObject({ ok: false, outcome: 'put back' })
  expect(result.failed[0]?.trouble).toMatchObject({ what: 'APP 1.3.0 does not work.' })
  expect(result.failed[0]?.trouble.why).toContain('exit code 3')
  expect(result.failed[0]?.trouble.todo).toBe(`It is made from ${images['app']} again, with its data.`)
  expect(runsFrom()).toBe(`${images['app']} running`)
  expect(written).toEqual({})
})

test('an image that cannot be pulled changes nothing', async () => {
  stack.world.pullFails = true
  const result = await go()
  expect(result).toMatchObject({ ok: false, outcome: 'refused', to: images['app'] })
  expect(stack.did).toEqual([`pull ${pinned('1.3.0')}`])
  expect(written).toEqual({})
})

test('a later major version is taken by its name only, after its data was copied', async () => {
  const result = await go({ kind: 'to', to: '2.0.0' })
  expect(result).toMatchObject({ ok: true, outcome: 'updated', to: pinned('2.0.0') })
  expect(result.kept).toEqual([{ from: 'macula_app', to: expect.stringMatching(/^macula_app_before-/) }])
  expect(stack.did).toEqual([
    `pull ${pinned('2.0.0')}`,
    'stop app',
    'copy macula_app',
    'make app',
    'start app',
  ])
})

test('a stopped one stays so; its next start is from it', async () => {
  await stack.down(['app'])
  stack.forget()
  expect(await go()).toMatchObject({ ok: true, outcome: 'later' })
  expect(stack.did).toEqual([`pull ${pinned('1.3.0')}`])
  await stack.up(['app'])
  expect(runsFrom()).toBe(`${pinned('1.3.0')} running`)
})

test.each<readonly [string, UpdateWish, string, RegExp]>([
  [
    'data forbids it',
    { kind: 'to', to: '18.0' },
    'db',
    /DB is not updated to 18.0\. PostgreSQL 18 does not simply/,
  ],
  ['it is older', { kind: 'to', to: '1.1.0' }, 'app', /older than 1.2.0/],
  ['there is none', { kind: 'to', to: '1.9.9' }, 'app', /registry does not have it/],
])('refused where %s', async (_, wish, id, why) => {
  await expect(go(wish, id)).rejects.toThrow(why)
  expect(stack.did).toEqual([])
  expect(written).toEqual({})
})

test('refused where a file of the person names the image', async () => {
  stack.world.named.set('app', 'mine/app:1')
  await expect(go()).rejects.toThrow('a file of yours over it names its image, mine/app:1')
})

test('nothing newer changes nothing; a registry that does not answer is told', async () => {
  tags = ['1.2.0', '2.0.0']
  expect(await go()).toMatchObject({ ok: true, outcome: 'same', to: images['app'] })
  tags = undefined
  await expect(go()).rejects.toThrow('The registry does not answer.')
  expect(stack.did).toEqual([])
})

test('the list asks each repository once, and says what is held and what a file of the person names', async () => {
  stack.world.named.set('app', 'reg.test/team/app:1.0.0')
  const found = await newerImages(stack.context, 'all')
  expect(asked).toHaveLength(2)
  expect(found).toMatchObject([
    { service: 'app', tag: '1.0.0', within: '1.3.0', beyond: expect.any(String), own: true },
    { service: 'db', within: '17.2', beyond: '18.0', held: expect.stringContaining('PostgreSQL 18') },
  ])
})

test('an update that holds no more is a finding, and the next start forgets it with a word', async () => {
  await go()
  const input = (): CheckInput =>
    ({ adapters: stack.context.adapters, catalog: stack.catalog }) as unknown as CheckInput
  expect(await check.run(input())).toMatchObject([
    { result: 'ok', what: expect.stringContaining('by an update of yours') },
  ])
  // A newer Macula ships a newer one.
  took({
    ...stack.catalog,
    services: stack.services.map((one) =>
      one.id === 'app' ? { ...one, runtime: { kind: 'container', image: 'reg.test/team/app:1.5.0' } } : one,
    ),
  })
  expect(await check.run(input())).toMatchObject([
    { result: 'warning', what: 'The update of APP to reg.test/team/app:1.3.0 does not apply any more.' },
  ])
  stack.forget()
  await forgetPassed(stack.context, stack.tell)
  expect(written).toEqual({})
  expect(stack.notes()).toEqual([expect.stringContaining('reg.test/team/app:1.5.0')])
  expect(await check.run(input())).toEqual([])
})
