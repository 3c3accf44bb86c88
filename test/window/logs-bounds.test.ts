import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import type { Engine } from '../../main/engine/engine.ts'
import { foot, line, openLogs, rows, seen } from './log-server.ts'
import { sizes } from './page.ts'

const { withLogs } = openLogs()

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
    async ({ page, server }) => {
      server.show('doctor')
      await page.waitForSelector('main:not(.logs)')
      const before = await heap(page)
      const begin = source.bytes()
      server.show('logs', 'grafana')
      await page.waitForSelector('.ln1')
      await expect
        .poll(() => source.bytes() - begin, { timeout: 300_000, interval: 200 })
        .toBeGreaterThan(200_000_000)
      const clicked = Date.now()
      await page.getByRole('button', { name: 'Pause', exact: true }).click()
      await expect.poll(async () => await foot(page).textContent()).toMatch(/^Paused/)
      expect(Date.now() - clicked, 'a click in the middle of it').toBeLessThan(30_000)
      await expect.poll(async () => await rows(page).count()).toBeLessThan(120)
      const grown = (await heap(page)) - before
      expect(grown, `${Math.round(grown / 1e6)} MB more`).toBeLessThan(64_000_000)
      expect(await foot(page).textContent()).toMatch(
        /not kept while you read this far back\.last 3[12](?:\.\d)? MB kept/,
      )
    },
    { over: source.over },
  )
})

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
      await expect.poll(async () => await rows(page).count()).toBeLessThan(120)
      await expect
        .poll(async () => await foot(page).textContent())
        .toContain('they are not kept while you read this far back')
      await page.keyboard.press('g')
      await expect.poll(async () => (await seen(page)).at(-1)).toContain(`line ${count - 1} `)
    },
    { over: { logs } },
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
