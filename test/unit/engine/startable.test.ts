import { beforeEach, describe, expect, test } from 'vitest'
import type { ServiceSpec } from '../../../main/model/service.ts'
import { clusterRuntime } from '../cluster/spec.ts'
import { fakeStack } from './fake-stack.ts'

/** What is restarted must be startable; what others cannot do is not its concern. */

const specs = (id: string): Partial<ServiceSpec> =>
  id === 'cluster/hub' ? { runtime: clusterRuntime(), endpoints: [] } : {}
const trouble = { kind: 'invalid', what: 'The file is damaged.', why: 'Line 3.', todo: 'Mend it.' } as const

let stack: ReturnType<typeof fakeStack>
beforeEach(async () => {
  stack = fakeStack(['one', 'two', 'cluster/hub'], specs)
  await stack.up(['one', 'two'])
  stack.forget()
  stack.world.renders.length = 0
})

describe('restart', () => {
  test('what another service has is none of its concern', async () => {
    stack.world.rendered = { keptAside: [], refused: [{ service: 'two', trouble }] }
    expect(await stack.restart(['one'])).toMatchObject({ ok: true, done: ['one'], failed: [] })
    expect(stack.said('two')).toEqual([])
  })

  test('nothing can be restarted: the result names each with its reason, and nothing is done', async () => {
    stack.world.rendered = { keptAside: [], refused: [{ service: 'two', trouble }] }
    const { ms, ...result } = await stack.restart(['two'])
    expect(result).toEqual({
      ok: false,
      done: [],
      failed: [
        {
          service: 'two',
          trouble: {
            kind: 'invalid',
            what: 'TWO was not stopped, because it could not be started again.',
            why: 'The file is damaged. Line 3.',
            todo: 'Mend it.',
          },
        },
      ],
      skipped: [],
    })
    expect(ms).toBeGreaterThan(0)
    expect(stack.did).toEqual([])
  })

  test.each([
    ['of this machine', true, false],
    ['elsewhere', false, true],
  ])('is tried with what would be started: an engine %s', async (_, native, publish) => {
    stack.world.native = native
    stack.world.rendered = { keptAside: [], refused: [{ service: 'two', trouble }] }
    await stack.restart(['two'])
    // The whole stack, told of what runs in clusters too.
    expect(stack.world.renders).toEqual([{ ids: ['one', 'two', 'cluster/hub'], publish }])
  })

  test('of a cluster renders nothing of the stack', async () => {
    await stack.restart(['cluster/hub']).catch(() => undefined)
    expect(stack.world.renders).toEqual([])
  })
})
