import { beforeEach, describe, expect, test } from 'vitest'
import { imageInfos, pull } from '../../../main/engine/run/images.ts'
import type { PullProgress } from '../../../main/model/run.ts'
import { clusterRuntime } from '../cluster/spec.ts'
import { fakeStack } from './fake-stack.ts'

/** Pulling, without starting anything. */

let stack: ReturnType<typeof fakeStack>
beforeEach(() => {
  stack = fakeStack(['one', 'two', 'three', 'four', 'five', 'cluster/hub'], (id) =>
    id === 'cluster/hub'
      ? { runtime: clusterRuntime(), endpoints: [] }
      : { runtime: { kind: 'container', image: `image-${id}` } },
  )
})

const missing = (...ids: readonly string[]): void =>
  ids.forEach((id) => stack.world.images.delete(`image-${id}`))
const pulls = async (...ids: readonly string[]) =>
  await pull(stack.context, ids, stack.tell, new AbortController().signal)

describe('pull', () => {
  test('gets what is missing of those that were named; nothing is started', async () => {
    missing('one', 'three')
    const { ms, ...result } = await pulls('one', 'two', 'cluster/hub')
    expect(result).toEqual({ ok: true, done: ['one', 'two'], failed: [], skipped: [] })
    expect(stack.did).toEqual(['pull image-one'])
    expect(stack.told).toEqual([
      { kind: 'phase', ms: expect.any(Number) as number, says: 'Pulling 1 of 2 images' },
      {
        kind: 'pulled',
        ms: expect.any(Number) as number,
        image: 'image-one',
        tookMs: expect.any(Number) as number,
      },
    ])
    for (const event of stack.told) {
      expect(event.ms).toBeGreaterThan(0)
      expect(event.ms).toBeLessThanOrEqual(ms)
      if (event.kind === 'pulled') expect(event.tookMs).toBeLessThan(ms)
    }
    expect(ms).toBeLessThan(60_000)
  })

  test('one that cannot be had fails with its reason, the others are had', async () => {
    missing('one')
    stack.world.pullFails = true
    const { ok, done, failed } = await pulls('one', 'two')
    const trouble = { kind: 'outside', what: 'The registry has no such image.' }
    expect({ ok, done, failed }).toEqual({ ok: false, done: ['two'], failed: [{ service: 'one', trouble }] })
    expect(stack.told.at(-1)).toMatchObject({ kind: 'failed', service: 'one', trouble })
  })

  test('three at a time, each once, and how far they are is told', async () => {
    missing('one', 'two', 'three', 'four', 'five')
    let [now, most] = [0, 0]
    const progress: PullProgress = {
      image: 'image-one',
      phase: 'downloading',
      currentBytes: 1,
      totalBytes: 2,
    }
    const pulled: string[] = []
    Object.assign(stack.context.adapters.docker, {
      pull: async (image: string, onProgress: (is: PullProgress) => void) => {
        now += 1
        most = Math.max(most, now)
        if (image === 'image-one') onProgress(progress)
        await new Promise((resolve) => setImmediate(resolve))
        pulled.push(image)
        now -= 1
      },
    })
    expect((await pulls('one', 'two', 'three', 'four', 'five')).ok).toBe(true)
    expect([most, pulled.toSorted()]).toEqual([
      3,
      ['image-five', 'image-four', 'image-one', 'image-three', 'image-two'],
    ])
    expect(stack.told).toContainEqual(expect.objectContaining({ kind: 'pull', progress }))
  })

  test('without Docker it says that nothing can be pulled', async () => {
    Object.assign(stack.context.adapters.docker, {
      see: () => Promise.resolve({ kind: 'down', code: 'absent', says: 'No socket.' }),
    })
    await expect(pulls('one')).rejects.toMatchObject({
      trouble: { what: 'Docker does not answer, so nothing can be pulled.' },
    })
  })
})

test('the list of images has those of containers alone', async () => {
  Object.assign(stack.context.adapters.docker, { imageBytes: () => Promise.resolve(undefined) })
  const { services } = stack
  const infos = await imageInfos(stack.context.adapters, { services, forwards: [], problems: [] })
  expect(infos.map(({ service, present }) => `${service} ${present}`)).toEqual(
    ['one', 'two', 'three', 'four', 'five'].map((id) => `${id} false`),
  )
})
