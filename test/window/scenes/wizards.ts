import type { Engine } from '../../../main/engine/engine.ts'
import { wizardStepIds, type WizardStepId } from '../../../main/model/wizard.ts'
import { journey } from '../journey.ts'
import { wizardOf } from '../wizard.ts'
import { withSets } from './menus.ts'
import { inTurn, press, shows, type Scene } from './scene.ts'

/** Set-up, step by step, and where it stops. */

/** One step of set-up, by its place in the list of steps. */
const goTo =
  (id: WizardStepId, steps: readonly WizardStepId[]): Scene['open'] =>
  async ({ page }) => {
    const nav = page.getByRole('navigation', { name: 'Set-up steps' })
    const button = nav.getByRole('button').nth(steps.indexOf(id))
    await button.click()
    await nav.locator('[aria-current="step"]').first().waitFor()
    await page.locator('main h2').first().waitFor()
  }

const wizard = shows('wizard', 'nav[aria-label="Set-up steps"] button')
const usual = wizardStepIds.filter((id) => id !== 'before')

const fresh = () => {
  const machine = journey(() => false)
  machine.fresh = true
  return machine
}

const held = () => {
  const machine = journey(() => false)
  machine.answer = 'wait'
  return machine
}

const refused = () => {
  const machine = journey(() => false)
  machine.answer = 'refused'
  return machine
}

const apply = press('Apply 3 changes…', 'main h2')

/** Goes on until it is stopped. */
const until = async (signal: AbortSignal): Promise<void> =>
  await new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))

const nothingDone = { ok: false, done: [], failed: [], skipped: [], ms: 1 } as const

/** A first start of which two services answer so far. */
const going: Engine['up'] = async (_ids, tell, signal) => {
  tell({ kind: 'starting', ms: 1, service: 'ingress' })
  tell({ kind: 'answers', ms: 900, service: 'ingress', tookMs: 899 })
  tell({ kind: 'waiting', ms: 1200, service: 'tempo', says: 'waits for Object store' })
  await until(signal)
  return nothingDone
}

/** Set-up at its first start. */
function atStart(): Partial<Engine> {
  const state = wizardOf('nothing', new Set())
  const before = wizardStepIds.indexOf('start')
  return {
    wizard: async () => ({
      ...state,
      at: 'start' as const,
      steps: state.steps.map((step) => ({
        ...step,
        state:
          step.id === 'start'
            ? ('todo' as const)
            : wizardStepIds.indexOf(step.id) < before
              ? ('done' as const)
              : step.state,
      })),
    }),
  }
}

const starting = inTurn(wizard, goTo('start', usual), press('Start everything', 'main progress'))

/** The packages cannot be had: the step is in trouble and says by which command a person goes on. */
function toolsBlocked(): Partial<Engine> {
  const state = wizardOf('nothing', new Set())
  return {
    wizard: async () => ({
      ...state,
      steps: state.steps.map((step) =>
        step.id === 'tools'
          ? {
              ...step,
              state: 'trouble' as const,
              says: 'Compose is missing',
              what: 'Docker Compose is not installed, and docker-compose-v2 is in none of the package sources of this machine.',
              todo: 'Add Docker’s own package source, or install the Compose plugin by hand, then check again.',
              command: 'sudo apt-get install --yes --no-install-recommends docker-compose-v2',
            }
          : step,
      ),
    }),
  }
}

/** Four images on their way: one done, one moving, one that got nothing for a while, one that failed. */
const pulling: Engine['pull'] = async (_ids, tell, signal) => {
  const progress = (image: string, currentBytes: number): void =>
    tell({
      kind: 'pull',
      ms: 1,
      progress: { image, phase: 'downloading', currentBytes, totalBytes: 100_000_000 },
    })
  progress('grafana/grafana:13.2.1', 42_000_000)
  progress('timescale/timescaledb:2.29.2', 3_000_000)
  tell({
    kind: 'failed',
    ms: 2,
    service: 'loki',
    trouble: {
      kind: 'outside',
      what: 'The image grafana/loki:3.7.6 cannot be downloaded.',
      why: 'registry-1.docker.io: no space left on device.',
      todo: 'Free some disk space, then try again.',
    },
  })
  await until(signal)
  return nothingDone
}

/** Set-up up to its images, with `pull` in place of the machine's. */
const atImages = (pull: Engine['pull']): Partial<Engine> => ({ ...journey(() => false).over, pull })

const gets = inTurn(
  wizard,
  goTo('images', usual),
  press('Download the images', 'main progress'),
  async ({ page }) => {
    await page
      .getByText(/^42(\.0)? MB/)
      .first()
      .waitFor()
  },
)

const images: readonly Scene[] = [
  { name: 'wizard-images-going', world: 'nothing', over: atImages(pulling), open: gets },
  {
    name: 'wizard-images-stalled',
    world: 'nothing',
    over: atImages(pulling),
    open: inTurn(gets, async ({ page }) => {
      // The page's clock goes ahead instead of a wait.
      await page.evaluate(() => {
        const real = Date.now
        Date.now = () => real() + 45_000
      })
      await page
        .getByText(/nothing for|no data for|stalled/i)
        .first()
        .waitFor()
    }),
  },
]

/** A take-over that was left half done. */
const halfDone: Engine['migrate'] = async (_choice, tell) => {
  for (const says of [
    'container macula-registry is stopped and removed',
    'network infrastructure_macula-infra stays',
  ])
    tell({ kind: 'tells', id: 'compose-infrastructure', says })
  return {
    ok: false,
    done: [{ id: 'before-unit', says: 'stopped and taken out' }],
    left: [
      {
        id: 'compose-infrastructure',
        title: 'The Compose project infrastructure',
        because: 'the network infrastructure_macula-infra has a container of another project: ada-notebook-1',
        without: 'Macula needs another subnet, and its URLs carry a port.',
      },
    ],
    aside: [{ from: 'macula_registry', to: 'macula_registry_before-20261127-0034' }],
    off: [{ id: 'registry', title: 'Registry' }],
  }
}

const copying: Engine['migrate'] = async (_choice, tell, signal) => {
  tell({ kind: 'begins', id: 'data-registry', title: 'Taking over the registry’s images' })
  tell({ kind: 'tells', id: 'data-registry', says: 'macula-registry is stopped' })
  tell({
    kind: 'bytes',
    id: 'data-registry',
    progress: {
      doneBytes: 12_400_000_000,
      totalBytes: 41_300_000_000,
      says: 'Copying the registry’s images',
    },
  })
  await until(signal)
  return { ok: false, done: [], left: [] }
}

const atBefore = inTurn(wizard, goTo('before', wizardStepIds))

const befores: readonly Scene[] = [
  { name: 'wizard-before', world: 'old', open: atBefore },
  {
    name: 'wizard-before-trouble',
    world: 'old',
    over: { migrate: halfDone },
    open: inTurn(atBefore, press(/^Take over/, 'main .lefts')),
  },
  {
    name: 'wizard-before-going',
    world: 'old',
    over: { migrate: copying },
    open: inTurn(atBefore, press(/^Take over/, 'main progress')),
  },
  {
    name: 'wizard-before-unread',
    world: 'old',
    over: {
      migration: async () => await Promise.reject(new Error('Docker does not answer.')),
    },
    open: inTurn(atBefore, async ({ page }) => await page.locator('.errornote').first().waitFor()),
  },
]

export const wizards: readonly Scene[] = [
  { name: 'wizard-fresh', world: 'nothing', over: fresh().over, open: wizard },
  ...usual.flatMap((id): readonly Scene[] => [
    { name: `wizard-${id}-open`, world: 'nothing', open: inTurn(wizard, goTo(id, usual)) },
    // What a finished step looks like is the same for most.
    ...(['docker', 'password', 'names', 'images', 'done'].includes(id)
      ? [{ name: `wizard-${id}-done`, world: 'green' as const, open: inTurn(wizard, goTo(id, usual)) }]
      : []),
  ]),
  { name: 'wizard-docker-down', world: 'docker-down', open: inTurn(wizard, goTo('docker', usual)) },
  {
    name: 'wizard-password-asked',
    world: 'nothing',
    over: held().over,
    open: inTurn(wizard, goTo('review', usual), apply, async ({ page }) => {
      await page.getByText('Waiting until it is allowed').first().waitFor()
    }),
  },
  {
    name: 'wizard-password-refused',
    world: 'nothing',
    over: refused().over,
    open: inTurn(wizard, goTo('review', usual), apply, async ({ page }) => {
      await page.getByText('The same by hand').first().waitFor()
    }),
  },
  { name: 'wizard-start-trouble', world: 'trouble', open: inTurn(wizard, goTo('start', usual)) },
  {
    name: 'wizard-undo',
    world: 'green',
    open: inTurn(wizard, goTo('password', usual), press('Undo…', '[role="alertdialog"]')),
  },
  { name: 'wizard-start-red', world: 'ten-red', open: inTurn(wizard, goTo('start', usual)) },
  { name: 'wizard-start-going', world: 'nothing', over: { ...atStart(), up: going }, open: starting },
  { name: 'wizard-fresh-sets', world: 'nothing', over: { ...fresh().over, ...withSets }, open: wizard },
  {
    name: 'wizard-fresh-tiers',
    world: 'nothing',
    over: fresh().over,
    open: inTurn(wizard, async ({ page }) => await page.getByRole('radio').last().check()),
  },
  {
    name: 'wizard-tools-blocked',
    world: 'nothing',
    over: toolsBlocked(),
    open: inTurn(wizard, goTo('tools', usual)),
  },
  ...images,
  ...befores,
]
