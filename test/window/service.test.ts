import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import type { Engine } from '../../main/engine/engine.ts'
import { secrets } from '../unit/cli/stand-in.ts'
import { axe, draw, schemes, sizes, type Drawn, type Look } from './page.ts'
import { openWindows } from './windows.ts'
import type { WorldName } from './worlds.ts'

const { browser, inWindow } = openWindows()

/** Shows one service's page. */
async function withService(
  world: WorldName,
  service: string,
  work: (drawn: Drawn) => Promise<void>,
  look: Look = {},
): Promise<void> {
  await inWindow(
    world,
    async (drawn) => {
      drawn.stage.show('services', service)
      await drawn.page.waitForSelector('.svchead')
      await work(drawn)
    },
    look,
  )
}

/** The ladder as it is read: rung, state, words, button, time. */
async function ladder(page: Page): Promise<readonly string[]> {
  return await page
    .locator('.rungs li')
    .evaluateAll((rows) =>
      rows.map((row) =>
        [
          row.querySelector('b')?.textContent,
          row.querySelector('svg')?.getAttribute('aria-label'),
          row.querySelector('.say > span')?.textContent,
          row.querySelector('button')?.textContent,
          row.querySelector('.ms')?.textContent,
        ]
          .filter((part) => part !== undefined && part !== null && part !== '')
          .join(' | '),
      ),
    )
}

const text = async (page: Page, selector: string): Promise<string> =>
  (await page.locator(selector).textContent()) ?? ''

test('the ladder tells each rung with its reason, its time and what repairs it', async () => {
  await withService('trouble', 'grafana', async ({ page, stage }) => {
    expect(await ladder(page)).toEqual([
      'Name | problem, passed by | grafana.macula.local is 127.0.0.4, after 5.0 sSomething on the way to our name server makes each question wait. | 5.0 s',
      'Address | ok | 127.0.0.4 can be bound | < 1 ms',
      'Forwarder | problem, passed by | 127.0.0.4:80 is held by nginx (pid 812); 127.0.0.4:3000 is ours: socat, pid 4112nginx (pid 812) listens there; it is not ours, so it is left alone. | Take port 80 back | 1 ms',
      'Container | ok | running and healthy for 3 d 4 h',
      'Service | ok | HTTP 200 through 127.0.0.4:3000 | 6 ms',
    ])
    await page.getByRole('button', { name: 'Take port 80 back' }).click()
    await expect.poll(async () => (await ladder(page))[2]).toMatch(/^Forwarder \| ok/)
    stage.show('services', 'tempo')
    await expect.poll(async () => await text(page, 'h1')).toBe('Tempo')
    const failed = await ladder(page)
    expect(failed[3]).toMatch(
      /^Container \| failed \| stops right after it starts: exit code 1, 5 restarts.*Show log/,
    )
    expect(failed[4]).toBe('Service | not reached | not reached')
  })
})

test('"Check again" looks afresh and says when it was looked at', async () => {
  await withService('green', 'grafana', async ({ page }) => {
    await page.getByRole('button', { name: 'Check again' }).click()
    await page
      .locator('.reachhead')
      .filter({ hasText: /checked (just now|every 10 s|\d s ago), as your browser would/ })
      .waitFor()
  })
})

test('every way in is listed, the one in use is the link, and what leads elsewhere cannot be opened', async () => {
  await withService('trouble', 'grafana', async ({ page, context }) => {
    const rows = await page.locator('.waysin li').evaluateAll((all) => all.map((one) => one.textContent))
    expect(rows).toEqual([
      'http://127.0.0.4:3000answers in 6 msOpen uses this now',
      'http://grafana.macula.local:3000name takes 5.0 s',
      expect.stringMatching(/^http:\/\/172\.23\.0\.\d+:3000answers$/),
      'http://grafana.macula.localnginx (pid 812) has 127.0.0.4:80',
    ])
    expect(await page.locator('.waysin .link').allTextContents()).toEqual(['http://127.0.0.4:3000'])
    const opened: string[] = []
    await context.route(/127\.0\.0\.4|macula\.local/, async (route) => {
      opened.push(route.request().url())
      await route.abort()
    })
    const open = async (name: string): Promise<void> => {
      const popup = context.waitForEvent('page')
      await page.getByRole('button', { name, exact: true }).click()
      await (await popup).close()
    }
    await open('http://127.0.0.4:3000')
    await open('Open http://grafana.macula.local:3000')
    expect(opened).toEqual(['http://127.0.0.4:3000/', 'http://grafana.macula.local:3000/'])
    expect(
      await page.getByRole('button', { name: 'Open http://grafana.macula.local', exact: true }).isDisabled(),
    ).toBe(true)
    await page.getByRole('button', { name: 'Copy http://grafana.macula.local', exact: true }).click()
    await page.getByRole('button', { name: 'Copied http://grafana.macula.local', exact: true }).waitFor()
  })
})

test('several endpoints each have their ladder and their addresses', async () => {
  await withService('green', 'object-store', async ({ page }) => {
    expect(await page.locator('.endpoint').allTextContents()).toEqual(['console', 'api'])
    await page.getByRole('radio', { name: 'api' }).click()
    expect((await ladder(page))[0]).toContain('s3.macula.local is 127.0.0.9')
  })
})

test('fault 35: no secret is in the page before a person asks, and none is left when it was seen', async () => {
  await withService('green', 'grafana', async ({ page, stage }) => {
    const everything = async (): Promise<string> => await page.content()
    const canary = secrets.GRAFANA_PASSWORD
    await page.locator('.creds').waitFor()
    expect(
      await page.locator('.creds > div').evaluateAll((all) => all.map((one) => one.textContent)),
    ).toEqual([
      'Useradmin',
      'Password••••••••',
      'EnvironmentGRAFANA_URL=http://grafana.macula.local GRAFANA_USER=admin GRAFANA_PASSWORD=••••',
    ])
    expect(await everything()).not.toContain(canary)
    await page.getByRole('button', { name: 'Show Password for 20 seconds' }).click()
    await expect.poll(async () => await text(page, '.creds > div:nth-child(2) .value')).toBe(canary)
    await page.getByRole('button', { name: 'Hide Password' }).click()
    await expect.poll(everything).not.toContain(canary)
    await page.getByRole('button', { name: 'Show Password for 20 seconds' }).click()
    await expect.poll(everything).toContain(canary)
    // Hidden by leaving, and not there again on coming back.
    stage.show('doctor')
    await expect.poll(everything).not.toContain(canary)
    stage.show('services', 'grafana')
    await page.locator('.creds').waitFor()
    expect(await everything()).not.toContain(canary)
    await page.getByRole('button', { name: 'Copy environment lines of Grafana' }).click()
    await page.getByRole('button', { name: 'Copied environment lines of Grafana' }).waitFor()
    expect(await everything()).not.toContain(canary)
  })
})

test('a shown secret goes by itself', async () => {
  await withService('green', 'timescaledb', async ({ page }) => {
    await page.locator('.creds').waitFor()
    await page.clock.install()
    await page.getByRole('button', { name: 'Show DATABASE_URL for 20 seconds' }).click()
    await expect.poll(async () => await page.content()).toContain(secrets.POSTGRES_PASSWORD)
    await page.clock.runFor(21_000)
    await expect.poll(async () => await page.content()).not.toContain(secrets.POSTGRES_PASSWORD)
  })
})

test('container, volumes with sizes, last lines and relations are there, and lead on', async () => {
  await withService('trouble', 'grafana', async ({ page }) => {
    const facts = page.locator('.facts')
    await facts.waitFor()
    expect(await facts.textContent()).toMatch(
      /macula-grafana-1.*sha256:3e4b8c0d…5967.*3000\/tcp.*macula_grafana-data48\.3 MB/,
    )
    await expect.poll(async () => await page.locator('.cutlines > div').count()).toBe(6)
    expect(await page.locator('.deps li').allTextContents()).toEqual([
      'Prometheusworks, with a problem',
      'Lokiworks, with a problem',
      'Tempofailed, missing now',
    ])
    await page.locator('.deps').getByRole('button', { name: 'Tempo' }).click()
    await expect.poll(async () => await text(page, 'h1')).toBe('Tempo')
    await page.getByRole('button', { name: 'All logs of Tempo' }).click()
    await page.waitForSelector('main.logs')
    expect(await page.getByRole('checkbox', { name: 'Tempo' }).isChecked()).toBe(true)
  })
})

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
    async ({ page, stage }) => {
      const cpu = page.locator('figure').first()
      await expect.poll(async () => await cpu.textContent()).toBe('CPU0.0 %highest 0.0 %')
      load.next()
      await expect.poll(async () => await cpu.textContent()).toBe('CPU1.0 %highest 1.0 %')
      await expect
        .poll(async () => await cpu.getByRole('img').getAttribute('aria-label'))
        .toBe('CPU over the last 2 minutes: now 1.0 %, lowest 0.0 %, highest 1.0 %')
      expect(await page.locator('canvas').count()).toBe(2)
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
      stage.show('logs', 'grafana')
      await expect.poll(load.open).toBe(0)
    },
    { over: load.over },
  )
})

test('fault 32: data is reset only by the name, tells how far it is, and where the old data went', async () => {
  await withService('green', 'timescaledb', async ({ page }) => {
    await page.getByRole('button', { name: 'Reset data…' }).click()
    const dialog = page.getByRole('alertdialog', { name: 'Reset the data of TimescaleDB?' })
    await expect
      .poll(async () => await dialog.textContent())
      .toMatch(
        /What is in macula_timescaledb-data now is moved aside\. *It is kept as macula_timescaledb-data with the date and time behind it; nothing is lost\./,
      )
    const go = dialog.getByRole('button', { name: 'Reset data' })
    expect(await go.isDisabled()).toBe(true)
    // The field has the focus.
    await page.keyboard.type('Grafana')
    expect(await go.isDisabled()).toBe(true)
    await dialog.getByRole('textbox').fill('TimescaleDB')
    await go.click()
    await dialog.getByRole('progressbar').waitFor()
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
  await withService('green', 'object-store', async ({ page, stage }) => {
    await page.getByRole('button', { name: 'Reset data…' }).click()
    const dialog = page.getByRole('alertdialog')
    await expect.poll(async () => await dialog.textContent()).toContain('Tempo needs it and runs.')
    await dialog.getByRole('textbox').fill('object-store')
    expect(await dialog.getByRole('button', { name: 'Reset data' }).isDisabled()).toBe(true)
    await dialog.getByRole('button', { name: 'Stop Tempo first' }).click()
    await expect
      .poll(async () => await dialog.textContent(), { timeout: 5000 })
      .not.toContain('Tempo needs it')
    expect(await dialog.getByRole('button', { name: 'Reset data' }).isDisabled()).toBe(false)
    await page.keyboard.press('Escape')
    await expect.poll(async () => await dialog.count()).toBe(0)
    expect(stage.asked.filter((one) => one.startsWith('reset'))).toEqual([])
  })
})

const states: readonly (readonly [WorldName, string, readonly RegExp[]])[] = [
  ['green', 'grafana', [/^works$/, /Dashboards for metrics/, /up|running and healthy/]],
  ['trouble', 'tempo', [/^failed$/, /Stops right after it starts/, /not reached/]],
  [
    'nothing',
    'grafana',
    [/^stopped$/, /Stopped\. Dashboards/, /There is none\. It is made when the service starts\./],
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
    const { page, stage } = drawn
    try {
      stage.show('services', service)
      await page.waitForSelector('.svchead')
      stage.switchTo(world)
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
    expect(await page.locator('.svchead > svg').getAttribute('aria-label')).toMatch(/starting|works/)
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
      'Take port 80 back',
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
      expect(await page.locator('.facts').textContent()).toContain('<img src=x onerror="window.pwned=1">')
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

test.each(schemes)('axe finds nothing on a service page (%s)', async (scheme) => {
  for (const [world, service, size] of [
    ['trouble', 'grafana', sizes[0]],
    ['docker-down', 'timescaledb', sizes[0]],
    ['trouble', 'tempo', sizes[2]],
  ] as const)
    await withService(
      world,
      service,
      async ({ page }) => {
        if (world === 'trouble') await page.locator('.facts').waitFor()
        expect(await axe(page)).toEqual([])
      },
      { ...size, scheme },
    )
  await withService(
    'green',
    'object-store',
    async ({ page }) => {
      await page.getByRole('button', { name: 'Reset data…' }).click()
      await page.getByRole('alertdialog').filter({ hasText: 'Tempo needs it' }).waitFor()
      expect(await axe(page)).toEqual([])
    },
    { scheme },
  )
})
