import { expect, test } from 'vitest'
import type { SetChange } from '../../../main/model/sets.ts'
import { openGateway } from '../../../main/gateway/open-gateway.ts'
import { standIn } from '../cli/stand-in.ts'
import { greenWorld } from '../cli/worlds.ts'
import { systemOf } from '../ui-server/system.ts'

/** A window in a browser and another one, both of one system. */
async function twoWindows() {
  const system = systemOf(standIn({ world: greenWorld() }).engine)
  const gateway = await openGateway({
    open: () => Promise.resolve(system),
    face: 'browser',
    version: '0.1.0',
  })
  const clients = [1, 2].map(() => gateway.connect({ push: () => undefined, ready: () => Promise.resolve() }))
  return {
    change: async (which: 0 | 1, change: SetChange) => await clients[which]?.request('changeSet', change),
    sets: async () => (await system.settings.view()).settings.sets,
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.close()
      await gateway.close()
    },
  }
}

const put = (name: string, services: readonly string[]) =>
  ({ kind: 'put', name, services, was: null, seen: [] }) as const

test('two windows that save different sets keep both, whatever each had seen', async () => {
  await using windows = await twoWindows()
  await Promise.all([
    windows.change(0, put('frontend', ['grafana'])),
    windows.change(1, put('backend', ['timescaledb'])),
    windows.change(0, { kind: 'member', name: 'favourites', service: 'loki', on: true }),
  ])
  expect(await windows.sets()).toEqual({
    frontend: ['grafana'],
    backend: ['timescaledb'],
    favourites: ['loki'],
  })
  await windows.change(1, { kind: 'remove', name: 'frontend' })
  expect(await windows.sets()).toEqual({ backend: ['timescaledb'], favourites: ['loki'] })
})

test('of two that save the same set the later holds, and is told what it replaced', async () => {
  await using windows = await twoWindows()
  expect(await windows.change(0, put('frontend', ['grafana']))).toMatchObject({
    ok: true,
    value: { over: undefined },
  })
  expect(await windows.change(1, put('frontend', ['timescaledb']))).toMatchObject({
    ok: true,
    value: { over: ['grafana'], settings: { settings: { sets: { frontend: ['timescaledb'] } } } },
  })
})

test('a set that cannot be is refused, and the others stay', async () => {
  await using windows = await twoWindows()
  await windows.change(0, put('frontend', ['grafana']))
  expect(await windows.change(1, put('Not a name', ['grafana']))).toMatchObject({ ok: false })
  expect(await windows.sets()).toEqual({ frontend: ['grafana'] })
})
