import { expect, test } from 'vitest'
import { activityEntries } from './activity-entries.ts'
import { axe, focused, overflow, sizes, type Drawn } from './page.ts'
import { openWindows } from './windows.ts'

const { inWindow } = openWindows()

async function led({ page, server }: Drawn): Promise<void> {
  server.show('activity')
  await page.getByRole('heading', { level: 1, name: 'Activity' }).waitFor()
  await page.locator('main:not([aria-busy="true"])').waitFor()
}

const text = async ({ page }: Drawn): Promise<string> => (await page.textContent('main')) ?? ''

test('what happened stands newest first under its days, and what a container says is text', async () => {
  await inWindow('trouble', async (drawn) => {
    const { page } = drawn
    let dialogs = 0
    page.on('dialog', (dialog) => {
      dialogs += 1
      void dialog.dismiss()
    })
    await led(drawn)
    const articles = await page.getByRole('article').allTextContents()
    expect(articles[0]).toMatch(/^Today.*Grafana works/)
    expect(articles[2]).toContain('<img src=x onerror=alert(1)>')
    // oxlint-disable-next-line no-control-regex -- control characters are what this is about
    expect(await text(drawn)).not.toMatch(/[\u0000-\u0008\u001B\u202E]/)
    expect(await page.locator('main img').count()).toBe(0)
    expect(dialogs).toBe(0)
    // Only what is in sight is drawn.
    expect(activityEntries.length).toBeGreaterThan(300)
    expect(articles.length).toBeLessThan(60)
  })
})

test('keys alone: to an entry, along the list, to its service and to its logs at that time, and back', async () => {
  await inWindow('trouble', async (drawn) => {
    const { page, server } = drawn
    await led(drawn)
    const at = activityEntries.find((entry) => entry.kind === 'failed')?.at ?? 0
    server.tell({ event: 'show', payload: { view: 'activity', service: 'tempo', at } })
    await page.locator('article:focus').waitFor()
    await expect.poll(async () => await page.locator('article:focus').textContent()).toContain('Tempo failed')
    await page.keyboard.press('Home')
    await expect
      .poll(async () => await page.locator('article:focus').textContent())
      .toContain('Start of Tempo failed')
    await page.keyboard.press('End')
    await expect
      .poll(async () => await page.locator('article:focus').getAttribute('aria-posinset'))
      .not.toBe('1')
    await page.keyboard.press('Home')
    await expect.poll(async () => await page.locator('article:focus').getAttribute('aria-posinset')).toBe('1')
    await page.keyboard.press('Tab')
    await expect.poll(async () => await focused(page)).toContain('Show Tempo')
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('l')
    await page.waitForURL(/\/logs\?service=tempo&at=\d+$/)
    await page.locator('.ln1.picked').first().waitFor()
    await page.goBack()
    await page.waitForURL(/\/activity/)
  })
})

test('a search, a service and a kind choose; what none matches says so and leads back to all', async () => {
  await inWindow('trouble', async (drawn) => {
    const { page } = drawn
    await led(drawn)
    await page.keyboard.press('/')
    await page.keyboard.type('tempo failed')
    await expect.poll(async () => await text(drawn)).toContain('2 of 309 entries shown.')
    await page.keyboard.type(' nowhere')
    await page.getByText('No entry matches').waitFor()
    expect(await axe(page)).toEqual([])
    await page.getByRole('button', { name: 'Show all entries' }).click()
    await page.getByRole('button', { name: /^Kind/ }).click()
    await page.getByRole('menuitem', { name: 'Names' }).click()
    await expect.poll(async () => await page.getByRole('article').count()).toBe(1)
  })
})

test('nothing yet, and an engine that cannot tell', async () => {
  await inWindow('nothing', async (drawn) => {
    await led(drawn)
    expect(await text(drawn)).toContain('Nothing happened yet')
    expect(await axe(drawn.page)).toEqual([])
  })
  const activity = () => Promise.reject(new Error('The file is away.'))
  await inWindow(
    'green',
    async (drawn) => {
      await led(drawn)
      await drawn.page.getByRole('alert').getByText('The file is away.').waitFor()
      await drawn.page.getByRole('button', { name: 'Try again' }).waitFor()
    },
    { over: { activity } },
  )
})

test.each(sizes)('nothing overflows at $width x $height', async (look) => {
  await inWindow(
    'trouble',
    async (drawn) => {
      await led(drawn)
      expect(await overflow(drawn.page)).toEqual([0, 0])
    },
    look,
  )
})
