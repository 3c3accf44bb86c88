import { describe, expect, test } from 'vitest'
import {
  gathered,
  noticesOf,
  noticeBody,
  engineWords,
  noticeWords,
  type Notice,
  type NoticeInput,
  type NoticeMemory,
} from '../../../main/model/notices.ts'
import type { Snapshot, State } from '../../../main/model/snapshot.ts'
import { greenWorld, snapshotOf } from '../cli/worlds.ts'

const green = snapshotOf(greenWorld())
const all = { muted: false, failed: true, recovered: true, ready: true }

function having(states: Readonly<Record<string, State>>): Snapshot {
  return {
    ...green,
    services: green.services.map((view) => ({ ...view, state: states[view.id] ?? view.state })),
  }
}

interface Step {
  readonly see: Snapshot
  readonly busy?: readonly string[]
  readonly looking?: boolean
  readonly now?: number
}

const inputOf = (snapshot: Snapshot): NoticeInput => ({
  snapshot,
  busy: new Set(),
  notify: all,
  looking: false,
  now: snapshot.at,
})

/** What is said over a row of snapshots, as "kind: services". */
function said(steps: readonly Step[], notify = all): readonly string[] {
  let memory: NoticeMemory | undefined
  const words: string[] = []
  for (const { see, busy = [], looking = false, now = see.at } of steps) {
    const seen = noticesOf(memory, { snapshot: see, busy: new Set(busy), notify, looking, now })
    memory = seen.memory
    words.push(
      ...seen.notices.map(({ kind, services }) => `${kind}: ${services.map(({ id }) => id).join(',')}`),
    )
  }
  return words
}

describe('what is told', () => {
  test('what was so before we came is no news', () => {
    expect(said([{ see: having({ tempo: 'failed' }) }])).toEqual([])
  })

  test('a failure and its end', () => {
    expect(said([{ see: green }, { see: having({ tempo: 'failed' }) }, { see: green }])).toEqual([
      'failed: tempo',
      'recovered: tempo',
    ])
  })

  test('once, however often it is seen', () => {
    const red = having({ tempo: 'failed' })
    expect(said([{ see: green }, { see: red }, { see: red }, { see: red }])).toEqual(['failed: tempo'])
  })

  test('what somebody else starts is given a moment: its forwarder comes after its container', () => {
    const red = having({ tempo: 'failed' })
    const young: Snapshot = {
      ...red,
      services: red.services.map((view) => (view.id === 'tempo' ? { ...view, since: red.at - 2000 } : view)),
    }
    expect(said([{ see: green }, { see: young }, { see: green }])).toEqual([])
    // Told later although nothing changed.
    const seen = noticesOf(noticesOf(undefined, inputOf(green)).memory, inputOf(young))
    expect(seen).toMatchObject({ notices: [], settling: true })
    expect(said([{ see: green }, { see: young }, { see: young, now: red.at + 8001 }])).toEqual([
      'failed: tempo',
    ])
  })

  test('what was off and comes up by somebody else’s doing is no news, neither its way nor its end', () => {
    const off = having({ tempo: 'stopped' })
    const red = having({ tempo: 'failed' })
    expect(said([{ see: off }, { see: red }, { see: green }], { ...all, ready: false })).toEqual([])
    // Our own start that fails is.
    expect(said([{ see: off }, { see: off, busy: ['tempo'] }, { see: red }])).toEqual(['failed: tempo'])
  })

  test('a crash loop that goes through starting is one failure', () => {
    const red = having({ tempo: 'failed' })
    const again = having({ tempo: 'starting' })
    expect(said([{ see: green }, { see: red }, { see: again }, { see: red }, { see: again }])).toEqual([
      'failed: tempo',
    ])
  })

  test('a restart by the person is no recovery and no failure', () => {
    const busy = ['tempo']
    expect(
      said([
        { see: green },
        { see: having({ tempo: 'stopping' }), busy },
        { see: having({ tempo: 'starting' }), busy },
        { see: green },
      ]),
    ).toEqual([])
  })

  test('the person repairs it: no recovery is told', () => {
    expect(
      said([
        { see: having({ tempo: 'failed' }) },
        { see: having({ tempo: 'starting' }), busy: ['tempo'] },
        { see: having({ tempo: 'starting' }) },
        { see: green },
      ]),
    ).toEqual([
      'ready: ' +
        green.services
          .filter(({ state }) => state === 'works')
          .map(({ id }) => id)
          .join(','),
    ])
  })

  test('a start by the person that fails is told', () => {
    expect(
      said([
        { see: having({ tempo: 'stopped' }) },
        { see: having({ tempo: 'starting' }), busy: ['tempo'] },
        { see: having({ tempo: 'failed' }) },
      ]),
    ).toEqual(['failed: tempo'])
  })

  test('stopping is never news', () => {
    expect(said([{ see: green }, { see: having({ tempo: 'stopped' }) }])).toEqual([])
  })

  test('Docker away and back: unknown is no failure, its end is no recovery and not "ready"', () => {
    const unknown = having(Object.fromEntries(green.services.map(({ id }) => [id, 'unknown' as const])))
    expect(said([{ see: green }, { see: unknown }, { see: green }])).toEqual([])
  })

  test('not to somebody who works in the window, not when muted, not a kind that is off', () => {
    const red = having({ tempo: 'failed' })
    expect(said([{ see: green }, { see: red, looking: true }, { see: red }])).toEqual([])
    expect(said([{ see: green }, { see: red }], { ...all, muted: true })).toEqual([])
    expect(said([{ see: green }, { see: red }, { see: green }], { ...all, failed: false })).toEqual([
      'recovered: tempo',
    ])
  })
})

describe('what is remembered', () => {
  const works = green.services.filter(({ state }) => state === 'works').map(({ id }) => id)
  const ready = `ready: ${works.join(',')}`
  const red = having({ tempo: 'failed' })

  test('what somebody else started and then failed is news', () => {
    const off = having({ tempo: 'stopped' })
    expect(said([{ see: off }, { see: green }, { see: red }], { ...all, ready: false })).toEqual([
      'failed: tempo',
    ])
  })

  test('a service that is new and fails is no news: nobody saw it work', () => {
    const without = { ...green, services: green.services.filter(({ id }) => id !== 'tempo') }
    expect(said([{ see: without }, { see: red }])).toEqual([])
  })

  test('what a person did is over with its end: the next recovery is told', () => {
    const busy = ['tempo']
    expect(
      said([{ see: green }, { see: green, busy }, { see: green }, { see: red }, { see: green }]),
    ).toEqual(['failed: tempo', 'recovered: tempo'])
  })

  test('a first look while things start remembers nothing of them', () => {
    const { memory, notices, settling } = noticesOf(undefined, inputOf(having({ tempo: 'starting' })))
    expect([memory.still.has('tempo'), memory.still.get('grafana'), memory.ready]).toEqual([
      false,
      'good',
      false,
    ])
    expect(memory.touched).toEqual(new Set())
    expect([notices, settling]).toEqual([[], false])
  })

  const starting = (part: Partial<Snapshot['services'][number]>): Snapshot => ({
    ...red,
    services: red.services.map((view) => (view.id === 'tempo' ? { ...view, ...part } : view)),
  })
  test.each<readonly [string, Snapshot, boolean]>([
    ['its container is young', starting({ since: red.at - 9999 }), true],
    ['its container is old enough', starting({ since: red.at - 10_000 }), false],
    ['it works', starting({ state: 'works', since: red.at - 1 }), false],
  ])('a failure is waited for: %s', (_, see, settling) => {
    expect(noticesOf(undefined, inputOf(see)).settling).toBe(settling)
  })

  test('a failure without a container is told at once', () => {
    const services = red.services.map(({ since, ...view }) =>
      view.id === 'tempo' || since === undefined ? view : { ...view, since },
    )
    expect(said([{ see: green }, { see: { ...red, services } }])).toEqual(['failed: tempo'])
  })

  test.each<readonly [string, readonly Step[], readonly string[]]>([
    ['all work at last', [{ see: having({ tempo: 'starting' }) }, { see: green }], [ready]],
    [
      'all work, one with a problem',
      [{ see: having({ tempo: 'starting' }) }, { see: having({ tempo: 'degraded' }) }],
      [ready],
    ],
    ['a run goes on', [{ see: having({ tempo: 'starting' }) }, { see: green, busy: ['grafana'] }], []],
    [
      'they did before a run that changed nothing',
      [{ see: green }, { see: green, busy: ['tempo'] }, { see: green }],
      [],
    ],
    ['one is stopped', [{ see: having({ tempo: 'starting' }) }, { see: having({ tempo: 'stopped' }) }], []],
  ])('"ready": %s', (_, steps, wanted) => expect(said(steps)).toEqual(wanted))

  test('nothing that is set up is not "ready"', () => {
    const none = having(Object.fromEntries(green.services.map(({ id }) => [id, 'not set up' as const])))
    expect(said([{ see: having({ tempo: 'starting' }) }, { see: none }])).toEqual([])
  })
})

describe('storms', () => {
  const of = (kind: Notice['kind'], ...ids: readonly string[]): Notice => ({
    kind,
    services: ids.map((id) => ({ id, title: id, reason: 'exit code 1' })),
  })

  test('eleven failures within a moment are one', () => {
    const many = Array.from({ length: 11 }, (_, index) => of('failed', `s${index}`))
    const [one, ...more] = gathered(many)
    expect(more).toEqual([])
    expect(one && noticeWords(one).title).toBe('11 services failed')
  })

  test('what failed and came back meanwhile is not told', () => {
    expect(gathered([of('failed', 'a'), of('recovered', 'a')])).toEqual([])
  })

  test('"all ready" is not told beside a failure', () => {
    expect(gathered([of('ready', 'a', 'b'), of('failed', 'a')]).map(({ kind }) => kind)).toEqual(['failed'])
  })

  test('of one service the same is told once, with what was said last', () => {
    const last: Notice = { kind: 'failed', services: [{ id: 'a', title: 'A', reason: 'exit code 2' }] }
    expect(gathered([of('failed', 'a'), last])).toEqual([last])
  })

  test('"all ready" is told as it was, after what recovered', () => {
    const ready = of('ready', 'a', 'b')
    expect(gathered([ready, of('recovered', 'c')])).toEqual([of('recovered', 'c'), ready])
  })

  test.each<readonly [string, Notice, string, string]>([
    [
      'one that fails without a word',
      { kind: 'failed', services: [{ id: 'a', title: 'Tempo', reason: '' }] },
      'Tempo failed',
      'It does not answer.',
    ],
    ['two that fail', of('failed', 'A', 'B'), '2 services failed', 'A and B.'],
    ['one that is back', of('recovered', 'Tempo'), 'Tempo works again', 'It answers on its whole path.'],
    ['two that are back', of('recovered', 'A', 'B'), '2 services work again', 'A and B.'],
    ['one that is ready', of('ready', 'Tempo'), 'Tempo works', 'Everything that is set up answers.'],
    ['two that are ready', of('ready', 'A', 'B'), 'Both services work', 'Everything that is set up answers.'],
  ])('the words of %s', (_, notice, title, body) => expect(noticeWords(notice)).toEqual({ title, body }))

  test('Docker that was started by the tray is told with its version and time', () => {
    const up = { kind: 'up', version: '29.7.2', apiVersion: '1.54', native: true } as const
    expect(engineWords(up, 4000)).toEqual({ title: 'Docker answers', body: 'Version 29.7.2, after 4.0 s.' })
    expect(engineWords(undefined, 4000).body).toBe('After 4.0 s.')
  })

  test('one service is told by name, with its reason', () => {
    expect(noticeWords(of('failed', 'Tempo'))).toEqual({ title: 'Tempo failed', body: 'exit code 1.' })
  })
})

test.each([
  ['linux', '&lt;a href="https://evil.invalid"&gt;R&amp;D&lt;/a&gt; failed'],
  ['darwin', '<a href="https://evil.invalid">R&D</a> failed'],
] as const)('a title with markup is text in the body of a notification on %s', (platform, body) =>
  expect(noticeBody('<a href="https://evil.invalid">R&D</a> failed', platform)).toBe(body),
)

describe('alerts', () => {
  const firing = (since: number, name = 'DiskFull'): Snapshot => ({
    ...green,
    services: green.services.map((view) =>
      view.id === 'object-store'
        ? {
            ...view,
            alerts: [
              {
                name,
                since,
                severity: 'critical',
                summary: 'The disk is full',
                description: '',
                dashboard: '',
              },
            ],
          }
        : view,
    ),
  })
  const later = green.at + 1000

  test('what begins to fire is told once, also when Prometheus was away meanwhile', () => {
    expect(said([{ see: green }, { see: firing(later) }, { see: green }, { see: firing(later) }])).toEqual([
      'alert: object-store',
    ])
  })

  test('another one is told, and the same when it begins again', () => {
    expect(
      said([
        { see: green },
        { see: firing(later) },
        { see: firing(later, 'DiskFilling') },
        { see: firing(later + 1) },
      ]),
    ).toHaveLength(3)
  })

  test('what fired before we came is no news, though Prometheus is asked a moment later', () => {
    expect(said([{ see: green }, { see: firing(green.at - 1) }])).toEqual([])
  })

  test('who looks sees it, and who wants to hear of no failures hears of none', () => {
    expect(said([{ see: green }, { see: firing(later), looking: true }, { see: firing(later) }])).toEqual([])
    expect(said([{ see: green }, { see: firing(later) }], { ...all, failed: false })).toEqual([])
  })

  test('a service that fails and comes back takes none of its alerts away', () => {
    const services = [{ id: 'object-store', title: 'Object store', reason: 'The disk is full' }]
    const alert: Notice = { kind: 'alert', services }
    const there = gathered([{ kind: 'failed', services }, alert, { kind: 'recovered', services }])
    expect(there).toEqual([alert])
    expect(noticeWords(alert)).toEqual({ title: 'Alert: Object store', body: 'The disk is full.' })
  })
})
