import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { docker, everythingUp, maculactl, run, states, status } from '../../integration/support/actor.ts'
import { endForwarder, holdPort, type Held } from '../../integration/support/held-port.ts'
import { reload } from '../browser.ts'
import { patience, untilGreen, untilRow, untilSaid } from './support/waiting.ts'
import {
  drawn,
  fromPalette,
  openRealWindow,
  rowOf,
  shownStates,
  strip,
  type RealWindow,
} from './support/window.ts'

/** Every rung broken on purpose, seen and repaired in the window. */

let face: RealWindow
let close = async (): Promise<void> => undefined
const holders: Held[] = []

beforeAll(async () => {
  await everythingUp()
  face = await openRealWindow()
  close = face.close
})
afterEach(async () => {
  for (const { leave } of holders.splice(0)) await leave()
  const { works: _, ...others } = states(await status())
  // What a failed test left broken must not break the next one.
  if (Object.keys(others).length > 0) {
    await maculactl(['restart', ...Object.values(others).flat()])
    await everythingUp()
    await reload(face.page)
    await drawn(face.page).waitFor()
  }
  await face.page.keyboard.press('Escape')
})
afterAll(async () => {
  await close()
})

/** What changes without an event of Docker is seen at the next look; a person asks for it. */
async function look(): Promise<void> {
  await fromPalette(face.page, 'check again')
}

/** Chooses a row and reads what the one place for long words says of it. */
async function explained(title: string): Promise<string> {
  await rowOf(face.page, title).locator('.note').click()
  await expect
    .poll(async () => await strip(face.page).locator('header').innerText(), patience)
    .toContain(title)
  return await strip(face.page).innerText()
}

/** Presses the strip's one primary button. */
async function pressFix(label: string): Promise<void> {
  await strip(face.page).getByRole('button', { name: label }).click()
}

async function onlyRed(title: string): Promise<void> {
  await expect
    .poll(async () => {
      const { works: _, ...others } = await shownStates(face.page)
      return Object.values(others).flat()
    }, patience)
    .toEqual([title])
}

describe('name', () => {
  test('the route removed: told once for all, opens by address, set-up is offered and repairs it', async () => {
    const { page } = face
    const before = await readFile('/etc/hosts', 'utf8')
    await writeFile('/etc/hosts', before.replace(/# BEGIN macula-desktop[\s\S]*# END macula-desktop\n/, ''))
    await look()
    await untilRow(page, 'Grafana', { state: 'works, with a problem', uses: 'Open http://127.0.0.4:3000' })
    await expect
      .poll(async () => await strip(page).innerText(), patience)
      .toMatch(/(not|no longer) set up on this machine/)
    expect(await strip(page).locator('header').innerText()).not.toContain('Problem 1 of 2')
    await face.picture('broken-names')
    await strip(page).locator('.do').getByRole('button').first().click()
    await untilSaid(page, 'Read what will change')
    await page.getByRole('button', { name: /^Apply 1 change/ }).click()
    await untilSaid(page, 'The changes are made')
    expect(await readFile('/etc/hosts', 'utf8')).toBe(before)
    await page.getByRole('button', { name: 'Leave set-up' }).click()
    await look()
    await untilGreen(page)
  })

  test('one name taken out: only that row', async () => {
    const before = await readFile('/etc/hosts', 'utf8')
    await writeFile('/etc/hosts', before.replace(/^.*grafana\.macula\.local\n/m, ''))
    await look()
    await untilRow(face.page, 'Grafana', {
      state: 'works, with a problem',
      rungs: expect.stringMatching(/^name problem, bypassed, address ok/),
    })
    await onlyRed('Grafana')
    expect(await explained('Grafana')).toContain('A name waits for set-up: grafana.macula.local.')
    await writeFile('/etc/hosts', before)
    await look()
    await untilGreen(face.page)
  })
})

describe('forwarder', () => {
  test('fault 17: socat killed: nothing listens, and the fix puts it back', async () => {
    await endForwarder('127.0.0.8:5432')
    await look()
    await untilRow(face.page, 'TimescaleDB', {
      rungs: 'name ok, address ok, forwarder problem, bypassed, container ok, service ok',
    })
    await onlyRed('TimescaleDB')
    expect(await explained('TimescaleDB')).toContain('Nothing listens on 127.0.0.8:5432')
    await rowOf(face.page, 'TimescaleDB')
      .getByRole('button', { name: /^Fix TimescaleDB/ })
      .click()
    await untilGreen(face.page)
  })

  test('fault 16: port 80 held by another program: named, never opened, repaired when it is gone', async () => {
    const foreign = await holdPort('127.0.0.4')
    holders.push(foreign)
    await look()
    // The end of the forwarder may be told before who has its port since.
    await untilRow(face.page, 'Grafana', {
      state: 'works, with a problem',
      note: expect.stringContaining(`python3 (pid ${foreign.pid}) has port 80`),
      uses: 'Open http://grafana.macula.local:3000',
    })
    expect(await explained('Grafana')).toMatch(/Stop it (where it was started, by |by its own means)/)
    await face.picture('broken-port-80')
    await rowOf(face.page, 'Grafana')
      .getByRole('button', { name: /^Fix Grafana/ })
      .click()
    // We never end what is not ours.
    expect(foreign.child.exitCode).toBeNull()
    await foreign.leave()
    // Once the port is free the forwarder comes by itself.
    await untilGreen(face.page)
  })
})

describe('container', () => {
  test('stopped by somebody else: drawn at once, the fix starts it', async () => {
    await docker('stop', 'macula-prometheus-1')
    await untilRow(face.page, 'Prometheus', {
      state: 'failed',
      rungs: expect.stringContaining('container failed, service not reached'),
    })
    expect(await explained('Prometheus')).toMatch(/Stopped at \d\d:\d\d, not by Macula/)
    await pressFix('Start Prometheus')
    await untilGreen(face.page)
  })
})

describe('service', () => {
  test('the process hangs: no answer, the fix restarts it', async () => {
    const { out: pid } = await docker('inspect', '-f', '{{.State.Pid}}', 'macula-loki-1')
    process.kill(Number(pid), 'SIGSTOP')
    await look()
    await untilRow(face.page, 'Loki', {
      state: 'failed',
      note: expect.stringMatching(/no answer in \d+\.\d s|unhealthy/),
    })
    await onlyRed('Loki')
    await explained('Loki')
    await pressFix('Restart Loki')
    await untilGreen(face.page)
  })

  test('it answers 500: said in the row, the fix restarts it', async () => {
    // Until its first healthy answer a container that answers wrong is starting, not failed.
    await expect
      .poll(
        async () =>
          (await docker('inspect', '-f', '{{.State.Health.Status}}', 'macula-excalidraw-1')).out.trim(),
        patience,
      )
      .toBe('healthy')
    await run('curl', ['-sS', '-X', 'POST', 'http://127.0.0.7/-/fail'])
    await look()
    await untilRow(face.page, 'Excalidraw', {
      state: 'failed',
      note: expect.stringContaining('answers HTTP 500'),
      rungs: 'name ok, address ok, forwarder ok, container ok, service failed',
    })
    expect(await explained('Excalidraw')).toContain('500')
    await face.picture('broken-500')
    await pressFix('Restart Excalidraw')
    await untilGreen(face.page)
  })
})
