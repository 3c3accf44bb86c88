import { expect, test } from 'vitest'
import { createBucket, listBuckets } from '../../../main/engine/run/buckets.ts'
import type { ExecWish } from '../../../main/engine/adapters.ts'
import { fakeStack } from './fake-stack.ts'

/** What a description prepares in a service, and the buckets of one that has some. */

const run = ['sh', '/etc/store.sh']

function setUp() {
  const stack = fakeStack(['store', 'tempo', 'web'], (id) =>
    id === 'store'
      ? { prepare: [...run, 'prepare'], buckets: { list: [...run, 'list'], create: [...run, 'create'] } }
      : id === 'tempo'
        ? { needs: ['store'] }
        : {},
  )
  const said = { code: 0, out: '', err: '' }
  const asked: string[] = []
  Object.assign(stack.context.adapters.docker, {
    exec(container: string, { argv }: ExecWish) {
      stack.did.push(`exec ${container}`)
      asked.push(argv.join(' '))
      return Promise.resolve({ ...said })
    },
  })
  return { ...stack, said, asked }
}

test('it is done in the container that answers, before what needs it starts; what it made is told', async () => {
  const one = setUp()
  one.said.out = 'bucket tempo created\n\naccount macula-app created\n'
  expect((await one.up()).ok).toBe(true)
  expect(one.asked).toEqual(['sh /etc/store.sh prepare'])
  expect(one.notes()).toEqual(['STORE: bucket tempo created.', 'STORE: account macula-app created.'])
  const container = one.world.containers.get('store')?.id ?? ''
  expect(one.did.indexOf(`exec ${container}`)).toBeLessThan(one.did.indexOf('start tempo'))
  one.forget()
  one.said.out = ''
  await one.up()
  expect(one.notes()).toEqual([])
  expect(one.asked).toHaveLength(2)
})

test('a failure is none of the service: its row tells its last words, until a start prepares it', async () => {
  const one = setUp()
  Object.assign(one.said, { code: 1, err: 'first\nNo room.\u001B[2J\n' })
  expect((await one.up()).ok).toBe(true)
  expect(one.notes()).toEqual(['STORE was not prepared. It says: No room. It works without.'])
  const row = await one.row('store')
  expect([row.state, row.reason]).toEqual(['degraded', 'what belongs in it was not prepared'])
  expect(row.headline).toMatchObject({ fix: { command: 'maculactl up store' } })
  expect((await one.row('tempo')).state).toBe('works')
  one.said.code = 0
  await one.up()
  expect((await one.row('store')).state).toBe('works')
})

test('where there is no such program its row says what Docker says', async () => {
  const one = setUp()
  Object.assign(one.said, { code: 127, out: 'exec: "sh": executable file not found in $PATH\r\n' })
  await one.up()
  expect(one.notes()).toEqual([
    'STORE was not prepared. It says: exec: "sh": executable file not found in $PATH. It works without.',
  ])
})

test('a bucket is made by argv, versioned where it is asked for; one that is there is told', async () => {
  const one = setUp()
  await one.up()
  one.asked.length = 0
  one.said.out = 'made\n'
  expect(await createBucket(one.context, 'shop', { versioned: false }, undefined)).toEqual({
    service: 'store',
    made: true,
  })
  one.said.out = 'there\n'
  expect(await createBucket(one.context, 'shop', { versioned: true }, 'store')).toMatchObject({ made: false })
  one.said.out = 'shop\nbackups\n'
  expect((await listBuckets(one.context, undefined)).buckets).toEqual(['backups', 'shop'])
  expect(one.asked).toEqual([
    'sh /etc/store.sh create shop',
    'sh /etc/store.sh create shop versioned',
    'sh /etc/store.sh list',
  ])
})

test('a name that S3 does not take is refused before anything is asked', async () => {
  const one = setUp()
  await one.up()
  one.asked.length = 0
  await expect(createBucket(one.context, 'Shop;rm', { versioned: false }, undefined)).rejects.toMatchObject({
    trouble: { kind: 'usage' },
  })
  await expect(createBucket(one.context, '--help', { versioned: false }, undefined)).rejects.toThrow('begin')
  expect(one.asked).toEqual([])
})

test('what it says of its failure is told; a service that does not run is named', async () => {
  const one = setUp()
  await expect(createBucket(one.context, 'shop', { versioned: false }, undefined)).rejects.toThrow(
    'STORE does not run.',
  )
  await one.up()
  Object.assign(one.said, { code: 1, err: 'mc: Access Denied.\n' })
  await expect(createBucket(one.context, 'shop', { versioned: false }, undefined)).rejects.toMatchObject({
    trouble: {
      kind: 'failed',
      what: 'The bucket shop was not created.',
      why: 'STORE says: mc: Access Denied.',
    },
  })
  await expect(listBuckets(one.context, 'web')).rejects.toThrow('web has no buckets.')
})
