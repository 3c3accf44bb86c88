import { expect, test } from 'vitest'
import type { Engine } from '../../main/engine/engine.ts'
import { sizes } from './page.ts'
import { openService } from './service-server.ts'

const { withService } = openService()

test('a start is shown at once, a stop asks when others would fail', async () => {
  await withService('green', 'object-store', async ({ page }) => {
    await page.getByRole('button', { name: 'Stop…' }).click()
    await page.getByRole('alertdialog').filter({ hasText: 'Tempo' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Back to services' }).click()
    await page.waitForSelector('[role="treegrid"]')
  })
  await withService('green', 'excalidraw', async ({ page }) => {
    await page.getByRole('button', { name: 'Stop', exact: true }).click()
    await expect
      .poll(async () => await page.locator('.svchead > svg').getAttribute('aria-label'))
      .toBe('stopped')
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    await expect
      .poll(async () => await page.locator('.svchead > svg').getAttribute('aria-label'))
      .toMatch(/starting|works/)
    await expect
      .poll(async () => await page.locator('.svchead > svg').getAttribute('aria-label'))
      .toBe('works')
  })
})

test('the keyboard reaches everything, and Escape leads back', async () => {
  await withService('trouble', 'grafana', async ({ page }) => {
    await page.locator('.creds').waitFor()
    const reached = new Set<string>()
    await page.getByRole('button', { name: 'Back to services' }).focus()
    for (let count = 0; count < 60; count += 1) {
      const name = await page.evaluate(() => {
        const here = document.activeElement
        return here?.getAttribute('aria-label') ?? here?.textContent ?? ''
      })
      reached.add(name)
      await page.keyboard.press('Tab')
    }
    for (const name of [
      'Restart',
      'Open',
      'Check again',
      'Check port 80 again',
      'Copy Password of Grafana',
      'All logs of Grafana',
      'Reset data…',
      'Copy digest',
      'Tempo',
    ])
      expect([...reached]).toContain(name)
    await page.keyboard.press('Escape')
    await page.waitForSelector('[role="treegrid"]')
  })
})

test('fault 7: hostile names and reasons on the page stay text', async () => {
  const over: Partial<Engine> = {
    facts: (id) =>
      Promise.resolve({
        service: id,
        container: '<img src=x onerror="window.pwned=1">',
        image: 'javascript:window.pwned=1\u202E',
        digest: 'sha256:<script>',
        address: '',
        ports: ['"><svg onload=window.pwned=1>'],
        volumes: [{ name: '<b>x</b>', kind: 'volume', at: '/x', readOnly: false }],
        memoryLimit: 0,
        startedAt: 0,
        restarts: 0,
        restartPolicy: '<i>',
      }),
  }
  await withService(
    'green',
    'grafana',
    async ({ page }) => {
      await page.locator('.facts').waitFor()
      await expect
        .poll(async () => await page.locator('.facts').textContent())
        .toContain('<img src=x onerror="window.pwned=1">')
      expect(await page.locator('.facts img, .facts b, .facts i, .facts script').count()).toBe(0)
      expect(await page.evaluate(() => 'pwned' in window)).toBe(false)
    },
    { over },
  )
})

test.each(sizes)('nothing is cut off sideways at $width x $height', async (size) => {
  for (const [world, service] of [
    ['trouble', 'grafana'],
    ['trouble', 'tempo'],
    ['green', 'object-store'],
  ] as const)
    await withService(
      world,
      service,
      async ({ page }) => {
        await page.locator('.facts').waitFor()
        const out = await page.evaluate(() => {
          const scroll = document.querySelector('.svc')
          return [
            document.documentElement.scrollWidth - innerWidth,
            (scroll?.scrollWidth ?? 0) - (scroll?.clientWidth ?? 0),
          ]
        })
        expect(out).toEqual([0, 0])
        const [main, aside] = await Promise.all([
          page.locator('.svc > div').boundingBox(),
          page.locator('.svc > aside').boundingBox(),
        ])
        const below = (aside?.y ?? 0) >= (main?.y ?? 0) + (main?.height ?? 0) - 1
        expect(below, 'the right column goes below where it is narrow').toBe(size.width < 880)
      },
      size,
    )
})
