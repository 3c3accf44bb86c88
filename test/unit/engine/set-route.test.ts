import { describe, expect, test } from 'vitest'
import { nameLook } from '../../../main/engine/look/name-look.ts'
import { nothingSeen } from '../../../main/engine/look/seen.ts'
import { setRoute } from '../../../main/engine/run/set-route.ts'
import { namesOf } from '../../../main/model/listeners.ts'
import type { Change, RootOutcome } from '../../../main/model/change.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { linksUp } from '../../../main/system/host/open-host.ts'
import { catalog } from '../cli/fixture.ts'

/** Names that are slow: which network came up before, and our route set again. */

const change: Change = {
  id: 'route-systemd-resolved',
  title: 'Lead names here',
  reason: 'x',
  verbs: [
    { verb: 'file', path: '/etc/x', mode: 0o644, content: 'x\n' },
    { verb: 'reload', unit: 'systemd-resolved' },
  ],
  commands: [],
}

/** `bad`: the looks after which names are still slow. */
function world(
  inPlace: boolean,
  outcome: RootOutcome = { kind: 'done', steps: [] },
  bad: ReadonlySet<number> = new Set(),
) {
  const asked: (readonly Change[])[] = []
  const quiet = async (): Promise<void> => await Promise.resolve()
  const seen = nothingSeen()
  let looks = 0
  const look = async (): Promise<void> => {
    seen.namesBadSince = bad.has((looks += 1)) ? 1 : undefined
    return await quiet()
  }
  if (inPlace) seen.route = { kind: 'in place', id: change.id, title: 'systemd-resolved', needsServer: true }
  const context = {
    adapters: {
      clock: { now: () => 1 },
      routes: [{ id: change.id, title: 'systemd-resolved', plan: () => change }],
      root: {
        apply: async (changes: readonly Change[]) => {
          asked.push(changes)
          return await Promise.resolve(outcome)
        },
      },
    },
    truth: { seen, observe: { route: quiet }, look },
    settings: defaultSettings,
    catalog: () => catalog,
  } as unknown as Parameters<typeof setRoute>[0]
  return { asked, looks: () => looks, set: async () => await setRoute(context, () => undefined) }
}

test('the same file is written where it is gone, and its resolver reads it anew, whatever it has read', async () => {
  const one = world(true)
  expect((await one.set()).ok).toBe(true)
  expect(one.asked.flat().flatMap(({ verbs }) => verbs)).toEqual([
    change.verbs[0],
    { verb: 'reload', unit: 'systemd-resolved', again: true },
  ])
})

test('names that were lost while the resolver began anew are asked for once more', async () => {
  const done = { kind: 'done', steps: [] } as const
  const [good, lost] = [world(true, done), world(true, done, new Set([1, 2]))]
  await good.set()
  await lost.set()
  expect([good.looks(), lost.looks()]).toEqual([1, 2])
})

test('without a route in place nothing is set again', async () => {
  const one = world(false)
  await expect(one.set()).rejects.toMatchObject({ trouble: { kind: 'usage' } })
  expect(one.asked).toEqual([])
})

test('a refusal is told', async () => {
  const refused = { kind: 'refused', how: 'dismissed', says: 'It was closed.' } as const
  await expect(world(true, refused).set()).rejects.toMatchObject({
    trouble: { kind: 'refused', what: 'The route was not set again.', why: 'It was closed.' },
  })
})

test('Docker and its clusters are no network that came up', () => {
  const all = ['lo', 'eth0', 'docker0', 'br-1a2b3c', 'veth12', 'tun0', 'wg-home', 'virbr0']
  expect(linksUp(Object.fromEntries(all.map((name) => [name, []])))).toEqual(['eth0', 'tun0', 'wg-home'])
})

test('a network that comes up is remembered with its time; one that was up before is not, nor one that left', async () => {
  const seen = nothingSeen()
  let [links, now] = [['eth0'], 1000]
  const host = {
    links: () => links,
    lookup: async () => await Promise.resolve({ kind: 'none', code: 'ENOTFOUND', ms: 1 }),
    nameLines: async () => await Promise.resolve([]),
  }
  const look = nameLook(
    { host, clock: { now: () => now } } as unknown as Parameters<typeof nameLook>[0],
    defaultSettings,
    () => catalog,
    seen,
  )
  await look()
  expect(seen.linkCame).toBeUndefined()
  ;[links, now] = [['eth0', 'tun0'], 2000]
  await look()
  expect(seen.linkCame).toEqual({ name: 'tun0', at: 2000 })
  now = 3000
  await look()
  expect(seen.linkCame).toEqual({ name: 'tun0', at: 2000 })
  links = ['eth0']
  await look()
  expect(seen.linkCame).toBeUndefined()
})

describe('names that were all good', () => {
  const names = [...namesOf(catalog, defaultSettings.suffix)]
  /** A look at them by a resolver that leads `astray` elsewhere. */
  function looks() {
    const seen = nothingSeen()
    const is = { astray: '', links: ['eth0'] }
    let asked: string[] = []
    const host = {
      links: () => is.links,
      lookup: async (name: string) => {
        asked.push(name)
        const address = name === is.astray ? '10.0.0.1' : (new Map(names).get(name) ?? '')
        return await Promise.resolve({ kind: 'answer', addresses: [address], ms: 1 })
      },
      nameLines: async () => await Promise.resolve([]),
    }
    const look = nameLook(
      { host, clock: { now: () => 0 } } as unknown as Parameters<typeof nameLook>[0],
      defaultSettings,
      () => catalog,
      seen,
    )
    return {
      seen,
      is,
      take: async (how?: 'some'): Promise<readonly string[]> => {
        asked = []
        await look(how)
        return asked
      },
    }
  }

  test('are asked a third at a time, each of them in three looks, and what is known of the others stays', async () => {
    const { take, seen } = looks()
    expect(await take('some'), 'nothing is known yet').toHaveLength(names.length)
    const parts = [await take('some'), await take('some'), await take('some')]
    for (const part of parts) expect(part.length).toBeLessThanOrEqual(Math.ceil(names.length / 3))
    expect(parts.flat().toSorted()).toEqual(names.map(([name]) => name).toSorted())
    expect(seen.names.size).toBe(names.length)
    expect(await take(), 'asked for by a person').toHaveLength(names.length)
  })

  test('are all asked when one of them is not good, until they are again', async () => {
    const { take, seen, is } = looks()
    await take()
    is.astray = names[0]?.[0] ?? ''
    const asked = [await take('some'), await take('some'), await take('some')]
    const found = asked.findIndex((part) => part.includes(is.astray))
    expect(asked[found]?.toSorted()).toEqual(names.map(([name]) => name).toSorted())
    expect(seen.namesAre).toBe('bad')
    expect(await take('some')).toHaveLength(names.length)
    is.astray = ''
    expect(await take('some')).toHaveLength(names.length)
    expect((await take('some')).length).toBeLessThan(names.length)
  })

  test('are all asked when a network came or went', async () => {
    const { take, is } = looks()
    await take()
    is.links = ['eth0', 'tun0']
    expect(await take('some')).toHaveLength(names.length)
    expect((await take('some')).length).toBeLessThan(names.length)
    is.links = ['tun0']
    expect(await take('some')).toHaveLength(names.length)
  })
})
