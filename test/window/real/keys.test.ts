import { AxeBuilder } from '@axe-core/playwright'
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { done, everythingUp, home, maculactl, run, user } from '../../integration/support/actor.ts'
import { HOSTILE } from '../../unit/cli/fake-terminal.ts'
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
const hostileFile = join(tmpdir(), 'hostile-output')
const fragment = `services:
  hostile:
    image: excalidraw/excalidraw:latest
    networks: { macula: {} }
    x-macula:
      tier: tools
      title: "<img src=x onerror=alert(1)>"
      actions:
        - { id: flag, title: "--help <b>", in: container, run: [printf, "%s|", "--version", "$(id)", "; id"] }
        - { id: paint, title: Paint, in: container, run: [cat, /tmp/hostile] }
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

describe('what a container does to a terminal, the timeline and actions', () => {
  const title = '<img src=x onerror=alert(1)>'
  /** The alone answers that a terminal gives: numbers, and never text. */
  // oxlint-disable-next-line no-control-regex -- that is how they begin
  const answers = /\u001B\[\d+;\d+R|\u001B\[0n|\u001B\[\?1;2c/g

  test('its terminal: it reaches nothing but its screen, one line of megabytes and a stream without an end are ended by keys', async () => {
    const { page } = face
    await writeFile(hostileFile, HOSTILE)
    await chmod(hostileFile, 0o644)
    await run('docker', ['cp', hostileFile, 'macula-hostile-1:/tmp/hostile'])
    const typed: string[] = []
    const listen = (request: { url(): string; postData(): string | null }): void => {
      if (request.url().endsWith('/request/typeTerminal'))
        typed.push((JSON.parse(request.postData() ?? '{}') as { text?: string }).text ?? '')
    }
    page.on('request', listen)
    await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: 'Services' }).click()
    await page.getByRole('button', { name: title, exact: true }).dblclick()
    await page.getByRole('button', { name: 'Open a shell' }).click()
    const before = await page.title()
    const screen = page.locator('.xterm-rows')
    const shows = async (what: RegExp): Promise<void> =>
      await expect.poll(async () => await screen.innerText(), patience).toMatch(what)
    const lines = [
      'cat /tmp/hostile',
      String.raw`head -c 3000000 /dev/zero | tr '\0' x; echo; echo all of $((40+2))`,
      'yes endless',
      'echo back $((50+5))',
    ] as const
    const type = async (line: string): Promise<void> => {
      await page.keyboard.type(line)
      await page.keyboard.press('Enter')
    }
    await shows(/[#$]/)
    await type(lines[0])
    await shows(/\uFFFDgnp\.exe\uFFFD[\s\S]*after/)
    await type(lines[1])
    await shows(/all of 42/)
    await type(lines[2])
    await shows(/(?:endless\s+){10}/)
    await page.keyboard.press('Control+c')
    await type(lines[3])
    await shows(/back 55/)
    expect(await page.title()).toBe(before)
    expect(await page.locator('.term a').count()).toBe(0)
    expect(typed.join('').replaceAll(answers, '')).toBe(
      `${lines[0]}\r${lines[1]}\r${lines[2]}\r\u0003${lines[3]}\r`,
    )
    await face.picture('hostile-terminal')
    await type('exit')
    await page.getByText('The shell ended.').waitFor()
    page.off('request', listen)
    await page.getByRole('button', { name: 'Close' }).click()
  })

  test('its actions: words that look like options or commands are words, what they print is text', async () => {
    const { page } = face
    const output = page.locator('.actout pre')
    await page.getByRole('button', { name: '--help <b>: printf' }).click()
    await expect.poll(async () => await output.innerText(), patience).toBe('--version|$(id)|; id|')
    await page.getByRole('button', { name: 'Paint: cat /tmp/hostile' }).click()
    await expect.poll(async () => await output.innerText(), patience).toContain('\uFFFDgnp.exe\uFFFD')
    // oxlint-disable-next-line no-control-regex -- what must not be there
    expect(await output.innerText()).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E]/)
    const told = await maculactl(['action', 'hostile', 'paint'])
    // oxlint-disable-next-line no-control-regex -- the same
    expect(told.out + told.err).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E]/)
  })

  test('its end in the timeline and the report: its title and its last words are only text', async () => {
    const { page } = face
    await run('docker', ['exec', 'macula-hostile-1', 'sh', '-c', 'cat /tmp/hostile >/proc/1/fd/1'])
    await run('docker', ['kill', 'macula-hostile-1'])
    await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: 'Activity' }).click()
    const entry = page.getByRole('article').filter({ hasText: `${title} failed` })
    await expect.poll(async () => await entry.count(), patience).toBeGreaterThan(0)
    expect(await page.locator('img').count()).toBe(0)
    const told = await maculactl(['activity', '--service', 'hostile'])
    expect(told.out).toContain(`${title} failed`)
    // oxlint-disable-next-line no-control-regex -- the same
    expect(told.out).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E]/)
    await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: 'Doctor' }).click()
    await page.getByRole('button', { name: 'Copy report…' }).click()
    const report = page.locator('.report')
    await expect.poll(async () => await report.innerText(), patience).toContain(`${title} failed`)
    // oxlint-disable-next-line no-control-regex -- the same
    expect(await report.innerText()).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E]/)
    await page.keyboard.press('Escape')
  })
})
