import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { dockerFix } from '../../../main/model/causes/docker.ts'
import type { Fix } from '../../../main/model/ladder.ts'
import { INTERRUPTED, type RunResult } from '../../../main/model/run.ts'
import { createActions } from '../../../renderer/actions.ts'
import { deedToTell, deedUnderWay, DEED_MS } from '../../../renderer/store/deeds.ts'
import { createShell } from '../../../renderer/store/shell.ts'
import { sayDeed, sayResult, sayStep } from '../../../renderer/words/deeds.ts'
import { greenWorld, nothingWorld, snapshotOf, troubleWorld } from '../cli/worlds.ts'
import { fakeLink, type Answers } from './fake-link.ts'

/** Whatever is pressed: heard at once, told while it runs, and what came of it with its time. */

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const ok: RunResult = { ok: true, done: [], failed: [], skipped: [], ms: 1 }
const forward: Fix = { label: 'Check port 80 again', command: 'maculactl up', action: { kind: 'forward' } }
const engine: Fix = { label: 'Start Docker…', command: 'maculactl docker start', action: { kind: 'engine' } }

function press(answers: Answers) {
  const link = fakeLink(answers)
  const shell = createShell(link)
  const actions = createActions(shell, { open: () => null } as unknown as Window)
  const told = (): string => {
    const deed = deedToTell(shell.store.getState())
    return deed === undefined ? '' : sayDeed.ended(deed)
  }
  return { link, shell, actions, told }
}

test('a press is heard before anybody answered, runs under its name, and its end stays to be read', async () => {
  let answer: ((result: RunResult) => void) | undefined
  const one = press({ fix: async () => await new Promise<RunResult>((resolve) => (answer = resolve)) })
  one.link.tell({ event: 'snapshot', payload: snapshotOf(troubleWorld(), 1) })
  one.actions.fix(forward)
  const heard = deedUnderWay(one.shell.store.getState(), forward.label)
  expect(heard?.label).toBe('Check port 80 again')
  await vi.advanceTimersByTimeAsync(3000)
  const asked = one.link.asked.find(({ name }) => name === 'fix')
  expect(asked?.input).toMatchObject({ run: heard?.id })
  const trouble = { kind: 'failed', what: 'nginx (pid 812) still has 127.0.0.4:80.' } as const
  answer?.({ ...ok, ok: false, failed: [{ service: 'grafana', trouble }] })
  await vi.waitFor(() =>
    expect(one.told()).toMatch(
      /^Check port 80 again, at \d\d:\d\d:\d\d after 3\.\d s: nginx \(pid 812\) still has/,
    ),
  )
  vi.advanceTimersByTime(DEED_MS + 1)
  expect(one.told(), 'it is not taken for now').toBe('')
})

test('what a press could not do is told until its service works, and no longer', async () => {
  const trouble = { kind: 'failed', what: 'nginx (pid 812) still has 127.0.0.4:80.' } as const
  const one = press({ fix: () => ({ ...ok, ok: false, failed: [{ service: 'grafana', trouble }] }) })
  one.link.tell({ event: 'snapshot', payload: snapshotOf(troubleWorld(), 1) })
  one.actions.fix(forward)
  const note = (): unknown => one.shell.store.getState().note
  await vi.waitFor(() => expect(note()).toMatchObject({ what: trouble.what, service: 'grafana' }))
  one.link.tell({ event: 'snapshot', payload: snapshotOf(troubleWorld(), 2) })
  expect(note()).not.toBeNull()
  one.link.tell({ event: 'snapshot', payload: snapshotOf(greenWorld(), 3) })
  expect(note()).toBeNull()
})

test('a press that failed while its service went on is told although that works', async () => {
  const trouble = { kind: 'failed', what: 'The port was not taken back.' } as const
  const one = press({ fix: () => ({ ...ok, ok: false, failed: [{ service: 'grafana', trouble }] }) })
  one.link.tell({ event: 'snapshot', payload: snapshotOf(greenWorld(), 1) })
  one.actions.fix(forward)
  await vi.waitFor(() => expect(one.shell.store.getState().note).not.toBeNull())
  one.link.tell({ event: 'snapshot', payload: snapshotOf(greenWorld(), 2) })
  expect(one.shell.store.getState().note).not.toBeNull()
})

test('a press that changed nothing says so too', async () => {
  const one = press({ fix: () => ok })
  one.link.tell({ event: 'snapshot', payload: snapshotOf(troubleWorld(), 1) })
  one.actions.fix(forward)
  await vi.waitFor(() => expect(one.told()).toMatch(/as before, \d+ problems?\.$/))
})

test('what is right again is named', async () => {
  const one = press({
    fix: () => {
      one.link.tell({ event: 'snapshot', payload: snapshotOf(greenWorld(), 2) })
      return ok
    },
  })
  one.link.tell({ event: 'snapshot', payload: snapshotOf(troubleWorld(), 1) })
  one.actions.fix(forward)
  await vi.waitFor(() => expect(one.told()).toMatch(/right again\.$/))
})

test('Docker is started by one request, and its version is what came of it', async () => {
  const one = press({
    fix: () => {
      one.link.tell({ event: 'snapshot', payload: snapshotOf(greenWorld(), 2) })
      return ok
    },
  })
  const world = greenWorld()
  world.docker = { kind: 'down', code: 'absent', says: 'x' }
  one.link.tell({ event: 'snapshot', payload: snapshotOf(world, 1) })
  one.actions.fix(engine)
  expect(deedUnderWay(one.shell.store.getState(), engine.label)?.label).toBe('Start Docker')
  await vi.waitFor(() => expect(one.told()).toMatch(/Docker \S+ answers\.$/))
  expect(one.link.asked.find(({ name }) => name === 'fix')?.input).toMatchObject({
    action: { kind: 'engine' },
  })
})

test('what could not even be asked ends with its reason', async () => {
  const one = press({
    start: () => {
      throw new Error('gone')
    },
  })
  one.link.tell({ event: 'snapshot', payload: snapshotOf(nothingWorld(), 1) })
  one.actions.start(['grafana'])
  await vi.waitFor(() => expect(one.told()).toMatch(/^Start Grafana, at .*: .+\.$/))
})

test.each([
  ['start', () => ({ ...ok, done: ['grafana'] }), 'Start Grafana', 'Grafana answers.'],
  ['stop', () => ({ ...ok, done: ['grafana'] }), 'Stop Grafana', 'Grafana is stopped.'],
  ['restart', () => ({ ...ok, done: [] }), 'Restart Grafana', 'nothing to do, it was so already.'],
] as const)('%s is told to its end', async (verb, answer, label, says) => {
  const one = press({ start: answer, stop: answer, restart: answer })
  one.link.tell({
    event: 'snapshot',
    payload: snapshotOf(verb === 'start' ? nothingWorld() : greenWorld(), 1),
  })
  if (verb === 'stop') one.actions.stopNow(['grafana'], false)
  else one.actions[verb](['grafana'])
  await vi.waitFor(() => expect(one.told()).toMatch(new RegExp(`^${label}, at `)))
  expect(one.told().endsWith(says)).toBe(true)
})

test('a step does not name again what the label names', () => {
  expect(sayDeed.running('Stop Loki', 'Loki is stopping')).toBe('Stop Loki: stopping')
  expect(sayDeed.running('Start Loki', 'Loki answers')).toBe('Start Loki: answers')
  expect(sayDeed.running('Start Loki', 'Preparing')).toBe('Start Loki: Preparing')
  expect(sayDeed.running('Start 5 services', 'Loki is starting')).toBe('Start 5 services: Loki is starting')
  expect(sayDeed.running('Start Loki', '')).toBe('Start Loki: asked for')
})

test('of several the one that goes on is told before one that ended', () => {
  const end = { at: 2, ok: true, says: 'x' }
  const deeds = [
    { id: 'a', label: 'A', at: 1, end: null },
    { id: 'b', label: 'B', at: 2, end },
  ]
  expect(deedToTell({ deeds })?.id).toBe('a')
})

test.each([
  [{ ...ok, failed: [{ service: 'a', trouble: { kind: 'failed', what: 'No.' } as const }] }, 'No.'],
  [{ ...ok, skipped: [{ service: 'a', because: 'b failed' }] }, 'nothing was tried.'],
  [{ ...ok, done: ['a', 'b'] }, 'A and B answer.'],
  [
    { ...ok, ok: false, done: ['a', 'b'], skipped: [{ service: 'c', because: INTERRUPTED }] },
    'interrupted: 2 services run, 1 was not started.',
  ],
  [
    { ...ok, ok: false, skipped: [{ service: 'c', because: INTERRUPTED }] },
    'interrupted before anything was started.',
  ],
] as const)('the end %o in words', (result, says) => {
  expect(sayResult(result, 'start', (id) => id.toUpperCase())).toBe(says)
})

test.each([
  ['pull', { ...ok, done: ['loki'] }, 'LOKI is downloaded.'],
  ['pull', ok, 'nothing to do, it was so already.'],
  ['reset', { ...ok, done: ['grafana'] }, 'GRAFANA is reset.'],
  ['delete', { ...ok, done: ['hub'] }, 'HUB is deleted.'],
] as const)('what a view asks for itself is told too: %s', async (verb, result, says) => {
  const one = press({})
  let end: (value: RunResult) => void = () => undefined
  const going = one.actions.deed(
    'own',
    'Download the images',
    verb,
    async () => await new Promise<RunResult>((resolve) => (end = resolve)),
  )
  expect(deedToTell(one.shell.store.getState())).toMatchObject({
    id: 'own',
    label: 'Download the images',
    end: null,
  })
  end(result)
  expect(await going).toBe(result)
  expect(deedToTell(one.shell.store.getState())?.end?.says.toUpperCase()).toBe(says.toUpperCase())
})

test('each step of a run has words', () => {
  const title = (id: string): string => id
  expect(sayStep({ kind: 'phase', ms: 1, says: 'Asking root' }, title)).toBe('Asking root')
  expect(sayStep({ kind: 'waiting', ms: 1, service: 'a', says: 'b' }, title)).toBe('a waits for b')
})

test.each([
  [{ kind: 'start', title: 'Docker', by: 'root', argv: [], deadline: 1 }, 'Start Docker…', 'engine'],
  [{ kind: 'start', title: 'Colima', by: 'user', argv: [], deadline: 1 }, 'Start Colima', 'engine'],
  [{ kind: 'install' }, 'Install Docker…', 'setup'],
  [{ kind: 'join' }, 'Allow Docker…', 'setup'],
  [undefined, 'Check again', 'none'],
] as const)('an engine that %o brings', (means, label, kind) => {
  const fix = dockerFix({ kind: 'down', code: 'absent', says: '', ...(means ? { means } : {}) })
  expect([fix.label, fix.action.kind]).toEqual([label, kind])
})
