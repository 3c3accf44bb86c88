import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { views } from '../../preload/contract.ts'
import { axe, beside, overflow, overlapping, primaries } from './page.ts'
import { scenes } from './scenes/scenes.ts'
import { openWindows } from './windows.ts'

/** Every view and question of the window in every state that looks different: what axe and the window's edges say. */

const { inWindow } = openWindows()

test('every view of the contract is among the scenes, and no name is used twice', () => {
  expect(Object.keys(scenes)).toEqual(expect.arrayContaining([...views, 'service']))
  const names = Object.values(scenes).flatMap((all) => all.map(({ name }) => name))
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})

/** The page at rest: two frames after what it was told last. */
async function drawn(page: Page): Promise<void> {
  await page.evaluate(
    async () => await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  )
}

/** Whether something that can be seen has the focus. */
async function holdsFocus(page: Page): Promise<boolean> {
  return await page.evaluate(() => {
    const { activeElement: on } = document
    return on !== null && on !== document.body && on.checkVisibility()
  })
}

/** Colours are all that a theme changes: the other rules are asked in one of both. */
const contrast = ['color-contrast']

/**
 * Every size in which all of it has to be there; the third is 1100 by 900 with its text at 200 %. In the first two axe looks too, in
 * its themes one after the other: drawing the window anew for a size takes as long as looking at it there.
 */
const sizes = [
  { width: 1100, height: 900, whole: 'light', colours: 'dark' },
  { width: 360, height: 800, whole: 'dark', colours: 'light' },
  { width: 550, height: 450 },
  { width: 900, height: 700 },
  { width: 1600, height: 1000 },
] as const

for (const [part, all] of Object.entries(scenes))
  test.each(all)(
    `axe finds nothing, one button is primary, nothing is cut off or lost, in ${part}: $name`,
    async ({ world, over, open }) => {
      await inWindow(
        world,
        async (window) => {
          await open(window)
          const { page } = window
          for (const { width, height, ...themes } of sizes) {
            await page.setViewportSize({ width, height })
            const where = `${width}x${height}`
            if ('whole' in themes) {
              await page.emulateMedia({ colorScheme: themes.whole })
              await drawn(page)
              expect.soft(await axe(page), `${where}, ${themes.whole}`).toEqual([])
              expect.soft((await primaries(page)).length, `primary buttons, ${where}`).toBeLessThan(2)
              await page.emulateMedia({ colorScheme: themes.colours })
            }
            await drawn(page)
            if ('whole' in themes)
              expect.soft(await axe(page, contrast), `${where}, ${themes.colours}`).toEqual([])
            expect.soft(await overflow(page), where).toEqual([0, 0])
            expect.soft(await beside(page), where).toEqual([])
            expect.soft(await overlapping(page), where).toEqual([])
          }
          // A keyboard goes on from where it was, whatever became of the room.
          await page.setViewportSize({ width: 1100, height: 900 })
          await drawn(page)
          await page.keyboard.press('Tab')
          await page.setViewportSize({ width: 360, height: 800 })
          await drawn(page)
          await expect.poll(async () => await holdsFocus(page)).toBe(true)
        },
        over === undefined ? {} : { over },
      )
    },
  )
