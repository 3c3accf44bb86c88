import { expect, test } from 'vitest'
import { noApps } from '../../../main/engine/cluster/apps.ts'
import { createEngine } from '../../../main/engine/create-engine.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { pinned, updateWorld } from './update-world.ts'

/** A process whose catalog is from before an update by another one. */

test.each(['up', 'restart'] as const)(
  '%s reads the catalog again once it has the lock: what another process updated stays so',
  async (verb) => {
    const one = await updateWorld()
    const { stack, took } = one
    const before = { ...stack.catalog, services: [...stack.catalog.services] }
    await one.go()
    const after = { ...stack.catalog, services: [...stack.catalog.services] }
    // Compose makes what the catalog names that the engine has now.
    took(before)
    const turns: string[] = []
    const engine = createEngine({
      adapters: {
        ...stack.context.adapters,
        routes: [],
        lock: {
          async alone(_purpose, _deadline, work) {
            turns.push('locked')
            return await work()
          },
        },
      },
      settings: { ...defaultSettings, project: 'macula' },
      catalog: before,
      notes: () => Promise.resolve([]),
      room: () => Promise.resolve([]),
      apps: {
        ...noApps,
        catalog() {
          turns.push('read')
          took(after)
          return Promise.resolve(after)
        },
      },
    })
    await engine[verb](['app'], stack.tell, new AbortController().signal)
    expect(turns.slice(0, 2)).toEqual(['locked', 'read'])
    const app = engine.catalog().services.find(({ id }) => id === 'app')
    expect(app?.runtime).toMatchObject({ image: pinned('1.3.0') })
    expect(one.runsFrom()).toBe(`${pinned('1.3.0')} running`)
  },
)
