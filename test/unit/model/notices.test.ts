import { describe, expect, test } from 'vitest'
import {
  gathered,
  noticesOf,
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

  test('one service is told by name, with its reason', () => {
    expect(noticeWords(of('failed', 'Tempo'))).toEqual({ title: 'Tempo failed', body: 'exit code 1.' })
  })
})
