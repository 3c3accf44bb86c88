import { describe, expect, test } from 'vitest'
import type { Adapters } from '../../../main/engine/adapters.ts'
import { createTruth } from '../../../main/engine/look/truth.ts'
import { createRunContext } from '../../../main/engine/run/context.ts'
import { reset } from '../../../main/engine/run/reset.ts'
import { createRuns } from '../../../main/engine/run/runs.ts'
import { MaculaError } from '../../../main/model/errors.ts'
import type { StepEvent } from '../../../main/model/run.ts'
import type { Catalog } from '../../../main/model/service.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { service } from '../stack/fixture.ts'

const damaged = new MaculaError({
  kind: 'invalid',
  what: 'The passwords are damaged.',
  todo: 'Restore them.',
})

/** An engine over three containers that run; `outside` replaces what it finds. */
function running(outside: {
  readonly secrets?: () => Promise<ReadonlyMap<string, string>>
  readonly refused?: readonly string[]
  readonly render?: () => Promise<never>
  readonly images?: readonly string[]
  readonly unwant?: () => Promise<void>
}) {
  const ids = ['one', 'two', 'three']
  const services = ids.map((id) =>
    service(id, {
      title: id.toUpperCase(),
      endpoints: [],
      address: null,
      secrets: id === 'one' ? ['ONE'] : [],
    }),
  )
  const catalog: Catalog = { services, forwards: [], problems: [] }
  const stopped: string[] = []
  const told: StepEvent[] = []
  const containers = ids.map((id) => ({ id: `c-${id}`, service: id, state: 'running', published: {} }))
  const adapters = {
    docker: {
      see: () => Promise.resolve({ kind: 'up', version: '29', apiVersion: '1.52', native: true }),
      containers: () => Promise.resolve(containers),
      hasImage: (image: string) => Promise.resolve(outside.images?.includes(image) ?? true),
      pull: () =>
        Promise.reject(new MaculaError({ kind: 'outside', what: 'The registry has no such image.' })),
      stop(id: string) {
        stopped.push(id)
        // What comes after a stop is not the point here.
        return outside.unwant === undefined
          ? Promise.reject(new MaculaError({ kind: 'failed', what: 'Stopped so far.' }))
          : Promise.resolve()
      },
      volumes: {
        sweep: () => Promise.resolve(),
        of: () => Promise.resolve(['v']),
        users: () => Promise.resolve([]),
      },
    },
    clock: { now: () => Date.now() },
    secrets: { read: outside.secrets ?? (() => Promise.resolve(new Map())) },
    intent: {
      wanted: () => Promise.resolve(new Set(ids)),
      resting: () => Promise.resolve(new Set()),
      rest: () => Promise.resolve(),
      unwant: outside.unwant ?? (() => Promise.resolve()),
    },
    stack: {
      render:
        outside.render ??
        (() =>
          Promise.resolve({
            services: ids
              .filter((id) => outside.refused?.includes(id) !== true)
              .map((id) => ({ id, image: `image-${id}`, config: 'c' })),
            keptAside: [],
            refused: (outside.refused ?? []).map((id) => ({ service: id, trouble: damaged.trouble })),
          })),
    },
    forwarders: { list: () => Promise.resolve([]), stop: () => Promise.resolve(), someEnded: () => false },
    nameServer: { seen: () => Promise.resolve({ kind: 'stopped' }), stop: () => Promise.resolve() },
    host: {
      lowestPort: () => Promise.resolve(80),
      listener: () => Promise.resolve({ kind: 'free' }),
      canBind: () => Promise.resolve({ kind: 'ok' }),
      wayTo: () => Promise.resolve({ kind: 'right', device: 'br-1' }),
      openFiles: () => Promise.resolve(undefined),
    },
    routes: [],
    steps: [],
    clusters: { see: () => Promise.resolve({ kind: 'absent' }) },
  } as unknown as Adapters
  const truth = createTruth(
    adapters,
    defaultSettings,
    () => catalog,
    () => undefined,
  )
  const context = createRunContext(adapters, defaultSettings, () => catalog, truth)
  return {
    runs: createRuns(context),
    context,
    services,
    stopped,
    told,
    tell: (one: StepEvent) => void told.push(one),
  }
}

const signal = new AbortController().signal
const never = (): Promise<never> => Promise.reject(damaged)

describe('nothing is stopped before it is known that it can be started', () => {
  test.each([
    ['the passwords cannot be read', { secrets: never }, 'The passwords are damaged.'],
    ['the stack cannot be rendered', { render: never }, 'The passwords are damaged.'],
    ['its files cannot be used', { refused: ['one'] }, 'The passwords are damaged.'],
    ['its image is gone and cannot be pulled', { images: ['image-two'] }, 'The registry has no such image.'],
  ] as const)('restart, when %s', async (_, outside, why) => {
    const { runs, stopped, told, tell } = running(outside)
    const result = await runs.restart(['one'], tell, signal)
    expect(stopped).toEqual([])
    expect(result).toMatchObject({
      ok: false,
      failed: [
        {
          service: 'one',
          trouble: { what: 'ONE was not stopped, because it could not be started again.', why },
        },
      ],
    })
    expect(told.filter(({ kind }) => kind === 'failed')).toHaveLength(1)
  })

  test('one that cannot start again stays; the others are restarted', async () => {
    const { runs, stopped, tell } = running({ refused: ['two'] })
    const { failed } = await runs.restart(['one', 'two'], tell, signal)
    expect(stopped).toEqual(['c-one'])
    expect(failed.map(({ service: id }) => id)).toEqual(['two', 'one'])
  })

  test('the passwords cannot be read: what needs none is restarted', async () => {
    const { runs, stopped, tell } = running({ secrets: never })
    const { failed } = await runs.restart(['one', 'two'], tell, signal)
    expect(stopped).toEqual(['c-two'])
    expect(failed.map(({ service: id, trouble }) => [id, trouble.why])).toEqual([
      ['one', 'The passwords are damaged.'],
      ['two', undefined],
    ])
  })

  test.each([
    ['the passwords cannot be read', { secrets: never }],
    ['its files cannot be used', { refused: ['one'] }],
    ['its image is gone', { images: [] }],
  ])('reset, when %s', async (_, outside) => {
    const { context, services, stopped, tell } = running(outside)
    const [one] = services
    if (!one) throw new Error('no service')
    await expect(reset(context, one, tell, signal)).rejects.toThrow(
      'ONE was not reset, because it could not be started again.',
    )
    expect(stopped).toEqual([])
  })
})

test('stopping needs no room: what cannot be noted is told, and all is stopped', async () => {
  const full = new MaculaError({
    kind: 'failed',
    what: 'wanted.json could not be written.',
    why: 'The disk is full.',
  })
  const { runs, stopped, told, tell } = running({ unwant: () => Promise.reject(full) })
  const result = await runs.stop(['one', 'two', 'three'], { also: false, remove: false }, tell, signal)
  expect(result).toMatchObject({ ok: true, done: expect.arrayContaining(['one', 'two', 'three']) as unknown })
  expect(stopped.sort()).toEqual(['c-one', 'c-three', 'c-two'])
  expect(told.flatMap((event) => (event.kind === 'note' ? [event.says] : []))).toEqual([
    'It could not be recorded that they are stopped on purpose: wanted.json could not be written. The disk is full.',
  ])
})
