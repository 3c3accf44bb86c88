import type { Page } from 'playwright-core'
import type { Drawn, Look } from './page.ts'
import { openWindows } from './windows.ts'
import type { WorldName } from './worlds.ts'

/** A Chromium for the tests of a file about a service's page, to be called at its top. */
export function openService() {
  const { browser, inWindow } = openWindows()
  return {
    browser,
    inWindow,
    /** Shows one service's page. */
    withService: async (
      world: WorldName,
      service: string,
      work: (drawn: Drawn) => Promise<void>,
      look: Look = {},
    ): Promise<void> => {
      await inWindow(
        world,
        async (drawn) => {
          drawn.stage.show('services', service)
          await drawn.page.waitForSelector('.svchead')
          await work(drawn)
        },
        look,
      )
    },
  }
}

/** The ladder as it is read: rung, state, words, button, time. */
export async function ladder(page: Page): Promise<readonly string[]> {
  return await page
    .locator('.rungs li')
    .evaluateAll((rows) =>
      rows.map((row) =>
        [
          row.querySelector('b')?.textContent,
          row.querySelector('svg')?.getAttribute('aria-label'),
          row.querySelector('.say > span')?.textContent,
          row.querySelector('button')?.textContent,
          row.querySelector('.ms')?.textContent,
        ]
          .filter((part) => part !== undefined && part !== null && part !== '')
          .join(' | '),
      ),
    )
}

export const text = async (page: Page, selector: string): Promise<string> =>
  (await page.locator(selector).textContent()) ?? ''
