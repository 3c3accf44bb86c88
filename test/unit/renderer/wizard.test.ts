import { sayDone } from '../../../renderer/words/wizard-services.ts'
import { expect, test } from 'vitest'
import { wizardStepIds, type WizardState, type WizardStep } from '../../../main/model/wizard.ts'
import type { SetupPlan } from '../../../preload/contract.ts'
import { firstToOpen, nameOf } from '../../../renderer/views/wizard/done-step.tsx'
import { firstLines } from '../../../renderer/views/wizard/first-lines.ts'
import {
  optionOf,
  runOptions,
  tierChoices,
  tiersOf,
  toRun,
} from '../../../renderer/views/wizard/run-choice.ts'
import {
  addressesOf,
  chosenItems,
  commandsOf,
  countParts,
  openItems,
} from '../../../renderer/views/wizard/plan.ts'
import { startedOf } from '../../../main/model/started.ts'
import { beside, isOver, saysOf, shapeOf } from '../../../renderer/views/wizard/walk.ts'
import { setupItems } from '../cli/stand-in.ts'
import { dockerDownWorld, greenWorld, snapshotOf } from '../cli/worlds.ts'

function wizardWith(states: Partial<Record<WizardStep['id'], WizardStep['state']>>): WizardState {
  return {
    at: 'docker',
    chosen: null,
    first: true,
    steps: wizardStepIds.map((id) => ({
      id,
      title: id,
      state: states[id] ?? 'todo',
      says: '',
      what: '',
      why: '',
      todo: '',
      command: '',
      skippable: id !== 'docker' && id !== 'network',
      undo: [],
    })),
  }
}

test('what is chosen to run: whole tiers, with all that they need', () => {
  const { tiers, services } = snapshotOf(greenWorld())
  const choices = tierChoices(tiers, services)
  // Clusters are chosen by themselves.
  expect(choices.map(({ title }) => title)).toEqual(['Host', 'Observability', 'Tools', 'Data'])
  const ids = (...chosen: readonly string[]): readonly string[] =>
    toRun(choices, new Set(chosen)).map(({ id }) => id)
  expect(ids()).toEqual([])
  expect(ids('data')).toEqual(['timescaledb', 'object-store'])
  // Traces are stored in the object store.
  expect(ids('observability')).toContain('object-store')
  expect(ids('observability')).not.toContain('timescaledb')
  expect([...tiersOf(choices, null)]).toEqual(['host', 'observability', 'tools', 'data'])
  expect([...tiersOf(choices, ['timescaledb', 'object-store', 'grafana'])]).toEqual(['data'])
})

test('the answers to what to run: everything, each set with what it needs, what was chosen before, tiers', () => {
  const { tiers, services } = snapshotOf(greenWorld())
  const choices = tierChoices(tiers, services)
  const sets = {
    traces: ['tempo', 'gone'],
    favourites: ['grafana'],
    lost: ['gone'],
    apps: ['cluster/hub'],
  }
  const options = (chosen: readonly string[] | null) =>
    runOptions(choices, sets, chosen).map(({ id, run }) => [id, run.map((view) => view.id).join()])
  const every = services.filter((view) => view.cluster === undefined).map(({ id }) => id)
  // A set of which nothing is here, or only clusters, is none; favourites stand first.
  expect(options(null)).toEqual([
    ['all', every.join()],
    ['@favourites', 'grafana'],
    ['@traces', 'tempo,object-store'],
    ['tiers', ''],
  ])
  const given = (chosen: readonly string[] | null) =>
    optionOf(runOptions(choices, sets, chosen), choices, chosen)
  expect(given(null)).toBe('all')
  expect(given(every)).toBe('all')
  expect(given(['object-store', 'tempo'])).toBe('@traces')
  expect(given(['timescaledb', 'object-store'])).toBe('tiers')
  // A choice that is none of those stays one.
  expect(given(['loki', 'registry'])).toBe('before')
  expect(options(['loki', 'registry']).at(-2)).toEqual(['before', 'registry,loki'])
  // Nothing of what was chosen is there any more.
  expect(given(['gone'])).toBe('tiers')
})

test('the lines at the end are of what works, and none is made of a name that a shell would read', () => {
  const { services } = snapshotOf(greenWorld())
  const line = (id: string, views = services): string | undefined =>
    firstLines(views).find((one) => one.id === id)?.line
  expect(line('psql')).toBe('eval "$(maculactl env timescaledb)" && psql')
  expect(line('push')).toContain('docker push registry.macula.local/macula/IMAGE')
  const named = (name: string) =>
    services.map((view) =>
      view.id === 'timescaledb' && view.container
        ? { ...view, container: { ...view.container, name } }
        : view,
    )
  expect(line('exec', named('macula-timescaledb-1'))).toBe(
    'docker exec -it macula-timescaledb-1 psql -U macula',
  )
  for (const name of ['--privileged', 'a;reboot', '$(id)', '\u202eb', ''])
    expect(line('exec', named(name))).toBeUndefined()
  expect(firstLines(snapshotOf(dockerDownWorld()).services)).toEqual([])
})

test('the steps follow each other in their order, and end at both ends', () => {
  const wizard = wizardWith({})
  const order = [undefined, ...wizardStepIds, undefined]
  for (const [index, id] of wizardStepIds.entries()) {
    expect(beside(wizard, id, -1)).toBe(order[index])
    expect(beside(wizard, id, 1)).toBe(order[index + 2])
  }
})

test('who changes nothing is led past the password, both ways', () => {
  const wizard = wizardWith({ review: 'skipped', password: 'skipped' })
  expect(beside(wizard, 'review', 1)).toBe('names')
  expect(beside(wizard, 'names', -1)).toBe('review')
})

test('a step that cannot be left out fails, another one only warns; what goes on turns', () => {
  const wizard = wizardWith({ docker: 'trouble', names: 'trouble', images: 'skipped', start: 'done' })
  const step = (id: WizardStep['id']): WizardStep => wizard.steps.find((one) => one.id === id)!
  expect(shapeOf(step('docker'), false)).toBe('failed')
  expect(shapeOf(step('names'), false)).toBe('degraded')
  expect(shapeOf(step('images'), false)).toBe('not set up')
  expect(shapeOf(step('images'), true)).toBe('starting')
  expect([step('docker'), step('images'), step('start')].map(isOver)).toEqual([false, true, true])
})

const plan: SetupPlan = { items: setupItems, digest: 'd', present: {}, elevation: 'sudo' }

test('all that is to be done is chosen, until a person leaves something out', () => {
  const all = { touched: new Map(), only: null }
  expect(openItems(plan).map(({ change }) => change.id)).toEqual(['tools', 'low-ports'])
  expect(chosenItems(plan, all).map(({ change }) => change.id)).toEqual(['tools', 'low-ports'])
  const without = { touched: new Map([['low-ports', false]]), only: null }
  expect(chosenItems(plan, without).map(({ change }) => change.id)).toEqual(['tools'])
})

test('who is led here for one change has chosen only that one', () => {
  const one = { touched: new Map(), only: ['low-ports'] }
  expect(chosenItems(plan, one).map(({ change }) => change.id)).toEqual(['low-ports'])
  const both = { touched: new Map([['tools', true]]), only: ['low-ports'] }
  expect(chosenItems(plan, both).map(({ change }) => change.id)).toEqual(['tools', 'low-ports'])
})

test('the commands of the changes stand under their titles', () => {
  const lines = commandsOf(openItems(plan))
  expect(lines[0]).toBe('# Install 2 packages')
  expect(lines).toContain('# Allow ports from 80')
  expect(lines.at(-1)).toBe('sudo sysctl -p /etc/sysctl.d/60-macula.conf')
  expect(countParts(openItems(plan))).toEqual({ files: 1, packages: 2 })
})

test('fault 15: after a refusal the addresses that open without names are told', () => {
  const urls = addressesOf(snapshotOf(greenWorld())).map(({ url }) => url)
  expect(urls).toContain('http://127.0.0.4:3000')
  for (const url of urls) expect(url).toMatch(/^https?:\/\/\d+\.\d+\.\d+\.\d+(?::\d+)?(?:\/|$)/)
})

test('what shows most of the others is opened first, pages only, and nothing that does not work', () => {
  const first = firstToOpen(snapshotOf(greenWorld()).services).map(({ id }) => id)
  expect(first[0]).toBe('grafana')
  expect(first).toHaveLength(4)
  // What they open answers a program: "ready", {}.
  for (const id of ['loki', 'tempo', 'registry']) expect(first).not.toContain(id)
  expect(firstToOpen(snapshotOf(dockerDownWorld()).services)).toEqual([])
})

test('the first start has one count, of what is drawn now; a step that does not go on says what was read', () => {
  const green = snapshotOf(greenWorld()).services
  const states = ['works', 'degraded', 'starting', 'failed', 'not set up'] as const
  const some = green.slice(0, 5).map((view, at) => ({ ...view, state: states[at] ?? 'works' }))
  const started = startedOf(some, null)
  expect(started).toMatchObject({ answering: 2, failed: 1, starting: true })
  expect(started.all).toHaveLength(4)
  const step = { ...wizardWith({}).steps.find(({ id }) => id === 'start')!, says: '1 of 4' }
  expect(saysOf(step, true, started)).toBe('2 of 4 answer, 1 failed')
  expect(saysOf(step, false, started)).toBe('1 of 4')
  expect(saysOf({ ...step, id: 'images' }, true, started)).toBe('1 of 4')
  // Of what was chosen; a cluster that was never made has a step of its own.
  expect(startedOf(some, [some[0]!.id]).all).toHaveLength(1)
  expect(startedOf([{ ...green[0]!, cluster: 'cluster', state: 'not set up' }], null).services).toEqual([])
})

test('what is opened first is called what it is: the ingress opens the page of all services', () => {
  const { services } = snapshotOf(greenWorld())
  const named = (id: string): string => nameOf(services.find((view) => view.id === id)!)
  expect([named('ingress'), named('grafana')]).toEqual(['Home page', 'Grafana'])
  // There is room for one sentence; the page of the service has them all.
  const says = services.find(({ id }) => id === 'powerdns-admin')?.signIn ?? ''
  expect(sayDone.signInFirst(says)).toBe('It comes without an account, and its sign-up page is closed.')
  expect(sayDone.signInFirst('Open it.')).toBe('Open it.')
})
