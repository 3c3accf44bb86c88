import { beforeEach, describe, expect, test } from 'vitest'
import type { ServiceSpec } from '../../../main/model/service.ts'
import { fakeStack } from './fake-stack.ts'

/** app needs db and cache, cache needs disk, side needs nothing: who starts and stops before whom. */
const needs: Readonly<Record<string, readonly string[]>> = { app: ['db', 'cache'], cache: ['disk'] }
const specs = (id: string): Partial<ServiceSpec> => ({ needs: needs[id] ?? [] })

let stack: ReturnType<typeof fakeStack>
beforeEach(() => {
  stack = fakeStack(['app', 'cache', 'db', 'disk', 'side'], specs)
})

/** The place of a deed among all that were done; -1: it was not done. */
const at = (deed: string): number => stack.did.indexOf(deed)

describe('up', () => {
  test('takes along what is needed, and starts it first', async () => {
    const { ok, done } = await stack.up(['app'])
    expect({ ok, done: [...done].sort() }).toEqual({ ok: true, done: ['app', 'cache', 'db', 'disk'] })
    expect(at('start disk')).toBeLessThan(at('start cache'))
    expect(at('start cache')).toBeLessThan(at('start app'))
    expect(at('start db')).toBeLessThan(at('start app'))
    expect(stack.did).not.toContain('start side')
    expect([...stack.world.wanted].sort()).toEqual(['app', 'cache', 'db', 'disk'])
  })

  test('a need that fails: what hangs on it is not started and says why, the others are', async () => {
    stack.world.started = (container) =>
      container.service === 'disk' ? { ...container, state: 'exited', exitCode: 3 } : container
    const result = await stack.up()
    expect(result.ok).toBe(false)
    expect(result.skipped).toEqual([
      { service: 'cache', because: 'it needs DISK, which did not start' },
      { service: 'app', because: 'it needs CACHE, which did not start' },
    ])
    expect(result.failed.map(({ service }) => service)).toEqual(['disk'])
    expect([...result.done].sort()).toEqual(['db', 'side'])
    expect(stack.did).not.toContain('start cache')
    expect(stack.did).not.toContain('start app')
  })

  test('a second run goes on where the first failed, and makes nothing anew', async () => {
    stack.world.started = (container) =>
      container.service === 'disk' ? { ...container, state: 'exited', exitCode: 3 } : container
    await stack.up()
    stack.world.started = (container) => container
    stack.forget()
    expect((await stack.up()).ok).toBe(true)
    expect(stack.did).toEqual(expect.arrayContaining(['start disk', 'start cache', 'start app']))
    expect(stack.did.filter((deed) => deed.startsWith('make'))).toEqual([])
  })

  test('an image that cannot be had fails its own service and what hangs on it', async () => {
    stack.world.images.delete('image-disk')
    stack.world.pullFails = true
    const { failed, skipped, done } = await stack.up()
    expect(failed.map(({ service }) => service)).toEqual(['disk'])
    expect(skipped.map(({ service }) => service)).toEqual(['cache', 'app'])
    expect([...done].sort()).toEqual(['db', 'side'])
    expect(stack.did).not.toContain('make disk')
  })
})

describe('down', () => {
  beforeEach(async () => {
    await stack.up()
    stack.forget()
  })

  test('stops what needs others first, and wants none of them any more', async () => {
    const { ok, done } = await stack.down()
    expect(ok).toBe(true)
    expect([...done].sort()).toEqual(['app', 'cache', 'db', 'disk', 'side'])
    const { ranAtStop } = stack.world
    expect(ranAtStop.get('db')).not.toContain('app')
    expect(ranAtStop.get('cache')).not.toContain('app')
    expect(ranAtStop.get('disk')).not.toContain('cache')
    // Nobody waits for what does not hang on it.
    expect(ranAtStop.get('side')).toContain('app')
    expect([...stack.world.wanted]).toEqual([])
    expect(stack.did.filter((deed) => deed.startsWith('remove'))).toEqual([])
  })

  test('without --also only what was named stops', async () => {
    await stack.down(['disk'])
    expect(stack.did).toEqual(['stop disk'])
    expect([...stack.world.wanted].sort()).toEqual(['app', 'cache', 'db', 'side'])
  })

  test('with --also what needs it stops before it', async () => {
    await stack.down(['disk'], { also: true })
    expect(stack.did).toEqual(['stop app', 'stop cache', 'stop disk'])
  })

  test('one that does not stop is told, and the others stop all the same', async () => {
    stack.world.stuck.add('app')
    const { ok, failed, done } = await stack.down()
    expect(ok).toBe(false)
    expect(failed).toMatchObject([{ service: 'app', trouble: { what: 'It does not stop.' } }])
    expect([...done].sort()).toEqual(['cache', 'db', 'disk', 'side'])
  })

  test('--remove takes containers away, and the network with the last of them; volumes stay', async () => {
    const volumes = [...stack.world.volumes]
    await stack.down(['side'], { remove: true })
    expect(stack.did).toEqual(['stop side', 'remove side'])
    await stack.down(undefined, { remove: true })
    expect(stack.did.at(-1)).toBe('remove the network')
    expect([...stack.world.volumes]).toEqual(volumes)
  })
})

describe('restart', () => {
  test('stops and starts what was named, and what is wanted stays wanted', async () => {
    await stack.up()
    stack.forget()
    expect((await stack.restart(['disk'])).ok).toBe(true)
    expect(stack.did.filter((deed) => /disk/.test(deed))).toEqual(['stop disk', 'start disk'])
    expect(stack.did.some((deed) => /^stop (?!disk)/.test(deed))).toBe(false)
    expect([...stack.world.wanted].sort()).toEqual(['app', 'cache', 'db', 'disk', 'side'])
  })

  test('one that does not stop is not started again', async () => {
    await stack.up()
    stack.forget()
    stack.world.stuck.add('side')
    expect((await stack.restart(['side'])).ok).toBe(false)
    expect(stack.did).toEqual(['stop side'])
  })
})

describe('reset', () => {
  beforeEach(async () => {
    await stack.up()
    stack.forget()
  })

  test('is refused while what needs it runs: nothing is stopped', async () => {
    await expect(stack.reset('disk')).rejects.toMatchObject({
      trouble: {
        kind: 'usage',
        what: 'DISK is not reset: APP and CACHE need it and run.',
        todo: 'Stop them first: maculactl down disk --also',
      },
    })
    expect(stack.did).toEqual([])
  })

  test('is refused while another container has its volume', async () => {
    stack.world.sharing = ['theirs']
    await expect(stack.reset('side')).rejects.toThrow('its volume macula_side is used by theirs too')
    expect(stack.did).toEqual([])
  })

  test('stops, copies, and removes only what was copied whole', async () => {
    const { ok, moved } = await stack.reset('side')
    expect(ok).toBe(true)
    expect(moved).toEqual([
      { from: 'macula_side', to: expect.stringMatching(/^macula_side_before-\d{8}-\d{4}$/) as unknown },
    ])
    expect(stack.did).toEqual(['stop side', 'copy macula_side', 'remove side', 'remove macula_side'])
  })

  test('a copy that is not whole: the data stays where it was', async () => {
    stack.world.copyFails = 'macula_side'
    await expect(stack.reset('side')).rejects.toMatchObject({
      trouble: { todo: 'Nothing was removed: maculactl up side starts it with its data.' },
    })
    expect(stack.world.volumes.has('macula_side')).toBe(true)
    expect(stack.did).toEqual(['stop side', 'copy macula_side'])
  })
})
