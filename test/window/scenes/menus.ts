import type { Page } from 'playwright-core'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import type { Engine } from '../../../main/engine/engine.ts'
import { inTurn, press, shows, type Scene } from './scene.ts'

/** Menus, sets, and what single keys and the pointer's other button open. */

const menu = '[role="menu"]'
const row = (page: Page, key: string) => page.locator(`[data-key="${key}"]`)

/** Somebody with sets of their own, one of them with a name and a list that are long. */
export const withSets: Partial<Engine> = {
  settings: {
    ...defaultSettings,
    sets: {
      favourites: ['timescaledb', 'grafana'],
      frontend: ['grafana', 'timescaledb', 'object-store'],
      'everything-that-the-evening-demo-needs': ['prometheus', 'loki', 'tempo', 'alloy', 'grafana', 'gone'],
    },
  },
}

export const menus: readonly Scene[] = [
  {
    name: 'home-context',
    world: 'trouble',
    open: async ({ page }) => {
      await row(page, 'tempo').click({ button: 'right', position: { x: 200, y: 10 } })
      await page.locator(menu).waitFor()
    },
  },
  {
    name: 'home-context-tier',
    world: 'trouble',
    open: async ({ page }) => {
      await row(page, 'tier observability').click({ button: 'right', position: { x: 200, y: 10 } })
      await page.locator(menu).waitFor()
    },
  },
  {
    name: 'home-context-keys',
    world: 'green',
    open: async ({ page }) => {
      // A row in the middle, by keys alone.
      await row(page, 'loki').click({ position: { x: 300, y: 10 } })
      await page.keyboard.press('Shift+F10')
      await page.locator(menu).waitFor()
    },
  },
  { name: 'home-sets', world: 'green', over: withSets, open: press('Sets', menu) },
]

export const setsOfSettings: readonly Scene[] = [
  {
    name: 'settings-sets',
    world: 'green',
    over: withSets,
    open: inTurn(shows('settings', '.sets'), async ({ page }) => {
      await page.locator('.setsadd').scrollIntoViewIfNeeded()
    }),
  },
]

export const setDialogs: readonly Scene[] = [
  {
    name: 'asks-set-edit',
    world: 'green',
    over: withSets,
    open: inTurn(shows('settings', '.sets'), press(/^Edit.*everything-that/, '[role="alertdialog"]')),
  },
]
