import { expect, test } from 'vitest'
import type { Engine } from '../../main/engine/engine.ts'
import type { RunResult } from '../../main/model/run.ts'
import { greenWorld, snapshotOf, troubleWorld } from '../unit/cli/worlds.ts'
import { axe, focused, overflow, sizes, type Drawn } from './page.ts'
import { openWindows } from './windows.ts'

/** What a press does, and what it says: never to what has no focus, never the opposite, never nothing. */

const { inWindow } = openWindows()

const done: RunResult = { ok: true, done: [], failed: [], skipped: [], ms: 1 }

/** An engine that only writes down what it is asked to do. */
function recorder(more: Partial<Engine> = {}): { readonly calls: string[]; readonly over: Partial<Engine> } {
  const calls: string[] = []
  const said =
    (verb: string) =>
    async (ids: readonly string[]): Promise<RunResult> => {
      calls.push(`${verb} ${ids.join(',')}`)
      return await Promise.resolve(done)
    }
  return {
    calls,
    over: { up: said('start'), down: said('stop'), restart: said('restart'), ...more },
  }
}

test('a double click on what leads to another view marks nothing there', async () => {
  await inWindow('green', async ({ page }) => {
    await page.getByRole('button', { name: 'TimescaleDB', exact: true }).dblclick()
    await page.getByRole('heading', { name: 'TimescaleDB' }).waitFor()
    expect(await page.evaluate(() => getSelection()?.toString() ?? '')).toBe('')
  })
})

test('a letter acts on the row that has the keyboard; on a tier’s heading it acts on nothing', async () => {
  const { calls, over } = recorder()
  await inWindow(
    'green',
    async ({ page }) => {
      await page.locator('[data-key="loki"]').click()
      await page.locator('[data-key="tier data"]').focus()
      for (const key of ['s', 'r', 'o', 'c', 'l', 'f']) await page.keyboard.press(key)
      await expect.poll(async () => await page.locator('main.home').count()).toBe(1)
      expect(await page.locator('[role="alertdialog"]').count()).toBe(0)
      // The row that was selected is still there, and does what it is told once it has the keyboard.
      await page.locator('[data-key="excalidraw"]').focus()
      await page.keyboard.press('r')
      await expect.poll(() => calls).toEqual(['restart excalidraw'])
    },
    { over },
  )
})

test('a double click on Stop stops: what it says meanwhile is not pressed', async () => {
  const { calls, over } = recorder()
  await inWindow(
    'green',
    async ({ page, server }) => {
      await page.getByRole('button', { name: 'Stop Tools' }).dispatchEvent('click', { detail: 1 })
      await expect.poll(() => calls.length).toBe(1)
      server.switchTo('nothing')
      const start = page.getByRole('button', { name: 'Start Tools' })
      await start.dispatchEvent('click', { detail: 2 })
      expect(calls).toHaveLength(1)
      // One that begins by itself is one.
      await start.click()
      await expect.poll(() => calls.at(-1)).toMatch(/^start /)
    },
    { over },
  )
})

test('a key that is held presses once, and a press that began on Stop never starts', async () => {
  const { calls, over } = recorder()
  await inWindow(
    'green',
    async ({ page, server }) => {
      const stop = page.getByRole('button', { name: 'Stop Tools' })
      await expect
        .poll(async () => {
          await stop.focus()
          return await focused(page)
        })
        .toBe('Stop Tools')
      // Held: the browser repeats the key, which presses a button each time.
      for (let count = 0; count < 5; count += 1) await page.keyboard.down('Enter')
      await page.keyboard.up('Enter')
      await expect.poll(() => calls.length).toBe(1)
      expect(calls[0]).toMatch(/^stop /)

      server.publish()
      await page.getByRole('button', { name: 'Stop Data' }).focus()
      await page.keyboard.down(' ')
      server.switchTo('nothing')
      await page.getByRole('button', { name: 'Start Data' }).waitFor()
      await page.keyboard.up(' ')
      const start = page.getByRole('button', { name: 'Start Data' })
      // A press that begins now means what is read now.
      await start.press('Enter')
      await expect.poll(() => calls.length).toBe(2)
      expect(calls[1]).toMatch(/^start /)
    },
    { over },
  )
})

test('while its services stop a tier’s button keeps its word and waits', async () => {
  let end: (() => void) | undefined
  const { over } = recorder({
    down: async () => await new Promise<RunResult>((resolve) => (end = () => resolve(done))),
  })
  await inWindow(
    'green',
    async ({ page }) => {
      const stop = page.getByRole('button', { name: 'Stop Tools' })
      await stop.click()
      await page.waitForFunction(
        () =>
          document.querySelector(
            '[data-key="excalidraw"] .si-busy, [data-key="excalidraw"] .si-starting, [data-key="excalidraw"] .msg',
          ) !== null,
      )
      await expect.poll(async () => await stop.isDisabled()).toBe(true)
      expect(await page.getByRole('button', { name: 'Start Tools' }).count()).toBe(0)
      end?.()
    },
    { over },
  )
})

test('a stop never goes back to green, however long those before it take', async () => {
  await inWindow('green', async ({ page }) => {
    await page.evaluate(() => {
      // Every state that a row was drawn in, in order, also what is drawn for less than a frame.
      const seen: Record<string, string[]> = {}
      Object.assign(window, { seen })
      const look = (): void => {
        for (const row of document.querySelectorAll<HTMLElement>('[role="row"].row')) {
          const state = /: ([a-z ]+)/.exec(row.getAttribute('aria-label') ?? '')?.[1] ?? ''
          const list = (seen[row.dataset['key'] ?? ''] ??= [])
          if (list.at(-1) !== state) list.push(state)
        }
      }
      look()
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true })
    })
    await page.getByRole('button', { name: 'Stop all…' }).click()
    await page.getByRole('button', { name: /^Stop \d+ services$/ }).click()
    await expect.poll(async () => await page.textContent('.summary h1')).toBe('All services are stopped')
    // The heading may be drawn before the last rows are.
    let changed: (readonly [string, readonly string[]])[] = []
    await expect
      .poll(async () => {
        const seen = await page.evaluate(
          () => (window as unknown as { readonly seen: Readonly<Record<string, readonly string[]>> }).seen,
        )
        changed = Object.entries(seen).filter(([, states]) => states.length > 1)
        return changed.length > 10 && changed.every(([, states]) => states.at(-1) === 'stopped')
      })
      .toBe(true)
    for (const [id, states] of changed) expect(states, id).toEqual(['works', 'stopping', 'stopped'])
  })
})

const checked = /^Checked at \d\d:\d\d:\d\d in .+: .+\.$/

test.each(['light', 'dark'] as const)(
  'Check again says in every view that it looked, when and what it found (%s)',
  async (scheme) => {
    await inWindow(
      'trouble',
      async ({ page, server }) => {
        const said = async (where: string): Promise<string> => (await page.textContent(where))?.trim() ?? ''
        await runByPalette(page, 'check again')
        await expect.poll(async () => await said('.summary p')).toMatch(checked)
        expect(await said('.summary p')).toMatch(/\d problems as before/)
        for (const view of ['logs', 'activity', 'doctor', 'changes', 'settings'] as const) {
          server.show(view)
          await page.locator(`.nav [aria-current="page"]:has-text("${view}")`).waitFor()
          await page.waitForSelector('main:not(.home):not([aria-busy="true"])')
          await runByPalette(page, 'check again')
          await expect.poll(async () => await said('.notebar')).toMatch(checked)
        }
        server.show('services', 'grafana')
        await page.getByRole('button', { name: 'Check again' }).click()
        await expect.poll(async () => await said('.notebar')).toMatch(checked)
        expect(await axe(page)).toEqual([])
      },
      { scheme },
    )
  },
)

test('what a look repaired is named', async () => {
  let turns: (() => void) | undefined
  const look = async () => {
    turns?.()
    return await Promise.resolve(snapshotOf(greenWorld(), 1000))
  }
  await inWindow(
    'trouble',
    async ({ page, server }) => {
      turns = () => server.switchTo('green')
      await runByPalette(page, 'check again')
      await expect
        .poll(async () => await page.textContent('.summary p'))
        .toMatch(/in .+: .*Tempo.* are right again\.$/)
    },
    { over: { look } },
  )
})

test('a port that is still held is answered, with who holds it and what ends it', async () => {
  const trouble = {
    kind: 'failed',
    what: 'nginx (pid 812, nginx.service) still has 127.0.0.4:80.',
    why: 'It is not ours, so it is left alone.',
    todo: 'Stop it or move it to another port (sudo systemctl stop nginx.service stops it), then take the port back.',
  } as const
  const fix = async (): Promise<RunResult> =>
    await Promise.resolve({ ...done, ok: false, failed: [{ service: 'grafana', trouble }] })
  await inWindow(
    'trouble',
    async ({ page }) => {
      await page.locator('[data-key="grafana"]').click()
      await page.locator('.strip').getByRole('button', { name: 'Check port 80 again' }).click()
      await expect.poll(async () => await page.textContent('.strip header')).toContain('not done')
      const strip = await page.textContent('.strip')
      expect(strip).toContain('nginx.service')
      expect(strip).toContain('sudo systemctl stop nginx.service')
      expect(await axe(page)).toEqual([])
    },
    { over: { fix } },
  )
})

test('Fix in a row counts the seconds in place of its word and hears no second press; a click on the row leads on', async () => {
  let calls = 0
  let end: (result: RunResult) => void = () => undefined
  const trouble = { kind: 'failed', what: 'Somebody still has it.', todo: 'End it.' } as const
  const fix = async (): Promise<RunResult> => {
    calls += 1
    return await new Promise((resolve) => (end = resolve))
  }
  await inWindow(
    'trouble',
    async ({ page }) => {
      const row = page.locator('[data-key="grafana"]')
      const button = row.getByRole('button', { name: /^Fix Grafana/ })
      const width = (await button.boundingBox())?.width ?? 0
      await row.click()
      await button.click()
      await expect.poll(async () => await button.innerText()).toMatch(/^[1-9]\d* s$/)
      // Nothing beside it moves.
      expect((await button.boundingBox())?.width).toBe(width)
      // Playwright itself waits for what is aria-disabled; a person's hand does not.
      await button.click({ force: true })
      expect(calls).toBe(1)
      end({ ...done, ok: false, failed: [{ service: 'grafana', trouble }] })
      await expect.poll(async () => await page.textContent('.strip header')).toContain('not done')
      await expect.poll(async () => await button.innerText()).toBe('Fix')
      await row.click({ position: { x: 300, y: 10 } })
      await expect.poll(async () => await page.textContent('.strip header')).toContain('Grafana')
      expect(await page.textContent('.strip')).not.toContain('Somebody still has it.')
    },
    { over: { fix } },
  )
})

test('the page of an ended maculactl ui says how to start it again, and offers nothing that is dead', async () => {
  for (const view of [
    'services',
    'logs',
    'activity',
    'doctor',
    'changes',
    'settings',
    'wizard',
    'grafana',
  ] as const)
    await inWindow('trouble', async (drawn) => {
      const { page, server } = drawn
      if (view === 'grafana') server.show('services', 'grafana')
      else server.show(view)
      await page.waitForSelector(
        view === 'services' ? 'main.home' : 'main:not(.home):not([aria-busy="true"])',
      )
      server.tell({ event: 'connected', payload: false })
      await page.getByText('maculactl ui', { exact: false }).first().waitFor()
      expect(await offered(drawn), view).toEqual(['Copy command'])
      // No key brings back what the mouse cannot reach.
      for (const key of ['Control+k', '2', '/']) await page.keyboard.press(key)
      expect(await offered(drawn), `${view}, after keys`).toEqual(['Copy command'])
      expect(await axe(page), view).toEqual([])
      expect(await overflow(page), view).toEqual([0, 0])
    })
})

test.each(sizes)('the words of an ended server fit at $width x $height', async ({ width, height }) => {
  await inWindow(
    'green',
    async ({ page, server }) => {
      server.show('settings')
      await page.waitForSelector('main:not(.home):not([aria-busy="true"])')
      server.tell({ event: 'connected', payload: false })
      await page.locator('.notebar').waitFor()
      expect(await overflow(page)).toEqual([0, 0])
    },
    { width, height },
  )
})

test('two hundred and fifty services are listed, stopped and read at once', async () => {
  const stopped: (readonly string[])[] = []
  const read: (readonly string[])[] = []
  const base = snapshotOf(troubleWorld(), 1_000_000)
  const grafana = base.services.find(({ id }) => id === 'grafana')
  if (!grafana) throw new Error('no grafana')
  const services = Array.from({ length: 250 }, (_, index) => ({
    ...grafana,
    id: `own-${index}`,
    title: `Own ${index}`,
    tier: 'tools' as const,
    state: 'works' as const,
    reason: '',
    needs: [],
    uses: [],
    neededBy: [],
  }))
  const over: Partial<Engine> = {
    consequences: () => ({ failing: [], missing: [] }),
    down: async (ids) => {
      stopped.push(ids)
      return await Promise.resolve(done)
    },
    // eslint-disable-next-line require-yield
    logs: async function* (ids) {
      read.push(ids)
      await Promise.resolve()
    },
  }
  await inWindow(
    'green',
    async ({ page, server }) => {
      const payload = {
        ...base,
        at: Date.now() + 1_000_000_000,
        services,
        causes: [],
        tiers: base.tiers.map((tier) =>
          tier.id === 'tools'
            ? { ...tier, services: services.map(({ id }) => id) }
            : { ...tier, services: [] },
        ),
      }
      server.tell({ event: 'snapshot', payload })
      await expect.poll(async () => await page.locator('[role="row"].row').count()).toBe(250)
      await page.getByRole('button', { name: 'Stop all…' }).click()
      await page.getByRole('button', { name: 'Stop 250 services' }).click()
      await expect.poll(() => stopped.map((ids) => ids.length)).toEqual([250])
      server.show('logs')
      await expect.poll(() => Math.max(0, ...read.map((ids) => ids.length))).toBe(250)
      // What came of the stop may still be said, and nothing else is.
      for (const says of await page.locator('.notebar').allTextContents())
        expect(says).toMatch(/^Stop 250 services, at /)
    },
    { over },
  )
})

/** Names of all buttons and fields that a person could still use. */
async function offered({ page }: Drawn): Promise<readonly string[]> {
  return await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button:not(:disabled), a[href], input, select')]
      .filter((one) => one.closest('[inert]') === null && one.getClientRects().length > 0)
      .map((one) => one.textContent || (one.getAttribute('aria-label') ?? '')),
  )
}

async function runByPalette(page: Drawn['page'], text: string): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Find or run' }).waitFor()
  await page.keyboard.type(text)
  await page.waitForFunction(
    () =>
      document.querySelector('.pal .entry[data-focused]')?.textContent?.startsWith('Check again') === true,
  )
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => document.querySelector('.pal') === null)
}

test('Enter and Escape of an input method take what it proposes: nothing is run, left or emptied by them', async () => {
  await inWindow('green', async ({ page }) => {
    const cdp = await page.context().newCDPSession(page)
    const compose = async (text: string): Promise<void> =>
      void (await cdp.send('Input.imeSetComposition', { text, selectionStart: 1, selectionEnd: 1 }))
    const entry = page.locator('.pal .entry')
    await page.keyboard.press('Control+k')
    await page.keyboard.type('loki')
    await expect.poll(async () => await page.locator('.pal .entry[data-focused]').count()).toBe(1)
    for (const key of ['Enter', 'Escape']) {
      await compose('語')
      await page.keyboard.press(key)
      expect(await page.locator('.pal').count(), key).toBe(1)
    }
    await compose('')
    await expect.poll(async () => await entry.count()).toBeGreaterThan(0)
    await page.keyboard.press('Escape')
    await expect.poll(async () => await page.locator('.pal').count()).toBe(0)

    const filter = page.locator('[data-search]')
    await filter.fill('lo')
    for (const key of ['Enter', 'ArrowDown']) {
      await filter.focus()
      await compose('語')
      await page.keyboard.press(key)
      expect(await filter.evaluate((field) => field === document.activeElement), key).toBe(true)
      expect(await filter.inputValue(), key).toContain('lo')
    }
  })
})
