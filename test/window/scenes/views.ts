import { wizardStepIds, type WizardStepId } from '../../../main/model/wizard.ts'
import { journey } from '../journey.ts'
import { press, shows, still, inTurn, type Scene } from './scene.ts'
import { dockerStopped, longNames } from './snapshots.ts'

/** The other views of the window, each in the states that look different. */

const main = 'main:not(.home):not([aria-busy="true"]) :is(h1, h2)'
const logRow = '.lines [data-row], .lines .ln1'

const typed =
  (text: string, selector: string): Scene['open'] =>
  async ({ page }) => {
    await page.keyboard.press('/')
    await page.keyboard.type(text)
    await page.keyboard.press('Enter')
    await page.locator(selector).first().waitFor()
  }

export const logs: readonly Scene[] = [
  { name: 'logs', world: 'trouble', open: shows('logs', logRow) },
  { name: 'logs-of-one', world: 'trouble', open: shows('logs', logRow, 'loki') },
  { name: 'logs-search', world: 'trouble', open: inTurn(shows('logs', logRow), typed('level', 'mark.now')) },
  { name: 'logs-nothing', world: 'nothing', open: shows('logs', '.empty') },
  { name: 'logs-docker-down', world: 'docker-down', open: shows('logs', '.empty') },
  {
    name: 'logs-docker-stopped',
    world: 'docker-down',
    over: still(dockerStopped()),
    open: shows('logs', '.empty'),
  },
  { name: 'logs-long', world: 'trouble', over: still(longNames()), open: shows('logs', logRow) },
]

export const doctor: readonly Scene[] = [
  { name: 'doctor', world: 'trouble', open: shows('doctor', '.finding') },
  { name: 'doctor-green', world: 'green', open: shows('doctor', '.group') },
  {
    name: 'doctor-unread',
    world: 'green',
    over: { doctor: async () => await Promise.reject(new Error('The engine ended.')) },
    open: shows('doctor', '[role="alert"]'),
  },
  {
    name: 'doctor-report',
    world: 'trouble',
    open: inTurn(shows('doctor', '.finding'), press(/report/i, '.report')),
  },
]

export const changes: readonly Scene[] = [
  { name: 'changes', world: 'trouble', open: shows('changes', '.crow') },
  {
    name: 'changes-none',
    world: 'nothing',
    over: { ledger: async () => await Promise.resolve([]) },
    open: shows('changes', '.empty'),
  },
  {
    name: 'changes-undo',
    world: 'trouble',
    open: inTurn(shows('changes', '.crow'), press('Undo all…', '[role="alertdialog"]')),
  },
]

export const activity: readonly Scene[] = [
  { name: 'activity', world: 'trouble', open: shows('activity', '[role="article"], article') },
  { name: 'activity-none', world: 'nothing', open: shows('activity', '.empty') },
]

export const settings: readonly Scene[] = [
  { name: 'settings', world: 'green', open: shows('settings', '.sets') },
  {
    name: 'settings-changed',
    world: 'green',
    open: inTurn(shows('settings', '.sets'), async ({ page }) => {
      await page.getByRole('textbox', { name: 'Domain suffix' }).fill('test.local')
      await page.getByText('becomes grafana.test.local').waitFor()
    }),
  },
  {
    name: 'settings-reset',
    world: 'green',
    open: inTurn(shows('settings', '.sets'), press('Reset settings…', '[role="alertdialog"]')),
  },
]

export const about: readonly Scene[] = [
  { name: 'about', world: 'green', open: shows('about', main) },
  {
    name: 'about-opened',
    world: 'green',
    open: inTurn(shows('about', main), async ({ page }) => {
      await page.getByText('Command line', { exact: true }).click()
      await page.getByText('maculactl').first().waitFor()
    }),
  },
]

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

export const wizards: readonly Scene[] = [
  { name: 'wizard-fresh', world: 'nothing', over: fresh().over, open: wizard },
  ...usual.flatMap((id): readonly Scene[] => [
    { name: `wizard-${id}-open`, world: 'nothing', open: inTurn(wizard, goTo(id, usual)) },
    // What a finished step looks like is the same for most.
    ...(['docker', 'password', 'names', 'images', 'done'].includes(id)
      ? [{ name: `wizard-${id}-done`, world: 'green' as const, open: inTurn(wizard, goTo(id, usual)) }]
      : []),
  ]),
  { name: 'wizard-before', world: 'old', open: inTurn(wizard, goTo('before', wizardStepIds)) },
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
]
