import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createJournal, type Journal } from '../../../main/engine/activity/journal.ts'
import type { ActivityAdapter } from '../../../main/engine/adapters.ts'
import { MaculaError } from '../../../main/model/errors.ts'
import type { Snapshot, State } from '../../../main/model/snapshot.ts'
import { openActivity } from '../../../main/system/keep/activity.ts'
import type { Paths } from '../../../main/system/paths.ts'
import { greenWorld, snapshotOf } from '../cli/worlds.ts'

const green = snapshotOf(greenWorld())
const CANARY = 'canary-password-91c0'
let folder: string
let opened: Journal[] = []

const having = (states: Readonly<Record<string, State>>, what = ''): Snapshot => ({
  ...green,
  services: green.services.map((view) =>
    states[view.id] === undefined
      ? view
      : {
          ...view,
          state: states[view.id] ?? view.state,
          reason: what,
          headline: { what, why: '', todo: '' },
        },
  ),
})

/** A process with a timeline in the shared folder. */
function open(over: Partial<ActivityAdapter> = {}): Journal {
  const paths = { state: folder } as Paths
  const journal = createJournal({
    activity: { ...openActivity(paths, () => green.at), links: () => new Map(), ...over },
    clock: { now: () => green.at },
    secrets: () => Promise.resolve([CANARY]),
  })
  opened.push(journal)
  return journal
}

const toldBy = async (journal: Journal): Promise<readonly string[]> =>
  (await journal.read()).entries.map((entry) =>
    entry.kind === 'run'
      ? `${entry.by}: ${entry.verb} ${entry.about.join()} ${entry.result}`
      : `${entry.kind} ${'service' in entry ? entry.service : ''}`,
  )

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'macula-journal-'))
  opened = []
})
afterEach(async () => {
  for (const journal of opened) await journal.close()
  await rm(folder, { recursive: true, force: true })
})

test('two faces that watch write an entry once', async () => {
  const [window, terminal] = [open(), open()]
  for (const see of [green, having({ tempo: 'failed' }), green, having({ loki: 'stopped' })])
    for (const journal of [window, terminal]) {
      journal.see(see)
      await journal.settled()
    }
  expect(await toldBy(terminal)).toEqual(['failed tempo', 'works tempo', 'stopped loki'])
  expect(await toldBy(window)).toEqual(await toldBy(terminal))
})

test('a copy that was put back is told as that', async () => {
  const journal = open()
  await journal.asked(
    { by: 'command line', verb: 'put back', about: ['tempo'] },
    () => Promise.resolve(1),
    () => ({ about: ['tempo'], failed: [], result: 'done' }),
  )
  expect(await toldBy(journal)).toEqual(['command line: put back tempo done'])
})

test('what somebody asked for is told with its face and its end; words that were off are not', async () => {
  const journal = open()
  const done = { about: ['tempo'], failed: [], result: 'done' } as const
  await journal.asked(
    { by: 'tray', verb: 'stop', about: ['tempo'] },
    () => Promise.resolve(1),
    () => done,
  )
  const fails = async (kind: 'usage' | 'outside'): Promise<unknown> =>
    await journal
      .asked(
        { by: 'browser', verb: 'start', about: ['tempo'] },
        () => Promise.reject(new MaculaError({ kind, what: 'Docker does not answer.' })),
        () => done,
      )
      .catch((error: unknown) => error)
  expect(await fails('outside')).toBeInstanceOf(MaculaError)
  expect(await fails('usage')).toBeInstanceOf(MaculaError)
  await journal.asked(
    { by: 'window', verb: 'pull', about: [] },
    () => Promise.resolve(1),
    () => undefined,
  )
  expect(await toldBy(journal)).toEqual(['tray: stop tempo done', 'browser: start tempo failed'])
})

test('a process that looks later tells what became of it, as found; what a run did is known to all', async () => {
  const first = open()
  await first.asked(
    { by: 'window', verb: 'start', about: ['tempo'] },
    () => Promise.resolve(1),
    () => ({ about: ['tempo'], failed: [], result: 'done' }),
  )
  await first.close()
  const later = open()
  later.see(having({ tempo: 'failed' }))
  await later.settled()
  expect(await toldBy(later)).toEqual(['window: start tempo done', 'failed tempo'])
  expect((await later.read()).entries.at(-1)).toMatchObject({ kind: 'failed', before: true })
})

test('no secret and no control character comes into the file', async () => {
  const journal = open()
  journal.see(having({ tempo: 'failed' }, `\u001B]0;owned\u0007password ${CANARY}\u202E`))
  await journal.settled()
  const text = await readFile(join(folder, 'activity.jsonl'), 'utf8')
  expect(text).not.toContain(CANARY)
  expect(text).not.toMatch(/\\u001b|\\u0007|\u202E/i)
  expect(text).toContain('password ••••')
})

test('a full disk is told, stops nothing, and what happened meanwhile comes when there is room', async () => {
  let isFull = true
  const real = openActivity({ state: folder } as Paths, () => green.at)
  const journal = open({
    append: async (entries) => {
      if (isFull) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
      await real.append(entries)
    },
  })
  const asked = journal.asked(
    { by: 'window', verb: 'start', about: ['tempo'] },
    () => Promise.resolve('started'),
    () => ({ about: ['tempo'], failed: [], result: 'done' }),
  )
  expect(await asked).toBe('started')
  const read = await journal.read()
  expect(read.trouble?.what).toBe('What happens now cannot be recorded.')
  expect(read.entries).toHaveLength(1)
  isFull = false
  journal.see(having({ loki: 'failed' }))
  await journal.settled()
  expect((await real.read()).entries).toHaveLength(2)
  expect((await journal.read()).trouble).toBeUndefined()
})

test('services of a run that goes on are not told by what is seen meanwhile', async () => {
  const journal = open()
  journal.see(green)
  await journal.settled()
  let end = (): void => undefined
  const asked = journal.asked(
    { by: 'window', verb: 'stop', about: ['tempo'] },
    async () => await new Promise<void>((resolve) => (end = resolve)),
    () => ({ about: ['tempo'], failed: [], result: 'done' }),
  )
  journal.see(having({ tempo: 'stopped' }))
  await journal.settled()
  end()
  await asked
  journal.see(having({ tempo: 'stopped' }))
  await journal.settled()
  const lines = (await readFile(join(folder, 'activity.jsonl'), 'utf8')).trim().split('\n')
  expect(lines).toHaveLength(1)
})

test('while interfaces stay the same nothing is read; another one is compared within five seconds', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  try {
    let links = new Map([['eth0', '10.0.0.2']])
    let reads = 0
    const journal = open({
      links: () => links,
      news: async () => {
        reads += 1
        return await Promise.resolve([])
      },
    })
    const leave = journal.watch()
    journal.see(green)
    await journal.settled()
    const before = reads
    vi.advanceTimersByTime(60_000)
    await journal.settled()
    expect(reads).toBe(before)
    links = new Map([...links, ['tun0', '10.8.0.2']])
    vi.advanceTimersByTime(5000)
    await journal.settled()
    expect(reads).toBe(before + 1)
    expect(await toldBy(journal)).toContain('network ')
    leave()
  } finally {
    vi.useRealTimers()
  }
})
