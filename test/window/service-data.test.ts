import { expect, test } from 'vitest'
import type { Engine } from '../../main/engine/engine.ts'
import { draw } from './page.ts'
import { openService, text } from './service-server.ts'
import type { WorldName } from './worlds.ts'

const { browser, withService } = openService()

/** An engine whose load is told by hand. */
function measured() {
  let open = 0
  let tell: (() => void) | undefined
  const stats: Engine['stats'] = async function* (_id, signal) {
    open += 1
    try {
      for (let tick = 0; !signal.aborted; tick += 1) {
        yield {
          at: 1_795_430_549_000 + tick * 1000,
          cpu: tick,
          memory: 100_000_000,
          memoryLimit: 8_000_000_000,
        }
        await new Promise<void>((resolve) => {
          tell = resolve
          signal.addEventListener('abort', () => resolve())
        })
      }
    } finally {
      open -= 1
    }
  }
  return { over: { stats }, open: () => open, next: () => tell?.() }
}

test('load is measured only while it can be seen, and told in words too', async () => {
  const load = measured()
  await withService(
    'green',
    'grafana',
    async ({ page, server }) => {
      const cpu = page.locator('figure').first()
      await expect.poll(async () => await cpu.textContent()).toBe('CPU0.0 %highest 0.0 %')
      load.next()
      await expect.poll(async () => await cpu.textContent()).toBe('CPU1.0 %highest 1.0 %')
      await expect
        .poll(async () => await cpu.getByRole('img').getAttribute('aria-label'))
        .toBe('CPU over the last hour: now 1.0 %, lowest 0.0 %, highest 1.0 %')
      await expect.poll(async () => await page.locator('canvas').count()).toBe(2)
      expect(load.open()).toBe(1)
      await page.evaluate(() => {
        Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))
      })
      await expect.poll(load.open).toBe(0)
      await page.evaluate(() => {
        Object.defineProperty(document, 'visibilityState', { value: 'visible', configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))
      })
      await expect.poll(load.open).toBe(1)
      server.show('logs', 'grafana')
      await expect.poll(load.open).toBe(0)
    },
    { over: { ...load.over, load: async () => await Promise.resolve([]) } },
  )
})

test('fault 32: data is reset only by the name, tells how far it is, and where the old data went', async () => {
  await withService('green', 'timescaledb', async ({ page, server }) => {
    const goOn = server.hold()
    await page.getByRole('button', { name: 'Reset data…' }).click()
    const dialog = page.getByRole('alertdialog', { name: 'Reset the data of TimescaleDB?' })
    await expect
      .poll(async () => await dialog.textContent())
      .toMatch(
        /What is in macula_timescaledb-data now is moved aside\. *It is kept as macula_timescaledb-data with the date and time added; nothing is lost\./,
      )
    const go = dialog.getByRole('button', { name: 'Reset data' })
    await expect.poll(async () => await go.isDisabled()).toBe(true)
    // The field has the focus.
    await page.keyboard.type('Grafana')
    await expect.poll(async () => await go.isDisabled()).toBe(true)
    await dialog.getByRole('textbox').fill('TimescaleDB')
    await go.click()
    await dialog.getByRole('progressbar').waitFor()
    goOn()
    await page.locator('.resetdone').waitFor()
    expect(await text(page, '.resetdone')).toContain(
      'macula_timescaledb-data is now macula_timescaledb-data-20261123-104255.',
    )
    expect(await dialog.count()).toBe(0)
    await page.getByRole('button', { name: 'Start TimescaleDB' }).click()
    await expect.poll(async () => await text(page, '.svchead')).toContain('Restart')
  })
})

test('data in use is not reset: who needs it is named, and can be stopped first', async () => {
  await withService('green', 'object-store', async ({ page, server }) => {
    await page.getByRole('button', { name: 'Reset data…' }).click()
    const dialog = page.getByRole('alertdialog')
    await expect.poll(async () => await dialog.textContent()).toContain('Tempo needs it and runs.')
    await dialog.getByRole('textbox').fill('object-store')
    await expect
      .poll(async () => await dialog.getByRole('button', { name: 'Reset data' }).isDisabled())
      .toBe(true)
    await dialog.getByRole('button', { name: 'Stop Tempo first' }).click()
    await expect.poll(async () => await dialog.textContent()).not.toContain('Tempo needs it')
    expect(await dialog.getByRole('button', { name: 'Reset data' }).isDisabled()).toBe(false)
    await page.keyboard.press('Escape')
    await expect.poll(async () => await dialog.count()).toBe(0)
    expect(server.asked.filter((one) => one.startsWith('reset'))).toEqual([])
  })
})

const states: readonly (readonly [WorldName, string, readonly RegExp[]])[] = [
  ['green', 'grafana', [/^works$/, /Dashboards for metrics/, /up|running and healthy/]],
  ['trouble', 'tempo', [/^failed$/, /Stops right after it starts/, /not reached/]],
  [
    'nothing',
    'grafana',
    [/^stopped$/, /Stopped\. Dashboards/, /None yet\. It is created when the service starts\./],
  ],
  [
    'docker-down',
    'grafana',
    [/^unknown$/, /Docker/, /Unknown while Docker does not answer\.|Docker does not answer/],
  ],
  ['green', 'console', [/^not set up$/, /Not set up\./, /./]],
]

test.each(states)(
  'in the world %s, %s says its state',
  async (world, service, [state = /./, head = /./, body = /./]) => {
    const drawn = await draw(browser(), 'green')
    const { page, server } = drawn
    try {
      server.show('services', service)
      await page.waitForSelector('.svchead')
      server.switchTo(world)
      await expect
        .poll(async () => await page.locator('.svchead > svg').getAttribute('aria-label'))
        .toMatch(state)
      await expect.poll(async () => await text(page, '.svchead')).toMatch(head)
      await expect.poll(async () => await text(page, '.svc')).toMatch(body)
      expect(drawn.complaints).toEqual([])
    } finally {
      await drawn.close()
    }
  },
)
