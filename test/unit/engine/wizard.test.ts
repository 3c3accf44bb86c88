import { describe, expect, test } from 'vitest'
import { fine } from '../../../main/engine/doctor/check.ts'
import { isAtLeast } from '../../../main/model/version.ts'
import { judgeWizard } from '../../../main/engine/wizard/judge.ts'
import type { WizardFacts } from '../../../main/engine/wizard/step.ts'
import type { CheckResult } from '../../../main/model/check.ts'
import type { ImageInfo } from '../../../main/model/facts.ts'
import type { WizardState, WizardStepId } from '../../../main/model/wizard.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { catalog } from '../cli/fixture.ts'
import { ledger, setupItems } from '../cli/stand-in.ts'
import { greenWorld, nothingWorld, now, snapshotOf, troubleWorld } from '../cli/worlds.ts'

const check = (id: string, part: Partial<CheckResult> & { readonly what: string }): CheckResult => ({
  ...fine(part.what),
  id,
  group: 'machine',
  title: id,
  ms: 1,
  ...part,
})

const goodChecks: readonly CheckResult[] = [
  check('docker', { what: 'Docker 29.7.2 answers.', short: '29.7.2, you may use it' }),
  check('network', { what: 'The subnet is free.', short: '172.23.0.0/24 is free' }),
  check('tools', { what: 'dnsmasq is there.', short: 'dnsmasq' }),
  check('tools', { what: 'socat is there.', short: 'socat' }),
  check('tools', { what: 'Docker Compose is 2.29.1.', short: 'Compose 2.29.1' }),
  check('names', { what: 'Names are answered.' }),
]

const missingTool = check('tools', {
  result: 'warning',
  what: 'socat is not installed.',
  short: 'socat is missing',
  why: 'It forwards.',
  todo: 'Set-up installs it.',
  fix: { label: 'Install socat…', command: 'maculactl setup', action: { kind: 'setup', changes: ['tools'] } },
})

const images = (present: number): readonly ImageInfo[] =>
  catalog.services.flatMap(({ id, title, runtime }, index) =>
    runtime.kind === 'container'
      ? [{ service: id, title, image: runtime.image, present: index < present, bytes: 1_000_000 }]
      : [],
  )

const inPlace = setupItems.map((item) => ({ ...item, state: 'in place' as const }))

/** A machine on which nothing was ever done but Docker installed. */
const bare: WizardFacts = {
  now,
  settings: defaultSettings,
  snapshot: snapshotOf(nothingWorld()),
  checks: goodChecks,
  items: setupItems.map((item) => ({ ...item, state: 'to do' })),
  ledger: [],
  images: images(0),
  names: { total: 16, good: 0, ms: 0 },
  idle: true,
  memory: { ended: false, skipped: [], leftOut: [], welcomed: true },
}

/** One on which all is done. */
const whole: WizardFacts = {
  ...bare,
  snapshot: snapshotOf(greenWorld()),
  items: inPlace,
  ledger,
  images: images(99),
  names: { total: 16, good: 16, ms: 3 },
  idle: false,
}

function states(state: WizardState): Readonly<Record<string, string>> {
  return Object.fromEntries(state.steps.map(({ id, state: how }) => [id, how]))
}

function step(state: WizardState, id: WizardStepId): WizardState['steps'][number] {
  const found = state.steps.find((one) => one.id === id)
  if (!found) throw new Error(id)
  return found
}

describe('the wizard goes on where the machine is', () => {
  test('nothing done: opens by itself, at the review', () => {
    const state = judgeWizard(bare)
    expect(states(state)).toEqual({
      welcome: 'done',
      docker: 'done',
      tools: 'done',
      network: 'done',
      review: 'todo',
      password: 'waiting',
      names: 'waiting',
      images: 'todo',
      start: 'waiting',
      cluster: 'skipped',
      done: 'waiting',
    })
    expect(state).toMatchObject({ at: 'review', first: true, chosen: null })
    expect(state.steps.map(({ says }) => says)).toEqual([
      '14 services',
      '29.7.2, you may use it',
      'dnsmasq, socat and Compose 2.29.1',
      '172.23.0.0/24 is free',
      '3 changes to read',
      'asked once at most',
      '16 names',
      expect.stringMatching(/^\d+ images$/),
      'about 20 s',
      'optional, 700 MB of memory',
      'what to click first',
    ])
  })

  const fresh: WizardFacts = { ...bare, memory: { ended: false, skipped: [], leftOut: [] } }

  test('nobody was welcomed: that comes before any question for root; whoever was further is not welcomed', () => {
    expect(judgeWizard(fresh)).toMatchObject({ at: 'welcome', first: true })
    expect(step(judgeWizard(fresh), 'welcome').what).toMatch(/^14 services of the platform run in containers/)
    for (const known of [
      { ...fresh, idle: false },
      { ...fresh, memory: { ...fresh.memory, skipped: ['images' as const] } },
      { ...fresh, memory: { ...fresh.memory, refused: { at: now, says: 'No.' } } },
    ])
      expect(step(judgeWizard(known), 'welcome').state).toBe('done')
    // What root did may have been for another project, or without a walk through set-up.
    expect(judgeWizard({ ...fresh, ledger })).toMatchObject({ at: 'welcome', first: true })
  })

  test('the end is not reached while something is open, though somebody was there before', () => {
    const memory = { ...whole.memory, ended: true }
    expect(step(judgeWizard({ ...whole, memory }), 'done').state).toBe('done')
    const open = judgeWizard({ ...whole, memory, items: bare.items })
    expect(states(open)).toMatchObject({ review: 'todo', done: 'waiting' })
  })

  test('what another project changed is neither this one’s prompt nor undone by a step', () => {
    const theirs = ledger.map((entry) => ({ ...entry, project: 'shop', elsewhere: true }))
    const state = judgeWizard({ ...whole, ledger: theirs })
    expect(step(state, 'password')).toMatchObject({ says: 'was not needed', undo: [] })
    expect(step(judgeWizard(whole), 'password').undo).not.toEqual([])
  })

  test('what was chosen is what images and first start are about', () => {
    const memory = { ...bare.memory, services: ['prometheus', 'grafana'] }
    const state = judgeWizard({ ...bare, memory })
    expect(state.chosen).toEqual(['prometheus', 'grafana'])
    expect(step(state, 'images')).toMatchObject({
      says: '2 images',
      what: expect.stringContaining('Prometheus and Grafana'),
    })
    expect(step(state, 'start')).toMatchObject({
      what: '2 services can be started.',
      fix: { action: { kind: 'start', services: ['prometheus', 'grafana'] } },
    })
    // The others need not run for it to be done.
    const views = snapshotOf(greenWorld())
    const some = {
      ...views,
      services: views.services.map((view) =>
        memory.services.includes(view.id) ? view : { ...view, state: 'stopped' as const },
      ),
    }
    expect(step(judgeWizard({ ...whole, snapshot: some, memory }), 'start')).toMatchObject({
      state: 'done',
      says: '2 of 2 answer',
    })
  })

  test('sizes are told as the registries told them, and why not', () => {
    const sized = bare.images.map((image) => ({ ...image, present: false, download: 100_000_000 }))
    expect(step(judgeWizard({ ...bare, images: sized }), 'images').what).toContain(
      '1.4 GB to download (about 3.5 GB on disk), about 4 min at 50 Mbit/s.',
    )
    const silent = bare.images.map((image) => ({
      ...image,
      present: false,
      noSize: 'the registry does not answer',
    }))
    expect(step(judgeWizard({ ...bare, images: silent }), 'images').what).toContain(
      'Size unknown: the registry does not answer.',
    )
  })

  test('a cluster is offered with its price and holds nobody up; who wished for one is led to it', () => {
    const offered = step(judgeWizard(bare), 'cluster')
    expect(offered).toMatchObject({ state: 'skipped', fix: { action: { kind: 'start' } } })
    expect(offered.why).toContain('about 700 MB of memory, 1 GB of disk and a node image of 1 GB once')
    const absent = {
      ...whole,
      snapshot: {
        ...whole.snapshot,
        services: whole.snapshot.services.map((view) =>
          view.cluster === undefined ? view : { ...view, state: 'not set up' as const },
        ),
      },
    }
    expect(judgeWizard(absent).at).toBe('done')
    expect(judgeWizard({ ...absent, memory: { ...absent.memory, cluster: true } }).at).toBe('cluster')
  })

  test('every step says what, why, and what to type', () => {
    for (const facts of [bare, whole, { ...whole, snapshot: snapshotOf(troubleWorld()) }])
      for (const one of judgeWizard(facts).steps) {
        expect(one.what, one.id).not.toBe('')
        expect(one.why, one.id).not.toBe('')
        expect(one.command, one.id).not.toBe('')
        if (one.state === 'todo' || one.state === 'trouble') expect(one.todo, one.id).not.toBe('')
      }
  })

  test('all done: at the end, and only there', () => {
    const state = judgeWizard(whole)
    expect(state).toMatchObject({ at: 'done', first: false })
    const { cluster, done, ...rest } = states(state)
    // Nobody has to want one.
    expect(cluster).toBe('skipped')
    expect(done).toBe('todo')
    expect(Object.values(rest)).toEqual(Array.from({ length: 9 }, () => 'done'))
    expect(step(state, 'tools').what).toBe('dnsmasq is there. socat is there. Docker Compose is 2.29.1.')
    expect(step(state, 'names').says).toBe('16 names, 3 ms')
    expect(step(state, 'password').says).toBe('changes made at 07:01')
    expect(step(state, 'done').todo).toContain('http://grafana.macula.local')
    expect(states(judgeWizard({ ...whole, memory: { ...whole.memory, ended: true } }))['done']).toBe('done')
  })

  test('Docker that may not be used stops what needs it, and nothing else', () => {
    const denied = check('docker', {
      result: 'failed',
      what: 'Docker does not answer.',
      short: 'you may not use it',
      todo: 'Let your user talk to Docker (sudo usermod -aG docker $USER), then sign in again.',
    })
    const unseen = check('network', { result: 'unknown', what: 'Not checked while Docker is down.' })
    const state = judgeWizard({ ...bare, checks: [denied, unseen, ...goodChecks.slice(2)], images: [] })
    expect(state.at).toBe('docker')
    expect(step(state, 'docker')).toMatchObject({
      state: 'trouble',
      says: 'you may not use it',
      command: 'sudo usermod -aG docker $USER',
    })
    expect(states(state)).toMatchObject({
      network: 'waiting',
      review: 'todo',
      images: 'waiting',
      start: 'waiting',
    })
  })

  test('a Docker that set-up installs waits for it and leads on to the changes; left out it is trouble', () => {
    const item = {
      change: { id: 'docker', title: 'Install Docker', reason: 'x', verbs: [], commands: ['sudo install'] },
      state: 'to do',
      says: 'x',
    } as const
    const absent = check('docker', {
      result: 'failed',
      what: 'Docker does not answer.',
      short: 'not installed',
      fix: {
        label: 'Install Docker…',
        command: 'maculactl setup',
        action: { kind: 'setup', changes: ['docker'] },
      },
    })
    const facts = { ...bare, checks: [absent, ...goodChecks.slice(1)], items: [item], images: [] }
    const state = judgeWizard(facts)
    expect(step(state, 'docker')).toMatchObject({
      state: 'waiting',
      says: 'not installed, the changes bring it',
      command: 'sudo install',
    })
    expect(state.at).toBe('review')
    const left = judgeWizard({ ...facts, memory: { ...facts.memory, leftOut: ['docker'] } })
    expect(step(left, 'docker').state).toBe('trouble')
  })

  test('tools that set-up installs wait for it; Compose, which it does not, is trouble', () => {
    const state = judgeWizard({ ...bare, checks: [...goodChecks.slice(0, 3), missingTool] })
    expect(step(state, 'tools')).toMatchObject({
      state: 'waiting',
      says: '1 missing, the changes install it',
    })
    expect(state.at).toBe('review')
    const none = check('tools', {
      result: 'failed',
      what: 'Docker Compose is not installed.',
      short: 'Compose is missing',
    })
    const other = judgeWizard({ ...bare, checks: [...goodChecks.slice(0, 4), none] })
    expect(step(other, 'tools')).toMatchObject({ state: 'trouble', says: 'Compose is missing' })
    expect(other.at).toBe('tools')
  })

  test('a taken subnet names the way out', () => {
    const taken = check('network', {
      result: 'failed',
      what: 'The subnet 172.23.0.0/24 is taken.',
      short: '172.23.0.0/24 is taken',
      why: 'the docker network other has 172.23.0.0/16.',
      todo: 'Use 172.24.0.0/24, which nothing has.',
      fix: {
        label: 'Use 172.24.0.0/24',
        command: 'maculactl setup --subnet 172.24.0.0/24',
        action: { kind: 'subnet', subnet: '172.24.0.0/24' },
      },
    })
    const state = judgeWizard({
      ...bare,
      checks: [...goodChecks.filter(({ id }) => id !== 'network'), taken],
    })
    expect(step(state, 'network')).toMatchObject({
      state: 'trouble',
      todo: expect.stringContaining('172.24'),
    })
  })

  test('fault 15: a refused password is trouble with what was said; without it the rest goes on at addresses', () => {
    const refused = { ...bare.memory, refused: { at: now, says: 'The prompt was dismissed.' } }
    const state = judgeWizard({ ...bare, memory: refused })
    expect(state.at).toBe('password')
    expect(step(state, 'review').state).toBe('done')
    expect(step(state, 'password')).toMatchObject({
      state: 'trouble',
      says: 'refused at 10:42',
      what: 'The prompt was dismissed.',
      skippable: true,
    })
    const on = judgeWizard({ ...bare, memory: { ...refused, skipped: ['password'] } })
    expect(states(on)).toMatchObject({ password: 'skipped', names: 'skipped', images: 'todo' })
    expect(on.at).toBe('images')
  })

  test('skipping the review skips the password; taking it in again brings both back', () => {
    const state = judgeWizard({ ...bare, memory: { ...bare.memory, skipped: ['review'] } })
    expect(states(state)).toMatchObject({ review: 'skipped', password: 'skipped', names: 'skipped' })
    expect(state.at).toBe('images')
  })

  test('what cannot be skipped is not, whatever was kept', () => {
    const state = judgeWizard({ ...bare, memory: { ...bare.memory, skipped: ['network', 'docker', 'done'] } })
    expect(states(state)).toMatchObject({ docker: 'done', network: 'done', done: 'waiting' })
  })

  test('a change that was left out is not asked for again', () => {
    const items = inPlace.map((item) =>
      item.change.id === 'low-ports' ? { ...item, state: 'to do' as const } : item,
    )
    const state = judgeWizard({ ...whole, items, memory: { ...whole.memory, leftOut: ['low-ports'] } })
    expect(step(state, 'review')).toMatchObject({ state: 'done', says: '2 changes read, 1 left out' })
    expect(judgeWizard({ ...whole, items }).at).toBe('review')
  })

  test('names that are set up and fail are trouble; while everything is stopped they are not asked', () => {
    const names = { total: 16, good: 4, ms: 3 }
    expect(step(judgeWizard({ ...whole, names }), 'names')).toMatchObject({
      state: 'trouble',
      says: '4 of 16 are answered',
    })
    expect(step(judgeWizard({ ...whole, names, idle: true }), 'names').state).toBe('done')
  })

  test('images half there, and services that fail', () => {
    const half = judgeWizard({ ...whole, images: images(5) })
    expect(step(half, 'images')).toMatchObject({ state: 'todo', says: expect.stringMatching(/^\d of \d+$/) })
    const state = judgeWizard({ ...whole, snapshot: snapshotOf(troubleWorld()) })
    expect(step(state, 'start')).toMatchObject({ state: 'trouble', says: expect.stringMatching(/failed$/) })
    expect(state.at).toBe('start')
  })

  test('it opens by itself only where nobody has been: not after its end, not when services run already', () => {
    expect(judgeWizard({ ...bare, memory: { ...bare.memory, ended: true } }).first).toBe(false)
    expect(judgeWizard({ ...bare, idle: false }).first).toBe(false)
    expect(judgeWizard({ ...bare, items: inPlace }).first).toBe(true)
  })

  test('what undo would take back is named where it belongs', () => {
    const state = judgeWizard(whole)
    expect(step(state, 'names').undo).toEqual(['3'])
    expect(step(state, 'password').undo).toEqual(['2', '3'])
    expect(step(state, 'docker').undo).toEqual([])
    // What root had only begun when it was ended may be half done: it can be taken back all the same.
    const begun = whole.ledger.map((entry) =>
      entry.id === '3' ? { ...entry, state: 'unfinished' as const } : entry,
    )
    const half = judgeWizard({ ...whole, ledger: begun })
    expect(step(half, 'names').undo).toEqual(['3'])
    expect(step(half, 'password').undo).toEqual(['2', '3'])
  })
})

test.each([
  ['2.29.0', true],
  ['2.29.1-4', true],
  ['5.1', true],
  ['2.26.1-4', false],
  ['1.99.0', false],
])('Compose %s tells progress in detail: %s', (version, yes) => {
  expect(isAtLeast(version, [2, 29])).toBe(yes)
})
