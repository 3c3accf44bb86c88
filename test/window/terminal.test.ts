import { expect, test } from 'vitest'
import { axe } from './page.ts'
import { openService } from './service-server.ts'

/** The terminal of a service: opened, typed into and left by keys, at both sizes, with a hostile program in it. */

const { withService } = openService()

test.each([
  [1100, 900, 'light'],
  [360, 800, 'dark'],
] as const)('a query is typed in psql by keys alone at %i x %i, %s', async (width, height, scheme) => {
  await withService(
    'green',
    'timescaledb',
    async ({ page, server }) => {
      const open = page.getByRole('button', { name: 'Open psql' })
      await open.focus()
      await page.keyboard.press('Enter')
      const rows = page.locator('.xterm-rows')
      await expect.poll(async () => await rows.innerText()).toContain('macula=#')
      await page.keyboard.type('select 40 + 2;')
      await page.keyboard.press('Enter')
      await expect.poll(async () => await rows.innerText()).toMatch(/42[\s\S]*\(1 row\)/)
      // Keys of the window are the program's while it has the focus.
      await page.keyboard.press('Tab')
      await page.keyboard.press('Escape')
      await expect.poll(() => server.asked.join('')).toMatch(/typed ".*\\t/)
      await expect.poll(() => server.asked.join('')).toContain(String.raw`\u001b`)
      expect(await axe(page)).toEqual([])
      await page.keyboard.press('F6')
      await expect
        .poll(async () => await page.evaluate(() => document.activeElement?.textContent))
        .toBe('Close')
      await page.keyboard.press('Enter')
      await expect.poll(async () => await page.locator('.term').count()).toBe(0)
    },
    { width, height, scheme },
  )
})

test('of what is pasted only text is typed: who filled the clipboard types nothing behind it', async () => {
  await withService('green', 'timescaledb', async ({ page, server }) => {
    await page.getByRole('button', { name: 'Open a shell' }).click()
    await expect.poll(async () => await page.locator('.xterm-rows').innerText()).toContain('$')
    await page.locator('.xterm-helper-textarea').evaluate((field) => {
      const data = new DataTransfer()
      data.setData('text/plain', 'safe\u001B[201~\u0003 text')
      field.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
      )
    })
    await expect.poll(() => server.asked.join('')).toContain('typed "safe[201~ text"')
    expect(server.asked.join('')).not.toContain(String.raw`\u0003`)
  })
})

test('what a hostile program prints stays on its screen', async () => {
  await withService('green', 'timescaledb', async ({ page, server }) => {
    const title = await page.title()
    await page.getByRole('button', { name: 'Open a shell' }).click()
    const rows = page.locator('.xterm-rows')
    await expect.poll(async () => await rows.innerText()).toContain('$')
    await page.keyboard.type('hostile')
    await page.keyboard.press('Enter')
    await expect.poll(async () => await rows.innerText()).toMatch(/\uFFFDgnp\.exe\uFFFD[\s\S]*after/)
    expect(await page.title()).toBe(title)
    expect(await page.locator('.term a').count()).toBe(0)
    await page.keyboard.type('exit')
    await page.keyboard.press('Enter')
    await page.getByText('The shell ended.').waitFor()
    const typed = server.asked.flatMap((one) => (one.startsWith('typed "') ? JSON.parse(one.slice(6)) : []))
    // Nothing was typed but what the person typed.
    expect(typed.join('').replaceAll(/\[\d+x\d+\]/g, '')).toBe('hostile\rexit\r')
  })
})
