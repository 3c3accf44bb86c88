import { inTurn, press, shows, still, type Scene } from './scene.ts'
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
  { name: 'activity-of-one', world: 'trouble', open: shows('activity', 'article', 'tempo') },
  {
    name: 'activity-found-none',
    world: 'trouble',
    open: inTurn(shows('activity', 'article'), async ({ page }) => {
      await page.keyboard.press('/')
      await page.keyboard.type('zzzzqq')
      await page.locator('main .empty, main [role="status"], main output').first().waitFor()
      await page.waitForFunction(() => document.querySelector('main article') === null)
    }),
  },
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
