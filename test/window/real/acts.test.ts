import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { docker, everythingUp, maculactl } from '../../integration/support/actor.ts'
import { endForwarder, holdPort, untilHeld, type Held } from '../../integration/support/held-port.ts'
import { press, timeless } from './support/said.ts'
import { patience, untilGreen, untilRow } from './support/waiting.ts'
import { fromPalette, openRealWindow, readRow, rowOf, strip, type RealWindow } from './support/window.ts'

/** Every press is heard, tells what it does, and ends in what came of it, over the real engine and real programs. */

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
})
afterAll(async () => {
  await close()
})

const fixOf = (title: string) =>
  rowOf(face.page, title).getByRole('button', { name: new RegExp(`^Fix ${title}`) })

describe('a port that somebody else has', () => {
  test('a program: the press is heard, says what it does, and that the program still has it; freed, the forwarder comes by itself', async () => {
    const { page } = face
    const foreign = await holdPort('127.0.0.4')
    holders.push(foreign)
    await fromPalette(page, 'check again')
    await untilRow(page, 'Grafana', { state: 'works, with a problem' })
    await rowOf(page, 'Grafana').locator('.note').click()
    await expect
      .poll(async () => await strip(page).innerText(), patience)
      .toContain(`“${foreign.command.slice(0, 30)}`)

    const said = await press(page, fixOf('Grafana'), 'Check port 80 again')
    // That it is held is a step too, which may be told for less than a drawing.
    const steps = timeless(said).filter((text) => !text.includes(': 127.0.0.4:80 is held by '))
    expect(steps).toEqual([
      'Check port 80 again: asked for',
      'Check port 80 again: Restoring names and forwarders',
      expect.stringMatching(
        new RegExp(
          `^Check port 80 again, at TIME after DURATION: python3 \\(pid ${foreign.pid}\\) still has 127\\.0\\.0\\.4:80\\.$`,
        ),
      ) as unknown,
    ])
    console.log(`heard after ${said.heardMs.toFixed(0)} ms; ${said.sentences.join(' | ')}`)
    expect(foreign.child.exitCode).toBeNull()
    await face.picture('acts-still-held')

    const told = async (): Promise<string> => (await maculactl(['activity', 'grafana', '--json'])).out
    const title = `"title":"Grafana: python3 \\(pid ${foreign.pid}\\) has port 80"`
    // What lasts less than a moment is no entry.
    await expect.poll(told, patience).toMatch(new RegExp(title))
    // Nobody presses: what is free is ours again.
    await foreign.leave()
    await untilGreen(page)
    // It answered another way all the time; what was wrong is told of it all the same, from and to.
    await expect.poll(told, patience).toMatch(new RegExp(`${title}[^\\n]*"to":`))
  })

  test('a container: named with its Compose project, stopped by Docker after a question, and the port is ours again', async () => {
    const { page } = face
    const shop = await openShop()
    try {
      await fromPalette(page, 'check again')
      await untilRow(page, 'Grafana', { state: 'works, with a problem' })
      await rowOf(page, 'Grafana').locator('.note').click()
      await expect
        .poll(async () => await strip(page).innerText(), patience)
        .toContain(`he container ${shop.container} of the Compose project beside-shop`)
      await expect
        .poll(async () => await strip(page).innerText(), patience)
        .toContain(`docker stop ${shop.container} stops it`)
      await face.picture('acts-container-holds')

      await strip(page)
        .getByRole('button', { name: `Stop ${shop.container}…` })
        .click()
      const question = page.getByRole('alertdialog', { name: `Stop ${shop.container}?` })
      await question.waitFor()
      expect(await question.innerText()).toContain(`docker stop ${shop.container}`)
      expect(await question.getByRole('button', { name: 'Cancel' }).evaluate(isFocused)).toBe(true)
      await face.picture('acts-container-asks')
      const label = `Stop ${shop.container}`
      const said = await press(page, question.getByRole('button', { name: label, exact: true }), label)
      console.log(`heard after ${said.heardMs.toFixed(0)} ms; ${said.sentences.join(' | ')}`)
      const sentences = timeless(said)
      expect(sentences[0]).toBe(`${label}: asked for`)
      expect(sentences).toContain(`${label}: Stopping ${shop.container}, which has 127.0.0.4:80`)
      expect(sentences).toContain(`${label}: Restoring names and forwarders`)
      expect(sentences.at(-1)).toBe(`${label}, at TIME after DURATION: Grafana is right again.`)
      await untilHeld('127.0.0.4:80', 'socat')
      await untilGreen(page)
      // Nothing of it is removed.
      expect((await docker('inspect', '-f', '{{.State.Status}}', shop.container)).out).toBe('exited')
    } finally {
      await shop.remove()
    }
  })

  test('a container that somebody else removes: nobody presses, and the port is ours again', async () => {
    const { page } = face
    const shop = await openShop()
    try {
      await fromPalette(page, 'check again')
      await untilRow(page, 'Grafana', { state: 'works, with a problem' })
      await expect
        .poll(async () => (await readRow(page, 'Grafana')).note, patience)
        .toContain(`container ${shop.container}`)
    } finally {
      await shop.remove()
    }
    await untilHeld('127.0.0.4:80', 'socat')
    await untilGreen(page)
  })
})

const isFocused = (element: Element): boolean => element === document.activeElement

/** A Compose project of somebody else that has the clean port of Grafana. */
async function openShop(): Promise<{ readonly container: string; readonly remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'macula-shop-'))
  const file = join(folder, 'compose.yaml')
  await writeFile(
    file,
    `services:
  web:
    image: macula-test/base
    command: [python3, -m, http.server, '8000', --directory, /usr/share]
    network_mode: bridge
    ports: ['127.0.0.4:80:8000']
    stop_grace_period: 1s
`,
  )
  const compose = async (...words: readonly string[]): Promise<void> => {
    const ran = await docker('compose', '-p', 'beside-shop', '-f', file, ...words)
    expect(ran.code, ran.err).toBe(0)
  }
  await endForwarder('127.0.0.4:80')
  await compose('up', '-d')
  await untilHeld('127.0.0.4:80', 'docker-proxy')
  return {
    container: 'beside-shop-web-1',
    async remove() {
      await compose('down', '-t', '1')
      await rm(folder, { recursive: true })
    },
  }
}
