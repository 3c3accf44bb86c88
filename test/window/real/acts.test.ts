import { spawn, type ChildProcess } from 'node:child_process'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { as, everythingUp, run, user } from '../../integration/support/actor.ts'
import { press, type Said } from './support/said.ts'
import { patience, untilGreen, untilRow } from './support/waiting.ts'
import { fromPalette, openRealWindow, rowOf, strip, type RealWindow } from './support/window.ts'

/** Every press is heard, tells what it does, and ends in what came of it, over the real engine and real programs. */

let face: RealWindow
let close = async (): Promise<void> => undefined
const children: ChildProcess[] = []

beforeAll(async () => {
  await everythingUp()
  face = await openRealWindow()
  close = face.close
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})
afterAll(async () => {
  await close()
})

/** Ends the forwarder of an address and port, so that another may have it. */
async function endForwarder(key: string): Promise<void> {
  const { out } = await run('ss', ['-Hltnp'])
  const line = out.split('\n').find((one) => one.includes(`${key} `)) ?? ''
  const pid = Number(/\("socat",pid=(\d+)/.exec(line)?.[1])
  expect(pid).toBeGreaterThan(1)
  process.kill(pid, 'SIGKILL')
}

async function untilHeld(key: string, by: string): Promise<void> {
  await expect
    .poll(async () => {
      const { out } = await run('ss', ['-Hltnp'])
      return out.split('\n').find((one) => one.includes(`${key} `)) ?? ''
    }, patience)
    .toContain(by)
}

/** The time of a sentence is no part of what it says. */
function timeless({ sentences }: Said): readonly string[] {
  return sentences.map((text) =>
    text
      .replaceAll(/\d\d:\d\d:\d\d/g, 'TIME')
      .replace(/ after (?:< )?[\d.]+ (?:ms|s|min(?: \d+ s)?):/, ' after DURATION:'),
  )
}

const fixOf = (title: string) =>
  rowOf(face.page, title).getByRole('button', { name: new RegExp(`^Fix ${title}`) })

describe('a port that somebody else has', () => {
  test('a program: the press is heard, says what it does, and that the program still has it; freed, the forwarder comes by itself', async () => {
    const { page } = face
    await endForwarder('127.0.0.4:80')
    const server = [
      'python3',
      '-m',
      'http.server',
      '80',
      '--bind',
      '127.0.0.4',
      '--directory',
      '/usr/share/misc',
    ]
    const [program = '', ...words] = as(user, server)
    const foreign = spawn(program, words, { stdio: 'ignore' })
    children.push(foreign)
    await untilHeld('127.0.0.4:80', 'python3')
    await fromPalette(page, 'check again')
    await untilRow(page, 'Grafana', { state: 'works, with a problem' })
    await rowOf(page, 'Grafana').locator('.note').click()
    await expect
      .poll(async () => await strip(page).innerText(), patience)
      .toContain(`“${server.join(' ').slice(0, 30)}`)

    const said = await press(page, fixOf('Grafana'), 'Take port 80 back')
    expect(timeless(said)).toEqual([
      'Take port 80 back: asked for',
      'Take port 80 back: Restoring names and forwarders',
      expect.stringMatching(
        new RegExp(
          `^Take port 80 back, at TIME after DURATION: looked at TIME: Port 80 was not taken back for Grafana: python3 \\(pid ${foreign.pid}\\) still has 127\\.0\\.0\\.4:80\\.$`,
        ),
      ) as unknown,
    ])
    console.log(`heard after ${said.heardMs.toFixed(0)} ms; ${said.sentences.join(' | ')}`)
    expect(foreign.exitCode).toBeNull()
    await face.picture('acts-still-held')

    // Nobody presses: what is free is ours again.
    foreign.kill('SIGKILL')
    await untilGreen(page)
  })
})
