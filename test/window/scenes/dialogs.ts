import { reload } from '../browser.ts'
import { press, shows, still, inTurn, type Scene } from './scene.ts'
import { cluster, noCluster, portHeld, portHeldByContainer, withActions } from './snapshots.ts'

/** Questions that stand before everything else, by what they ask; and those of single views. */

const dialog = '[role="alertdialog"], [role="dialog"]'
const facts = '.svc .facts'
const key =
  (name: string, selector: string): Scene['open'] =>
  async ({ page }) => {
    await page.keyboard.press(name)
    await page.locator(selector).first().waitFor()
  }

export const stops: readonly Scene[] = [
  { name: 'asks-stop', world: 'green', open: press('Stop Data', dialog) },
  { name: 'asks-stop-all', world: 'green', open: press('Stop all…', dialog) },
  { name: 'asks-stop-one', world: 'green', open: press('Stop Object store…', dialog) },
]

export const creates: readonly Scene[] = [
  {
    name: 'asks-create',
    world: 'green',
    over: still(noCluster()),
    open: press('Start Applications', dialog),
  },
]

const release: Scene['open'] = async ({ page }) => {
  await page.locator('[data-key="grafana"]').click()
  await page
    .locator('.strip')
    .getByRole('button', { name: /^Stop / })
    .click()
  await page.locator(dialog).first().waitFor()
}

export const releases: readonly Scene[] = [
  { name: 'asks-release', world: 'trouble', over: still(portHeld()), open: release },
  { name: 'asks-release-container', world: 'trouble', over: still(portHeldByContainer()), open: release },
]

export const deletes: readonly Scene[] = [
  {
    name: 'asks-delete',
    world: 'green',
    over: still(cluster()),
    open: async ({ page, server }) => {
      server.show('services', 'cluster/hub', 'delete')
      await page.locator(dialog).first().waitFor()
    },
  },
]

export const sets: readonly Scene[] = [
  {
    name: 'asks-set',
    world: 'green',
    open: inTurn(shows('settings', '.setsadd'), press('Add a set…', dialog)),
  },
]

export const terminals: readonly Scene[] = [
  {
    name: 'asks-terminal',
    world: 'green',
    open: inTurn(
      shows('services', facts, 'timescaledb'),
      press('Open psql', '.xterm-rows'),
      async ({ page }) => {
        await page.getByText('macula=#').first().waitFor()
      },
    ),
  },
  {
    name: 'asks-terminal-ended',
    world: 'green',
    open: inTurn(
      shows('services', facts, 'timescaledb'),
      press('Open psql', '.xterm-rows'),
      async ({ page }) => {
        await page.getByText('macula=#').first().waitFor()
        await page.keyboard.type('\\q')
        await page.keyboard.press('Enter')
        await page.locator('.termend:not(:empty)').waitFor()
      },
    ),
  },
]

export const closings: readonly Scene[] = [
  {
    name: 'asks-closing',
    world: 'green',
    open: async ({ page, server }) => {
      server.tell({ event: 'closing', payload: null })
      await page.locator(dialog).first().waitFor()
    },
  },
]

export const noTrays: readonly Scene[] = [
  {
    name: 'asks-no-tray',
    world: 'green',
    open: async ({ page }) => {
      await page.route('**/request/about', async (route) => {
        const reply = await route.fetch()
        const { value, ...rest } = (await reply.json()) as { readonly value: object }
        await route.fulfill({ json: { ...rest, value: { ...value, face: 'desktop', tray: false } } })
      })
      await reload(page)
      await page.locator(dialog).first().waitFor()
      await page.getByRole('button', { name: /How/ }).click()
    },
  },
]

export const palettes: readonly Scene[] = [
  { name: 'asks-palette-all', world: 'trouble', open: key('Control+k', '.pal .entry') },
  {
    name: 'asks-palette',
    world: 'trouble',
    open: inTurn(key('Control+k', '.pal .entry'), async ({ page }) => {
      await page.keyboard.type('gra')
      await page.locator('.pal .entry', { hasText: 'Search all logs for' }).waitFor()
    }),
  },
  {
    name: 'asks-palette-none',
    world: 'trouble',
    open: inTurn(key('Control+k', '.pal .entry'), async ({ page }) => {
      await page.keyboard.type('zzzzqq')
      await page.locator('.pal .entry', { hasText: 'zzzzqq' }).waitFor()
    }),
  },
]

export const keys: readonly Scene[] = [{ name: 'asks-keys', world: 'green', open: key('?', dialog) }]

/** Of a service's page. */
export const ofServices: readonly Scene[] = [
  {
    name: 'asks-reset',
    world: 'green',
    open: inTurn(shows('services', facts, 'object-store'), press('Reset data…', dialog), async ({ page }) => {
      await page.getByRole('alertdialog').filter({ hasText: 'Tempo needs it' }).waitFor()
    }),
  },
  {
    name: 'asks-put-back',
    world: 'green',
    open: inTurn(shows('services', facts, 'timescaledb'), press(/^Put back/, dialog)),
  },
  {
    name: 'asks-env-file',
    world: 'green',
    open: inTurn(
      shows('services', facts, 'timescaledb'),
      press('Write to .env…', dialog),
      async ({ page }) => {
        await page.getByRole('textbox', { name: 'File' }).fill('/home/ada/shop/.env')
        await page.getByRole('button', { name: 'Check the file' }).click()
        await page.getByText('Writes DATABASE_URL').waitFor()
      },
    ),
  },
  {
    name: 'asks-action',
    world: 'green',
    over: still(withActions()),
    open: inTurn(shows('services', facts, 'timescaledb'), press(/^Load the example rows/, dialog)),
  },
  {
    name: 'service-variables',
    world: 'green',
    open: inTurn(shows('services', facts, 'timescaledb'), press(/^Copy variables/, '[role="menu"]')),
  },
]
