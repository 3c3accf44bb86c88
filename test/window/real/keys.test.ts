import { AxeBuilder } from '@axe-core/playwright'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { done, everythingUp, home, maculactl, run, user } from '../../integration/support/actor.ts'
import { patience, untilGreen, untilRow } from './support/waiting.ts'
import {
  drawn,
  fromPalette,
  openRealWindow,
  readRow,
  shownStates,
  strip,
  type RealWindow,
} from './support/window.ts'

/** The keyboard alone, everybody's eyes, and text that is not ours; over the real stack. */

const folder = join(home, '.config/macula-desktop/services/hostile')
const fragment = `services:
  hostile:
    image: excalidraw/excalidraw:latest
    networks: { macula: {} }
    x-macula:
      tier: tools
      title: "<img src=x onerror=alert(1)>"
      purpose: "javascript:alert(1) <b>bold</b> &amp;"
      endpoints:
        - { id: web, name: hostile, scheme: http, target: 80, clean: true, open: /, probe: { path: / } }
networks: { macula: { name: macula, external: true } }
`

let face: RealWindow
let close = async (): Promise<void> => undefined

beforeAll(async () => {
  await everythingUp()
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'compose.yaml'), fragment)
  await run('chown', ['-R', user, join(home, '.config')])
  await done(['setup', '--yes'])
  await done(['up', 'hostile'])
  face = await openRealWindow()
  close = face.close
})
afterAll(async () => {
  await close()
  await maculactl(['down', 'hostile', '--remove'])
  await rm(folder, { recursive: true, force: true })
})

/** The text of what has the keyboard. */
async function focused(): Promise<string> {
  return await face.page.evaluate(() => document.activeElement?.textContent ?? '')
}

describe('by keys alone', () => {
  test('to a row, stop it, start it, its log, and back', async () => {
    const { page } = face
    await untilGreen(page)
    await page.keyboard.press('F6')
    for (let press = 0; press < 3; press += 1) {
      if (await page.evaluate(() => document.activeElement?.closest('.list') !== null)) break
      await page.keyboard.press('F6')
    }
    await page.keyboard.press('Home')
    for (let press = 0; press < 40; press += 1) {
      const at = await focused()
      if (at.includes('Excalidraw')) break
      await page.keyboard.press('ArrowDown')
      await expect.poll(focused).not.toBe(at)
    }
    await expect
      .poll(async () => await strip(page).locator('header').innerText(), patience)
      .toContain('Excalidraw')
    await page.keyboard.press('s')
    await untilRow(page, 'Excalidraw', { state: 'stopped' })
    await page.keyboard.press('s')
    await untilRow(page, 'Excalidraw', { state: 'works' })
    const opened = face.context.waitForEvent('page')
    await page.keyboard.press('o')
    expect((await opened).url()).toMatch(/^http:\/\/draw\.macula\.local\//)
    await (await opened).close()
    await page.keyboard.press('l')
    await page.getByRole('log', { name: 'Lines of the log' }).waitFor()
    await page.keyboard.press('Escape')
    await page.locator('.list .row').first().waitFor()
  })

  test('a service is stopped and started from the palette', async () => {
    const { page } = face
    await fromPalette(page, 'stop excalidraw')
    await untilRow(page, 'Excalidraw', { state: 'stopped' })
    await fromPalette(page, 'start excalidraw')
    await untilRow(page, 'Excalidraw', { state: 'works' })
  })
})

describe.each(['light', 'dark'] as const)('axe finds nothing in %s', (scheme) => {
  test.each([
    ['Services', '.list .row'],
    ['Logs', '.lines'],
    ['Doctor', 'main'],
    ['Changes', 'main'],
    ['Settings', 'main'],
  ] as const)('%s', async (view, mark) => {
    const { page } = face
    await page.emulateMedia({ colorScheme: scheme })
    await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: view }).click()
    await page.locator(mark).first().waitFor()
    await drawn(page).waitFor()
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`),
    ).toEqual([])
    await face.picture(`view-${view.toLowerCase()}-${scheme}`)
  })
})

describe('fault 7: text that is not ours', () => {
  test('a title, a purpose and log lines with markup and control characters are only text', async () => {
    const { page } = face
    let dialogs = 0
    page.on('dialog', (dialog) => {
      dialogs += 1
      void dialog.dismiss()
    })
    await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: 'Services' }).click()
    const title = '<img src=x onerror=alert(1)>'
    await expect.poll(async () => (await readRow(page, title)).state, patience).toBe('works')
    const line =
      '<img src=x onerror=alert(2)> \u001B]8;;http://evil.example\u0007link\u001B]8;;\u0007 \u001B[31mred'
    await run('docker', ['exec', 'macula-hostile-1', 'sh', '-c', 'printf "%s\\n" "$0" >/proc/1/fd/1', line])
    await page.getByRole('button', { name: `Logs of ${title}` }).click()
    const log = page.getByRole('log', { name: 'Lines of the log' })
    await expect.poll(async () => await log.innerText(), patience).toContain('<img src=x onerror=alert(2)>')
    expect(await log.innerText()).not.toContain('\u001B')
    expect(await page.locator('img').count()).toBe(0)
    expect(await page.locator('a[href*="evil"], a[href^="javascript"]').count()).toBe(0)
    expect(dialogs).toBe(0)
    await face.picture('hostile-log')
    await page.keyboard.press('Escape')
    expect(Object.keys(await shownStates(page))).toContain('works')
  })
})
