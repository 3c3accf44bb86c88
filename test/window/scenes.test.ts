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
const looks = [
  { width: 1100, height: 900, scheme: 'light', only: undefined },
  { width: 1100, height: 900, scheme: 'dark', only: ['color-contrast'] },
  { width: 360, height: 800, scheme: 'dark', only: undefined },
  { width: 360, height: 800, scheme: 'light', only: ['color-contrast'] },
] as const

/** Every size in which all of it has to be there; the last is 1100 by 900 with its text at 200 %. */
const sizes = [
  { width: 1600, height: 1000 },
  { width: 1100, height: 900 },
  { width: 900, height: 700 },
  { width: 360, height: 800 },
  { width: 550, height: 450 },
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
          for (const { width, height, scheme, only } of looks) {
            await page.setViewportSize({ width, height })
            await page.emulateMedia({ colorScheme: scheme })
            await drawn(page)
            const where = `${width}, ${scheme}`
            expect.soft(await axe(page, only), where).toEqual([])
            expect.soft((await primaries(page)).length, `primary buttons, ${where}`).toBeLessThan(2)
          }
          for (const size of sizes) {
            await page.setViewportSize(size)
            await drawn(page)
            const where = `${size.width}x${size.height}`
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
