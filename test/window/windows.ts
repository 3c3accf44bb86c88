import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import type { View } from '../../preload/contract.ts'
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
  /** Draws a window over a world, works in it, and closes it; what the page complained of fails. */
  const inWindow = async (
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
  }
  return {
    browser: (): Browser => browser,
    inWindow,
    /** The same in one view, of one service or of none, once what `selector` names is there. */
    inView:
      (view: View, selector: string) =>
      async (
        world: WorldName,
        service: string | undefined,
        work: (drawn: Drawn) => Promise<void>,
        look: Look = {},
      ): Promise<void> =>
        await inWindow(
          world,
          async (drawn) => {
            drawn.server.show(view, service)
            await drawn.page.waitForSelector(selector)
            await work(drawn)
          },
          look,
        ),
  }
}
