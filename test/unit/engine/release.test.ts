import { expect, test } from 'vitest'
import type { RunContext } from '../../../main/engine/run/context.ts'
import { release } from '../../../main/engine/run/release.ts'
import type { Holder, ListenerSeen } from '../../../main/model/observation.ts'
import { releaseFix } from '../../../main/model/release.ts'
import { sayHolder } from '../../../main/model/say.ts'
import { catalog } from '../cli/fixture.ts'

/** Who has a port of ours is ended by the right end of it, only if it still is who was shown. */

const KEY = '127.0.0.4:80'
const unit = { kind: 'unit', name: 'nginx.service', of: 'system' } as const
const nginx: Holder = { pid: 812, program: 'nginx', unit: { name: 'nginx.service', of: 'system' } }
const web: Holder = { pid: 99, program: 'docker-proxy', container: 'shop-web-1', compose: 'shop' }

function world(holder: Holder | undefined, fails = false) {
  const asked: string[] = []
  const listeners = new Map<string, ListenerSeen>()
  if (holder) listeners.set(KEY, { kind: 'foreign', holder, ms: 1 })
  const free = async (what: string): Promise<void> => {
    asked.push(what)
    if (!fails) listeners.set(KEY, { kind: 'ours', pid: 1, program: 'socat', ms: 1 })
    await Promise.resolve()
  }
  const quiet = async (): Promise<void> => await Promise.resolve()
  const context = {
    adapters: {
      clock: { now: () => 1 },
      root: {
        apply: async (changes: readonly { readonly verbs: readonly unknown[] }[]) => {
          await free(JSON.stringify(changes[0]?.verbs))
          return fails
            ? { kind: 'refused', how: 'dismissed', says: 'It was closed.' }
            : { kind: 'done', steps: [] }
        },
      },
      release: { container: async (name: string) => await free(`docker ${name}`), userUnit: free },
    },
    catalog: () => catalog,
    truth: {
      seen: { wanted: new Set(), containers: new Map(), listeners },
      observe: { docker: quiet, containers: quiet, wanted: quiet, listeners: quiet },
      look: quiet,
    },
    needOwn: () => undefined,
    reconcileForwards: quiet,
  } as unknown as RunContext
  return {
    asked,
    end: async (what: Parameters<typeof release>[1]['what'], key = KEY) =>
      await release(context, { kind: 'release', key, what }, () => undefined),
  }
}

test('a unit of the machine is stopped by root, with the port that it must have', async () => {
  const one = world(nginx)
  expect((await one.end(unit)).ok).toBe(true)
  expect(one.asked).toEqual(['[{"verb":"stop","unit":"nginx.service","port":80}]'])
})

test('a container is stopped by Docker, a unit of the person by their own systemd', async () => {
  const one = world(web)
  await one.end({ kind: 'container', name: 'shop-web-1' })
  expect(one.asked).toEqual(['docker shop-web-1'])
  const other = world({ pid: 7, unit: { name: 'web.service', of: 'user' } })
  await other.end({ kind: 'unit', name: 'web.service', of: 'user' })
  expect(other.asked).toEqual(['web.service'])
})

test('somebody else than was shown is left alone, and who has it now is told', async () => {
  const one = world(web)
  await expect(one.end(unit)).rejects.toMatchObject({
    trouble: { what: expect.stringContaining('shop-web-1 of the Compose project shop') as unknown },
  })
  expect(one.asked).toEqual([])
})

test('a unit of the machine is not the person’s own of the same name', async () => {
  const one = world(nginx)
  await expect(one.end({ kind: 'unit', name: 'nginx.service', of: 'user' })).rejects.toThrow(/left alone/)
  expect(one.asked).toEqual([])
})

test('what Docker does not know has no button that would ask Docker to stop it', () => {
  expect(releaseFix({ pid: 9, container: '0123456789ab', unknown: true }, KEY)).toBeUndefined()
})

test('a port that is free by then needs no end; one that is not ours is refused', async () => {
  const one = world(undefined)
  expect((await one.end(unit)).ok).toBe(true)
  await expect(one.end(unit, '0.0.0.0:22')).rejects.toMatchObject({ trouble: { kind: 'usage' } })
  expect(one.asked).toEqual([])
})

test('a refusal is told as one', async () => {
  await expect(world(nginx, true).end(unit)).rejects.toMatchObject({
    trouble: { kind: 'refused', what: 'nginx.service was not stopped.', why: 'It was closed.' },
  })
})

test.each<[string, Holder, string | undefined]>([
  ['a unit', nginx, 'Stop nginx.service…'],
  ['a container', web, 'Stop shop-web-1…'],
  ['a program alone', { pid: 5, program: 'python3', command: 'python3 -m http.server' }, undefined],
  ['the door of the machine', { pid: 5, unit: { name: 'ssh.service', of: 'system' } }, undefined],
  ['systemd itself', { pid: 5, unit: { name: 'systemd-resolved.service', of: 'system' } }, undefined],
  ['another Macula', { ...nginx, macula: { uid: 1001 } }, undefined],
  ['a container of ours', { ...web, service: { id: 'a', title: 'A' } }, undefined],
  ['a name that is a flag', { pid: 5, unit: { name: '--force.service', of: 'system' } }, undefined],
])('the end that is offered of %s', (_, holder, label) => {
  expect(releaseFix(holder, KEY)?.label).toBe(label)
})

test('a container is told with its Compose project', () => {
  expect(sayHolder(web)).toBe('the container shop-web-1 of the Compose project shop (docker-proxy, pid 99)')
})
