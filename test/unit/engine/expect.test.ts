import { beforeEach, describe, expect, test } from 'vitest'
import { observer } from '../../../main/engine/look/observe.ts'
import { nothingSeen, type Seen } from '../../../main/engine/look/seen.ts'
import type { Adapters, ExpectedService, ServiceRecord } from '../../../main/engine/adapters.ts'
import type { ContainerSeen } from '../../../main/model/observation.ts'
import type { Catalog, ServiceSpec } from '../../../main/model/service.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { clusterRuntime } from '../cluster/spec.ts'
import { service } from '../stack/fixture.ts'
import { newContainer } from './fake-container.ts'

/** What each container would be if it were made now, as it is read: what cannot be known is left out, never guessed. */

const kind = service('cluster/hub', { runtime: clusterRuntime() })
const catalog: Catalog = { services: [service('one'), service('two'), kind], forwards: [], problems: [] }
const up = { kind: 'up', version: '29', apiVersion: '1.52', native: true } as const
const down = { kind: 'down', code: 'absent', says: 'No socket.' } as const
const settings = { ...defaultSettings, project: 'macula' }
const running = (id: string): ContainerSeen => ({
  ...newContainer(id, { id: `c-${id}`, image: `image-${id}`, imageId: 's', config: 'c' }),
  state: 'running',
})

let seen: Seen
beforeEach(() => {
  const containers = new Map(['one', 'two'].map((id) => [id, running(id)]))
  seen = { ...nothingSeen(), docker: up, containers }
})

const looking = (part: object) => observer(part as unknown as Adapters, settings, () => catalog, seen)

describe('what would be made now', () => {
  const expects = (id: string): ExpectedService & { config: string } => ({
    id,
    image: `image-${id}`,
    config: 'c1',
    labels: { a: 'b' },
    volumes: ['v1', 'v2'],
  })
  const made = { config: 'c1', imageId: 's', traits: {} }

  async function expected(part: object = {}, given?: readonly ExpectedService[]) {
    const asked: unknown[] = []
    const observe = looking({
      stack: {
        expect: (services: readonly ServiceSpec[], { publish }: { publish: boolean }) => {
          asked.push([services.map(({ id }) => id), publish])
          return Promise.resolve([expects('one')])
        },
        sources: (binds: readonly string[]) => {
          asked.push(binds)
          return Promise.resolve(new Map([['/data/stack/one', 5]]))
        },
        ...part,
      },
      record: {
        read: () =>
          Promise.resolve(
            new Map<string, ServiceRecord>([
              ['one', { volumes: ['v3'], made }],
              ['two', { volumes: [], failed: { says: 'It ended.', times: 2, anew: false } }],
            ]),
          ),
      },
      docker: {
        parts: (images: readonly string[]) => {
          asked.push(images)
          return Promise.resolve({
            images: new Map([['image-one', 'sha256:1']]),
            network: 'net-1',
            volumes: new Set(['v2']),
          })
        },
      },
    })
    await observe.expected(given)
    return asked
  }

  test('with what is there of its parts, what was made, and how its last starts ended', async () => {
    expect(await expected()).toEqual([
      [['one', 'two'], false],
      ['/data/stack/one', '/data/stack/two'],
      ['image-one'],
    ])
    expect([...seen.expected]).toEqual([
      [
        'one',
        {
          config: 'c1',
          image: 'image-one',
          imageId: 'sha256:1',
          labels: { a: 'b' },
          network: 'macula',
          networkId: 'net-1',
          volumes: [
            { name: 'v1', there: false, fresh: true },
            { name: 'v2', there: true },
          ],
          as: made,
          sources: new Map([['/data/stack/one', 5]]),
        },
      ],
    ])
    expect([...seen.failures]).toEqual([['two', { says: 'It ended.', times: 2, anew: false }]])
  })

  test('a volume that is not there and is known of no container before never was', async () => {
    await expected({}, [{ ...expects('one'), volumes: ['v1', 'v2', 'v3'] }])
    expect(seen.expected.get('one')?.volumes).toEqual([
      { name: 'v1', there: false, fresh: true },
      { name: 'v2', there: true },
      { name: 'v3', there: false },
    ])
  })

  test('where nothing was written down, it is not guessed', async () => {
    await expected({}, [expects('two')])
    expect(seen.expected.get('two')).not.toHaveProperty('as')
    expect(seen.expected.get('two')?.imageId).toBeUndefined()
  })

  test('another machine’s folders are not looked at, and ports are published there', async () => {
    seen.docker = { ...up, native: false }
    expect(await expected()).toEqual([[['one', 'two'], true], ['image-one']])
    expect(seen.expected.get('one')?.sources).toEqual(new Map())
  })

  test('a container whose making is not known has no folders to look at', async () => {
    const { made: _, ...unknown } = running('one')
    seen.containers = new Map([['one', unknown]])
    expect(await expected()).toContainEqual([])
  })

  test.each<readonly [string, () => void, object]>([
    ['Docker is down', () => void (seen.docker = down), {}],
    ['a file cannot be read', () => undefined, { expect: () => Promise.reject(new Error('EACCES')) }],
  ])('%s: nothing is known', async (_, happens, part) => {
    seen.expected = new Map([['one', {} as never]])
    happens()
    await expected(part)
    expect(seen.expected.size).toBe(0)
  })
})
