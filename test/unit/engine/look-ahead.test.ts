import { afterEach, describe, expect, test } from 'vitest'
import { aheadLook } from '../../../main/engine/look/ahead.ts'
import { createTruth, type Truth } from '../../../main/engine/look/truth.ts'
import type { AnswerSeen, ContainerSeen } from '../../../main/model/observation.ts'
import type { HostAdapter } from '../../../main/engine/adapters.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { adaptersOf } from '../../adapters.ts'
import { deferred } from '../../deferred.ts'
import { services } from '../cli/fixture.ts'
import { greenWorld } from '../cli/worlds.ts'
import { endpoint } from '../stack/fixture.ts'
import { fakeStack } from './fake-stack.ts'

/** What is asked before Docker has told what runs counts only by what is seen after it. */

const good: AnswerSeen = { kind: 'answer', says: 'HTTP 200', ms: 1 }
const bad: AnswerSeen = { kind: 'closed', ms: 1 }

let truth: Truth | undefined
afterEach(() => truth?.close())

async function opened() {
  const stack = fakeStack(['alpha', 'other'], (id) => ({
    address: id === 'alpha' ? '127.0.0.21' : '127.0.0.22',
    endpoints: [endpoint({ listen: 8080 })],
  }))
  await stack.up()
  stack.world.now += 60_000
  const { adapters } = stack.context
  const settings = { ...defaultSettings, project: 'macula' }
  truth = createTruth(
    adapters,
    settings,
    () => stack.catalog,
    () => undefined,
  )
  // Docker tells nothing until the test lets it.
  const docker = deferred<undefined>()
  const see = adapters.docker.see.bind(adapters.docker)
  Object.assign(adapters.docker, {
    see: async () => {
      await docker.promise
      return await see()
    },
  })
  const asked: string[] = []
  const first = deferred<undefined>()
  const ask = adapters.host.ask.bind(adapters.host)
  const answers = { now: async (): Promise<AnswerSeen> => await Promise.resolve(good) }
  Object.assign(adapters.host, {
    ask: async (question: Parameters<typeof ask>[0]) => {
      asked.push(`${question.address}:${question.port}`)
      const answer = answers.now()
      first.resolve(undefined)
      return await answer
    },
  })
  return { truth, stack, docker, asked, first, answers }
}

const settled = async (): Promise<void> => {
  for (let round = 0; round < 20; round += 1) await new Promise((resolve) => setImmediate(resolve))
}

test('what forwarders lead to is asked before Docker answers, each once, and counts', async () => {
  const { truth: looking, docker, asked, first } = await opened()
  const look = looking.look()
  await first.promise
  await settled()
  const before = [...asked]
  expect(before.length).toBeGreaterThan(0)
  expect(looking.seen.answers.size).toBe(0)
  docker.resolve(undefined)
  const snapshot = await look
  expect(snapshot.services.map(({ state }) => state)).toEqual(['works', 'works'])
  expect(new Set(asked).size).toBe(asked.length)
  expect(asked.slice(0, before.length)).toEqual(before)
})

test('an answer of what turns out not to run is none', async () => {
  const { truth: looking, stack, docker, first } = await opened()
  const look = looking.look()
  await first.promise
  await settled()
  for (const [id, one] of stack.world.containers) stack.world.containers.set(id, { ...one, state: 'exited' })
  docker.resolve(undefined)
  await look
  expect(looking.seen.answers).toEqual(new Map())
})

test('Docker is down: no answer counts', async () => {
  const { truth: looking, stack, docker, first } = await opened()
  const look = looking.look()
  await first.promise
  Object.assign(stack.context.adapters.docker, { see: async () => await Promise.reject(new Error()) })
  Object.assign(stack.context.adapters.docker, { containers: async () => await Promise.resolve([]) })
  docker.resolve(undefined)
  await look
  expect(looking.seen.answers).toEqual(new Map())
})

test('what answered nothing good while it was not known to run is asked again', async () => {
  const { truth: looking, docker, asked, first, answers } = await opened()
  answers.now = async () => await Promise.resolve(bad)
  const look = looking.look()
  await first.promise
  await settled()
  const before = asked.length
  answers.now = async () => await Promise.resolve(good)
  docker.resolve(undefined)
  const snapshot = await look
  expect(snapshot.services.map(({ state }) => state)).toEqual(['works', 'works'])
  expect(asked).toHaveLength(2 * before)
})

describe('an answer that was begun', () => {
  const grafana = services.find(({ id }) => id === 'grafana')
  const [runs] = [greenWorld().containers.get('grafana')]
  if (!grafana || !runs) throw new Error('no grafana')
  const container: ContainerSeen = runs

  async function begun(answer: Promise<AnswerSeen> = Promise.resolve(good)) {
    const questions: Parameters<HostAdapter['ask']>[0][] = []
    const adapters = adaptersOf({
      clock: { now: () => container.startedAt + 1000 },
      secrets: { read: () => Promise.resolve(new Map()) },
      forwarders: {
        list: () =>
          Promise.resolve([
            {
              address: grafana?.address ?? '',
              port: 3000,
              host: '172.23.0.9',
              toPort: 3000,
              pid: 7,
              program: 'socat',
            },
          ]),
      },
      host: {
        ask: async (question) => {
          questions.push(question)
          return await answer
        },
      },
    })
    const look = aheadLook(adapters, defaultSettings, () => ({
      services: grafana ? [grafana] : [],
      forwards: [],
      problems: [],
    }))
    await look.begin()
    await settled()
    const [question] = questions
    if (!question || questions.length !== 1) throw new Error('one question was to be begun')
    return { ...look, question }
  }

  test('is of what a forwarder of ours listens for, and of nothing else', async () => {
    const { question } = await begun()
    expect(question).toMatchObject({ address: grafana.address, port: 3000 })
  })

  test('is of who was seen to listen a moment ago, without another list of forwarders', async () => {
    const { begin, take, forget, question } = await begun()
    forget()
    const place = `${grafana.address}:3000`
    await begin(new Map([[place, { kind: 'ours', pid: 9, program: 'socat', ms: 0 }]]))
    expect(take(question, 7, container)).toBeUndefined()
    await begin(new Map([[place, { kind: 'ours', pid: 9, program: 'socat', ms: 0 }]]))
    expect(await take(question, 9, container)).toEqual(good)
    await begin(new Map([[place, { kind: 'free', ms: 0 }]]))
    expect(take(question, 9, container)).toBeUndefined()
  })

  test('counts once', async () => {
    const { take, question } = await begun()
    expect(await take(question, 7, container)).toEqual(good)
    expect(take(question, 7, container)).toBeUndefined()
  })

  test('counts while it is still waited for, whatever it becomes', async () => {
    const answer = deferred<AnswerSeen>()
    const { take, question } = await begun(answer.promise)
    const taken = take(question, 7, container)
    answer.resolve(bad)
    expect(await taken).toEqual(bad)
  })

  test('is none of another forwarder', async () => {
    const { take, question } = await begun()
    expect(take(question, 8, container)).toBeUndefined()
  })

  test('is none of another question', async () => {
    const { take, question } = await begun()
    expect(take({ ...question, port: 3001 }, 7, container)).toBeUndefined()
  })

  test('is none of a container that was started since', async () => {
    const { take, question } = await begun()
    expect(take(question, 7, { ...container, startedAt: container.startedAt + 1000 })).toBeUndefined()
  })

  test('is none when nothing good came', async () => {
    const { take, question } = await begun(Promise.resolve(bad))
    expect(take(question, 7, container)).toBeUndefined()
  })

  test('counts for no later look', async () => {
    const { take, forget, question } = await begun()
    forget()
    expect(take(question, 7, container)).toBeUndefined()
  })
})
