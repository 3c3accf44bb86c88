import { beforeEach, expect, test } from 'vitest'
import { newerImages } from '../../../main/engine/run/newer.ts'
import { forgetPassed } from '../../../main/engine/run/update.ts'
import { updates as check } from '../../../main/engine/doctor/checks/updates.ts'
import type { CheckInput } from '../../../main/engine/doctor/check.ts'
import type { UpdateWish } from '../../../main/model/image-update.ts'
import { images, pinned, updateWorld } from './update-world.ts'

/** An update from its wish to what runs afterwards, over an outside of values. */

let one: Awaited<ReturnType<typeof updateWorld>>

beforeEach(async () => {
  one = await updateWorld()
})

test('the newest of its major version is pulled by its digest, made anew with its data, and written down whole', async () => {
  const result = await one.go()
  expect(result).toMatchObject({
    ok: true,
    outcome: 'updated',
    from: images.app,
    to: pinned('1.3.0'),
    kept: [],
  })
  expect(one.stack.did).toEqual([`pull ${pinned('1.3.0')}`, 'make app', 'start app'])
  expect(one.runsFrom()).toBe(`${pinned('1.3.0')} running`)
  expect(one.world.written).toEqual({
    app: { image: pinned('1.3.0'), instead: images.app, before: [images.app] },
  })
  // The next start leaves it so.
  one.stack.forget()
  await one.stack.up(['app'])
  expect(one.stack.did).not.toContain('make app')
})

test('the way back leads through each update to what was there first', async () => {
  await one.go()
  one.world.tags = [...(one.world.tags ?? []), '1.4.0']
  await one.go()
  expect(one.world.written['app']?.before).toEqual([images.app, pinned('1.3.0')])
  expect((await one.go({ kind: 'back' })).to).toBe(pinned('1.3.0'))
  expect(one.runsFrom()).toBe(`${pinned('1.3.0')} running`)
  expect((await one.go({ kind: 'back' })).to).toBe(images.app)
  expect(one.runsFrom()).toBe(`${images.app} running`)
  expect(one.world.written).toEqual({})
  await expect(one.go({ kind: 'back' })).rejects.toThrow('was not updated by Macula')
})

test('what does not work is put back by itself, and told with its reason', async () => {
  one.breaks(pinned('1.3.0'))
  const result = await one.go()
  expect(result).toMatchObject({ ok: false, outcome: 'put back' })
  expect(result.failed[0]?.trouble).toMatchObject({ what: 'APP 1.3.0 does not work.' })
  expect(result.failed[0]?.trouble.why).toContain('exit code 3')
  expect(result.failed[0]?.trouble.todo).toBe(`It is made from ${images.app} again, with its data.`)
  expect(one.runsFrom()).toBe(`${images.app} running`)
  expect(one.world.written).toEqual({})
})

test('an image that cannot be pulled changes nothing', async () => {
  one.stack.world.pullFails = true
  const result = await one.go()
  expect(result).toMatchObject({ ok: false, outcome: 'refused', to: images.app })
  expect(one.stack.did).toEqual([`pull ${pinned('1.3.0')}`])
  expect(one.world.written).toEqual({})
})

test('a later major version is taken by its name only, after its data was copied', async () => {
  const result = await one.go({ kind: 'to', to: '2.0.0' })
  expect(result).toMatchObject({ ok: true, outcome: 'updated', to: pinned('2.0.0') })
  expect(result.kept).toEqual([{ from: 'macula_app', to: expect.stringMatching(/^macula_app_before-/) }])
  expect(one.stack.did).toEqual([
    `pull ${pinned('2.0.0')}`,
    'stop app',
    'copy macula_app',
    'make app',
    'start app',
  ])
})

test('a stopped one stays so; its next start is from it', async () => {
  await one.stack.down(['app'])
  one.stack.forget()
  expect(await one.go()).toMatchObject({ ok: true, outcome: 'later' })
  expect(one.stack.did).toEqual([`pull ${pinned('1.3.0')}`])
  await one.stack.up(['app'])
  expect(one.runsFrom()).toBe(`${pinned('1.3.0')} running`)
})

test.each<readonly [string, UpdateWish, string, RegExp]>([
  [
    'data forbids it',
    { kind: 'to', to: '18.0' },
    'db',
    /DB is not updated to 18.0\. PostgreSQL 18 cannot take over/,
  ],
  ['it is older', { kind: 'to', to: '1.1.0' }, 'app', /older than 1.2.0/],
  ['there is none', { kind: 'to', to: '1.9.9' }, 'app', /registry does not have it/],
])('refused where %s', async (_, wish, id, why) => {
  await expect(one.go(wish, id)).rejects.toThrow(why)
  expect(one.stack.did).toEqual([])
  expect(one.world.written).toEqual({})
})

test('refused where a file of the person names the image', async () => {
  one.stack.world.named.set('app', 'mine/app:1')
  await expect(one.go()).rejects.toThrow('a file of yours over it names its image, mine/app:1')
})

test('nothing newer changes nothing; a registry that does not answer is told', async () => {
  one.world.tags = ['1.2.0', '2.0.0']
  expect(await one.go()).toMatchObject({ ok: true, outcome: 'same', to: images.app })
  one.world.tags = undefined
  await expect(one.go()).rejects.toThrow('The registry does not answer.')
  expect(one.stack.did).toEqual([])
})

test('the list asks each repository once, and says what is held and what a file of the person names', async () => {
  one.stack.world.named.set('app', 'reg.test/team/app:1.0.0')
  const found = await newerImages(one.stack.context, 'all')
  expect(one.world.asked).toHaveLength(2)
  expect(found).toMatchObject([
    { service: 'app', tag: '1.0.0', within: '1.3.0', beyond: expect.any(String), own: true },
    { service: 'db', within: '17.2', beyond: '18.0', held: expect.stringContaining('PostgreSQL 18') },
  ])
})

test('an update that holds no more is a finding, and the next start forgets it with a word', async () => {
  await one.go()
  const input = (): CheckInput =>
    ({ adapters: one.stack.context.adapters, catalog: one.stack.catalog }) as unknown as CheckInput
  expect(await check.run(input())).toMatchObject([
    { result: 'ok', what: expect.stringContaining('by an update of yours') },
  ])
  // A newer Macula ships a newer one.
  one.took({
    ...one.stack.catalog,
    services: one.stack.services.map((each) =>
      each.id === 'app'
        ? { ...each, runtime: { kind: 'container', image: 'reg.test/team/app:1.5.0' } }
        : each,
    ),
  })
  expect(await check.run(input())).toMatchObject([
    { result: 'warning', what: 'The update of APP to reg.test/team/app:1.3.0 does not apply any more.' },
  ])
  one.stack.forget()
  await forgetPassed(one.stack.context, one.stack.tell)
  expect(one.world.written).toEqual({})
  expect(one.stack.notes()).toEqual([expect.stringContaining('reg.test/team/app:1.5.0')])
  expect(await check.run(input())).toEqual([])
})
