import { sayNote } from '../../../renderer/shell/announcer.tsx'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createActions } from '../../../renderer/actions.ts'
import { EXPECT_MS } from '../../../renderer/store/expected.ts'
import { foundBy, LOOKED_MS } from '../../../renderer/store/looked.ts'
import { sayLooked } from '../../../renderer/words/looked.ts'
import { rowHub } from '../../../renderer/store/row-facts.ts'
import { createShell, type Shell } from '../../../renderer/store/shell.ts'
import type { State } from '../../../main/model/snapshot.ts'
import { MaculaError } from '../../../main/model/errors.ts'
import { dockerDownWorld, greenWorld, nothingWorld, snapshotOf, troubleWorld } from '../cli/worlds.ts'
import { three } from '../../../renderer/parts/strip.tsx'
import { fakeLink, type Answers, type FakeLink } from './fake-link.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const done = { ok: true, done: [], failed: [], skipped: [], ms: 1 } as const

function begin(answers: Answers = {}): { readonly link: FakeLink; readonly shell: Shell } {
  const link = fakeLink(answers)
  return { link, shell: createShell(link) }
}

function stateOf(shell: Shell, id: string): State | undefined {
  return shell.store.getState().shown?.services.find((view) => view.id === id)?.state
}

test('an older snapshot that comes late is dropped; one of a new engine is taken', () => {
  const { link, shell } = begin()
  const at = Date.now()
  link.tell({ event: 'snapshot', payload: { ...snapshotOf(greenWorld(), 7), at } })
  link.tell({ event: 'snapshot', payload: { ...snapshotOf(nothingWorld(), 6), at: at - 5 } })
  expect(shell.store.getState().snapshot?.rev).toBe(7)
  // The engine was started again: it counts from one, later.
  link.tell({ event: 'snapshot', payload: { ...snapshotOf(nothingWorld(), 1), at: at + 1000 } })
  expect(shell.store.getState().snapshot?.rev).toBe(1)
})

test('what did not change keeps its identity, so that only the changed row is drawn', () => {
  const { link, shell } = begin()
  const first = snapshotOf(greenWorld(), 1)
  link.tell({ event: 'snapshot', payload: first })
  const second = snapshotOf(greenWorld(), 2)
  const services = second.services.map((view) => (view.id === 'loki' ? { ...view, answerMs: 99 } : view))
  link.tell({ event: 'snapshot', payload: { ...second, services } })
  const shown = shell.store.getState().shown
  const changed = shown?.services.filter((view, index) => view !== first.services[index])
  expect(changed?.map((view) => view.id)).toEqual(['loki'])
  expect(shown?.tiers).toBe(first.tiers)
})

test('a stop is shown at once and until its end, however long it waits; after that a deadline lets it go', () => {
  const { link, shell } = begin()
  link.tell({ event: 'snapshot', payload: snapshotOf(greenWorld(), 1) })
  const expected = shell.expect(['grafana'], 'stopping')
  expect(stateOf(shell, 'grafana')).toBe('stopping')
  expect(stateOf(shell, 'loki')).toBe('works')
  vi.advanceTimersByTime(10 * EXPECT_MS)
  // It waits for its turn, and what it needs wavers meanwhile.
  link.tell({ event: 'snapshot', payload: snapshotOf(troubleWorld(), 2) })
  expect(stateOf(shell, 'grafana')).toBe('stopping')
  link.tell({ event: 'snapshot', payload: snapshotOf(greenWorld(), 3) })
  expect(stateOf(shell, 'grafana'), 'it does not go back to green').toBe('stopping')
  expected.settle()
  vi.advanceTimersByTime(EXPECT_MS - 10)
  expect(stateOf(shell, 'grafana')).toBe('stopping')
  vi.advanceTimersByTime(20)
  expect(stateOf(shell, 'grafana')).toBe('works')
})

test('truth replaces the guess as soon as the state is another one', () => {
  const { link, shell } = begin()
  link.tell({ event: 'snapshot', payload: snapshotOf(greenWorld(), 1) })
  shell.expect(['grafana'], 'stopping')
  const world = greenWorld()
  world.docker = { kind: 'down', code: 'absent', says: 'no socket' }
  link.tell({ event: 'snapshot', payload: { ...snapshotOf(world, 2) } })
  expect(stateOf(shell, 'grafana')).toBe('unknown')
})

test('nothing is expected of what is there already', () => {
  const { link, shell } = begin()
  link.tell({ event: 'snapshot', payload: snapshotOf(greenWorld(), 1) })
  shell.expect(['grafana'], 'starting')
  expect(shell.store.getState().expected).toEqual([])
  // A cluster is made by starting it.
  shell.expect(['cluster/hub'], 'starting')
  expect(stateOf(shell, 'cluster/hub')).toBe('starting')
})

test('a fix that changed nothing is answered, though the row said so before', async () => {
  const trouble = { kind: 'failed', what: 'Port 80 was not taken back for Grafana.', why: 'Held.' } as const
  const failed = ['grafana', 'loki'].map((service) => ({ service, trouble }))
  const { link, shell } = begin({ fix: () => ({ ok: false, done: [], failed, skipped: [], ms: 1 }) })
  const actions = createActions(shell, {} as Window)
  link.tell({ event: 'snapshot', payload: snapshotOf(troubleWorld(), 1) })
  actions.fix({ label: 'Check port 80 again', command: 'maculactl up', action: { kind: 'forward' } })
  await vi.waitFor(() =>
    expect(shell.store.getState().note).toMatchObject({
      kind: 'failed',
      title: 'Check port 80 again: not done',
      what: trouble.what,
      why: 'Held. 1 other service has the same problem.',
    }),
  )
})

test('a look says that it goes on, when it ended, and what it found', async () => {
  let answer: (() => void) | undefined
  const { link, shell } = begin({
    look: async () => await new Promise<null>((resolve) => (answer = () => resolve(null))),
  })
  link.tell({ event: 'snapshot', payload: snapshotOf(troubleWorld(), 1) })
  const looked = () => shell.store.getState().looked
  const ended = shell.look()
  expect(looked()).toMatchObject({ busy: true })
  // Once at a time: pressed again meanwhile, it is the same look.
  await shell.look()
  expect(link.asked.filter(({ name }) => name === 'look')).toHaveLength(1)
  vi.advanceTimersByTime(1200)
  link.tell({ event: 'snapshot', payload: snapshotOf(greenWorld(), 2) })
  answer?.()
  await ended
  const last = looked()
  expect(last).toMatchObject({ busy: false, tookMs: 1200, at: Date.now() })
  const found = last && foundBy(last, snapshotOf(greenWorld(), 2))
  expect(last && found && sayLooked.done(last, found)).toMatch(
    /^Checked at \d\d:\d\d:\d\d in 1\.2 s: (.+, )?.+ are right again\.$/,
  )
  vi.advanceTimersByTime(LOOKED_MS + 1)
  expect(looked(), 'it is not taken for now').toBeNull()
})

test.each([
  [[], [], [], 'no problem'],
  [['Tempo'], [], [], 'Tempo is right again'],
  [['Names'], [], [], 'Names are right again'],
  [[], ['Tempo'], ['Names'], 'new: Tempo; 1 problem as before'],
  [['Tempo', 'Names'], [], ['Loki', 'Docker'], 'Tempo and Names are right again; 2 problems as before'],
] as const)('a look that found %j gone, %j new and %j still there', (gone, came, still, says) => {
  const text = sayLooked.done({ busy: false, at: 0, tookMs: 3, before: [] }, { gone, came, still })
  expect(text.slice(text.indexOf(': ') + 2)).toBe(`${says}.`)
})

test('a question to an engine that is gone is put away; what concerns the window alone stays', () => {
  const { link, shell } = begin()
  shell.store.setState({ asking: { kind: 'palette', typed: '' } })
  link.tell({ event: 'connected', payload: false })
  expect(shell.store.getState().asking).toBeNull()
  shell.store.setState({ asking: { kind: 'keys' }, connected: true })
  link.tell({ event: 'connected', payload: false })
  expect(shell.store.getState().asking).toEqual({ kind: 'keys' })
})

test('a refused start takes the guess back and says why', async () => {
  const { link, shell } = begin({
    start: () => {
      throw new MaculaError({ kind: 'busy', what: 'Another start goes on.', why: 'maculactl up (pid 7).' })
    },
  })
  const actions = createActions(shell, {} as Window)
  link.tell({ event: 'snapshot', payload: snapshotOf(nothingWorld(), 1) })
  actions.start(['grafana'])
  expect(stateOf(shell, 'grafana')).toBe('starting')
  await vi.waitFor(() => expect(shell.store.getState().note?.what).toBe('Another start goes on.'))
  expect(stateOf(shell, 'grafana')).toBe('stopped')
  expect(shell.store.getState().note?.why).toBe('maculactl up (pid 7).')
})

test('stopping what others need asks first, stopping what nobody needs does not', async () => {
  const failing = [{ service: 'tempo', title: 'Tempo', because: 'needs Object store' }]
  const { link, shell } = begin({
    consequences: ({ services }) => ({
      failing: services.includes('object-store') ? failing : [],
      missing: [],
    }),
    stop: () => done,
  })
  const actions = createActions(shell, {} as Window)
  link.tell({ event: 'snapshot', payload: snapshotOf(greenWorld(), 1) })
  actions.stop(['object-store'], 'Data')
  await vi.waitFor(() => expect(shell.store.getState().asking).toMatchObject({ kind: 'stop', title: 'Data' }))
  expect(link.asked.map((one) => one.name)).not.toContain('stop')
  actions.stopNow(['object-store'], true)
  expect(link.asked.at(-1)).toMatchObject({ name: 'stop', input: { services: ['object-store'], also: true } })
  actions.stop(['excalidraw'], 'Excalidraw')
  await vi.waitFor(() =>
    expect(link.asked.at(-1)).toMatchObject({
      name: 'stop',
      input: { services: ['excalidraw'], also: false },
    }),
  )
})

test('only web addresses are opened by the page itself (fault 7)', async () => {
  const opened: string[] = []
  const urls = ['http://grafana.macula.local', 'javascript:alert(1)', 'postgres://127.0.0.8:5432']
  for (const url of urls) {
    const { shell } = begin({ open: () => ({ url, kind: 'clean', opened: false }) })
    const page = { open: (to: string) => opened.push(to) } as unknown as Window
    createActions(shell, page).open('grafana')
    await vi.waitFor(() => expect(opened.includes(url) || shell.store.getState().note !== null).toBe(true))
  }
  expect(opened).toEqual(['http://grafana.macula.local'])
})

test('runs that ended take their last step with them', () => {
  const { link, shell } = begin()
  const view = { run: 'r1', verb: 'start', services: ['loki'], at: 1 } as const
  link.tell({ event: 'runs', payload: [view] })
  link.tell({ event: 'run', payload: { run: 'r1', event: { kind: 'starting', service: 'loki', ms: 3 } } })
  expect(shell.store.getState().steps['r1']).toMatchObject({ kind: 'starting' })
  link.tell({ event: 'runs', payload: [] })
  expect(shell.store.getState().steps).toEqual({})
})

test('what is told within one frame is drawn once; an answer finds what was told before it', async () => {
  const link = fakeLink({ about: () => ({}) as never })
  const frames: (() => void)[] = []
  const shell = createShell(link, Date.now, (work) => void frames.push(work))
  let draws = 0
  shell.store.subscribe(() => {
    draws += 1
  })
  for (let rev = 1; rev <= 50; rev += 1)
    link.tell({ event: 'snapshot', payload: { ...snapshotOf(greenWorld(), rev), at: rev } })
  link.tell({ event: 'runs', payload: [{ run: 'r1', verb: 'start', services: ['loki'], at: 1 }] })
  expect([frames.length, draws]).toEqual([1, 0])
  frames[0]?.()
  expect(draws).toBe(1)
  expect(shell.store.getState()).toMatchObject({ snapshot: { rev: 50 }, runs: [{ run: 'r1' }] })
  link.tell({ event: 'snapshot', payload: { ...snapshotOf(greenWorld(), 51), at: 51 } })
  await shell.request('about', {})
  expect(shell.store.getState().snapshot?.rev).toBe(51)
  link.tell({ event: 'snapshot', payload: { ...snapshotOf(greenWorld(), 52), at: 52 } })
  // The lost connection is told of what was known last.
  link.tell({ event: 'connected', payload: false })
  expect(shell.store.getState()).toMatchObject({ snapshot: { rev: 52 }, connected: false })
})

test('a row hears its own changes and no other row’s', () => {
  const { link, shell } = begin()
  link.tell({ event: 'snapshot', payload: snapshotOf(greenWorld(), 1) })
  const hub = rowHub(shell.store)
  const heard: string[] = []
  const undo = ['loki', 'grafana', 'tempo'].map((id) => hub.subscribe(id, () => void heard.push(id)))
  const first = snapshotOf(greenWorld(), 2)
  const services = first.services.map((view) =>
    view.id === 'loki' ? { ...view, state: 'stopped' as const } : view,
  )
  // Somebody draws, and asks, before the rows are told.
  const early = shell.store.subscribe(() => void hub.get('grafana'))
  link.tell({ event: 'snapshot', payload: { ...first, services } })
  expect(heard).toEqual(['loki'])
  expect(hub.get('loki')).toMatchObject({ view: { state: 'stopped' }, missed: 'Grafana\nAlloy' })
  const grafana = hub.get('grafana')
  // A press is shown in its row at once.
  shell.expect(['tempo'], 'stopping')
  expect(heard).toEqual(['loki', 'tempo'])
  expect(hub.get('grafana')).toBe(grafana)
  // Without the engine nothing can be pressed in any row.
  link.tell({ event: 'connected', payload: false })
  expect(heard.slice(2).toSorted()).toEqual(['grafana', 'loki', 'tempo'])
  for (const end of undo) end()
  early()
  link.tell({ event: 'connected', payload: true })
  expect(heard).toHaveLength(5)
  expect(hub.get('grafana')?.dockerUp).toBe(true)
})

test('a refused Explore is told as long as Grafana cannot be used, and never over what went wrong since', async () => {
  const refused = {
    explore: () => {
      throw new MaculaError({ kind: 'failed', what: 'Grafana cannot be opened: it is stopped.' })
    },
  }
  const worlds = [
    [greenWorld(), null],
    [nothingWorld(), 'Grafana Explore cannot be opened'],
    // Docker went away since: what is shown is that.
    [dockerDownWorld(), null],
  ] as const
  for (const [world, told] of worlds) {
    const { link, shell } = begin(refused)
    link.tell({ event: 'snapshot', payload: snapshotOf(nothingWorld(), 1) })
    createActions(shell, {} as Window).explore('loki', 1)
    await vi.waitFor(() =>
      expect(shell.store.getState().note?.title).toBe('Grafana Explore cannot be opened'),
    )
    link.tell({ event: 'snapshot', payload: snapshotOf(world, 2) })
    expect(shell.store.getState().note?.title ?? null).toBe(told)
  }
})

test('an answer that there is not has no heading', () => {
  expect(three('It is stopped.', '', 'Start it.').map(({ head }) => head)).toEqual([
    'What happened',
    'What to do',
  ])
})

test('a note is read aloud as sentences, also where its parts end as such', () => {
  expect(
    sayNote({
      title: 'Open: not done',
      what: 'Grafana cannot be opened: it is stopped.',
      why: '',
      todo: 'Start it',
    }),
  ).toBe('Open: not done. Grafana cannot be opened: it is stopped. Start it.')
})
