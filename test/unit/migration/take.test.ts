import { describe, expect, test } from 'vitest'
import { entriesSince, giveBack } from '../../../main/engine/migration/back.ts'
import { foundNow } from '../../../main/engine/migration/found.ts'
import { openKeeping } from '../../../main/engine/migration/journal.ts'
import { take } from '../../../main/engine/migration/take.ts'
import { setupSteps, viewOf } from '../../../main/engine/migration/view.ts'
import type { Change, LedgerEntry, RootOutcome } from '../../../main/model/change.ts'
import { everythingOf, type MigrationChoice, type MigrationEvent } from '../../../main/model/migration.ts'
import { setupItems } from '../cli/stand-in.ts'
import { oldMachine, theirs } from './fake.ts'

const NOW = 1_700_000_000_000

function bench() {
  const { world, migration } = oldMachine()
  const told: MigrationEvent[] = []
  const root = {
    apply(changes: readonly Change[]): Promise<RootOutcome> {
      world.said.push(`root ${changes.map(({ id }) => id).join(' ')}`)
      if (world.outcome) return Promise.resolve(world.outcome)
      for (const { id } of changes) world.there.delete(id)
      return Promise.resolve({
        kind: 'done',
        steps: changes.map(({ id }) => ({
          change: id,
          verb: 'remove',
          target: id,
          result: 'done',
          says: '',
        })),
      })
    },
  }
  return {
    world,
    migration,
    told,
    view: async () => await viewOf(migration, world.journal, []),
    all: async (): Promise<MigrationChoice> => everythingOf(await viewOf(migration, world.journal, [])),
    go: async (choice: MigrationChoice, signal = new AbortController().signal) =>
      await take(
        { migration, root, keeping: await openKeeping(migration.journal, () => NOW), now: () => NOW },
        choice,
        (event) => void told.push(event),
        signal,
      ),
    back: async (
      entries: readonly LedgerEntry[] = [],
      stuck?: { readonly kind: 'failed'; readonly what: string },
      abort?: AbortController,
    ) => {
      let open = [...entries]
      return await giveBack(
        {
          migration,
          keeping: await openKeeping(migration.journal, () => NOW),
          stopOurs: () => {
            world.said.push('stop ours')
            abort?.abort()
            return Promise.resolve(stuck)
          },
          root: {
            ledger: () => Promise.resolve(open),
            undo(ids) {
              world.said.push(`undo ${(ids ?? []).join(' ')}`)
              if (world.outcome) return Promise.resolve(world.outcome)
              open = open.filter(({ id }) => ids?.includes(id) !== true)
              return Promise.resolve({ kind: 'done', steps: [] })
            },
          },
        },
        (event) => void told.push(event),
        (abort ?? new AbortController()).signal,
      )
    },
  }
}

describe('taking over', () => {
  test('is data while they rest, then theirs, then root once and last', async () => {
    const { world, all, go } = bench()
    const result = await go(await all())
    expect(result).toMatchObject({ ok: true, left: [] })
    expect(world.said).toEqual([
      'rest',
      'copy registry',
      'copy grafana',
      'take compose-infrastructure',
      'take cluster-macula-dev',
      'take forwarders-own',
      'root before-dnsmasq before-hosts',
    ])
    expect(world.there.size).toBe(0)
    expect(world.journal.steps.map(({ id, state }) => `${id} ${state}`)).toEqual([
      'compose-infrastructure done',
      'cluster-macula-dev done',
      'forwarders-own done',
    ])
    expect(world.journal.since).toBe(NOW)
  })

  test('what ran is known though it rested before it was written down', async () => {
    const { world, all, go } = bench()
    await go(await all())
    expect(world.journal.steps[0]?.kept).toMatchObject({ ran: true })
  })

  test('a copy that fails leaves everything as it was, and says how to go on without it', async () => {
    const { world, all, go } = bench()
    world.dataFails = 'registry'
    const result = await go(await all())
    expect(result.ok).toBe(false)
    expect(result.trouble).toMatchObject({ what: 'A blob differs.' })
    expect(result.trouble?.todo).toContain('maculactl migrate --without registry')
    expect(world.said).toEqual(['rest', 'copy registry', 'run again'])
    expect(world.journal.steps).toEqual([])
    expect(world.there.size).toBe(5)
  })

  test('too little room is told before anything rests', async () => {
    const { world, all, go } = bench()
    world.free = 3999
    const result = await go(await all())
    expect(result.trouble?.what).toContain('not enough space')
    expect(world.said).toEqual([])
  })

  test.each([4000, undefined])('enough room, or none that is known (%s), is no reason', async (free) => {
    const { world, all, go } = bench()
    world.free = free
    expect((await go(await all())).ok).toBe(true)
  })

  test('a store that may not be taken is told with its reason before anything rests', async () => {
    const { world, all, go } = bench()
    const choice = { ...(await all()), data: ['registry'] as const }
    world.measured = { kind: 'refused', trouble: { kind: 'failed', what: 'Version 9 is not known.' } }
    expect((await go(choice)).trouble?.what).toBe('Version 9 is not known.')
    expect(world.said).toEqual([])
  })

  test('who may write to a store meanwhile is told before anything rests, and what to do in two lines', async () => {
    const { world, all, go } = bench()
    if (world.measured.kind === 'found') world.measured = { ...world.measured, writers: ['backup-writer'] }
    const { trouble } = await go(await all())
    expect(trouble?.what).toBe('the registry are not taken over: backup-writer runs and may write to them.')
    expect(trouble?.todo?.split('\n')).toEqual([
      'docker stop backup-writer stops it.',
      'maculactl migrate --without registry leaves this store out.',
    ])
    expect(world.said).toEqual([])
  })

  test('what ours was moved to is told at the end, also when a later store failed', async () => {
    const { world, all, go } = bench()
    const registry = { from: 'macula_registry', to: 'macula_registry_before-20261127-0034' }
    const grafana = { from: 'macula_grafana', to: 'macula_grafana_before-20261127-0034' }
    world.movedAside = new Map([
      ['registry', [registry]],
      ['grafana', [grafana]],
    ])
    world.dataFails = 'grafana'
    expect((await go(await all())).aside).toEqual([registry])
    world.dataFails = undefined
    expect((await go(await all())).aside).toEqual([registry, grafana])
  })

  describe('two projects with the same store', () => {
    function two() {
      const all = bench()
      Object.assign(all.migration, {
        projects: () => Promise.resolve([theirs, { ...theirs, project: 'my-infrastructure' }]),
      })
      return all
    }

    test.each([
      ['data alone', () => []],
      [
        'both are taken over',
        (steps: MigrationChoice['steps']) => [...steps, { ...steps[0]!, id: 'compose-my-infrastructure' }],
      ],
    ])('%s: neither replaces the other, and nothing rests', async (_, of) => {
      const { world, all, go } = two()
      const { steps } = await all()
      const { trouble } = await go({ steps: of(steps), left: [], data: ['registry'] })
      expect(trouble?.what).toContain('infrastructure and my-infrastructure')
      expect(trouble?.todo).toContain('--without compose-my-infrastructure')
      expect(world.said).toEqual([])
    })

    test('the one that is taken over is meant, by its whole name', async () => {
      const { world, all, go } = two()
      const { steps } = await all()
      await go({ steps: steps.slice(0, 1), left: [], data: ['registry'] })
      expect(world.journal.data.map(({ project }) => project)).toEqual(['infrastructure'])
      expect(world.said).toEqual(['rest', 'copy registry', 'take compose-infrastructure'])
    })
  })

  test('only data: theirs run again afterwards, nothing else is done', async () => {
    const { world, go } = bench()
    const result = await go({ steps: [], left: [], data: ['grafana'] })
    expect(result.ok).toBe(true)
    expect(world.said).toEqual(['rest', 'copy grafana', 'run again'])
  })

  test('data that was taken is not taken again by itself while theirs rest', async () => {
    const { world, all, go, view } = bench()
    world.failsAt = 'compose-infrastructure'
    await go(await all())
    expect((await all()).data).toEqual([])
    expect((await view()).data.map(({ taken }) => taken?.says)).toEqual([
      '2 tags, all digests equal',
      '2 tags, all digests equal',
    ])
    expect(world.said).not.toContain('run again')
  })

  test('data of what runs on is taken again: after data alone', async () => {
    const { world, all, go } = bench()
    await go({ steps: [], left: [], data: ['registry', 'grafana'] })
    expect(world.journal.data).toEqual([])
    expect((await all()).data).toEqual(['registry', 'grafana'])
  })

  test('… after a later store failed, and theirs went on', async () => {
    const { world, all, go } = bench()
    world.dataFails = 'grafana'
    await go(await all())
    expect(world.said).toEqual(['rest', 'copy registry', 'copy grafana', 'run again'])
    expect((await all()).data).toEqual(['registry', 'grafana'])
  })

  test('… after it was given back, though another step could not be', async () => {
    const { world, all, go, back } = bench()
    await go(await all())
    world.failsAt = 'cluster-macula-dev'
    await back()
    expect(world.closed).toBe(false)
    expect(world.journal.data).toEqual([])
  })

  test('… after somebody started theirs by hand', async () => {
    const { world, all, go } = bench()
    world.failsAt = 'compose-infrastructure'
    await go(await all())
    world.startedAt = NOW + 1
    expect((await all()).data).toEqual(['registry', 'grafana'])
  })

  test('… after somebody removed them, who may have run them before; what our step removed is as it was taken', async () => {
    const { world, all, go } = bench()
    world.failsAt = 'compose-infrastructure'
    await go(await all())
    world.startedAt = undefined
    expect((await all()).data).toEqual([])
    // Ended before the step began: only the rest is known.
    world.journal = {
      ...world.journal,
      steps: world.journal.steps.map((step) => ({ ...step, id: 'rest-infrastructure' })),
    }
    expect((await all()).data).toEqual(['registry', 'grafana'])
  })

  test('what did not run before is no reason to take it again', async () => {
    const { world, all, go } = bench()
    world.running = false
    await go({ steps: [], left: [], data: ['registry', 'grafana'] })
    expect((await all()).data).toEqual([])
  })

  test.each([
    ['data alone', (choice: MigrationChoice) => ({ ...choice, steps: [] })],
    [
      'compose left out',
      (choice: MigrationChoice) => ({
        ...choice,
        steps: choice.steps.filter(({ part }) => part !== 'compose'),
      }),
    ],
    ['everything', (choice: MigrationChoice) => choice],
  ])('killed while they rest (%s), --back knows what ran', async (_, of) => {
    const { world, migration, all, go, back } = bench()
    const choice = of(await all())
    const kept: unknown[] = []
    const spy = migration.data.map((move) => ({
      ...move,
      take: async (...args: Parameters<typeof move.take>) => {
        kept.push(structuredClone(world.journal))
        return await move.take(...args)
      },
    }))
    Object.assign(migration, { data: spy })
    await go(choice)
    // The journal as it was on disk while the copy went.
    const journal = kept[0] as typeof world.journal
    expect(journal.steps).toMatchObject([{ part: 'compose', state: 'begun', kept: { ran: true } }])
    world.journal = journal
    world.said.length = 0
    await back()
    expect(world.said).toContain('give compose-infrastructure')
  })

  test('nothing is left to give back where theirs run again', async () => {
    const { world, go } = bench()
    await go({ steps: [], left: [], data: ['grafana'] })
    expect(world.journal).toEqual({ steps: [], data: [] })
  })

  test('what does not start again is told with the first reason, and --back has it', async () => {
    const { world, all, go } = bench()
    world.dataFails = 'registry'
    world.stuck = { kind: 'failed', what: 'macula-loki cannot be started.' }
    const result = await go(await all())
    expect(result.trouble).toMatchObject({ what: 'A blob differs.', why: 'macula-loki cannot be started.' })
    expect(result.trouble?.todo).toContain('migrate --back starts the old containers again')
    expect(world.journal.steps.map(({ id }) => id)).toEqual(['rest-infrastructure'])
  })

  test('… after their data alone was taken too', async () => {
    const { world, go } = bench()
    world.stuck = { kind: 'failed', what: 'macula-loki cannot be started.' }
    const result = await go({ steps: [], left: [], data: ['grafana'] })
    expect(result).toMatchObject({ ok: false, trouble: { why: 'macula-loki cannot be started.' } })
  })

  test('a take-over that was given up has no begin any more: later changes are not its own', async () => {
    const { world, all, go } = bench()
    world.dataFails = 'registry'
    await go(await all())
    expect(world.journal.since).toBeUndefined()
  })

  test('what root was asked for keeps its begin, though every step is given back', async () => {
    const { world, all, go } = bench()
    await go({ ...(await all()), data: [] })
    const keeping = await openKeeping(
      { ...bench().migration.journal, read: () => Promise.resolve(world.journal) },
      () => 0,
    )
    for (const { id } of keeping.read().steps) await keeping.forget(id)
    expect(keeping.read()).toMatchObject({ since: NOW, steps: [] })
  })

  test.each(['compose-infrastructure', 'cluster-macula-dev', 'forwarders-own'])(
    'interrupted at %s it is kept as begun, and the next run goes on there',
    async (id) => {
      const { world, all, go } = bench()
      world.failsAt = id
      const first = await go({ ...(await all()), data: [] })
      expect(first.ok).toBe(false)
      expect(world.journal.steps.at(-1)).toMatchObject({ id, state: 'begun', kept: { of: id } })
      expect(world.said.some((one) => one.startsWith('root'))).toBe(false)
      world.failsAt = ''
      const second = await go({ ...(await all()), data: [] })
      expect(second.ok).toBe(true)
      expect(world.there.size).toBe(0)
      expect(world.journal.steps.every(({ state }) => state === 'done')).toBe(true)
    },
  )

  test('a Ctrl-C ends it between two steps', async () => {
    const { world, all, go, told } = bench()
    const abort = new AbortController()
    const choice = { ...(await all()), data: [] }
    const push = told.push.bind(told)
    told.push = (...events) => {
      if (events[0]?.kind === 'done') abort.abort()
      return push(...events)
    }
    const result = await go(choice, abort.signal)
    expect(result.trouble?.kind).toBe('refused')
    expect(world.said).toEqual(['take compose-infrastructure'])
  })

  test('a step that means more by now is not done', async () => {
    const { world, all, go } = bench()
    const choice = { ...(await all()), data: [] }
    world.more.set('compose-infrastructure', 'container shop-db (postgres:16) is removed')
    const result = await go(choice)
    expect(result.trouble?.why).toContain('shop-db')
    expect(world.said).toEqual([])
  })

  test('that theirs rest for their data is no more than was shown; what ran is stopped and removed', async () => {
    const { world, all, go } = bench()
    const choice = await all()
    expect(choice.steps[0]?.effects[0]).toContain('is stopped and removed')
    const result = await go({ ...choice, data: ['registry'] })
    expect(result).toMatchObject({ ok: true })
    expect(world.said).not.toContain('run again')
    expect(world.said.at(-1)).toBe('root before-dnsmasq before-hosts')
  })

  test('what was shown as stopped and runs by now means more', async () => {
    const { world, all, go } = bench()
    world.running = false
    const choice = { ...(await all()), data: [] }
    world.running = true
    expect((await go(choice)).trouble?.why).toContain('is stopped and removed')
    expect(world.said).toEqual([])
  })

  test('what was left out is told with its price; the rest is done', async () => {
    const { world, all, go } = bench()
    const choice = await all()
    const result = await go({
      data: [],
      steps: choice.steps.filter(({ part }) => part !== 'hosts'),
      left: choice.steps.filter(({ part }) => part === 'hosts'),
    })
    expect(result).toMatchObject({
      ok: true,
      left: [{ id: 'before-hosts', because: 'it was left out', without: 'before-hosts stays' }],
    })
    expect([...world.there]).toEqual(['before-hosts'])
  })

  test('a refused prompt leaves what needed none, and says what does not work', async () => {
    const { world, all, go } = bench()
    world.outcome = { kind: 'refused', how: 'denied', says: 'The password was not accepted.' }
    const result = await go({ ...(await all()), data: [] })
    expect(result.trouble?.kind).toBe('refused')
    expect(result.done.map(({ id }) => id)).toEqual([
      'compose-infrastructure',
      'cluster-macula-dev',
      'forwarders-own',
    ])
    expect(result.left.map(({ id, without }) => `${id}: ${without}`)).toEqual([
      'before-dnsmasq: before-dnsmasq stays',
      'before-hosts: before-hosts stays',
    ])
  })

  test('of root’s steps one may fail alone', async () => {
    const { world, all, go } = bench()
    world.outcome = {
      kind: 'done',
      steps: [
        { change: 'before-dnsmasq', verb: 'remove', target: '/etc/x', result: 'done', says: '' },
        {
          change: 'before-hosts',
          verb: 'lines',
          target: '/etc/hosts',
          result: 'failed',
          says: 'line 3 is not what was shown',
        },
      ],
    }
    const result = await go({ ...(await all()), data: [] })
    expect(result.ok).toBe(false)
    expect(result.left).toMatchObject([
      { id: 'before-hosts', because: '/etc/hosts: line 3 is not what was shown' },
    ])
  })
})

const entry = (id: string, at: number, more: Partial<LedgerEntry> = {}): LedgerEntry => ({
  id,
  change: 'before-dnsmasq',
  title: 'Names',
  at,
  verb: 'remove',
  target: `/etc/${id}`,
  state: 'applied',
  drift: 'none',
  undoable: true,
  ...more,
})

describe('giving back', () => {
  test('ours stops, root undoes, then the parts in the opposite order; the journal is closed', async () => {
    const { world, all, go, back } = bench()
    await go(await all())
    world.said.length = 0
    const result = await back([entry('7', NOW + 5000), entry('8', NOW + 6000)])
    expect(result).toMatchObject({ ok: true, left: [] })
    expect(world.said).toEqual([
      'stop ours',
      'undo 7 8',
      'give forwarders-own',
      'give cluster-macula-dev',
      'give compose-infrastructure',
    ])
    expect(world.closed).toBe(true)
  })

  test('nothing is given back while ours cannot stop', async () => {
    const { world, all, go, back } = bench()
    await go(await all())
    world.said.length = 0
    const result = await back([], { kind: 'failed', what: 'Grafana does not stop.' })
    expect(result.trouble?.what).toBe('Grafana does not stop.')
    expect(world.said).toEqual(['stop ours'])
  })

  test('a Ctrl-C while ours stop ends it there: nothing is claimed, root is not asked', async () => {
    const { world, all, go, back, told } = bench()
    await go(await all())
    world.said.length = 0
    told.length = 0
    const result = await back([entry('7', NOW)], undefined, new AbortController())
    expect(result).toMatchObject({ ok: false, done: [], trouble: { kind: 'refused' } })
    expect(told.filter(({ kind }) => kind === 'done')).toEqual([])
    expect(world.said).toEqual(['stop ours'])
    expect(world.closed).toBe(false)
  })

  test('what root had begun when it was killed is undone too', async () => {
    const { world, all, go, back } = bench()
    await go(await all())
    world.said.length = 0
    await back([entry('7', NOW), entry('8', NOW, { state: 'unfinished' })])
    expect(world.said).toContain('undo 7 8')
  })

  test('what fails is told, the rest goes on, and the next run does only what is left', async () => {
    const { world, all, go, back } = bench()
    await go({ ...(await all()), data: [] })
    world.failsAt = 'cluster-macula-dev'
    const first = await back()
    expect(first.ok).toBe(false)
    expect(first.left.map(({ id }) => id)).toEqual(['cluster-macula-dev'])
    expect(world.closed).toBe(false)
    world.failsAt = ''
    world.said.length = 0
    expect((await back()).ok).toBe(true)
    expect(world.said).toEqual(['stop ours', 'give cluster-macula-dev'])
    expect(world.closed).toBe(true)
  })

  test('a refused prompt leaves root’s changes, and what they hid comes back all the same', async () => {
    const { world, all, go, back } = bench()
    await go({ ...(await all()), data: [] })
    world.outcome = { kind: 'refused', how: 'denied', says: 'The password was not accepted' }
    const result = await back([entry('7', NOW)])
    expect(result.left).toMatchObject([{ id: '7', because: 'The password was not accepted.' }])
    expect(world.there.has('compose-infrastructure')).toBe(true)
    expect(world.closed).toBe(false)
  })

  test('a file that somebody else edited is left, with the command that gives its lines back all the same', async () => {
    const { world, all, go, back } = bench()
    await go({ ...(await all()), data: [] })
    const mine = entry('7', NOW)
    world.outcome = {
      kind: 'done',
      steps: [
        {
          change: mine.change,
          verb: 'lines',
          target: mine.target,
          result: 'failed',
          says: 'changed by somebody else since; left alone until you say otherwise',
        },
      ],
    }
    const { left } = await back([mine])
    expect(left[0]?.because).toBe(
      `changed by somebody else since; left alone until you say otherwise. maculactl undo ${mine.change} --even-if-drifted brings it back nevertheless`,
    )
  })

  test('half a step is given back too', async () => {
    const { world, all, go, back } = bench()
    world.failsAt = 'compose-infrastructure'
    await go({ ...(await all()), data: [] })
    world.failsAt = ''
    world.said.length = 0
    await back()
    expect(world.said).toContain('give compose-infrastructure')
  })

  test('of root’s changes only those since the take-over began, in whole seconds, and of one’s own', () => {
    const since = NOW + 700
    const all = [
      entry('1', NOW - 1000),
      entry('2', NOW),
      entry('3', NOW + 9000, { state: 'undone' }),
      entry('4', NOW + 9000, { undoable: false }),
      entry('5', NOW + 9000),
      entry('6', NOW + 9000, { state: 'unfinished' }),
    ]
    expect(entriesSince(all, since).map(({ id }) => id)).toEqual(['2', '5', '6'])
    expect(entriesSince(all, undefined)).toEqual([])
  })
})

describe('what is shown', () => {
  test('steps of root come last, with set-up’s own, which is shown as it is', async () => {
    const { migration, world } = bench()
    const { steps } = await viewOf(migration, world.journal, setupItems)
    expect(steps.map(({ id }) => id)).toEqual([
      'compose-infrastructure',
      'cluster-macula-dev',
      'forwarders-own',
      'before-dnsmasq',
      'before-hosts',
      'tools',
      'low-ports',
    ])
  })

  test('a list of names says that those of zones that come need root once more; nothing else does', async () => {
    const { migration, world } = bench()
    const block = { verb: 'block', path: '/etc/hosts', content: '127.0.0.4 grafana.macula.local\n' } as const
    const change = {
      id: 'route-hosts',
      title: 'List names',
      reason: 'r',
      price: 'Each name.',
      verbs: [block],
      commands: [],
    }
    const items = [{ change, state: 'to do', says: '' }] as const
    const zones = { ...migration.data[0]!, id: 'powerdns' as const }
    const pricesOf = async (data: typeof migration.data) =>
      (await viewOf({ ...migration, data }, world.journal, items)).steps.map(({ price = '' }) =>
        price.includes('root once more'),
      )
    expect((await pricesOf([zones])).lastIndexOf(true)).toBe((await pricesOf([zones])).length - 1)
    expect((await pricesOf([zones])).filter(Boolean)).toHaveLength(1)
    expect(await pricesOf([])).not.toContain(true)
  })

  test('set-up’s changes alone are no reason for a take-over', async () => {
    const { migration, world } = bench()
    world.there.clear()
    expect((await viewOf(migration, world.journal, setupItems)).steps).toEqual([])
    expect(setupSteps(setupItems).map(({ id }) => id)).toEqual(['tools', 'low-ports'])
  })

  test('what set-up would take out by itself is not done twice', async () => {
    const { migration, world } = bench()
    const verb = { verb: 'remove', path: '/etc/dnsmasq.d/macula.conf', shown: '3'.repeat(64) } as const
    const item = (id: string, verbs: Change['verbs']) =>
      ({ change: { id, title: id, reason: 'r', verbs, commands: [] }, state: 'to do', says: '' }) as const
    const { steps } = await viewOf(migration, world.journal, [
      item('the-same', [verb]),
      item('more', [
        verb,
        { verb: 'remove', path: '/etc/NetworkManager/conf.d/dnsmasq.conf', shown: '3'.repeat(64) },
      ]),
    ])
    expect(steps.map(({ id }) => id).slice(-2)).toEqual(['before-hosts', 'more'])
  })

  test('lines of the hosts file alone are no old world, but the rest of one that was begun', async () => {
    const { migration, world } = bench()
    world.there.clear()
    world.there.add('before-hosts')
    const alone = await viewOf(migration, world.journal, setupItems)
    expect(alone).toMatchObject({ found: [], steps: [] })
    expect(await foundNow(migration)).toEqual([])
    const begun = await viewOf(migration, { ...world.journal, since: NOW }, [])
    expect(begun.steps.map(({ id }) => id)).toEqual(['before-hosts'])
    world.there.add('forwarders-own')
    expect((await foundNow(migration)).map(({ id }) => id)).toEqual(['forwarders', 'hosts'])
  })

  test('a store that cannot be looked at does not hide the others', async () => {
    const { migration, world } = bench()
    const [first, second] = migration.data
    const broken = { ...first!, measure: () => Promise.reject(new Error('no Docker')) }
    const view = await viewOf({ ...migration, data: [broken, second!] }, world.journal, [])
    expect(view.data.map(({ measured }) => measured.kind)).toEqual(['refused', 'found'])
  })
})
