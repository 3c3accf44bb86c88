import { expect, test } from 'vitest'
import { secrets } from '../unit/cli/stand-in.ts'
import { copy } from './page.ts'
import { ladder, openService, text } from './service-server.ts'

const { withService } = openService()

test('the ladder tells each rung with its reason, its time and what repairs it', async () => {
  await withService('trouble', 'grafana', async ({ page, server }) => {
    expect(await ladder(page)).toEqual([
      'Name | problem, bypassed | grafana.macula.local is 127.0.0.4, after 5.0 sSomething on the way to our name server makes each question wait. | 5.0 s',
      'Address | ok | 127.0.0.4 is an address of this machine | < 1 ms',
      'Forwarder | problem, bypassed | 127.0.0.4:80 is held by nginx (pid 812); 127.0.0.4:3000 is ours: socat, pid 4112nginx (pid 812) listens there; it is not ours, so it is left alone. | Check port 80 again | 1 ms',
      'Container | ok | running and healthy for 3 d 4 h',
      'Service | ok | HTTP 200 through 127.0.0.4:3000 | 6 ms',
    ])
    await page.getByRole('button', { name: 'Check port 80 again' }).click()
    await expect.poll(async () => (await ladder(page))[2]).toMatch(/^Forwarder \| ok/)
    server.show('services', 'tempo')
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
    await expect
      .poll(async () => await page.locator('.waysin .link').allTextContents())
      .toEqual(['http://127.0.0.4:3000'])
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
    await copy(page, 'http://grafana.macula.local')
  })
})

test('several endpoints each have their ladder and their addresses', async () => {
  await withService('green', 'object-store', async ({ page }) => {
    await expect
      .poll(async () => await page.locator('.endpoint').allTextContents())
      .toEqual(['console', 'api'])
    await page.getByRole('radio', { name: 'api' }).click()
    await expect.poll(async () => (await ladder(page))[0]).toContain('s3.macula.local is 127.0.0.9')
  })
})

test('fault 35: no secret is in the page before a person asks, and none is left when it was seen', async () => {
  await withService('green', 'grafana', async ({ page, server }) => {
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
    server.show('doctor')
    await expect.poll(everything).not.toContain(canary)
    server.show('services', 'grafana')
    await page.locator('.creds').waitFor()
    expect(await everything()).not.toContain(canary)
    await copy(page, 'environment lines of Grafana')
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
    await expect.poll(async () => await page.getByRole('checkbox', { name: 'Tempo' }).isChecked()).toBe(true)
  })
})
