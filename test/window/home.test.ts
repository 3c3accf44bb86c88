import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { drawings } from '../../main/model/state-shapes.ts'
import { defaultSettings } from '../../main/system/keep/settings.ts'
import { deferred } from '../deferred.ts'
import { visit } from './browser.ts'
import { draw, focused, sizes, turn } from './page.ts'
import { still } from './scenes/scene.ts'
import { noCluster } from './scenes/snapshots.ts'
import { openWindows } from './windows.ts'
import { greenWorld, snapshotOf, troubleWorld } from '../unit/cli/worlds.ts'

const { browser, inWindow } = openWindows()

/** Top and height of everything that must not move, by name. */
async function geometry(page: Page): Promise<Readonly<Record<string, string>>> {
  return await page.evaluate(() =>
    Object.fromEntries(
      [...document.querySelectorAll('.summary, .strip, [role="treegrid"] [role="row"]')].map((element) => {
        const { top, height, left, width } = element.getBoundingClientRect()
        const name = element.getAttribute('data-key') ?? element.className
        return [name, [top, height, left, width].map((one) => one.toFixed(2)).join(' ')]
      }),
    ),
  )
}

test.each(sizes)(
  'nothing moves between green, trouble, ten red, Docker down and nothing at $width x $height',
  async (size) => {
    await inWindow(
      'green',
      async (drawn) => {
        const green = await geometry(drawn.page)
        // 5 tiers, 19 services, summary, strip.
        expect(Object.keys(green)).toHaveLength(26)
        for (const world of ['trouble', 'ten-red', 'docker-down', 'nothing'] as const) {
          await turn(drawn, world)
          expect(await geometry(drawn.page), world).toEqual(green)
        }
        // One that is in sight at every size: scrolling to it would move the others.
        await drawn.page.locator('[data-key="registry"]').click()
        expect(await geometry(drawn.page), 'a row is selected').toEqual(green)
      },
      size,
    )
  },
)

/** Shapes of states that are not drawn as their state is: what each has in it. */
async function misdrawn(page: Page): Promise<readonly string[]> {
  const wanted = Object.fromEntries(
    Object.entries(drawings).map(([shape, strokes]) => [
      `si-${shape}`,
      strokes.map(({ look }) => look).join(', '),
    ]),
  )
  return await page.evaluate(
    (wanted) =>
      [...document.querySelectorAll('svg.si')].flatMap((svg) => {
        const drawn = [...svg.children].map((child) => child.getAttribute('class')).join(', ')
        return wanted[svg.classList[1] ?? ''] === drawn ? [] : [`${svg.classList.value}: ${drawn}`]
      }),
    wanted,
  )
}

test('a shape has nothing left of the state before, whatever that was', async () => {
  await inWindow('docker-down', async (drawn) => {
    for (const world of ['green', 'docker-down', 'trouble', 'docker-down', 'nothing', 'ten-red'] as const) {
      await turn(drawn, world)
      expect(await misdrawn(drawn.page), world).toEqual([])
    }
  })
})

/** Services that can be seen whole between the column heads and the strip. */
async function seen(page: Page): Promise<number> {
  return await page.evaluate(() => {
    const list = document.querySelector('.list')?.getBoundingClientRect()
    if (!list) return 0
    return [...document.querySelectorAll('.list .row')].filter((row) => {
      const { top, bottom } = row.getBoundingClientRect()
      return top >= list.top - 0.5 && bottom <= list.bottom + 0.5
    }).length
  })
}

test('all 19 services are in sight at 1100 x 900, 16 at 900 x 700, and no page is wider than its window', async () => {
  const wanted = [19, 16, 7]
  for (const [index, size] of sizes.entries())
    await inWindow(
      'trouble',
      async ({ page }) => {
        expect(await seen(page)).toBeGreaterThanOrEqual(wanted[index] ?? 0)
        const over = await page.evaluate(() => [
          document.documentElement.scrollWidth - innerWidth,
          document.documentElement.scrollHeight - innerHeight,
        ])
        expect(over).toEqual([0, 0])
      },
      size,
    )
})

test('text at 200 % keeps every row and button reachable without scrolling sideways', async () => {
  await inWindow(
    'trouble',
    async ({ page }) => {
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
      await page.getByRole('row', { name: 'Object store' }).scrollIntoViewIfNeeded()
      await page.getByRole('button', { name: 'More for Object store' }).waitFor()
    },
    { width: 550, height: 450 },
  )
})

test('a start that creates a cluster asks first, with its price, from every button', async () => {
  await inWindow(
    'green',
    async ({ page }) => {
      let asked = 0
      await page.route('**/request/start', async (route) => {
        asked += 1
        await route.continue()
      })
      const dialog = page.getByRole('alertdialog', { name: 'Create the Hub cluster?' })
      const closed = async (): Promise<void> => {
        await dialog.waitFor()
        expect(await dialog.textContent()).toMatch(/700 MB of memory, 1 GB of disk.*some minutes/)
        expect(await focused(page)).toBe('Cancel')
        await page.keyboard.press('Enter')
        await dialog.waitFor({ state: 'detached' })
      }
      const tier = page.getByRole('button', { name: 'Start Applications' })
      expect(await tier.textContent()).toBe('Start…')
      await tier.click()
      await closed()
      await page.getByRole('button', { name: 'Start Console…' }).click()
      await closed()
      await page.locator('[data-key="cluster/hub"]').press('s')
      await closed()
      expect(asked, 'nothing was started').toBe(0)
      await tier.click()
      expect(await dialog.textContent()).toContain('Starting 5 services creates the Hub cluster first')
      await dialog.getByRole('button', { name: 'Create the Hub cluster' }).click()
      await expect.poll(() => asked).toBe(1)
    },
    { width: 1280, height: 900, over: still(noCluster()) },
  )
})

test('a click shows the expected state at once, and the consequences of a stop are named before it', async () => {
  await inWindow('green', async ({ page }) => {
    const state = async (key: string): Promise<string | null> =>
      await page.locator(`[data-key="${key}"] .state svg`).getAttribute('aria-label')
    // The engine is not even asked yet when the row says so.
    const held = deferred<void>()
    await page.route('**/request/stop', async (route) => {
      await held.promise
      await route.continue()
    })
    await page.getByRole('button', { name: 'Stop Excalidraw' }).click()
    await page.waitForFunction(
      () =>
        document.querySelector('[data-key="excalidraw"] .state svg')?.getAttribute('aria-label') ===
        'stopping',
    )
    held.resolve()
    await page.waitForFunction(
      () =>
        document.querySelector('[data-key="excalidraw"] .state svg')?.getAttribute('aria-label') ===
        'stopped',
    )
    await page.getByRole('button', { name: 'Stop Data' }).click()
    const dialog = page.getByRole('alertdialog', { name: 'Stop Data?' })
    await dialog.waitFor()
    await expect
      .poll(async () => await dialog.textContent())
      .toContain('Tempo needs Object store and will fail.')
    expect(await focused(page)).toBe('Cancel')
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    expect(await state('object-store'), 'nothing was stopped').toBe('works')
    await page.getByRole('button', { name: 'Stop Data' }).click()
    await dialog.getByRole('button', { name: 'Stop Data and Tempo' }).click()
    await page.waitForFunction(() =>
      ['timescaledb', 'object-store', 'tempo'].every(
        (key) =>
          document.querySelector(`[data-key="${key}"] .state svg`)?.getAttribute('aria-label') === 'stopped',
      ),
    )
  })
})

test('one changed service changes one row of the page and nothing else', async () => {
  await inWindow('green', async ({ page, server }) => {
    await page.evaluate(() => {
      const rows = new Set<string>()
      Object.assign(window, { redrawn: rows })
      const list = document.querySelector('[role="treegrid"]')
      if (!list) throw new Error('no list')
      new MutationObserver((changes) => {
        for (const { target } of changes) {
          const element = target instanceof Element ? target : target.parentElement
          rows.add(element?.closest('[role="row"]')?.getAttribute('data-key') ?? 'the list')
        }
      }).observe(list, { subtree: true, childList: true, attributes: true, characterData: true })
    })
    const next = snapshotOf(greenWorld(), 1000)
    const services = next.services.map((view) => (view.id === 'grafana' ? { ...view, answerMs: 77 } : view))
    server.tell({ event: 'snapshot', payload: { ...next, services } })
    await page.waitForFunction(
      () => document.querySelector('[data-key="grafana"] .ms')?.textContent === '77 ms',
    )
    expect(await page.evaluate(() => [...(window as unknown as { redrawn: Set<string> }).redrawn])).toEqual([
      'grafana',
    ])
  })
})

test('fault 7: what a container, a file or a name says is text and nothing else', async () => {
  await inWindow('trouble', async ({ page, server }) => {
    const evil = '<img src=x onerror="window.hurt=1"><script>window.hurt=2</script>\u001b[31m\u202egnp.exe'
    const good = snapshotOf(troubleWorld(), 1000)
    const access = {
      kind: 'address',
      url: 'javascript:window.hurt=3',
      host: evil,
      port: 1,
      works: true,
    } as const
    const services = good.services.map((view) =>
      view.id === 'tempo'
        ? {
            ...view,
            title: `Tempo ${evil}`,
            purpose: evil,
            reason: evil,
            headline: { what: evil, why: evil, todo: evil },
            ladder: view.ladder.map((rung) => ({ ...rung, says: evil, reason: evil, why: evil, todo: evil })),
          }
        : view.id === 'loki'
          ? {
              ...view,
              state: 'works' as const,
              endpoints: view.endpoints.map((endpoint) => ({
                ...endpoint,
                accesses: [access],
                best: 0,
                opens: true,
              })),
            }
          : view,
    )
    server.tell({
      event: 'snapshot',
      payload: {
        ...good,
        services,
        summary: { ...good.summary, says: evil, more: evil },
        problems: [{ service: evil, file: evil, line: 1, column: 1, reason: evil }],
      },
    })
    await page.waitForFunction((text) => document.querySelector('.summary h1')?.textContent === text, evil)
    await page.locator('[data-key="tempo"]').click()
    // Its own problem, then all others, the broken folder among them.
    for (let count = 0; count < 5; count += 1) await page.keyboard.press('n')
    await page.locator('[data-key="loki"]').click()
    await page.keyboard.press('o')
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog', { name: 'Find or run' }).getByRole('combobox').waitFor()
    await page.keyboard.type('tempo')
    await page.waitForSelector('.pal .entry[data-focused]')
    expect(await page.evaluate(() => (window as unknown as { hurt?: number }).hurt)).toBeUndefined()
    expect(await page.locator('main img, main script, .pal img').count()).toBe(0)
    expect(
      page
        .context()
        .pages()
        .every((one) => !one.url().startsWith('javascript:')),
    ).toBe(true)
    expect(
      await page.locator('[data-key="loki"] .acts button').first().isDisabled(),
      'only web addresses are opened',
    ).toBe(true)
  })
})

test('a lost connection is said in the strip; every row stays where it was, and nothing can be stopped', async () => {
  await inWindow('trouble', async ({ page, server }) => {
    const before = await geometry(page)
    server.tell({ event: 'connected', payload: false })
    await page.waitForFunction(
      () => document.querySelector('.summary h1')?.textContent === 'The engine does not answer',
    )
    expect(await geometry(page)).toEqual(before)
    await expect
      .poll(async () => await page.textContent('.strip'))
      .toContain('Your services are not affected.')
    await expect
      .poll(async () => await page.getByRole('button', { name: 'Stop Data' }).isDisabled())
      .toBe(true)
    server.tell({ event: 'connected', payload: true })
    await page.waitForFunction(
      () => document.querySelector('.summary h1')?.textContent !== 'The engine does not answer',
    )
  })
})

test('a machine on which nobody was through set-up is led to it; what is shown meanwhile stays', async () => {
  const drawn = await draw(browser(), 'nothing')
  try {
    await expect.poll(async () => await drawn.page.locator('main.home').count()).toBe(1)
    const page = await drawn.context.newPage()
    await visit(page, drawn.server.url())
    await page.waitForSelector('.app.bare main')
    expect(await page.locator('main.home').count()).toBe(0)
  } finally {
    await drawn.close()
  }
})

test('closing without a tray asks, and keeping the window open is one key', async () => {
  await inWindow('green', async ({ page, server }) => {
    server.tell({ event: 'closing', payload: null })
    const dialog = page.getByRole('alertdialog', { name: 'Close the window?' })
    await dialog.waitFor()
    expect(await dialog.getByRole('button').allTextContents()).toEqual([
      'Stop all and quit',
      'Keep open',
      'Close',
    ])
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await expect.poll(async () => await page.locator('main.home').count()).toBe(1)
  })
})

test('a theme from the settings goes before the system', async () => {
  await inWindow(
    'green',
    async ({ page, server }) => {
      const ground = async (): Promise<string> =>
        await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
      const dark = await ground()
      const desktop = { ...defaultSettings.desktop, theme: 'light' as const }
      const settings = { ...defaultSettings, desktop }
      server.tell({
        event: 'settings',
        payload: { settings, defaults: defaultSettings, file: 'settings.json', routes: [] },
      })
      await page.waitForFunction(() => document.documentElement.dataset['theme'] === 'light')
      expect(await ground()).not.toBe(dark)
    },
    { scheme: 'dark' },
  )
})
