import type { Page } from 'playwright-core'
import { openWindows } from './windows.ts'

/** A Chromium for the tests of a file about a service's page, to be called at its top. */
export function openService() {
  const { browser, inWindow, inView } = openWindows()
  /** Shows one service's page. */
  return { browser, inWindow, withService: inView('services', '.svchead') }
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
