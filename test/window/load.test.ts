import { expect, test } from 'vitest'
import { deferred } from '../deferred.ts'
import { draw } from './page.ts'
import { openWindows } from './windows.ts'

const { browser } = openWindows()

test('a view whose file does not come at first is asked for again; "Show it again" asks once more', async () => {
  const drawn = await draw(browser(), 'green')
  const { page, context, server } = drawn
  try {
    let refusals = 2
    await context.route(/\/assets\/logs-view-.*\.js/, async (route) => {
      refusals -= 1
      await (refusals >= 0 ? route.abort('connectionaborted') : route.continue())
    })
    server.show('logs', 'grafana')
    await page.waitForSelector('.ln1')
    expect(refusals).toBeLessThan(0)

    let isAway = true
    await context.route(/\/assets\/doctor-view-.*\.js/, async (route) =>
      isAway ? await route.abort('connectionaborted') : await route.continue(),
    )
    server.show('doctor')
    const again = page.getByRole('button', { name: 'Show it again' })
    await again.waitFor()
    isAway = false
    await again.click()
    await page.waitForSelector('main h1')
  } finally {
    await drawn.close()
  }
})

test('a menu or a dialog whose file does not come takes nothing with it, and is asked for anew', async () => {
  const drawn = await draw(browser(), 'green')
  const { page, context } = drawn
  try {
    let isAway = true
    await context.route(/\/assets\/(menu|dialogs)-.*\.js/, async (route) =>
      isAway ? await route.abort('connectionaborted') : await route.continue(),
    )
    const more = page.getByRole('button', { name: 'More for Grafana' })
    const failed = page.getByText('This cannot be shown', { exact: true })
    await more.click()
    await failed.waitFor()
    await page.getByRole('button', { name: 'Close this note' }).click()
    await failed.waitFor({ state: 'detached' })
    await page.keyboard.press('?')
    await failed.waitFor()
    await expect.poll(async () => await page.locator('.list .row').count()).toBeGreaterThan(10)
    isAway = false
    await more.click()
    await page.getByRole('menu').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('menu').waitFor({ state: 'detached' })
    await page.keyboard.press('?')
    await page.getByRole('alertdialog').waitFor()
  } finally {
    await drawn.close()
  }
})

test('letters that are typed before the palette is there are not lost', async () => {
  const drawn = await draw(browser(), 'green')
  const { page, context } = drawn
  try {
    const typed = deferred<void>()
    await context.route(/\/assets\/palette-.*\.js/, async (route) => {
      await typed.promise
      await route.continue()
    })
    await page.keyboard.press('Control+k')
    await page.keyboard.type('gra')
    typed.resolve()
    const field = page.getByRole('dialog', { name: 'Find or run' }).locator('input:focus')
    await field.waitFor()
    await page.keyboard.type('f')
    await expect.poll(async () => await field.inputValue()).toBe('graf')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  } finally {
    await drawn.close()
  }
})
