import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { docker } from '../support/actor.ts'
import { ask, digestOf, manifestOf, pushImage, startRegistry, type Door } from './registry.ts'

/** Garbage collection in the stack's registry: the real one, with our scripts. */

const NAME = 'macula-it-garbage'
const MB = 1_000_000
let door: Door
const layers = { kept: randomBytes(3 * MB), deleted: randomBytes(8 * MB), untagged: randomBytes(5 * MB) }

const clear = async (): Promise<void> => {
  await docker('rm', '-f', '-v', NAME)
  await docker('network', 'rm', NAME)
}
beforeAll(async () => {
  await clear()
  await docker('network', 'create', '--subnet', '172.28.74.0/24', NAME)
  door = { host: await startRegistry(NAME, NAME), port: 5000 }
})
afterAll(clear)

const collect = async (...more: readonly string[]) =>
  await docker('exec', NAME, 'sh', '/etc/macula-registry/collect.sh', ...more)
const has = async (image: string, layer: Buffer): Promise<number> =>
  (await ask(door, 'HEAD', `/v2/${image}/blobs/${digestOf(layer)}`)).status
const readOnly = { timeout: 60_000, interval: 50 }
const begin = async (): Promise<number> => (await ask(door, 'POST', '/v2/probe/blobs/uploads/')).status

test('before anything was pushed there is nothing to delete, and that is no failure', async () => {
  expect(await collect()).toMatchObject({
    code: 0,
    out: 'No image was pushed yet: there is nothing to delete.',
  })
})

describe('with images', () => {
  beforeAll(async () => {
    await pushImage(door, 'me/kept', 'dev', layers.kept)
    const deleted = await pushImage(door, 'me/deleted', 'dev', layers.deleted)
    expect((await ask(door, 'DELETE', `/v2/me/deleted/manifests/${deleted}`)).status).toBe(202)
    await pushImage(door, 'me/moved', 'dev', layers.untagged)
    await pushImage(door, 'me/moved', 'dev', layers.kept)
  })

  test('while it runs pulls go on and pushes are refused; a second one is refused with a reason', async () => {
    await docker('exec', NAME, 'touch', '/tmp/hold')
    const first = collect()
    await vi.waitFor(async () => {
      expect((await docker('exec', NAME, 'test', '-e', '/tmp/held')).code).toBe(0)
    }, readOnly)
    expect(await has('me/kept', layers.kept)).toBe(200)
    expect(await manifestOf(door, 'me/kept', 'dev')).toBe(200)
    expect(await begin()).toBe(405)
    expect(await collect()).toMatchObject({
      code: 1,
      err: 'Garbage is being collected already. Wait until that has ended.',
    })
    await docker('exec', NAME, 'rm', '/tmp/hold', '/tmp/held')
    const { code, out, err } = await first
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(
      /^2 blobs deleted, 8\.\d MB given back; 8\.\d MB of images are left\.\nPushes were refused for about \d+ s; they are taken again\.$/,
    )
    expect(await has('me/deleted', layers.deleted)).toBe(404)
    expect(await has('me/moved', layers.untagged)).toBe(200)
  })

  test('images whose tag another push took are deleted where it is wished, all others stay', async () => {
    const { code, out } = await collect('--delete-untagged')
    expect(code).toBe(0)
    expect(out).toMatch(/, 5\.\d MB given back; 3\.\d MB of images are left\./)
    expect(await has('me/moved', layers.untagged)).toBe(404)
    for (const image of ['me/kept', 'me/moved']) {
      expect(await has(image, layers.kept)).toBe(200)
      expect(await manifestOf(door, image, 'dev')).toBe(200)
    }
  })

  test('what was deleted can be pushed again: the registry remembers nothing of it', async () => {
    await pushImage(door, 'me/deleted', 'dev', layers.deleted)
    expect(await has('me/deleted', layers.deleted)).toBe(200)
  })

  test('a collection that is killed leaves a registry that takes pushes, and the next one runs', async () => {
    await docker('exec', NAME, 'touch', '/tmp/hold')
    const killed = collect()
    await vi.waitFor(async () => {
      expect((await docker('exec', NAME, 'test', '-e', '/tmp/held')).code).toBe(0)
    }, readOnly)
    expect(await begin()).toBe(405)
    // With its registry: what is held is a program of its own.
    await docker(
      'exec',
      NAME,
      'sh',
      '-c',
      'kill -KILL "$(cat /tmp/registry/collector)"; rm /tmp/hold /tmp/held',
    )
    await killed
    await vi.waitFor(async () => expect(await begin()).toBe(202), readOnly)
    expect((await collect()).code).toBe(0)
    expect(await begin()).toBe(202)
  })

  test('of several at once after one that was killed one runs, and the others say so', async () => {
    await docker('exec', NAME, 'touch', '/tmp/hold')
    const killed = collect()
    await vi.waitFor(async () => {
      expect((await docker('exec', NAME, 'test', '-e', '/tmp/held')).code).toBe(0)
    }, readOnly)
    await docker('exec', NAME, 'sh', '-c', 'kill -KILL "$(cat /tmp/registry/collector)"; rm /tmp/held')
    await killed
    await vi.waitFor(async () => expect(await begin()).toBe(202), readOnly)
    const all = [1, 2, 3, 4, 5, 6].map(async () => await collect())
    const refused = await Promise.race([
      Promise.all(all).then(() => 'none was held'),
      vi.waitFor(async () => {
        expect((await docker('exec', NAME, 'test', '-e', '/tmp/held')).code).toBe(0)
        return 'held'
      }, readOnly),
    ])
    expect(refused).toBe('held')
    await docker('exec', NAME, 'rm', '/tmp/hold', '/tmp/held')
    const ended = await Promise.all(all)
    expect(ended.filter(({ code }) => code === 0)).toHaveLength(1)
    for (const { code, err } of ended.filter((one) => one.code !== 0))
      expect({ code, err }).toEqual({
        code: 1,
        err: 'Garbage is being collected already. Wait until that has ended.',
      })
  })

  test('a container that is killed during one takes pushes when it runs again, and collects anew', async () => {
    await docker('exec', NAME, 'touch', '/tmp/hold')
    const cut = collect()
    await vi.waitFor(async () => {
      expect((await docker('exec', NAME, 'test', '-e', '/tmp/held')).code).toBe(0)
    }, readOnly)
    await docker('kill', NAME)
    await cut
    await docker('start', NAME)
    const { out: host } = await docker(
      'inspect',
      '-f',
      `{{(index .NetworkSettings.Networks "${NAME}").IPAddress}}`,
      NAME,
    )
    door = { ...door, host }
    // Whoever has its number by now holds nothing of it.
    await docker('exec', NAME, 'sh', '-c', 'rm -f /tmp/hold /tmp/held; ln -sfn 1 /tmp/registry/lock')
    await vi.waitFor(async () => expect(await begin()).toBe(202), readOnly)
    expect(await has('me/kept', layers.kept)).toBe(200)
    expect((await collect()).code).toBe(0)
    expect(await begin()).toBe(202)
  })

  test('the container is never started anew for it, and ends when Docker stops it', async () => {
    const { out } = await docker('inspect', '-f', '{{.RestartCount}} {{.State.Running}}', NAME)
    expect(out).toBe('0 true')
    const { code } = await docker('stop', '-t', '5', NAME)
    expect(code).toBe(0)
    // 137 would be Docker's own kill after the five seconds.
    expect((await docker('inspect', '-f', '{{.State.ExitCode}}', NAME)).out).not.toBe('137')
  })
})
