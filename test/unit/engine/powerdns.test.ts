import { beforeEach, describe, expect, test } from 'vitest'
import { MaculaError } from '../../../main/model/errors.ts'
import { fakeStack } from './fake-stack.ts'

/** PowerDNS as a part of names: its zones, and that our name server asks it while it runs, and only then. */

let stack: ReturnType<typeof fakeStack>
let asked: string[]
beforeEach(() => {
  stack = fakeStack(['powerdns', 'other'])
  asked = []
  const { zones, secrets } = stack.context.adapters
  Object.assign(secrets, { read: () => Promise.resolve(new Map([['POWERDNS_API_KEY', 'k']])) })
  Object.assign(zones, {
    ensure: (api: { address: string; port: number }, key: string, all: readonly string[]) => {
      asked.push(`${api.address}:${api.port} ${key} ${all.join(' ')}`)
      return Promise.resolve(all)
    },
  })
})

describe('when it answers', () => {
  test('our zones are made, told once, and our name server asks it', async () => {
    await stack.up()
    expect(asked).toEqual(['172.23.0.9:8081 k macula.local'])
    expect(stack.notes()).toEqual(['Made in PowerDNS: the zone macula.local.'])
    expect(stack.world.asks).toBe('172.23.0.9:53')
  })

  test('that its zones cannot be created is told, and no failure', async () => {
    Object.assign(stack.context.adapters.zones, {
      ensure: () => Promise.reject(new MaculaError({ kind: 'outside', what: 'No zone.', why: 'Locked.' })),
    })
    expect((await stack.up()).ok).toBe(true)
    expect(stack.notes()).toEqual(['No zone. Locked.'])
    expect(stack.world.asks).toBe('172.23.0.9:53')
  })

  test('without its key nothing is asked of its API', async () => {
    Object.assign(stack.context.adapters.secrets, { read: () => Promise.resolve(new Map()) })
    await stack.up()
    expect(asked).toEqual([])
    expect(stack.world.asks).toBe('172.23.0.9:53')
  })
})

test('what is started beside it leaves it asked, also by an engine that knows nothing yet', async () => {
  await stack.up(['powerdns'])
  stack.truth.seen.containers = new Map()
  await stack.up(['other'])
  expect(stack.world.asks).toBe('172.23.0.9:53')
})

test('without it nobody is asked', async () => {
  await stack.up(['other'])
  expect(stack.world.nameServer).toBe(true)
  expect(stack.world.asks).toBeUndefined()
})

test('stopped while others run, nobody is asked any more', async () => {
  await stack.up()
  await stack.down(['powerdns'])
  expect(stack.world.nameServer).toBe(true)
  expect(stack.world.asks).toBeUndefined()
})

test('on an engine whose containers are not reached it is asked at its published port', async () => {
  await stack.up()
  const container = stack.world.containers.get('powerdns')
  if (!container) throw new Error('no container')
  const published = { 53: '127.0.0.1:5356', 8081: '127.0.0.1:40001' }
  stack.world.containers.set('powerdns', { ...container, published })
  stack.world.native = false
  await stack.truth.observe.docker()
  await stack.truth.observe.containers()
  await stack.context.leadNames(stack.tell, () => 0)
  expect(stack.world.asks).toBe('127.0.0.1:5356')
  await stack.context.zones(stack.tell, () => 0)
  expect(asked.at(-1)).toBe('127.0.0.1:40001 k macula.local')
})
