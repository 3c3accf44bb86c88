import { expect, test } from 'vitest'
import type { Engine } from '../../main/engine/engine.ts'
import { checks, secrets } from '../unit/cli/stand-in.ts'
import { draw, overflow, sizes, type Drawn, type Look } from './page.ts'
import { openWindows } from './windows.ts'
import type { WorldName } from './worlds.ts'

const { browser, inWindow } = openWindows()

async function withDoctor(
  world: WorldName,
  work: (drawn: Drawn) => Promise<void>,
  look: Look = {},
): Promise<void> {
  await inWindow(
    world,
    async (drawn) => {
      drawn.server.show('doctor')
      await drawn.page.getByRole('heading', { level: 1, name: /finding/i }).waitFor()
      await work(drawn)
    },
    look,
  )
}

test('the doctor shows what the command line shows: findings worst first, then every check by its group', async () => {
  await withDoctor('trouble', async ({ page }) => {
    await expect
      .poll(async () => await page.getByRole('heading', { level: 1 }).textContent())
      .toBe('2 findings')
    const findings = await page.getByRole('article').allTextContents()
    expect(findings[0]).toContain('The container stops right after it starts')
    expect(findings[1]).toContain('A lookup takes 5.0 s instead of 3 ms.')
    expect(findings[1]).toContain('The VPN on tun0 connected at 10:42')
    const groups = await page.getByRole('heading', { level: 2 }).allTextContents()
    expect(groups.map((group) => group.replace(/\d.*|worst first/, ''))).toEqual([
      'Findings',
      'Machine',
      'Docker',
      'Names and addresses',
      'Services',
    ])
    for (const check of checks) await page.getByText(check.what).first().waitFor()
    await page.getByRole('button', { name: /^Doctor 2/ }).waitFor()
  })
})

test('a fix that needs root leads to the review of the changes', async () => {
  await withDoctor('trouble', async ({ page }) => {
    await page.getByRole('button', { name: /^Set route again…/ }).click()
    await page.getByRole('heading', { name: 'Read what will change' }).waitFor()
  })
})

test('Undo stands beside what a change of this machine made so, and asks', async () => {
  const over: Partial<Engine> = {
    doctor: async () => [{ ...checks[0]!, title: 'Route', changes: ['route-systemd-resolved'] }],
  }
  await withDoctor(
    'green',
    async ({ page }) => {
      await page.getByRole('button', { name: 'Undo what Route rests on…' }).click()
      const dialog = page.getByRole('alertdialog', { name: 'Undo this change?' })
      await dialog.getByText('/etc/systemd/resolved.conf.d/macula.conf').waitFor()
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'hidden' })
    },
    { over },
  )
})

test('fault 35: the report is shown before it is copied or saved, and holds no secret', async () => {
  const canary = secrets.POSTGRES_PASSWORD
  const over: Partial<Engine> = {
    doctor: async () => [
      { ...checks[0]!, result: 'failed', what: `postgres says ${canary} in /home/anna/x.` },
    ],
  }
  await withDoctor(
    'trouble',
    async ({ page }) => {
      await page.getByRole('button', { name: 'Copy report…' }).click()
      const text = (await page.getByRole('region', { name: 'Report' }).textContent()) ?? ''
      expect(text).toContain('postgres says')
      expect(text).toContain('~/x.')
      expect(text).not.toContain(canary)
      const download = page.waitForEvent('download')
      await page.getByRole('button', { name: 'Save as file' }).click()
      expect((await download).suggestedFilename()).toMatch(/^macula-report-[\d-]+\.txt$/)
    },
    { over },
  )
})

test('a doctor that cannot look says why and can be asked again', async () => {
  let fails = true
  const over: Partial<Engine> = {
    doctor: async () => {
      if (fails) throw new Error('the engine was busy')
      return checks
    },
  }
  const drawn = await draw(browser(), 'green', { over })
  const { page, server } = drawn
  try {
    server.show('doctor')
    await page.getByText('the engine was busy').waitFor()
    fails = false
    await page.getByRole('button', { name: 'Check again' }).click()
    await page.getByRole('heading', { name: '2 findings' }).waitFor()
    expect(await page.getByText('the engine was busy').count()).toBe(0)
  } finally {
    await drawn.close()
  }
})

test('the doctor fits its window', async () => {
  for (const size of sizes)
    await withDoctor('trouble', async ({ page }) => expect(await overflow(page)).toEqual([0, 0]), size)
})
