import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  as,
  docker,
  done,
  everythingUp,
  home,
  maculactl,
  run,
  user,
} from '../../integration/support/actor.ts'
import { patience, untilGreen, untilRow } from './support/waiting.ts'
import { fromPalette, openRealWindow, readRow, rowOf, strip, type RealWindow } from './support/window.ts'

/** Out of memory, as the kernel ends it: the limit and what it could be are told, and no button promises more than it can do. */

const folder = join(home, '.config/macula-desktop/services/eater')
const file = join(folder, 'compose.yaml')
/** Needs some 100 MB for its work. */
const fragment = `services:
  eater:
    image: macula-test/base
    command: [python3, -c, 'import http.server as h; kept = bytearray(10 ** 8); h.test(h.SimpleHTTPRequestHandler, port=80)']
    networks: { macula: {} }
    mem_limit: 32m
    memswap_limit: 32m
    restart: unless-stopped
    stop_grace_period: 1s
    x-macula:
      tier: tools
      title: The eater
      purpose: A test
      endpoints: [{ id: web, scheme: http, target: 80, listen: 8080 }]
networks: { macula: { name: '\${MACULA_NETWORK:-macula}', external: true } }
`
let face: RealWindow
let close = async (): Promise<void> => undefined

beforeAll(async () => {
  await everythingUp()
  await mkdir(folder, { recursive: true })
  await writeFile(file, fragment)
  await run('chown', ['-R', user, join(home, '.config')])
  expect((await maculactl(['up', 'eater'])).code).toBe(1)
  face = await openRealWindow()
  close = face.close
})
afterAll(async () => {
  await close()
  await maculactl(['down', 'eater', '--remove'])
  await rm(folder, { recursive: true, force: true })
})

/** What the strip offers, by the buttons' words. */
const offered = async (): Promise<readonly string[]> =>
  await strip(face.page).locator('.do').getByRole('button').allInnerTexts()

async function choose(title: string): Promise<void> {
  await rowOf(face.page, title).locator('.note').click()
  await expect
    .poll(async () => await strip(face.page).locator('header').innerText(), patience)
    .toContain(title)
}

describe('a container that the kernel ends again and again for its limit', () => {
  test('of one’s own: the limit, the file with what it could be, and nothing that a restart cannot do', async () => {
    const { page } = face
    await untilRow(page, 'The eater', { state: 'failed' })
    await expect
      .poll(async () => (await readRow(page, 'The eater')).note, patience)
      // Docker itself is told of it or not, by chance: a program that is ended at its very start is gone before.
      .toMatch(/out of memory at 32 MiB/)
    await choose('The eater')
    const words = async (): Promise<string> => (await strip(page).innerText()).replaceAll(/\s+/g, ' ')
    await expect
      .poll(words, patience)
      .toMatch(/used all of its 32 MiB of memory: exit code 137, \d+ restarts/)
    await expect
      .poll(words, patience)
      .toContain(`Raise mem_limit to 64m (32 MiB now) in ${file}, then maculactl up eater.`)
    expect((await offered()).filter((word) => /start|anew|recreate|fix/i.test(word))).toEqual([])
    expect(
      await rowOf(page, 'The eater')
        .getByRole('button', { name: /^(?:Fix|Log|How) / })
        .count(),
    ).toBe(0)
    await face.picture('acts-memory-own')

    // Nothing changed: that is told, with its time.
    await strip(page).getByRole('button', { name: 'Check again' }).click()
    await expect
      .poll(async () => await page.locator('.summary p').innerText(), patience)
      .toMatch(/^Checked at \d\d:\d\d:\d\d in .+: 1 problem as before\.$/)

    const before = await readFile(file, 'utf8')
    await writeFile(file, before.replaceAll('32m', '512m'))
    await done(['up', 'eater'])
    // A server reads descriptions when it begins.
    await close()
    face = await openRealWindow()
    close = face.close
    await untilRow(face.page, 'The eater', { state: 'works' })
  })
})

test('of ours: the button tells the command that raises its limit; once raised and restarted, it works, and can be made as it was', async () => {
  const { page } = face
  const name = 'macula-excalidraw-1'
  await untilRow(page, 'Excalidraw', { state: 'works' })
  // Docker would start it again at once, and it would work.
  await docker('update', '--restart=no', name)
  const { out: pid } = await docker('inspect', '-f', '{{.State.Pid}}', name)
  // The kernel ends what is worth most to it: the program itself, not the one that asks for the memory.
  await writeFile(`/proc/${pid}/oom_score_adj`, '1000')
  await docker('exec', '-d', name, 'python3', '-c', 'x = bytearray(10 ** 9)')
  await untilRow(page, 'Excalidraw', { state: 'failed' })
  await expect
    .poll(async () => (await readRow(page, 'Excalidraw')).note, patience)
    .toContain('out of memory at 128 MiB')
  await choose('Excalidraw')
  const raise = `docker update --memory 256m --memory-swap 256m ${name}`
  await expect
    .poll(async () => await strip(page).innerText(), patience)
    .toContain(`Raise its limit: ${raise}`)
  expect((await offered()).filter((word) => /start|anew|recreate|fix/i.test(word))).toEqual([])
  expect(await offered()).toContain('Copy command')
  await face.picture('acts-memory-ours')
  await rowOf(page, 'Excalidraw').getByRole('button', { name: 'How Excalidraw: Raise its limit' }).click()
  await expect.poll(async () => await strip(page).innerText(), patience).toContain(raise)
  await expect.poll(offered, patience).toEqual(['Copy command', 'Close'])
  await strip(page).getByRole('button', { name: 'Close', exact: true }).click()

  // Without its restart policy a start would make it anew, with the limit that it had.
  await docker('update', '--restart=unless-stopped', name)
  const [program = '', ...words] = as(user, raise.split(' '))
  expect((await run(program, words)).code).toBe(0)
  await done(['restart', 'excalidraw'])
  await fromPalette(page, 'check again')
  // Somebody changed it since it was made, and may want that: told, with the way back.
  await untilRow(page, 'Excalidraw', { state: 'works, with a problem' })
  await choose('Excalidraw')
  await strip(page).getByRole('button', { name: 'Recreate Excalidraw' }).click()
  await untilRow(page, 'Excalidraw', { state: 'works' })
  await untilGreen(page)
})
