import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import type { Engine } from '../../main/engine/engine.ts'
import type { LogLine } from '../../main/model/log-line.ts'
import { visit } from './browser.ts'
import { axe, draw, schemes, sizes, type Drawn, type Look } from './page.ts'
import { openWindows } from './windows.ts'
import type { WorldName } from './worlds.ts'

const { browser, inWindow } = openWindows()

/** Shows the logs of some services (all that run, without names), and complains of what the page complains of. */
async function withLogs(
  world: WorldName,
  service: string | undefined,
  work: (drawn: Drawn) => Promise<void>,
  look: Look = {},
): Promise<void> {
  await inWindow(
    world,
    async (drawn) => {
      drawn.stage.show('logs', service)
      await drawn.page.waitForSelector('main.logs')
      await work(drawn)
    },
    look,
  )
}

const line = (at: number, text: string, service = 'grafana'): LogLine => ({
  service,
  at,
  text,
  stream: 'out',
})

/** An engine whose logs are these lines (as many of the last as are asked for), and then what comes by `say`. */
function scripted(lines: readonly LogLine[]) {
  const waiting: LogLine[] = []
  const wakes = new Set<() => void>()
  let open = 0
  let pages = 0
  const logs: Engine['logs'] = async function* (ids, { follow, until, since, tail = 1e9, signal }) {
    if (until !== undefined) pages += 1
    const known = lines.filter(
      (one) => ids.includes(one.service) && one.at < (until ?? Infinity) && one.at >= (since ?? 0),
    )
    yield* known.slice(-tail)
    if (!follow) return
    open += 1
    let next = 0
    try {
      while (!signal.aborted) {
        for (; next < waiting.length; next += 1) {
          const one = waiting[next]
          if (one && ids.includes(one.service)) yield one
        }
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            wakes.delete(wake)
            resolve()
          }
          wakes.add(wake)
          signal.addEventListener('abort', wake)
        })
      }
    } finally {
      open -= 1
    }
  }
  return {
    over: { logs } satisfies Partial<Engine>,
    open: () => open,
    pages: () => pages,
    say(...more: readonly LogLine[]) {
      waiting.push(...more)
      for (const wake of wakes) wake()
    },
  }
}

const rows = (page: Page) => page.locator('.ln1')
const foot = (page: Page) => page.locator('.paused')

/** Texts of the rows that are in sight, from the top. */
async function seen(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() => {
    const list = document.querySelector('.lines')?.getBoundingClientRect()
    if (!list) return []
    return [...document.querySelectorAll('.ln1')]
      .map((row) => ({ row, box: row.getBoundingClientRect() }))
      .filter(({ box }) => box.top >= list.top - 1 && box.bottom <= list.bottom + 1)
      .sort((one, two) => one.box.top - two.box.top)
      .map(({ row }) => row.querySelector('.msg')?.textContent ?? '')
  })
}

const atEnd = async (page: Page): Promise<boolean> =>
  await page.evaluate(() => {
    const list = document.querySelector('.lines')
    return list !== null && list.scrollHeight - list.scrollTop - list.clientHeight < 5
  })

const many = (count: number): readonly LogLine[] =>
  Array.from({ length: count }, (_, at) => line(1000 + at, `level=info line ${at}`))

test('it follows, pauses when somebody scrolls, counts what waits, and G goes to the newest', async () => {
  const script = scripted(many(500))
  await withLogs(
    'green',
    'grafana',
    async ({ page }) => {
      await expect.poll(async () => (await seen(page)).at(-1)).toBe('level=info line 499')
      script.say(line(2000, 'level=info new 1'))
      await expect.poll(async () => (await seen(page)).at(-1)).toBe('level=info new 1')
      expect(await foot(page).textContent()).toMatch(/^Follows the newest lines\. .*501 lines/)

      await page.locator('.lines').hover()
      await page.mouse.wheel(0, -400)
      await expect.poll(async () => await foot(page).textContent()).toContain('Paused because you scrolled.')
      const before = await seen(page)
      script.say(line(2001, 'level=info new 2'), line(2002, 'level=error new 3'))
      await expect
        .poll(async () => await foot(page).textContent())
        .toContain('2 new lines wait below, 1 of them an error.')
      expect(await seen(page), 'what is read stays where it is').toEqual(before)

      await page.locator('.lines').focus()
      await page.keyboard.press('g')
      await expect.poll(async () => (await seen(page)).at(-1)).toBe('level=error new 3')
      expect(await foot(page).textContent()).toMatch(/^Follows/)
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
      expect(await page.locator('.rollhead').textContent()).toBe('The log begins here')
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
      expect(await row.locator('.msg').textContent()).toMatch(/… 61,\d{3} more characters$/)
    },
    { over: script.over },
  )
})

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
      expect(await hits.textContent()).toBe('6 of 6')
      await page.keyboard.press('Enter')
      expect(await hits.textContent()).toBe('1 of 6')
      await expect
        .poll(async () => await page.locator('.ln1:has(mark.now) .msg').textContent())
        .toBe('level=warn find ME 7')
      await page.getByRole('button', { name: 'Previous match' }).click()
      expect(await hits.textContent()).toBe('6 of 6')

      await page.getByRole('textbox', { name: 'Search the logs' }).fill('find (')
      await page.getByRole('button', { name: 'Regular expression' }).click()
      await expect
        .poll(async () => await page.locator('.ltool .wrong').textContent())
        .toBe('The expression is not complete or not valid: Unterminated group.')
      await page.getByRole('textbox', { name: 'Search the logs' }).fill('(a+)+$')
      await expect
        .poll(async () => await page.locator('.ltool .wrong').textContent())
        .toMatch(/repeats a repetition/)
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
      expect(await rows(page).nth(1).locator('.lv').textContent()).toBe('warning')
      expect(await rows(page).nth(2).locator('.lv').textContent()).toBe('error')
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
      await page.getByRole('button', { name: 'Copy lines that are shown' }).click()
      await page.getByRole('button', { name: 'Copied lines that are shown' }).waitFor()
      expect(await pasted()).toBe(whole.join(' ').trim())
      await field.fill('')
      await rows(page).nth(1).locator('.tm').click()
      await rows(page)
        .nth(2)
        .locator('.tm')
        .click({ modifiers: ['Shift'] })
      await page.getByRole('button', { name: 'Copy 2 selected lines' }).click()
      await page.getByRole('button', { name: 'Copied 2 selected lines' }).waitFor()
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

test('streams are closed while nobody sees the page or another view is shown, and go on where they were', async () => {
  const script = scripted(many(10))
  await withLogs(
    'green',
    'grafana',
    async ({ page, stage }) => {
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
      expect(await rows(page).count()).toBe(11)
      stage.show('doctor')
      await expect.poll(script.open).toBe(0)
    },
    { over: script.over },
  )
})

test('a service that stops while it is followed goes on in the stream when it starts again', async () => {
  await withLogs('green', 'grafana', async ({ page, stage, context }) => {
    await expect.poll(async () => await rows(page).count()).toBeGreaterThan(20)
    const other = await context.newPage()
    await visit(other, stage.url())
    await stage.pages(2)
    const shown = page.locator('main.logs')
    stage.show('services', 'grafana')
    await other.waitForSelector('.svchead')
    // Only the second page stays there.
    await page.getByRole('button', { name: 'Logs', exact: true }).first().click()
    await expect.poll(async () => await shown.count()).toBe(1)
    await page.getByRole('button', { name: 'None', exact: true }).click()
    await page.getByRole('checkbox', { name: 'Grafana' }).press('Space')
    await expect.poll(async () => await foot(page).textContent()).toMatch(/^Follows/)
    await other.getByRole('button', { name: 'Stop', exact: true }).click()
    await expect
      .poll(async () => await foot(page).textContent(), { timeout: 5000 })
      .toContain('Grafana does not run. The stream goes on when it starts.')
    const count = await page.evaluate(() => document.querySelector('.lines')?.scrollHeight ?? 0)
    await other.getByRole('button', { name: 'Start', exact: true }).click()
    await expect.poll(async () => await foot(page).textContent(), { timeout: 5000 }).toMatch(/^Follows/)
    await expect
      .poll(async () => await page.evaluate(() => document.querySelector('.lines')?.scrollHeight ?? 0), {
        timeout: 10_000,
      })
      .toBeGreaterThan(count)
  })
})

test('where there is nothing, the window says why and what to do', async () => {
  const drawn = await draw(browser(), 'green')
  const { page, stage } = drawn
  try {
    stage.switchTo('nothing')
    await page
      .locator('.summary h1')
      .filter({ hasText: /stopped|No service/i })
      .waitFor()
    stage.show('logs')
    await expect.poll(async () => await page.locator('.empty h2').textContent()).toBe('No service runs')
    expect(await page.getByRole('button', { name: 'Start all services' }).isVisible()).toBe(true)
    await page.getByRole('checkbox', { name: 'Grafana' }).press('Space')
    await expect.poll(async () => await page.locator('.empty h2').textContent()).toBe('No line yet')
    await expect.poll(async () => await foot(page).textContent()).toContain('Grafana does not run.')
    stage.switchTo('docker-down')
    await expect
      .poll(async () => await page.locator('.empty h2').textContent())
      .toBe('Docker does not answer')
    expect(drawn.complaints).toEqual([])
  } finally {
    await drawn.close()
  }
})

/** Lines without an end, as fast as they are taken; of about 1 KB each. */
function flood() {
  let bytes = 0
  const text = `level=info msg="${'0123456789abcdef'.repeat(61)}"`
  const logs: Engine['logs'] = async function* (_ids, { until, tail = 100, signal, follow }) {
    const end = until ?? 1_795_430_549_000
    for (let back = tail; back > 0; back -= 1) yield line(end - back, text)
    if (!follow) return
    for (let at = end; !signal.aborted; at += 0.01) {
      bytes += text.length
      // The stream stands in for a program with a log of its own: others must get their turn.
      if (Math.round((at - end) * 100) % 500 === 0) await new Promise((resolve) => setImmediate(resolve))
      yield line(at, text)
    }
  }
  return { over: { logs } satisfies Partial<Engine>, bytes: () => bytes }
}

/** Bytes that the page's JavaScript holds, after a collection. */
async function heap(page: Page): Promise<number> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('HeapProfiler.enable')
  await cdp.send('HeapProfiler.collectGarbage')
  const { usedSize } = await cdp.send('Runtime.getHeapUsage')
  await cdp.detach()
  return usedSize
}

test('fault 36: a log without an end takes bounded memory, and the page still answers', async () => {
  const source = flood()
  await withLogs(
    'green',
    undefined,
    async ({ page, stage }) => {
      stage.show('doctor')
      await page.waitForSelector('main:not(.logs)')
      const before = await heap(page)
      const begin = source.bytes()
      stage.show('logs', 'grafana')
      await page.waitForSelector('.ln1')
      await expect
        .poll(() => source.bytes() - begin, { timeout: 50_000, interval: 200 })
        .toBeGreaterThan(200_000_000)
      const clicked = Date.now()
      await page.getByRole('button', { name: 'Pause', exact: true }).click()
      await expect.poll(async () => await foot(page).textContent()).toMatch(/^Paused/)
      expect(Date.now() - clicked, 'a click in the middle of it').toBeLessThan(3000)
      expect(await rows(page).count()).toBeLessThan(120)
      const grown = (await heap(page)) - before
      expect(grown, `${Math.round(grown / 1e6)} MB more`).toBeLessThan(64_000_000)
      expect(await foot(page).textContent()).toMatch(
        /read too far back for them to be kept\.last 3[12]\.\d MB kept/,
      )
    },
    { over: source.over },
  )
}, 90_000)

test('fault 36: reading far back takes bounded memory too, and the newest lines are found again', async () => {
  const count = 90_000
  const text = (at: number): string => `level=info line ${at} ${'0123456789abcdef'.repeat(60)}`
  const logs: Engine['logs'] = async function* (_ids, { until, tail = 100 }) {
    const end = Math.min(count, Math.ceil(until ?? count))
    for (let at = Math.max(0, end - tail); at < end; at += 1) yield line(at, text(at))
  }
  await withLogs(
    'green',
    'grafana',
    async ({ page }) => {
      await expect.poll(async () => (await seen(page)).at(-1)).toContain(`line ${count - 1} `)
      await page.locator('.lines').focus()
      await page.keyboard.press('Space')
      const top = async (): Promise<number> =>
        Number(/line (\d+) /.exec((await seen(page))[0] ?? '')?.[1] ?? NaN)
      const before = await heap(page)
      const topBelow = async (bound: number): Promise<number> => {
        let found = NaN
        await expect
          .poll(
            async () => {
              found = await top()
              return found
            },
            { interval: 10 },
          )
          .toBeLessThan(bound)
        return found
      }
      for (let at = await topBelow(count); at > 52_000; at = await topBelow(at))
        await page.locator('.lines').press('Home')
      expect((await heap(page)) - before).toBeLessThan(64_000_000)
      expect(await rows(page).count()).toBeLessThan(120)
      expect(await foot(page).textContent()).toContain('you read too far back for them to be kept')
      await page.keyboard.press('g')
      await expect.poll(async () => (await seen(page)).at(-1)).toContain(`line ${count - 1} `)
    },
    { over: { logs } },
  )
}, 90_000)

test.each(schemes)('axe finds nothing in the logs (%s)', async (scheme) => {
  for (const size of [sizes[0], sizes[2]])
    await withLogs(
      'trouble',
      undefined,
      async ({ page }) => {
        await expect.poll(async () => await rows(page).count()).toBeGreaterThan(15)
        await page.getByRole('textbox', { name: 'Search the logs' }).fill('level')
        await page.keyboard.press('Enter')
        await expect.poll(async () => await page.locator('mark.now').count()).toBe(1)
        await rows(page).nth(5).locator('.tm').click()
        expect(await axe(page)).toEqual([])
      },
      { ...size, scheme },
    )
})

test.each(sizes)('nothing is cut off sideways at $width x $height, and the lines have room', async (size) => {
  await withLogs(
    'trouble',
    undefined,
    async ({ page }) => {
      await expect.poll(async () => await rows(page).count()).toBeGreaterThan(15)
      const wide = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
      expect(wide[0]).toBe(wide[1])
      const list = await page.locator('.lines').boundingBox()
      expect(list?.height ?? 0).toBeGreaterThan(size.height * 0.55)
    },
    size,
  )
})
