import { expect, test } from 'vitest'
import type { Engine } from '../../main/engine/engine.ts'
import type { FixAction } from '../../main/model/ladder.ts'
import type { RunResult } from '../../main/model/run.ts'
import { axe, focused, primaries } from './page.ts'
import { portHeld } from './scenes/snapshots.ts'
import { still } from './scenes/scene.ts'
import { openWindows } from './windows.ts'

/** The question before somebody else's program is ended for its port: by keys alone, and the keyboard comes back to where it was. */

const { inWindow } = openWindows()

function recorder(): { readonly actions: FixAction[]; readonly over: Partial<Engine> } {
  const actions: FixAction[] = []
  const fix: Engine['fix'] = async (action) => {
    actions.push(action)
    const result: RunResult = { ok: true, done: ['grafana'], failed: [], skipped: [], ms: 1 }
    return await Promise.resolve(result)
  }
  return { actions, over: { ...still(portHeld()), fix } }
}

test.each(['light', 'dark'] as const)(
  'Cancel has the keyboard, Tab stays inside, Escape leaves all as it is and gives the keyboard back (%s)',
  async (scheme) => {
    const { actions, over } = recorder()
    await inWindow(
      'trouble',
      async ({ page }) => {
        await page.locator('[data-key="grafana"]').click()
        const opener = page.locator('.strip').getByRole('button', { name: /^Stop / })
        const name = await opener.innerText()
        await opener.focus()
        await page.keyboard.press('Enter')
        const question = page.getByRole('alertdialog', { name: `${name.replace(/…$/, '')}?` })
        await question.waitFor()
        await expect.poll(async () => await focused(page)).toBe('Cancel')
        expect(await primaries(page)).toEqual(['Cancel'])
        expect(await axe(page)).toEqual([])
        const seen = new Set<string>()
        for (let count = 0; count < 5; count += 1) {
          await page.keyboard.press('Tab')
          seen.add(await focused(page))
        }
        expect([...seen].sort()).toEqual(['Cancel', name.replace(/…$/, '')].sort())

        await page.keyboard.press('Escape')
        await question.waitFor({ state: 'detached' })
        await expect.poll(async () => await focused(page)).toBe(name)
        expect(actions).toEqual([])
      },
      { over, scheme },
    )
  },
)

test('the other button ends it once, and the keyboard is in the page again', async () => {
  const { actions, over } = recorder()
  await inWindow(
    'trouble',
    async ({ page }) => {
      await page.locator('[data-key="grafana"]').click()
      await page
        .locator('.strip')
        .getByRole('button', { name: /^Stop / })
        .press('Enter')
      const question = page.getByRole('alertdialog')
      await question.waitFor()
      await page.keyboard.press('Shift+Tab')
      await page.keyboard.press('Enter')
      await question.waitFor({ state: 'detached' })
      expect(actions).toEqual([expect.objectContaining({ kind: 'release' })])
      await expect
        .poll(async () => await page.evaluate(() => document.activeElement?.closest('main') !== null))
        .toBe(true)
      await expect
        .poll(async () => await page.textContent('.summary p'))
        .toMatch(/^Stop .+, at \d\d:\d\d:\d\d /)
    },
    { over },
  )
})
