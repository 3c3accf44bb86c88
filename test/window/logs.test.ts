import { expect, test } from 'vitest'
import { visit } from './browser.ts'
import { atEnd, foot, line, many, openLogs, rows, scripted, seen } from './log-server.ts'
import { draw } from './page.ts'
import { still } from './scenes/scene.ts'
import { longNames } from './scenes/snapshots.ts'

const { browser, inWindow, withLogs } = openLogs()

test('it follows, pauses when somebody scrolls, counts what waits, and G goes to the newest', async () => {
  const script = scripted(many(500))
  await withLogs(
    'green',
    'grafana',
    async ({ page }) => {
      await expect.poll(async () => (await seen(page)).at(-1)).toBe('level=info line 499')
      script.say(line(2000, 'level=info new 1'))
      await expect.poll(async () => (await seen(page)).at(-1)).toBe('level=info new 1')
      await expect
        .poll(async () => await foot(page).textContent())
        .toMatch(/^Follows the newest lines\. .*501 lines/)

      await page.locator('.lines').hover()
      await page.mouse.wheel(0, -400)
      await expect.poll(async () => await foot(page).textContent()).toContain('Paused because you scrolled.')
      // The wheel's way is drawn over some frames.
      let before = await seen(page)
      await expect
        .poll(async () => {
          const now = await seen(page)
          const isThere = !now.includes('level=info new 1') && now.join() === before.join()
          before = now
          return isThere
        })
        .toBe(true)
      script.say(line(2001, 'level=info new 2'), line(2002, 'level=error new 3'))
      await expect
        .poll(async () => await foot(page).textContent())
        .toContain('2 new lines wait below, 1 of them an error.')
      expect(await seen(page), 'what is read stays where it is').toEqual(before)

      await page.locator('.lines').focus()
      await page.keyboard.press('g')
      await expect.poll(async () => (await seen(page)).at(-1)).toBe('level=error new 3')
      await expect.poll(async () => await foot(page).textContent()).toMatch(/^Follows/)
      await page.keyboard.press('Space')
      await expect.poll(async () => await foot(page).textContent()).toMatch(/^Paused\. No new line\./)
      script.say(line(2003, 'level=info new 4'))
      await expect.poll(async () => await foot(page).textContent()).toContain('1 new line waits below.')
      await page.keyboard.press('Space')
      await expect.poll(async () => (await seen(page)).at(-1)).toBe('level=info new 4')
      expect(await atEnd(page)).toBe(true)
    },
    { over: script.over },
  )
})

test('on a narrow screen a line is wrapped below its time and service from the start, so that it can be read whole', async () => {
  const text = 'level=error msg="failed to push" err="dial tcp 172.23.0.21:3100: connect: connection refused"'
  const script = scripted([line(1000, text)])
  await withLogs(
    'green',
    'grafana',
    async ({ page }) => {
      const message = page.locator('.lines .msg')
      await expect.poll(async () => await message.textContent()).toBe(text)
      const isWhole = await message.evaluate(
        (one) => one.scrollWidth <= one.clientWidth && one.getBoundingClientRect().right <= innerWidth,
      )
      expect(isWhole).toBe(true)
      const [time, words] = await Promise.all([
        page.locator('.lines .tm').boundingBox(),
        message.boundingBox(),
      ])
      expect(words?.y).toBeGreaterThanOrEqual((time?.y ?? 0) + (time?.height ?? Infinity))
    },
    { over: script.over, width: 360, height: 800 },
  )
})

test('the press that leads to a log asks for it, once, and its end is in the first frame that has lines', async () => {
  const script = scripted(many(3000))
  await inWindow(
    'green',
    async ({ page }) => {
      const asked: string[] = []
      page.on('request', (request) => {
        if (/\/request\/(openLogs|readLogs)$/.test(request.url()))
          asked.push(request.url().split('/').at(-1) ?? '')
      })
      const first = await page.evaluate(
        async () =>
          await new Promise<string>((resolve) => {
            // Told when what one commit of the page changed is in the document, before any frame is drawn of it.
            new MutationObserver((_changes, observer) => {
              const lines = document.querySelectorAll('.ln1')
              if (lines.length === 0) return
              observer.disconnect()
              resolve(lines[lines.length - 1]?.textContent ?? '')
            }).observe(document.body, { subtree: true, childList: true })
            document.querySelector<HTMLElement>('button[aria-label="Logs of Grafana"]')?.click()
          }),
      )
      expect(first).toContain('line 2999')
      expect(asked.filter((name) => name === 'openLogs')).toEqual(['openLogs'])
      await expect.poll(async () => (await seen(page)).at(-1)).toBe('level=info line 2999')
      expect(await atEnd(page)).toBe(true)
    },
    { over: script.over },
  )
})

test('what is older is read when somebody scrolls up, and what was read stays in its place', async () => {
  const script = scripted(many(8000))
  await withLogs(
    'green',
    'grafana',
    async ({ page }) => {
      await expect.poll(async () => (await seen(page)).at(-1)).toBe('level=info line 7999')
      // Some of the past is read ahead, so that there is something to search in.
      await expect.poll(script.pages).toBe(2)
      const numbers = async (): Promise<readonly number[]> =>
        (await seen(page)).map((text) => Number(text.replace('level=info line ', '')))
      await page.locator('.lines').focus()
      await page.keyboard.press('Space')
      for (let round = 0; round < 9; round += 1) {
        const first = await page.evaluate(async () => {
          const list = document.querySelector('.lines')
          const height = list?.scrollHeight ?? 0
          if (list) list.scrollTop = 300
          // The rows follow before the next picture is painted: nobody sees them earlier.
          await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
          return height
        })
        await expect
          .poll(
            async () =>
              (await page.evaluate(() => document.querySelector('.lines')?.scrollHeight ?? 0)) > first ||
              (await page.locator('.rollhead').textContent()) === 'The log begins here',
          )
          .toBe(true)
        // Whole and in order, wherever it is.
        const shown = await numbers()
        expect(shown.length).toBeGreaterThan(20)
        expect(shown).toEqual(Array.from({ length: shown.length }, (_, index) => (shown[0] ?? 0) + index))
      }
      await page.locator('.lines').focus()
      await page.keyboard.press('Home')
      await expect.poll(async () => (await seen(page))[0]).toBe('level=info line 0')
      await expect.poll(async () => await page.locator('.rollhead').textContent()).toBe('The log begins here')
      await page.keyboard.press('End')
      await expect.poll(async () => (await seen(page)).at(-1)).toBe('level=info line 7999')
    },
    { over: script.over },
  )
})

test('fault 7: hostile text in a log stays text', async () => {
  const hostile = [
    '<img src=x onerror="window.pwned = 1">',
    '<script>window.pwned = 1</script>',
    'javascript:window.pwned=1 http://example.com/',
    '\u001B[31mred\u001B[0m \u001B]8;;https://evil.example\u0007link\u001B]8;;\u0007',
    'abc\u202Efdp.exe \u0000\u0007',
    '{{constructor.constructor("window.pwned=1")()}}',
  ]
  const script = scripted(hostile.map((text, at) => line(at + 1, text)))
  await withLogs(
    'green',
    'grafana',
    async ({ page }) => {
      await expect.poll(async () => await rows(page).count()).toBe(hostile.length)
      const texts = await rows(page).locator('.msg').allTextContents()
      expect(texts[0]).toBe('<img src=x onerror="window.pwned = 1">')
      expect(texts[3]).toBe('red link')
      expect(texts[4]).toBe('abc\uFFFDfdp.exe \uFFFD\uFFFD')
      expect(await page.locator('.lines img, .lines script, .lines a').count()).toBe(0)
      await page.getByRole('textbox', { name: 'Search the logs' }).fill('<script>')
      await expect.poll(async () => await page.locator('mark').textContent()).toBe('<script>')
      expect(await page.evaluate(() => 'pwned' in window)).toBe(false)
    },
    { over: script.over },
  )
})

test('fault 36: a line of 64 KB takes one row, wrapped as much as can be read, and does not slow the page', async () => {
  const long = `level=info ${'0123456789'.repeat(6500)}needle${'x'.repeat(500)}`
  const script = scripted([...many(100), line(5000, long), line(5001, 'level=info after')])
  await withLogs(
    'green',
    'grafana',
    async ({ page }) => {
      await expect.poll(async () => (await seen(page)).at(-1)).toBe('level=info after')
      const row = rows(page).filter({ hasText: '0123456789' })
      expect((await row.boundingBox())?.height).toBe(20)
      expect((await row.locator('.msg').textContent())?.length).toBeLessThan(1300)
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)

      await page.getByRole('textbox', { name: 'Search the logs' }).fill('needle')
      await page.keyboard.press('Enter')
      await expect.poll(async () => await page.locator('mark.now').textContent()).toBe('needle')
      const [mark, list] = await Promise.all([
        page.locator('mark.now').boundingBox(),
        page.locator('.lines').boundingBox(),
      ])
      expect((mark?.x ?? 1e9) + (mark?.width ?? 0)).toBeLessThan((list?.x ?? 0) + (list?.width ?? 0))

      await page.getByRole('button', { name: 'Wrap long lines' }).click()
      await expect.poll(async () => (await row.boundingBox())?.height ?? 0).toBeGreaterThan(300)
      await expect
        .poll(async () => await row.locator('.msg').textContent())
        .toMatch(/… 61,\d{3} more characters$/)
    },
    { over: script.over },
  )
})

test('streams are closed while nobody sees the page or another view is shown, and go on where they were', async () => {
  const script = scripted(many(10))
  await withLogs(
    'green',
    'grafana',
    async ({ page, server }) => {
      await expect.poll(async () => await rows(page).count()).toBe(10)
      expect(script.open()).toBe(1)
      const see = async (state: string): Promise<void> =>
        await page.evaluate((value) => {
          Object.defineProperty(document, 'visibilityState', { value, configurable: true })
          document.dispatchEvent(new Event('visibilitychange'))
        }, state)
      await see('hidden')
      await expect.poll(script.open).toBe(0)
      script.say(line(3000, 'level=info meanwhile'))
      await see('visible')
      await expect.poll(script.open).toBe(1)
      await expect.poll(async () => (await seen(page)).at(-1)).toBe('level=info meanwhile')
      await expect.poll(async () => await rows(page).count()).toBe(11)
      server.show('doctor')
      await expect.poll(script.open).toBe(0)
    },
    { over: script.over },
  )
})

test('a service that stops while it is followed goes on in the stream when it starts again', async () => {
  await withLogs('green', 'grafana', async ({ page, server, context }) => {
    await expect.poll(async () => await rows(page).count()).toBeGreaterThan(20)
    const other = await context.newPage()
    await visit(other, server.url())
    await server.pages(2)
    const shown = page.locator('main.logs')
    server.show('services', 'grafana')
    await other.waitForSelector('.svchead')
    // Only the second page stays there.
    await page.getByRole('button', { name: 'Logs', exact: true }).first().click()
    await expect.poll(async () => await shown.count()).toBe(1)
    await page.getByRole('button', { name: 'None', exact: true }).click()
    await page.getByRole('checkbox', { name: 'Grafana' }).press('Space')
    await expect.poll(async () => await foot(page).textContent()).toMatch(/^Follows/)
    await other.getByRole('button', { name: 'Stop', exact: true }).click()
    await expect
      .poll(async () => await foot(page).textContent())
      .toContain('Grafana is not running. The stream continues when it starts.')
    const count = await page.evaluate(() => document.querySelector('.lines')?.scrollHeight ?? 0)
    await other.getByRole('button', { name: 'Start', exact: true }).click()
    await expect.poll(async () => await foot(page).textContent()).toMatch(/^Follows/)
    await expect
      .poll(async () => await page.evaluate(() => document.querySelector('.lines')?.scrollHeight ?? 0))
      .toBeGreaterThan(count)
  })
})

test('where there is nothing, the window says why and what to do', async () => {
  const drawn = await draw(browser(), 'green')
  const { page, server } = drawn
  try {
    server.switchTo('nothing')
    await page
      .locator('.summary h1')
      .filter({ hasText: /stopped|No service/i })
      .waitFor()
    server.show('logs')
    await expect.poll(async () => await page.locator('.empty h2').textContent()).toBe('No service is running')
    await page.getByRole('button', { name: 'Start all services' }).waitFor()
    await page.getByRole('checkbox', { name: 'Grafana' }).press('Space')
    await expect.poll(async () => await page.locator('.empty h2').textContent()).toBe('No line yet')
    await expect.poll(async () => await foot(page).textContent()).toContain('Grafana is not running.')
    server.switchTo('docker-down')
    await expect
      .poll(async () => await page.locator('.empty h2').textContent())
      .toBe('Docker does not answer')
    expect(drawn.complaints).toEqual([])
  } finally {
    await drawn.close()
  }
})

test('a service’s title that reads from right to left is cut at its end, in the list and in the lines', async () => {
  const drawn = await draw(browser(), 'trouble', { over: still(longNames()) })
  try {
    drawn.server.show('logs')
    const { page } = drawn
    await page.locator('.lines .ln1 .sv').first().waitFor()
    for (const place of ['.pickrow .toggle > span:not(.check)', '.ln1 .sv > .cut']) {
      const cut = await page.evaluate(
        (selector) =>
          [...document.querySelectorAll(selector)]
            .filter((one) => /^\p{Script=Hebrew}/u.test(one.textContent) && one.scrollWidth > one.clientWidth)
            .map((one) => getComputedStyle(one).direction),
        place,
      )
      expect(new Set(cut), place).toEqual(new Set(['rtl']))
    }
  } finally {
    await drawn.close()
  }
})
