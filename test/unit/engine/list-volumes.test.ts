import { beforeEach, expect, test } from 'vitest'
import { listVolumes } from '../../../main/engine/run/list-volumes.ts'
import { rowOf } from '../../../main/engine/picked.ts'
import { fakeStack } from './fake-stack.ts'

let stack: ReturnType<typeof fakeStack>
let read: string[]
const kept = { from: 'macula_side', to: 'macula_side_before-20261101-0900' }

beforeEach(async () => {
  stack = fakeStack(['db', 'side'], () => ({}))
  await stack.up(['db', 'side'])
  stack.forget()
  read = []
  stack.world.volumes.add(kept.to)
  Object.assign(stack.context.adapters.docker.volumes, {
    copies: () => Promise.resolve([kept]),
    list({ name, image }: { name: string; image: string }) {
      read.push(`${name} by ${image}`)
      return Promise.resolve({ volume: name, folders: [], seen: 0, bytes: 0 })
    },
  })
})

const list = async (volume?: string, id = 'side') =>
  (await listVolumes(stack.context, rowOf(stack.context.catalog(), id), volume)).map((one) => one.volume)

test.each([
  [undefined, ['macula_side']],
  ['macula_side', ['macula_side']],
  [kept.to, [kept.to]],
])('of a service its own volumes are read, and on wish what a reset kept: %s', async (volume, names) => {
  expect(await list(volume)).toEqual(names)
  expect(read).toHaveLength(1)
})

test.each(['macula_db', '../etc', '--help', ''])(
  'a volume that is not its own is not read: %j',
  async (volume) => {
    await expect(list(volume)).rejects.toMatchObject({
      trouble: { kind: 'usage', what: `SIDE has no volume ${volume}.` },
    })
    expect(read).toEqual([])
  },
)

test('what has no data yet says so, and what a reset kept of it is named with the way back', async () => {
  stack.world.volumes.delete('macula_side')
  await expect(list()).rejects.toMatchObject({
    trouble: {
      what: 'SIDE has no data: its volume is not there yet.',
      why: `A reset moved it aside on 2026-11-01 09:00, to ${kept.to}; the next start begins empty.`,
      todo: 'Put it back: maculactl reset side --back',
    },
  })
  Object.assign(stack.context.adapters.docker.volumes, { copies: () => Promise.resolve([]) })
  const trouble = { kind: 'failed', what: 'SIDE has no data: its volume is not there yet.' }
  expect(await list().catch(({ trouble: told }: { trouble: unknown }) => told)).toEqual(trouble)
})

test('without a container its image serves, and without an image it is said why', async () => {
  stack.world.containers.delete('side')
  stack.world.images.delete('image-side')
  await expect(list()).rejects.toMatchObject({ trouble: { todo: 'Get it: maculactl pull side' } })
  stack.world.images.set('image-side', 'sha256:x')
  expect(await list()).toEqual(['macula_side'])
  expect(read).toEqual(['macula_side by image-side'])
})
