import { afterEach, expect, test } from 'vitest'
import { createTruth, type Truth } from '../../../main/engine/look/truth.ts'
import type { AnswerSeen } from '../../../main/model/observation.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { deferred } from '../../deferred.ts'
import { endpoint } from '../stack/fixture.ts'
import { fakeStack } from './fake-stack.ts'

/** In what order a look reads the outside: what takes the processor is read while others are waited for. */

let truth: Truth | undefined
afterEach(() => truth?.close())

async function opened() {
  const stack = fakeStack(['powerdns', 'other'])
  await stack.up()
  const { adapters } = stack.context
  truth = createTruth(
    adapters,
    { ...defaultSettings, project: 'macula' },
    () => stack.catalog,
    () => undefined,
  )
  return { truth, adapters }
}

test('what containers would be is read while answers are waited for, once all were asked', async () => {
  const { truth: looking, adapters } = await opened()
  const answer = deferred<AnswerSeen>()
  const compared = deferred<number>()
  let asked = 0
  Object.assign(adapters.host, {
    ask: async () => {
      asked += 1
      return await answer.promise
    },
  })
  const read = adapters.stack.expect.bind(adapters.stack)
  Object.assign(adapters.stack, {
    expect: async (...given: Parameters<typeof read>) => {
      compared.resolve(asked)
      return await read(...given)
    },
  })
  const look = looking.look()
  // With what is waited for answered first this would never be.
  expect(await compared.promise).toBe(2)
  answer.resolve({ kind: 'answer', says: 'HTTP 200', ms: 1 })
  const snapshot = await look
  expect(snapshot.services.map(({ state }) => state)).toEqual(['works', 'works'])
  expect(looking.seen.expected.size).toBe(2)
})

test('PowerDNS is asked for names though containers are known later than the name server', async () => {
  const { truth: looking, adapters } = await opened()
  const known = deferred<undefined>()
  const served = deferred<undefined>()
  const containers = adapters.docker.containers.bind(adapters.docker)
  const seen = adapters.nameServer.seen.bind(adapters.nameServer)
  let asked = 0
  Object.assign(adapters.docker, {
    containers: async () => {
      await known.promise
      return await containers()
    },
  })
  Object.assign(adapters.nameServer, {
    seen: async () => {
      const found = await seen()
      served.resolve(undefined)
      return found
    },
  })
  Object.assign(adapters.zones, { answers: async () => ((asked += 1), new Map()) })
  const look = looking.look()
  await served.promise
  for (let round = 0; round < 20; round += 1) await new Promise((resolve) => setImmediate(resolve))
  expect(asked).toBe(0)
  known.resolve(undefined)
  await look
  expect(asked).toBe(1)
})

test('after a run services are asked while PowerDNS is asked for names', async () => {
  const { truth: looking, adapters } = await opened()
  await looking.look()
  const answers = deferred<Map<string, never>>()
  Object.assign(adapters.zones, { answers: async () => await answers.promise })
  Object.assign(adapters.host, {
    ask: async () => {
      // With names before services this would never be.
      answers.resolve(new Map<string, never>())
      return await Promise.resolve({ kind: 'answer', says: 'HTTP 200', ms: 1 })
    },
  })
  const snapshot = await looking.lookAfterRun()
  expect(snapshot.services.map(({ state }) => state)).toEqual(['works', 'works'])
})

test('after a run what forwarders lead to is asked while Docker tells what runs', async () => {
  const stack = fakeStack(['one'], { address: '127.0.0.11', endpoints: [endpoint({ listen: 8080 })] })
  await stack.up()
  const { adapters } = stack.context
  const asked = deferred<undefined>()
  const containers = adapters.docker.containers.bind(adapters.docker)
  Object.assign(adapters.docker, {
    containers: async () => {
      // With Docker before it this would never be.
      await asked.promise
      return await containers()
    },
  })
  const places: string[] = []
  Object.assign(adapters.host, {
    ask: async ({ address, port }: { address: string; port: number }) => {
      places.push(`${address}:${port}`)
      asked.resolve(undefined)
      return await Promise.resolve({ kind: 'answer', says: 'HTTP 200', ms: 1 })
    },
  })
  const snapshot = await stack.truth.lookAfterRun()
  expect(snapshot.services.map(({ state }) => state)).toEqual(['works'])
  expect(places.filter((place) => place === '127.0.0.11:8080')).toHaveLength(1)
})
