import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { line, openLogs, rows, scripted } from './log-server.ts'
import { copy } from './page.ts'

const { withLogs } = openLogs()

test('search counts, steps, explains a bad expression, and can leave out the rest', async () => {
  const script = scripted(
    Array.from({ length: 300 }, (_, at) =>
      line(at + 1, at % 50 === 7 ? `level=warn find ME ${at}` : `level=info ${at}`),
    ),
  )
  await withLogs(
    'green',
    'grafana',
    async ({ page }) => {
      await expect.poll(async () => await rows(page).count()).toBeGreaterThan(20)
      await page.locator('.lines').focus()
      await page.keyboard.press('/')
      await page.keyboard.type('find me')
      const hits = page.locator('.hits')
      await expect.poll(async () => await hits.textContent()).toBe('0 of 6')
      await page.keyboard.press('Enter')
      await expect.poll(async () => await hits.textContent()).toBe('6 of 6')
      await page.keyboard.press('Enter')
      await expect.poll(async () => await hits.textContent()).toBe('1 of 6')
      await expect
        .poll(async () => await page.locator('.ln1:has(mark.now) .msg').textContent())
        .toBe('level=warn find ME 7')
      await page.getByRole('button', { name: 'Previous match' }).click()
      await expect.poll(async () => await hits.textContent()).toBe('6 of 6')

      await page.getByRole('textbox', { name: 'Search the logs' }).fill('find (')
      await page.getByRole('button', { name: 'Regular expression' }).click()
      await expect
        .poll(async () => await page.locator('.ltool .wrong').textContent())
        .toBe('This expression cannot be used: missing closing ): "find (".')
      // One that would take another engine years is answered like any other.
      await page.getByRole('textbox', { name: 'Search the logs' }).fill('^(.+)+57$')
      await expect.poll(async () => await hits.textContent()).toBe('0 of 3')
      await page.getByRole('textbox', { name: 'Search the logs' }).fill('ME (57|107)$')
      await expect.poll(async () => await hits.textContent()).toBe('0 of 2')
      await page.getByRole('button', { name: 'Only lines that match' }).click()
      await expect
        .poll(async () => await rows(page).locator('.msg').allTextContents())
        .toEqual(['level=warn find ME 57', 'level=warn find ME 107'])
      await page.getByRole('textbox', { name: 'Search the logs' }).fill('nowhere')
      await expect
        .poll(async () => await page.locator('.empty h2').textContent())
        .toBe('No line matches “nowhere”')
      await page.keyboard.press('Escape')
      await expect.poll(async () => await rows(page).count()).toBeGreaterThan(20)
    },
    { over: script.over },
  )
})

test('levels are counted and filtered; a line that says none is always shown', async () => {
  const script = scripted([
    line(1, 'level=debug a'),
    line(2, 'level=info b'),
    line(3, 'at com.example.Main(Main.java:1)'),
    line(4, 'W1123 10:42:29.204567 1 x.go:1] c'),
    line(5, '{"level":"error","msg":"d"}'),
  ])
  await withLogs(
    'green',
    'grafana',
    async ({ page }) => {
      await expect.poll(async () => await rows(page).count()).toBe(5)
      await page.getByRole('radio', { name: 'Warning 1' }).click()
      await expect
        .poll(async () => await rows(page).locator('.msg').allTextContents())
        .toEqual([
          'at com.example.Main(Main.java:1)',
          'W1123 10:42:29.204567 1 x.go:1] c',
          '{"level":"error","msg":"d"}',
        ])
      await expect.poll(async () => await rows(page).nth(1).locator('.lv').textContent()).toBe('warning')
      await expect.poll(async () => await rows(page).nth(2).locator('.lv').textContent()).toBe('error')
      await page.getByRole('radio', { name: 'Error 1' }).click()
      await expect.poll(async () => await rows(page).count()).toBe(2)
    },
    { over: script.over },
  )
})

test('several services stand in one stream, each with its name and its own sign; tiers are chosen as one', async () => {
  const script = scripted([
    line(1, 'one', 'grafana'),
    line(2, 'two', 'tempo'),
    line(3, 'three', 'grafana'),
    line(4, 'four', 'timescaledb'),
  ])
  await withLogs(
    'green',
    undefined,
    async ({ page }) => {
      await expect.poll(async () => await rows(page).count()).toBe(4)
      expect(await rows(page).locator('.sv').allTextContents()).toEqual([
        'Grafana',
        'Tempo',
        'Grafana',
        'TimescaleDB',
      ])
      const signs = await page
        .locator('.ln1 .rune path')
        .evaluateAll((all) => all.map((one) => one.getAttribute('d')))
      expect(signs[0]).toBe(signs[2])
      expect(new Set(signs).size).toBe(3)
      await page.getByRole('button', { name: 'None', exact: true }).click()
      await expect
        .poll(async () => await page.locator('.empty h2').textContent())
        .toBe('No service is chosen')
      await page.getByRole('button', { name: 'Observability' }).click()
      await expect
        .poll(async () => await rows(page).locator('.msg').allTextContents())
        .toEqual(['one', 'two', 'three'])
      await page.getByRole('checkbox', { name: 'Tempo' }).press('Space')
      await expect
        .poll(async () => await rows(page).locator('.msg').allTextContents())
        .toEqual(['one', 'three'])
      // The choice is there again after a look elsewhere.
      await page.getByRole('button', { name: 'Services' }).click()
      await page.getByRole('button', { name: 'Logs', exact: true }).click()
      await expect
        .poll(async () => await rows(page).locator('.msg').allTextContents())
        .toEqual(['one', 'three'])
    },
    { over: script.over },
  )
})

test('what is shown, or selected, is copied and saved as it is shown', async () => {
  const at = Date.UTC(2026, 10, 23, 10, 42, 29, 204)
  const script = scripted([
    line(at, 'level=info one'),
    line(at + 1, 'password=canary-graf/ana+7f3a level=error two'),
    line(at + 2, 'level=info three'),
  ])
  await withLogs(
    'green',
    'grafana',
    async ({ page }) => {
      await expect.poll(async () => await rows(page).count()).toBe(3)
      const saved = page.waitForEvent('download')
      await page.getByRole('button', { name: 'Save what is shown' }).click()
      const file = await saved
      expect(file.suggestedFilename()).toMatch(/^macula-logs-grafana-\d{8}-\d{6}\.txt$/)
      const whole = [
        '2026-11-23T10:42:29.204Z Grafana  level=info one',
        '2026-11-23T10:42:29.205Z Grafana  password=•••••••• level=error two',
        '2026-11-23T10:42:29.206Z Grafana  level=info three',
        '',
      ]
      expect(readFileSync(await file.path(), 'utf8').split('\n')).toEqual(whole)
      // The page may not read the clipboard; a person may. A field for one line makes spaces of line ends, and drops the last.
      const field = page.getByRole('textbox', { name: 'Search the logs' })
      const pasted = async (): Promise<string> => {
        await field.fill('')
        await field.press('ControlOrMeta+v')
        return await field.inputValue()
      }
      await copy(page, 'lines that are shown')
      expect(await pasted()).toBe(whole.join(' ').trim())
      await field.fill('')
      await rows(page).nth(1).locator('.tm').click()
      await rows(page)
        .nth(2)
        .locator('.tm')
        .click({ modifiers: ['Shift'] })
      await copy(page, '2 selected lines')
      expect(await pasted()).toBe(whole.slice(1, 3).join(' '))
      await field.fill('')
      await page.locator('.lines').focus()
      await page.keyboard.press('Shift+ArrowUp')
      await expect.poll(async () => await page.locator('.ln1.picked').count()).toBe(1)
      await page.keyboard.press('Escape')
      await expect.poll(async () => await page.locator('.ln1.picked').count()).toBe(0)
    },
    { over: script.over },
  )
})
