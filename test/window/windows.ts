import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { openChromium } from './browser.ts'
import { draw, type Drawn, type Look } from './page.ts'
import type { WorldName } from './worlds.ts'

/** A Chromium for the tests of a file, to be called at its top. */
export function openWindows() {
  let browser: Browser
  beforeAll(async () => {
    browser = await openChromium()
  })
  afterAll(async () => {
    await browser.close()
  })
  return {
    browser: (): Browser => browser,
    /** Draws a window over a world, works in it, and closes it; what the page complained of fails. */
    inWindow: async (
      world: WorldName,
      work: (drawn: Drawn) => Promise<void>,
      look: Look = {},
    ): Promise<void> => {
      const drawn = await draw(browser, world, look)
      try {
        await work(drawn)
        expect(drawn.complaints).toEqual([])
      } finally {
        await drawn.close()
      }
    },
  }
}
