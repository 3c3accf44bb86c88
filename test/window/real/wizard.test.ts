import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import {
  as,
  docker,
  fresh,
  maculactl,
  run,
  states,
  terminalPath,
  until,
  user,
} from '../../integration/support/actor.ts'
import { pressPrimary, reach, underHands, watchFocus } from '../by-keys.ts'
import { overflow } from '../page.ts'
import { patience, untilSaid } from './support/waiting.ts'
import { fromPalette, openRealWindow, readRow, shownStates, type RealWindow } from './support/window.ts'

/** From nothing to all green and to a query in psql, by what the window offers and nothing else. */

let face: RealWindow | undefined
afterEach(async () => {
  await face?.close()
  face = undefined
})

/** How a person presses the one primary button of a step, by the words on it. */
type Press = (label: string) => Promise<void>

/** Presses the one primary button of each step until the last; resolves with the headings that were seen. */
async function walk(
  page: Page,
  last: string,
  press: Press,
  each: (heading: string) => Promise<void>,
): Promise<readonly string[]> {
  const seen: string[] = []
  const pressed: string[] = []
  const frame = page.locator('main.wmain')
  const primary = frame.locator('footer .btn-p:not([disabled]):not([aria-disabled="true"])')
  for (let presses = 0; presses < 30; presses += 1) {
    // While it works there is nothing to press.
    await primary.waitFor({ timeout: 300_000 })
    const title = frame.getByRole('heading', { level: 2 })
    const heading = await title.innerText()
    if (heading !== seen.at(-1)) {
      seen.push(heading)
      await each(heading)
    }
    if (heading === last) return seen
    await expect.poll(async () => await primary.count()).toBeLessThanOrEqual(1)
    const label = await primary.innerText()
    // A step that was waited for leads on by itself: its successor is looked at before anything of it is pressed.
    if ((await title.innerText()) === heading) await press(label)
    pressed.push(label)
  }
  const says = await page.locator('body').innerText()
  throw new Error(
    `set-up did not come to its end: ${seen.join(', ')}; pressed: ${pressed.join(', ')}; it says:\n${says}`,
  )
}

const terminal = (page: Page) => page.locator('.xterm-rows')
const query = "select 40 + 2, extname from pg_extension where extname like 'timescale%';"
const answer = /42 \| timescaledb/

describe('a fresh machine', () => {
  beforeAll(fresh)

  test('the wizard opens by itself and leads to all green, and on to a query in psql, by keys alone', async () => {
    face = await openRealWindow()
    const { page, picture } = face
    await page.getByRole('heading', { name: 'Set up this machine' }).waitFor()
    await page.keyboard.press('Tab')
    const lost = await watchFocus(page)
    let number = 0
    const headings = await walk(
      page,
      'This machine is set up',
      async (label) => await pressPrimary(page, label),
      async (heading) => {
        number += 1
        await picture(`wizard-${number}-${heading.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`)
      },
    )
    // One prompt: nobody is led back to what was made already.
    expect(
      headings.filter((one) => one === 'Read what will change'),
      headings.join(', '),
    ).toHaveLength(1)
    expect(headings.filter((one) => one === 'The changes are made')).toHaveLength(1)
    expect(headings).toContain('Names are set up')
    expect(headings).toContain('Start the services')
    // What it shows for a terminal is right as it stands: a query, and an image to the registry.
    const lines = await page.locator('.termlines code').allInnerTexts()
    const find = (part: string): string => lines.find((line) => line.includes(part)) ?? `no line with ${part}`
    const ran = async (line: string, input: string) => {
      const [program = '', ...args] = as(user, ['bash', '-c', line], { PATH: terminalPath })
      return await run(program, args, { input, timeout: 120_000 })
    }
    expect((await ran(find('maculactl env'), 'select 40 + 2;')).out).toContain('42')
    await run('bash', ['-c', 'tar c --files-from /dev/null | docker import - first-made:1'])
    const pushed = await ran(find('docker push').replaceAll('IMAGE', 'first-made:1'), '')
    expect(pushed.out).toMatch(/digest: sha256:[0-9a-f]{64}/)
    await run('docker', ['rmi', 'first-made:1', 'registry.macula.local/macula/first-made:1'])
    await reach(page, /^Go to the services$/)
    await page.keyboard.press('Enter')
    await expect
      .poll(async () => await shownStates(page), patience)
      .toEqual({ works: expect.any(Array) as unknown })
    await until((one) => Object.keys(states(one)).join() === 'works')
    await picture('wizard-after')
    expect((await readRow(page, 'Grafana')).uses).toBe('Open http://grafana.macula.local')

    // On to the database: its row, its page, its terminal.
    await page.keyboard.press('Home')
    for (let press = 0; press < 40; press += 1) {
      const under = await page.evaluate(() => document.activeElement?.textContent ?? '')
      if (under.includes('TimescaleDB')) break
      await page.keyboard.press('ArrowDown')
      await expect
        .poll(async () => await page.evaluate(() => document.activeElement?.textContent ?? ''))
        .not.toBe(under)
    }
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Open psql' }).waitFor()
    await reach(page, /^Open psql$/)
    await page.keyboard.press('Enter')
    await expect.poll(async () => await terminal(page).innerText(), patience).toContain('macula=#')
    await page.keyboard.type(query)
    await page.keyboard.press('Enter')
    await expect.poll(async () => await terminal(page).innerText(), patience).toMatch(answer)
    await picture('psql-by-keys')
    await page.keyboard.press('F6')
    await expect.poll(async () => await underHands(page)).toBe('Close')
    await page.keyboard.press('Enter')
    await expect.poll(async () => await underHands(page)).toBe('Open psql')
    expect(await lost()).toEqual([])
  })

  test('it does not open by itself again, and comes back from the palette', async () => {
    face = await openRealWindow()
    const { page } = face
    await page.locator('.list .row').first().waitFor()
    await fromPalette(page, 'set up this')
    await page.getByRole('heading', { name: 'Set up this machine' }).waitFor()
  })
})

describe('a person who may not become root', () => {
  const plain = 'macula-plain'

  beforeAll(async () => {
    await fresh()
    await run('useradd', ['--create-home', '--groups', 'docker', plain])
  })
  afterAll(async () => {
    await maculactl(['down', '--remove', '--also'], plain)
    const volumes = (
      await docker('volume', 'ls', '-q', '--filter', 'label=com.docker.compose.project=macula')
    ).out
      .split('\n')
      .filter(Boolean)
    if (volumes.length > 0) await docker('volume', 'rm', ...volumes)
    await run('userdel', ['--remove', plain])
  })

  test('fault 15: at 360 px by touch the prompt is refused: nothing is changed, everything opens by address and port, and psql answers', async () => {
    // A desktop whose polkit does not allow it (there is none here that would).
    face = await openRealWindow({ who: plain, env: { DISPLAY: ':0' }, width: 360, height: 800, touch: true })
    const { page, picture } = face
    const tap = async (label: string): Promise<void> =>
      await page.locator('main.wmain footer').getByRole('button', { name: label, exact: true }).tap()
    await page.getByRole('heading', { name: 'Set up this machine' }).waitFor()
    await tap('Continue')
    await page.getByRole('button', { name: /^Apply \d changes?…/ }).tap()
    await untilSaid(page, 'Nothing was changed')
    await picture('wizard-refused')
    const said = await page.locator('main.wmain').innerText()
    expect(said).toMatch(/open (?:at|by) address and port/)
    expect(said).toContain('The same by hand')
    expect((await run('cat', ['/proc/sys/net/ipv4/ip_unprivileged_port_start'])).out).not.toBe('80')

    // On without it, by what each step offers, to its end.
    await tap('Skip this step')
    await page.getByRole('heading', { name: 'Nothing was changed' }).waitFor({ state: 'detached' })
    const headings = await walk(
      page,
      'This machine is set up',
      async (label) =>
        await tap(label).catch(async (error: unknown) => {
          // It came to its end meanwhile and offers another way on.
          if (await page.locator('main.wmain footer .btn-p').filter({ hasText: label }).isVisible())
            throw error
        }),
      async (heading) => {
        expect(await overflow(page), heading).toEqual([0, 0])
        await picture(`touch-${heading.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`)
      },
    )
    expect(headings).toContain('The services answer')
    await tap('Go to the services')
    await expect
      .poll(async () => Object.keys(await shownStates(page)), patience)
      .toEqual(['works, with a problem', 'works'])
    await picture('wizard-refused-home')
    const opened = face.context.waitForEvent('page')
    expect((await readRow(page, 'Grafana')).uses).toBe('Open http://127.0.0.4:3000')
    await page.locator('.list').getByRole('button', { name: 'Open Grafana' }).tap()
    expect((await opened).url()).toMatch(/^http:\/\/127\.0\.0\.4:3000\//)
    await (await opened).close()

    await page.locator('.list').getByRole('button', { name: 'TimescaleDB', exact: true }).tap()
    await page.getByRole('button', { name: 'Open psql' }).tap()
    await expect.poll(async () => await terminal(page).innerText(), patience).toContain('macula=#')
    await page.locator('.termscreen').tap()
    // A screen's own keyboard is stood in for.
    await page.keyboard.type(query)
    await page.keyboard.press('Enter')
    await expect.poll(async () => await terminal(page).innerText(), patience).toMatch(answer)
    // The keys that such a keyboard has not: the query once more by the history.
    await page.getByRole('button', { name: 'Up', exact: true }).tap()
    await page.keyboard.press('Enter')
    await expect
      .poll(async () => (await terminal(page).innerText()).match(/42 \| timescaledb/g)?.length, patience)
      .toBe(2)
    expect(await overflow(page)).toEqual([0, 0])
    await picture('psql-by-touch')
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).tap()
    await page.getByRole('button', { name: 'Open psql' }).waitFor()
  })
})
