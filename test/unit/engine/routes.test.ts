import { describe, expect, test } from 'vitest'
import type { RenderedService } from '../../../main/engine/adapters.ts'
import type { RunContext } from '../../../main/engine/run/context.ts'
import { followRoutes, rereadRoutes } from '../../../main/engine/run/routes.ts'
import type { AnswerSeen, ContainerSeen } from '../../../main/model/observation.ts'
import { endpoint, service } from '../stack/fixture.ts'
import { newContainer } from './fake-container.ts'

/** The ingress is told to read its routes again only while it runs with others than were rendered. */

const running: ContainerSeen = {
  ...newContainer('ingress', { id: 'c-1', image: 'i', imageId: 's', config: 'c' }),
  state: 'running',
  address: '172.23.0.10',
}
const rendered: RenderedService = {
  id: 'ingress',
  image: 'i',
  config: 'c',
  labels: {},
  volumes: [],
  revision: 'abc',
}

async function reread(
  answer: AnswerSeen,
  container: ContainerSeen | undefined = running,
  services: readonly RenderedService[] = [rendered],
) {
  const asked: unknown[] = []
  const told: string[] = []
  const context = {
    adapters: {
      host: {
        ask: async (question: unknown) => {
          asked.push(question)
          return await Promise.resolve(answer)
        },
      },
      docker: { reread: async (id: string) => await Promise.resolve(void told.push(id)) },
    },
    catalog: () => ({
      services: [service('ingress', { endpoints: [endpoint()] })],
      forwards: [],
      problems: [],
    }),
    truth: {
      seen: { containers: new Map(container ? [['ingress', container]] : []) },
      observe: { isNative: () => true },
    },
  } as unknown as RunContext
  await rereadRoutes(context, services)
  return { asked, told }
}

const has: AnswerSeen = { kind: 'answer', ms: 1, says: '204' }
const hasNot: AnswerSeen = { kind: 'wrong', ms: 1, says: '404' }

describe('routes', () => {
  test('that it has are left alone; others are read again', async () => {
    const { asked, told } = await reread(has)
    expect(asked).toEqual([
      {
        scheme: 'http',
        address: '172.23.0.10',
        port: 80,
        host: 'routes.macula.invalid',
        probe: { path: '/abc', expect: [204], headers: {} },
        deadline: 3000,
      },
    ])
    expect(told).toEqual([])
    expect((await reread(hasNot)).told).toEqual(['c-1'])
  })

  test.each<readonly [string, Promise<{ asked: unknown[]; told: string[] }>]>([
    ['one that does not run', reread(hasNot, { ...running, state: 'exited' })],
    ['one that was not made', reread(hasNot, undefined, [{ ...rendered, id: 'other' }])],
    ['one that was not rendered', reread(hasNot, running, [])],
  ])('of %s are nobody’s question', async (_, result) => {
    expect(await result).toEqual({ asked: [], told: [] })
  })

  test('of one that does not answer are read when it does', async () => {
    expect((await reread({ kind: 'timeout', ms: 3000 })).told).toEqual([])
  })
})

describe('after clusters came, went or go by another name', () => {
  async function follow(container: ContainerSeen | undefined, render: () => Promise<unknown>) {
    const told: string[] = []
    const context = {
      adapters: {
        stack: { render },
        host: { ask: () => Promise.resolve(hasNot) },
        docker: { reread: (id: string) => Promise.resolve(void told.push(id)) },
      },
      catalog: () => ({
        services: [service('ingress', { endpoints: [endpoint()] })],
        forwards: [],
        problems: [],
      }),
      truth: {
        seen: { containers: new Map(container ? [['ingress', container]] : []) },
        observe: { isNative: () => true },
      },
    } as unknown as RunContext
    await followRoutes(context)
    return told
  }
  const whole = () => Promise.resolve({ services: [rendered], refused: [] })
  const never = (): never => {
    throw new Error('it is not rendered')
  }

  test.each<readonly [string, ContainerSeen | undefined, () => Promise<unknown>, readonly string[]]>([
    ['one that runs is led to them', running, whole, ['c-1']],
    ['one that does not run reads them when it starts', { ...running, state: 'exited' }, never, []],
    ['one that was not made too', undefined, never, []],
    ['what cannot be rendered ends nothing', running, () => Promise.reject(new Error('a file')), []],
  ])('%s', async (_, container, render, told) => {
    expect(await follow(container, render)).toEqual(told)
  })
})
