import { expect, test } from 'vitest'
import { axe, focused, type Drawn } from './page.ts'
import { openWindows } from './windows.ts'
import { greenWorld, snapshotOf } from '../unit/cli/worlds.ts'

const { inWindow } = openWindows()

/** As many as a person with services of their own could have. */
const COUNT = 250

/** Home with so many services in its last tier; how to tell the state of one. */
async function fill({ page, server }: Drawn): Promise<(index: number, state: 'works' | 'stopped') => void> {
  const green = snapshotOf(greenWorld(), 1_000_000)
  const [base] = green.services
  if (base === undefined) throw new Error('no service')
  let at = Date.now() + 1_000_000_000
  const services = Array.from({ length: COUNT }, (_, index) => ({
    ...base,
    id: `own-${index}`,
    title: `Own ${index}`,
    tier: 'data' as const,
    needs: [],
    uses: [],
    neededBy: [],
  }))
  const tiers = green.tiers.map((tier) => ({
    ...tier,
    services: tier.id === 'data' ? services.map(({ id }) => id) : [],
  }))
  const tell = (index: number, state: 'works' | 'stopped'): void => {
    at += 1
    const now = services.map((view, which) => (which === index ? { ...view, state } : view))
    server.tell({
      event: 'snapshot',
      payload: { ...green, rev: at, at, tiers, services: now, causes: [] },
    })
  }
  tell(0, 'works')
  await expect.poll(async () => await page.locator('.list .row').count()).toBe(COUNT)
  return tell
}

test('of a long list only what is near is drawn; the keyboard, a screen reader and a find come to every row', async () => {
  await inWindow('green', async (drawn) => {
    const { page } = drawn
    const tell = await fill(drawn)
    const drawnRows = page.locator('.list .row:has(.acts)')
    await expect.poll(async () => await drawnRows.count()).toBeLessThan(60)
    expect(await drawnRows.count()).toBeGreaterThan(15)
    const last = page.locator('[data-key="own-249"]')
    expect(await last.locator('.acts').count()).toBe(0)
    // What is not drawn is there all the same.
    expect(await last.getAttribute('aria-label')).toMatch(/^Own 249: works/)
    expect(await last.getAttribute('aria-posinset')).toBe('250')
    expect(await last.getAttribute('aria-setsize')).toBe('250')
    expect(await last.textContent()).toContain('Own 249')
    tell(249, 'stopped')
    await expect.poll(async () => await last.getAttribute('aria-label')).toMatch(/^Own 249: stopped/)
    expect(await axe(page)).toEqual([])

    await page.locator('[data-key="own-0"]').focus()
    await page.keyboard.press('End')
    await expect.poll(async () => await focused(page)).toMatch(/^Own 249: stopped/)
    await last.locator('.acts').waitFor()
    expect(await page.locator('[data-key="own-0"] .acts').count()).toBe(0)
    await page.keyboard.press('Tab')
    await expect.poll(async () => await focused(page)).toBe('Copy address of Own 249')
    await page.keyboard.press('PageUp')
    const at = Number((await focused(page)).match(/^Own (\d+)/)?.[1])
    expect(at).toBeLessThan(245)
    expect(at).toBeGreaterThan(200)
    await page.keyboard.press('Home')
    await page.locator('[data-key="own-0"] .acts').waitFor()
    await expect.poll(async () => await drawnRows.count()).toBeLessThan(60)
  })
})

test('Tab leaves a long list from any row, and comes back to the one that is selected', async () => {
  await inWindow('green', async (drawn) => {
    const { page } = drawn
    await fill(drawn)
    await page.locator('[data-key="own-3"] .note').click()
    const outside = async (): Promise<boolean> =>
      await page.evaluate(() => document.activeElement?.closest('.list') === null)
    for (let press = 0; press < 8 && !(await outside()); press += 1) await page.keyboard.press('Tab')
    expect(await outside()).toBe(true)
    await page.getByRole('button', { name: 'Stop all…' }).focus()
    await page.keyboard.press('Tab')
    await expect.poll(async () => await focused(page)).toMatch(/^Own 3: /)
    await page.keyboard.press('Shift+Tab')
    expect(await outside()).toBe(true)
  })
})
