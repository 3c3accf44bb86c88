import { describe, expect, test } from 'vitest'
import type { ServiceRecord } from '../../../main/engine/adapters.ts'
import type { RunContext } from '../../../main/engine/run/context.ts'
import { keepFailures, keepUnhealthy } from '../../../main/engine/run/failures.ts'
import type { Trouble } from '../../../main/model/errors.ts'
import { UNHEALTHY, type Failure } from '../../../main/model/fixes.ts'
import type { ContainerSeen } from '../../../main/model/observation.ts'

/** What is remembered of how a service's starts ended, so that a fix that did not help is not offered again. */

const ended: Failure = { says: 'It ended.', times: 1, anew: false }
const ill: Failure = { says: UNHEALTHY, times: 1, anew: false }
const trouble = (kind: Trouble['kind']): Trouble => ({ kind, what: 'It ended.' })

/** The record of one service, and its container's health. */
function world(failed: Failure | undefined, health: ContainerSeen['health'] | 'absent', isFull = false) {
  const record = new Map<string, ServiceRecord>()
  if (failed) record.set('web', { volumes: ['v'], failed })
  const did = { kept: 0, looked: 0 }
  const context = {
    adapters: {
      record: {
        read: () => Promise.resolve(new Map(record)),
        keep: (changes: ReadonlyMap<string, ServiceRecord>) => {
          did.kept += 1
          if (isFull) return Promise.reject(new Error('The disk is full.'))
          for (const [id, one] of changes) record.set(id, one)
          return Promise.resolve()
        },
      },
    },
    truth: {
      seen: {
        containers: health === 'absent' ? new Map() : new Map([['web', { health }]]),
        expected: new Map([['web', { config: 'c1' }]]),
      },
      observe: { failures: () => Promise.resolve(void (did.looked += 1)) },
    },
  } as unknown as RunContext
  return { context, record, did }
}

describe('after a start', () => {
  test.each<
    readonly [
      string,
      { before?: Failure; health?: ContainerSeen['health']; trouble?: Trouble; anew?: boolean },
      Failure | undefined,
    ]
  >([
    ['its first failure', { trouble: trouble('failed') }, ended],
    ['the same once more', { before: ended, trouble: trouble('failed') }, { ...ended, times: 2 }],
    [
      'the same although it was made anew',
      { before: ended, trouble: trouble('failed'), anew: true },
      { ...ended, times: 2, anew: true },
    ],
    ['another failure than before', { before: ill, trouble: trouble('failed') }, ended],
    ['it works: what was before is forgotten', { before: ended }, undefined],
    ['it works, and nothing was known', {}, undefined],
    [
      'it answers while its own health check fails: that stays known',
      { before: ill, health: 'unhealthy' },
      ill,
    ],
    [
      'it answers, and its health is not known yet: that stays known',
      { before: ill, health: 'starting' },
      ill,
    ],
    ['its health is well again: forgotten', { before: ill, health: 'healthy' }, undefined],
    [
      'it was made anew for its health: that is noted, whatever its health is at once',
      { before: ill, health: 'healthy', anew: true },
      { ...ill, anew: true },
    ],
    ['it works after it was made anew for another end', { before: ended, anew: true }, undefined],
    ['it was interrupted', { before: ended, trouble: trouble('refused') }, ended],
    ['Docker is to blame', { before: ended, trouble: trouble('outside') }, ended],
  ])('%s', async (_, { before, health = 'none', trouble: end, anew = false }, after) => {
    const { context, record, did } = world(before, health)
    await keepFailures(context, new Map([['web', end]]), new Set(anew ? ['web'] : []))
    expect(record.get('web')?.failed).toEqual(after)
    // What else is known of the service stays, and nothing is written for nothing.
    if (before) expect(record.get('web')?.volumes).toEqual(['v'])
    else if (after) expect(record.get('web')?.volumes).toEqual([])
    const isChanged = JSON.stringify(before) !== JSON.stringify(after)
    expect(did).toEqual(isChanged ? { kept: 1, looked: 1 } : { kept: 0, looked: 0 })
  })

  describe('that left no container', () => {
    const words = {
      what: 'web cannot be created.',
      why: 'Compose says: no such capability',
      todo: 'Repair it.',
    }
    const told = (kind: Trouble['kind'], more: object = words): Trouble => ({
      kind,
      what: 'It ended.',
      ...more,
    })
    test.each<readonly [string, Trouble | undefined, Failure | undefined, object | undefined]>([
      ['it was refused', told('failed'), undefined, { ...words, config: 'c1' }],
      ['its image did not come', told('outside'), undefined, { ...words, config: 'c1' }],
      ['a file of it is wrong', told('invalid'), undefined, { ...words, config: 'c1' }],
      ['without more words', told('failed', {}), undefined, { what: 'It ended.', config: 'c1' }],
      ['it was interrupted', told('refused'), undefined, undefined],
      ['another actor had the lock', told('busy'), undefined, undefined],
    ])('%s', async (_, end, before, unmade) => {
      const { context, record } = world(before, 'absent')
      await keepFailures(context, new Map([['web', end]]), new Set())
      expect(record.get('web')?.failed?.unmade).toEqual(unmade)
    })

    test('words of a start before are gone once it is made', async () => {
      const before: Failure = { ...ended, unmade: words }
      const { context, record } = world(before, 'none')
      await keepFailures(context, new Map([['web', trouble('failed')]]), new Set())
      expect(record.get('web')?.failed).toEqual({ ...ended, times: 2 })
      await keepFailures(context, new Map([['web', undefined]]), new Set())
      expect(record.get('web')?.failed).toBeUndefined()
    })
  })

  test('a record that cannot be written is no failure', async () => {
    const { context } = world(undefined, 'none', true)
    await keepFailures(context, new Map([['web', trouble('failed')]]), new Set())
  })
})

describe('before a restart', () => {
  test.each<readonly [string, ContainerSeen['health'], Failure | undefined, Failure | undefined]>([
    ['one that is ill is known to have been restarted for it', 'unhealthy', undefined, ill],
    ['once more', 'unhealthy', ill, { ...ill, times: 2 }],
    ['one that is well is not', 'healthy', undefined, undefined],
    ['one without a check is not', 'none', ended, ended],
  ])('%s', async (_, health, before, after) => {
    const { context, record, did } = world(before, health)
    await keepUnhealthy(context, ['web', 'other'])
    expect(record.get('web')?.failed).toEqual(after)
    expect(record.has('other')).toBe(false)
    expect(did.kept).toBe(health === 'unhealthy' ? 1 : 0)
  })

  test('a record that cannot be written keeps nobody from restarting', async () => {
    const { context } = world(undefined, 'unhealthy', true)
    await keepUnhealthy(context, ['web'])
  })
})
