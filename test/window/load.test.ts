import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openChromium } from './browser.ts'
import { draw } from './page.ts'

let browser: Browser
beforeAll(async () => {
  browser = await openChromium()
})
afterAll(async () => {
  await browser.close()
})

test('a view whose file does not come at first is asked for again; "Show it again" asks once more', async () => {
  const drawn = await draw(browser, 'green')
  const { page, context, stage } = drawn
  try {
    let refusals = 2
    await context.route(/\/assets\/logs-view-.*\.js/, async (route) => {
      refusals -= 1
      await (refusals >= 0 ? route.abort('connectionaborted') : route.continue())
    })
    stage.show('logs', 'grafana')
    await page.waitForSelector('.ln1')
    expect(refusals).toBeLessThan(0)

    let isAway = true
    await context.route(/\/assets\/doctor-view-.*\.js/, async (route) =>
      isAway ? await route.abort('connectionaborted') : await route.continue(),
    )
    stage.show('doctor')
    const again = page.getByRole('button', { name: 'Show it again' })
    await again.waitFor({ timeout: 10_000 })
    isAway = false
    await again.click()
    await page.waitForSelector('main h1')
  } finally {
    await drawn.close()
  }
})
