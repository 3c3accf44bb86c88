import { describe, expect, test } from 'vitest'
import {
  activityFaces,
  activityVerbs,
  bounded,
  groupOf,
  isChosen,
  servicesOf,
  withoutTwice,
  type ActivityEntry,
} from '../../../main/model/activity.ts'
import {
  LASTING_MS,
  learn,
  MOST_CHANGES,
  newsOf,
  nothingKnown,
  type Known,
  type Seen,
} from '../../../main/model/activity-known.ts'
import { isVpn, sayDate, sayEntry, searchText } from '../../../main/model/activity-words.ts'
import { SETTLING_MS } from '../../../main/model/notices.ts'
import type { SharedCause, Snapshot, State } from '../../../main/model/snapshot.ts'
import { greenWorld, snapshotOf } from '../cli/worlds.ts'

const green = snapshotOf(greenWorld())
const at = green.at

function having(states: Readonly<Record<string, State>>, causes: readonly SharedCause[] = []): Snapshot {
  return {
    ...green,
    causes,
    services: green.services.map((view) => ({ ...view, state: states[view.id] ?? view.state })),
  }
}

const slow: SharedCause = {
  id: 'names',
  headline: { what: 'Names take 5.0 s.', why: 'tun0 came up 10:29', todo: '' },
  services: ['grafana'],
}

test.each([
  ['stop', 'off'],
  ['reset', 'off'],
  ['put back', 'off'],
  ['delete', 'off'],
  ['start', 'good'],
  ['pull', undefined],
] as const)('%s leaves a service %s, so that it is so is no news', (verb, was) => {
  const known = nothingKnown()
  const [by, result] = ['command line', 'done'] as const
  learn(known, { kind: 'run', at, verb, by, about: ['tempo'], failed: [], result, ms: 1 })
  expect(known.services.get('tempo')?.was).toBe(was)
})

interface Step extends Partial<Omit<Seen, 'snapshot' | 'busy'>> {
  readonly see: Snapshot
  readonly busy?: readonly string[]
}

/** What is written over some snapshots, each a minute after the one before, as few words. */
function written(steps: readonly Step[], known: Known = nothingKnown()): readonly string[] {
  const pending = new Map<string, number>()
  return steps.flatMap(({ see, busy = [], now, links = new Map(), first = false }, index) => {
    const { news } = newsOf(known, pending, {
      snapshot: see,
      links,
      busy: new Set(busy),
      now: now ?? at + index * 60_000,
      first,
    })
    for (const entry of news) learn(known, entry)
    return news.map((entry) =>
      entry.kind === 'trouble'
        ? `${entry.cause} ${entry.to === undefined ? 'begins' : `took ${entry.to - entry.from}`}`
        : entry.kind === 'network'
          ? `${entry.link} ${entry.was}>${entry.address}`
          : entry.kind === 'run'
            ? entry.verb
            : `${entry.kind} ${entry.service}`,
    )
  })
}

const run = (part: Partial<Extract<ActivityEntry, { kind: 'run' }>>): ActivityEntry => ({
  at,
  kind: 'run',
  verb: 'start',
  by: 'window',
  about: ['tempo'],
  failed: [],
  result: 'done',
  ms: 3000,
  ...part,
})

describe('what a snapshot tells', () => {
  test('what was so before we came is no news, what fails is', () => {
    expect(written([{ see: green }])).toEqual([])
    expect(written([{ see: having({ tempo: 'failed', loki: 'stopped' }) }])).toEqual(['failed tempo'])
  })

  test('a failure, its end and a stop by somebody else, each once', () => {
    expect(
      written([
        { see: green },
        { see: having({ tempo: 'failed' }) },
        { see: having({ tempo: 'failed' }) },
        { see: having({ tempo: 'starting' }) },
        { see: green },
        { see: green },
        { see: having({ loki: 'stopped' }) },
      ]),
    ).toEqual(['failed tempo', 'works tempo', 'stopped loki'])
  })

  test('what is not to be seen, and what a run works on, is left alone', () => {
    expect(
      written([
        { see: green },
        { see: having({ tempo: 'unknown', loki: 'stopping' }) },
        { see: having({ tempo: 'stopped' }), busy: ['tempo'] },
        { see: green },
      ]),
    ).toEqual([])
  })

  test('what was started a moment ago is given its time', () => {
    const young = having({ tempo: 'failed' })
    const see = { ...young, services: young.services.map((view) => ({ ...view, since: at })) }
    const known = nothingKnown()
    expect(written([{ see: green }, { see, now: at + SETTLING_MS - 1 }], known)).toEqual([])
    expect(written([{ see, now: at + SETTLING_MS }], known)).toEqual(['failed tempo'])
  })

  test('a shared trouble is told when it lasts, and when it is over with how long it was', () => {
    const steps = [
      { see: green, now: at },
      { see: having({}, [slow]), now: at + 1000 },
      { see: having({}, [slow]), now: at + 1000 + LASTING_MS },
      { see: having({}, [slow]), now: at + 60_000 },
      { see: green, now: at + 61_000 },
    ]
    expect(written(steps)).toEqual(['names begins', 'names took 60000'])
    expect(written([steps[0]!, steps[1]!, { see: green, now: at + 3000 }])).toEqual([])
  })

  test('while Docker does not answer nothing else is over', () => {
    const known = nothingKnown()
    learn(known, { at, kind: 'trouble', cause: 'names', what: '', why: '', from: at })
    const down: Snapshot = { ...green, docker: { kind: 'down', says: 'refused' } as Snapshot['docker'] }
    expect(written([{ see: down }], known)).toEqual([])
  })

  test('Docker that was away: services that come back with it make no entries, one that stays away does', () => {
    const all = (state: State): Readonly<Record<string, State>> =>
      Object.fromEntries(green.services.map(({ id }) => [id, state]))
    const cause: SharedCause = { id: 'docker', headline: { what: '', why: '', todo: '' }, services: [] }
    const away: Snapshot = {
      ...having(all('unknown'), [cause]),
      docker: { kind: 'down', code: 'absent', says: 'refused' },
    }
    expect(
      written([
        { see: green },
        { see: away },
        { see: away },
        { see: having(all('starting')) },
        { see: having({ tempo: 'starting' }) },
        { see: having({ tempo: 'failed' }) },
      ]),
    ).toEqual(['docker begins', 'docker took 120000', 'failed tempo'])
  })

  test('a port that another program has, of a service that answers another way, is told of that service, from and to', () => {
    const held = having({ tempo: 'degraded' })
    const see: Snapshot = {
      ...held,
      services: held.services.map((view) =>
        view.id === 'tempo'
          ? {
              ...view,
              ladder: view.ladder.map((rung) =>
                rung.id === 'forwarder'
                  ? {
                      ...rung,
                      state: 'round',
                      reason: 'nginx (pid 812) has port 80',
                      why: 'Nginx listens there.',
                    }
                  : rung,
              ),
            }
          : view,
      ),
    }
    const known = nothingKnown()
    const pending = new Map<string, number>()
    const entries = [see, see, green].flatMap((snapshot, index) => {
      const { news } = newsOf(known, pending, {
        snapshot,
        links: new Map(),
        busy: new Set(),
        now: at + index * LASTING_MS,
        first: false,
      })
      for (const entry of news) learn(known, entry)
      return news
    })
    expect(
      withoutTwice(entries).map((entry) => [servicesOf(entry), sayEntry(entry, (id) => id).title]),
    ).toEqual([[['tempo'], 'Tempo: nginx (pid 812) has port 80']])
    expect(entries.map((entry) => entry.kind === 'trouble' && (entry.to ?? 0) - entry.from)).toEqual([
      -at,
      2 * LASTING_MS,
    ])
    // As a cause of several it is told once, by the cause.
    const shared = { ...see, causes: [{ ...slow, id: 'ports' as const, services: ['tempo', 'loki'] }] }
    const marked: Snapshot = {
      ...shared,
      services: shared.services.map((view) => ({
        ...view,
        ladder: view.ladder.map((rung) => (rung.id === 'forwarder' ? { ...rung, cause: 'ports' } : rung)),
      })),
    }
    expect(written([{ see: marked }, { see: marked }])).toEqual(['ports begins'])
  })

  test('interfaces that come, go and change', () => {
    const home = ['wlan0', '10.0.0.5'] as const
    expect(
      written([
        { see: green, links: new Map([home]) },
        { see: green, links: new Map([home, ['tun0', '10.8.0.2']]) },
        { see: green, links: new Map([['wlan0', '192.168.1.9']]) },
      ]),
    ).toEqual(['tun0 >10.8.0.2', 'wlan0 10.0.0.5>192.168.1.9', 'tun0 10.8.0.2>'])
  })

  test('what flaps is not written down without end', () => {
    const known = nothingKnown()
    const steps = Array.from({ length: 100 }, (_, index) => ({
      see: having({ tempo: index % 2 === 0 ? 'works' : 'failed' }),
      now: at + index * 1000,
    }))
    const told = written(steps, known)
    expect(told.length).toBeLessThanOrEqual(MOST_CHANGES)
    // An hour later it is told again.
    expect(written([{ see: having({ tempo: 'failed' }), now: at + 4_000_000 }], known)).toHaveLength(1)
  })

  test('what flapped by a clock that was wrong keeps nothing from being written down by the right one', () => {
    const known = nothingKnown()
    const ahead = at + 365 * 86_400_000
    const steps = Array.from({ length: 40 }, (_, index) => ({
      see: having({ tempo: index % 2 === 0 ? 'works' : 'failed' }),
      now: ahead + index * 1000,
    }))
    written(steps, known)
    const told = [
      ...written([{ see: having({ tempo: 'works' }), now: at }], known),
      ...written([{ see: having({ tempo: 'failed' }), now: at + 60_000 }], known),
    ]
    expect(told).toHaveLength(1)
  })
})

test('an entry of a clock that was ahead says what that clock showed', () => {
  const clock = new Date(2028, 1, 3, 10, 42).getTime()
  const { says } = sayEntry({ at, clock, kind: 'works', service: 'tempo' }, (id) => id)
  expect(says).toBe('The clock of the machine was ahead: it showed 3 Feb 2028 10:42.')
})

describe('what a run leaves known', () => {
  test.each<[string, ActivityEntry, string | undefined]>([
    ['started', run({}), 'good'],
    ['failed', run({ failed: [{ service: 'tempo', reason: 'exit code 1' }], result: 'failed' }), 'bad'],
    ['stopped', run({ verb: 'stop' }), 'off'],
    ['not begun', run({ says: 'Docker does not answer.', result: 'failed' }), undefined],
    ['pulled', run({ verb: 'pull' }), undefined],
  ])('%s', (_, entry, was) => {
    const known = nothingKnown()
    learn(known, entry)
    expect(known.services.get('tempo')?.was).toBe(was)
  })
})

describe('a timeline without what it tells twice', () => {
  test('services of a run, within its time; a failure soon after is news', () => {
    const kept = withoutTwice([
      { at: at - 2000, kind: 'works', service: 'tempo' },
      { at: at - 1000, kind: 'failed', service: 'tempo', reason: '' },
      { at: at - 1000, kind: 'works', service: 'loki' },
      run({}),
      { at: at + 5000, kind: 'failed', service: 'tempo', reason: 'exit code 1' },
      { at: at + 60_000, kind: 'works', service: 'tempo' },
    ])
    expect(kept.map((entry) => `${entry.kind} ${'service' in entry ? entry.service : ''}`)).toEqual([
      'works loki',
      'run ',
      'failed tempo',
      'works tempo',
    ])
  })

  test('a trouble that is over is one entry', () => {
    const begin: ActivityEntry = { at, kind: 'trouble', cause: 'names', what: '', why: '', from: at }
    expect(withoutTwice([begin])).toHaveLength(1)
    expect(withoutTwice([begin, { ...begin, at: at + 9, to: at + 9 }])).toEqual([
      { ...begin, at: at + 9, to: at + 9 },
    ])
  })
})

test('every verb and face has words, and each entry one group', () => {
  for (const verb of activityVerbs)
    for (const by of activityFaces)
      for (const result of ['done', 'failed', 'interrupted', 'refused'] as const) {
        const entry = run({ verb, by, result })
        const { title, says } = sayEntry(entry, (id) => id)
        expect(title).not.toMatch(/\{\}|undefined/)
        expect(says).toMatch(/^[A-Z].*\.$/)
        expect(groupOf(entry)).toBe(result === 'failed' ? 'failed' : groupOf(run({ verb, by })))
      }
})

test('words of entries', () => {
  const title = (id: string): string => (id === 'tempo' ? 'Tempo' : id)
  const says = (entry: ActivityEntry): string => {
    const { title: head, says: more } = sayEntry(entry, title)
    return `${head} | ${more}`
  }
  expect(says(run({}))).toBe('Tempo started | From the window, 3.0 s.')
  expect(
    says(
      run({ result: 'failed', failed: [{ service: 'tempo', reason: 'exit code 1' }], by: 'command line' }),
    ),
  ).toBe('Start of Tempo failed | exit code 1. By maculactl, 3.0 s.')
  expect(says(run({ result: 'interrupted', left: ['loki', 'tempo'] }))).toBe(
    'Tempo started, then interrupted | Not started: loki and Tempo. From the window, 3.0 s.',
  )
  expect(says({ at, kind: 'network', link: 'tun0', address: '10.8.0.2', was: '' })).toBe(
    'tun0 (VPN) came up | It has 10.8.0.2.',
  )
  const docker = {
    kind: 'trouble',
    cause: 'docker',
    what: 'Docker does not answer.',
    why: 'Refused',
  } as const
  expect(says({ ...docker, at, from: at })).toMatch(/^Docker does not answer \| Refused\. Since/)
  expect(says({ ...docker, at, from: at - 27_900, to: at })).toMatch(
    /^Docker answers again after 27\.9 s \| Refused\./,
  )
  expect(searchText(run({}), title)).toContain('tempo started')
  expect(['tun0', 'wg1', 'tailscale0', 'eth0', 'wlan0'].map(isVpn)).toEqual([true, true, true, false, false])
})

test('what is chosen', () => {
  const entries = [run({ at: 5 }), { at: 7, kind: 'network', link: 'tun0', address: 'a', was: '' } as const]
  const chosen = (choice: Partial<Parameters<typeof isChosen>[1]>): number =>
    entries.filter((entry) => isChosen(entry, { services: [], groups: [], ...choice })).length
  expect(chosen({})).toBe(2)
  expect(chosen({ since: 6 })).toBe(1)
  expect(chosen({ services: ['tempo'] })).toBe(1)
  expect(chosen({ groups: ['network', 'started'] })).toBe(2)
  expect(chosen({ groups: ['failed'] })).toBe(0)
})

test('no text and no list in an entry grows without end', () => {
  const long = 'x'.repeat(1_000_000)
  const many = Array.from({ length: 10_000 }, (_, index) => `service-${index}`)
  const entries: readonly ActivityEntry[] = [
    run({ about: many, failed: many.map((service) => ({ service, reason: long })), says: long }),
    { at, kind: 'failed', service: long, reason: long },
    { at, kind: 'works', service: long },
    { at, kind: 'stopped', service: long },
    { at, kind: 'trouble', cause: 'names', what: long, why: long, from: at },
    { at, kind: 'network', link: long, address: long, was: long },
  ]
  for (const entry of entries) expect(JSON.stringify(bounded(entry)).length).toBeLessThan(100_000)
})

test('days as headings', () => {
  const noon = new Date(2026, 10, 27, 12).getTime()
  expect([0, 1, 2].map((ago) => sayDate(noon - ago * 86_400_000, noon))).toEqual([
    'Today',
    'Yesterday',
    'Wednesday 25 Nov',
  ])
})
