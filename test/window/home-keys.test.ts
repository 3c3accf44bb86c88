import { expect, test } from 'vitest'
import { defaultSettings } from '../../main/system/keep/settings.ts'
import { focused } from './page.ts'
import { openWindows } from './windows.ts'

const { inWindow } = openWindows()

test('the keyboard alone: one stop for the list, rows, tiers, problems, details and back', async () => {
  await inWindow('trouble', async ({ page }) => {
    const press = async (...keys: readonly string[]): Promise<string> => {
      for (const key of keys) await page.keyboard.press(key)
      return await focused(page)
    }
    const selected = async (): Promise<string | null> =>
      await page.evaluate(
        () => document.querySelector('[role="row"][aria-selected="true"]')?.getAttribute('data-key') ?? null,
      )
    await page.getByRole('button', { name: 'Stop all…' }).focus()
    expect(await press('Tab')).toMatch(/^Host: /)
    expect(await press('ArrowDown')).toMatch(/^Ingress: works/)
    expect(await selected()).toBe('ingress')
    expect(await press('Tab')).toBe('Copy address of Ingress')
    expect(await press('ArrowDown'), 'arrows go on from a row’s buttons').toMatch(/^Registry: works/)
    expect(await press('Tab')).toBe('Open Registry')
    expect(await press('Shift+Tab')).toMatch(/^Registry: /)
    expect(await press('End')).toMatch(/^Object store: /)
    expect(await press('Home')).toMatch(/^Host: /)
    expect(await press('ArrowLeft')).toMatch(/^Host: /)
    expect(await page.locator('[data-key="ingress"]').count()).toBe(0)
    await press('ArrowRight')
    await expect.poll(async () => await page.locator('[data-key="ingress"]').count()).toBe(1)

    await press('n')
    expect(await selected()).not.toBe('tempo')
    await press('Shift+N')
    expect(await selected(), 'Shift N goes back to the worst').toBe('tempo')
    await expect.poll(async () => await page.textContent('.strip header')).toContain('Problem 1 of 3')

    await page.locator('[data-key="tempo"]').focus()
    await press('Enter')
    await page.waitForSelector('main:not(.home)')
    await press('Escape')
    await page.waitForSelector('main.home')
    await page.waitForFunction(() => document.activeElement?.getAttribute('data-key') === 'tempo')

    expect(await press('F6')).toBe('Explanation')
    expect(await press('F6')).toContain('Services')
    await press('2')
    await page.waitForSelector('main:not(.home)')
    await press('1')
    await page.waitForSelector('main.home')
  })
})

test('the next problem comes into sight, and the keyboard goes with it', async () => {
  await inWindow(
    'ten-red',
    async ({ page }) => {
      await page.locator('[data-key="ingress"]').focus()
      await page.keyboard.press('ArrowDown')
      await expect.poll(async () => await page.textContent('.strip header')).toContain('Problem 1 of 10')
      for (let count = 0; count < 9; count += 1) await page.keyboard.press('n')
      await expect.poll(async () => await page.textContent('.strip header')).toContain('Problem 10 of 10')
      expect(await focused(page)).toMatch(/^TimescaleDB: failed/)
      const [row, list] = await page.evaluate(() =>
        ['[data-key="timescaledb"]', '.list'].map((one) => {
          const { top = 0, bottom = 0 } = document.querySelector(one)?.getBoundingClientRect() ?? {}
          return { top, bottom }
        }),
      )
      expect(row?.bottom).toBeLessThanOrEqual(list?.bottom ?? 0)
      expect(row?.top).toBeGreaterThanOrEqual(list?.top ?? 0)
    },
    { width: 900, height: 700 },
  )
})

test('single letters do nothing when they are turned off, nor while a field is typed in', async () => {
  await inWindow('trouble', async ({ page, server }) => {
    const desktop = { ...defaultSettings.desktop, theme: 'light' as const, letterKeys: false }
    const settings = { ...defaultSettings, desktop }
    const payload = { settings, defaults: defaultSettings, file: 'settings.json', routes: [] }
    server.tell({ event: 'settings', payload })
    await page.waitForFunction(() => document.documentElement.dataset['theme'] === 'light')
    await page.locator('[data-key="ingress"]').focus()
    await page.keyboard.press('ArrowDown')
    const before = await page.textContent('.strip header')
    for (const key of ['n', 's', 'r', 'l', '2', '?']) await page.keyboard.press(key)
    await expect.poll(async () => await page.textContent('.strip header')).toBe(before)
    await expect.poll(async () => await page.locator('main.home').count()).toBe(1)
    expect(await page.locator('[role="alertdialog"]').count()).toBe(0)
    // With a modifier it is no single letter.
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Find or run' }).waitFor()
    await page.keyboard.type('2?')
    await expect
      .poll(async () => await page.getByRole('combobox', { name: 'Find or run' }).inputValue())
      .toBe('2?')
  })
})

test('find or run: typed, chosen and run without a mouse', async () => {
  await inWindow('green', async ({ page }) => {
    await page.keyboard.press('Control+k')
    const field = page.getByRole('combobox', { name: 'Find or run' })
    await field.waitFor()
    await page.keyboard.type('loki')
    await page.waitForFunction(() =>
      document.querySelector('.pal .entry[data-focused]')?.textContent?.startsWith('Loki'),
    )
    const opened = page.context().waitForEvent('page')
    await page.keyboard.press('Enter')
    expect((await opened).url()).toMatch(/^http:\/\/loki\.macula\.local\/?$|^chrome-error:|^about:blank/)
    await page.bringToFront()
    await page.keyboard.press('Control+k')
    await field.waitFor()
    await page.keyboard.type('tempo')
    await page.waitForFunction(() =>
      document.querySelector('.pal .entry[data-focused]')?.textContent?.startsWith('Tempo'),
    )
    await page.keyboard.press('Control+Enter')
    await page.waitForSelector('main:not(.home) h1')
    await expect.poll(async () => await page.textContent('h1')).toBe('Tempo')
  })
})

test('find or run: what is pasted, or left after a deletion, is marked before Enter runs it', async () => {
  await inWindow('green', async ({ page }) => {
    const marked = async (title: string): Promise<unknown> =>
      await page.waitForFunction(
        (wanted) => document.querySelector('.pal .entry[data-focused]')?.textContent?.startsWith(wanted),
        title,
      )
    await page.keyboard.press('Control+k')
    const field = page.getByRole('combobox', { name: 'Find or run' })
    await field.waitFor()
    // A paste is one insertion that the library does not take for typing.
    await field.evaluate((input: HTMLInputElement) => {
      input.dispatchEvent(new InputEvent('beforeinput', { inputType: 'insertFromPaste', bubbles: true }))
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, 'tempox')
      input.dispatchEvent(new InputEvent('input', { inputType: 'insertFromPaste', bubbles: true }))
    })
    await marked('Search')
    await page.keyboard.press('Backspace')
    await marked('Tempo')
    await page.keyboard.press('Control+Enter')
    await page.waitForSelector('main:not(.home) h1')
    await expect.poll(async () => await page.textContent('h1')).toBe('Tempo')
  })
})

test.each(['virtual click of a screen reader', 'Enter', 'Space'])(
  'a row’s button does its own work and nothing else: %s',
  async (how) => {
    await inWindow('green', async ({ page }) => {
      const frames = async (): Promise<unknown> =>
        await page.evaluate(
          async () =>
            await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
        )
      const logs = page.getByRole('button', { name: 'Logs of Grafana' })
      await logs.waitFor()
      // The list is drawn once more when it knows its rows.
      await frames()
      if (how.startsWith('virtual')) await logs.evaluate((button: HTMLElement) => button.click())
      else {
        // As a person comes there: the list is one stop, a row's buttons are the next ones.
        await page.locator('.list .row[data-key="grafana"] .note').click()
        for (let press = 0; press < 8; press += 1) {
          if (await logs.evaluate((button) => button === document.activeElement)) break
          await page.keyboard.press('Tab')
        }
        expect(await logs.evaluate((button) => button === document.activeElement)).toBe(true)
        await page.keyboard.press(how)
      }
      const log = page.getByRole('log', { name: 'Lines of the log' })
      await log.waitFor()
      // What else the row might have done would have replaced it by now.
      await frames()
      await expect.poll(async () => await log.count()).toBe(1)
    })
  },
)

test('what gives way in a narrow window hands the focus to what has its place', async () => {
  await inWindow('trouble', async ({ page }) => {
    await page.getByRole('button', { name: 'Stop all…', exact: true }).focus()
    await page.setViewportSize({ width: 360, height: 800 })
    await expect.poll(() => focused(page)).toBe('Start all, stop all')

    await page.setViewportSize({ width: 1100, height: 900 })
    await page.locator('[data-key="prometheus"]').click()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await expect.poll(async () => await focused(page)).toBe('Copy address of Prometheus')
    await page.setViewportSize({ width: 360, height: 800 })
    await expect.poll(() => focused(page)).toBe('Open Prometheus')
  })
})
