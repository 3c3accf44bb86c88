import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { everythingUp, maculactl, run } from '../../integration/support/actor.ts'
import { press, timeless } from './support/said.ts'
import { patience, untilGreen, untilRow, untilSaid } from './support/waiting.ts'
import { fromPalette, openRealWindow, readRow, rowOf, strip, type RealWindow } from './support/window.ts'

/** Names that are slow or lead elsewhere: the cause is named where it can be known, and the button mends what it can. */

const around = fileURLToPath(new URL('inside/resolver.sh', import.meta.url))
const undo: (() => Promise<unknown>)[] = []

beforeAll(everythingUp)
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one()
})

/** A name server that never answers, as one that is behind a tunnel. */
async function blackHole(): Promise<void> {
  const socket: Socket = createSocket('udp4')
  socket.bind(53, '127.0.0.99')
  await once(socket, 'listening')
  undo.push(async () => await new Promise<void>((resolve) => socket.close(() => resolve())))
}

/** A network interface that comes up, as a VPN's does; the machine routes nothing by it. */
async function tunnel(): Promise<() => Promise<void>> {
  const ip = async (...words: readonly string[]): Promise<void> => {
    const ran = await run('ip', words)
    expect(ran.code, ran.err).toBe(0)
  }
  await run('ip', ['link', 'delete', 'tun0'])
  await ip('link', 'add', 'tun0', 'type', 'veth', 'peer', 'name', 'vethtun0')
  const leave = async (): Promise<void> => void (await run('ip', ['link', 'delete', 'tun0']))
  undo.push(leave)
  await ip('address', 'add', '192.0.2.77/32', 'dev', 'tun0')
  await ip('link', 'set', 'vethtun0', 'up')
  await ip('link', 'set', 'tun0', 'up')
  return leave
}

async function open(before?: readonly string[]): Promise<RealWindow> {
  const face = await openRealWindow(before === undefined ? {} : { before })
  undo.push(face.close)
  return face
}

/** What the strip says, in one line. */
const explained = async ({ page }: RealWindow): Promise<string> =>
  (await strip(page).innerText()).replaceAll(/\s+/g, ' ')

async function untilExplained(face: RealWindow, words: string | RegExp): Promise<void> {
  await expect.poll(async () => await explained(face), patience).toMatch(words)
}

test('a tunnel whose name server is asked first: names are slow, and it is named with its time; gone again, names are', async () => {
  await blackHole()
  const folder = await mkdtemp(join(tmpdir(), 'macula-names-'))
  undo.push(async () => await rm(folder, { recursive: true }))
  const [resolv, nss] = [join(folder, 'resolv.conf'), join(folder, 'nsswitch.conf')]
  const before = {
    resolv: await readFile('/etc/resolv.conf', 'utf8'),
    nss: await readFile('/etc/nsswitch.conf', 'utf8'),
  }
  const write = async (files: typeof before): Promise<void> => {
    await writeFile(resolv, files.resolv)
    await writeFile(nss, files.nss)
  }
  await write(before)
  await run('chmod', ['755', folder])
  // Only the window's own server sees these two; written from here they change as a VPN changes them.
  const bind = `mount --bind "$0/resolv.conf" /etc/resolv.conf && mount --bind "$0/nsswitch.conf" /etc/nsswitch.conf && exec "$@"`
  const face = await open(['unshare', '--mount', '--propagation', 'private', 'sh', '-c', bind, folder])
  const { page } = face
  await untilGreen(page)

  const leave = await tunnel()
  await write({
    resolv: 'nameserver 127.0.0.99\noptions timeout:5 attempts:1\n',
    nss: before.nss.replace(/^hosts:.*$/m, 'hosts: dns files'),
  })
  await fromPalette(page, 'check again')
  await untilExplained(
    face,
    /Names are slow since \d\d:\d\d: 5\.\d s each\. Open and Copy use the addresses\./,
  )
  expect(await explained(face)).toMatch(
    /tun0 came up \d\d:\d\d, just before\. It brings name servers of its own, which are asked first and waited for\./,
  )
  await untilRow(page, 'Grafana', { state: 'works, with a problem', uses: 'Open http://127.0.0.4:3000' })
  await face.picture('acts-names-tunnel')
  // Nothing reads a hosts file again: no button says so.
  expect(await strip(page).locator('.do').getByRole('button').allInnerTexts()).toEqual([
    'Check again',
    'Copy command',
  ])
  await strip(page).getByRole('button', { name: 'Check again' }).click()
  await expect
    .poll(async () => await page.locator('.summary p').innerText(), patience)
    .toMatch(/^Checked at \d\d:\d\d:\d\d in .+: 1 problem as before\.$/)

  await leave()
  await write(before)
  await fromPalette(page, 'check again')
  await expect
    .poll(async () => await page.locator('.summary p').innerText(), patience)
    .toMatch(/^Checked at \d\d:\d\d:\d\d in .+: Names are right again\.$/)
  await untilGreen(page)
})

test('a resolver that a tunnel changed: our route is set again by a press, which tells what it does and what came of it', async () => {
  await blackHole()
  const folder = await mkdtemp(join(tmpdir(), 'macula-dnsmasq-'))
  undo.push(async () => await rm(folder, { recursive: true }))
  await run('chmod', ['755', folder])
  const face = await open([around, folder])
  const { page } = face
  // Set-up by clicks: on this machine the route is the dnsmasq that runs there.
  await untilExplained(face, /not set up on this machine/)
  await strip(page)
    .getByRole('button', { name: /^Set up names/ })
    .click()
  await untilSaid(page, 'Send names under macula.local to Macula')
  await page.getByRole('button', { name: /^Apply \d+ change/ }).click()
  await untilSaid(page, 'The changes are made')
  await page.getByRole('button', { name: 'Leave set-up' }).click()
  await fromPalette(page, 'check again')
  await untilGreen(page)

  // The tunnel starts that dnsmasq anew with its own server, and puts our file back when it has read its own.
  const [ours, theirs] = [join(folder, 'macula-desktop.conf'), join(folder, 'tunnel.conf')]
  const route = await readFile(ours, 'utf8')
  await tunnel()
  await rm(ours)
  await writeFile(theirs, 'server=127.0.0.99\n')
  const inside = ['--target', String(face.ui.pid), '--mount', 'systemctl', 'restart', 'dnsmasq']
  expect((await run('nsenter', inside)).code).toBe(0)
  await writeFile(ours, route)
  await fromPalette(page, 'check again')
  await untilExplained(face, /Names are slow since \d\d:\d\d: [56]\.\d s each\./)
  const words = await explained(face)
  expect(words).toMatch(/tun0 came up \d\d:\d\d, just before\./)
  expect(words).toContain('Set our route again; it asks for the password once.')
  await face.picture('acts-names-route')

  const label = 'Set route again'
  const said = await press(page, strip(page).getByRole('button', { name: `${label}…` }), label)
  console.log(`heard after ${said.heardMs.toFixed(0)} ms; ${said.sentences.join(' | ')}`)
  const sentences = timeless(said)
  expect(sentences[0]).toBe(`${label}: asked for`)
  expect(sentences).toContain(`${label}: Setting the route again (system dnsmasq)`)
  expect(sentences).toContain(`${label}: Asking for all names`)
  const ended = `${label}, at TIME after DURATION: `
  // On a loaded machine the resolver that was just started anew may be late for the look at the end: the next one says it then.
  if (sentences.at(-1)?.endsWith('as before, 1 problem.') === true) {
    await fromPalette(page, 'check again')
    await expect
      .poll(async () => await page.locator('.summary p').innerText(), patience)
      .toMatch(/^Checked at \d\d:\d\d:\d\d in .+: Names are right again\.$/)
  } else expect(sentences.at(-1)).toBe(`${ended}Names are right again.`)
  await untilGreen(page)
})

test('a line of the hosts file that goes before ours: named by its number, and taken out by a press', async () => {
  const face = await open()
  const { page } = face
  const before = await readFile('/etc/hosts', 'utf8')
  undo.push(async () => {
    // What is undone later would put the line back.
    await maculactl(['undo', 'hosts-lines'])
    await writeFile('/etc/hosts', before)
  })
  await writeFile('/etc/hosts', `127.0.0.1 grafana.macula.local\n${before}`)
  await fromPalette(page, 'check again')
  await untilRow(page, 'Grafana', { state: 'works, with a problem', uses: 'Open http://127.0.0.4:3000' })
  expect((await readRow(page, 'Grafana')).note).toContain('name resolves to 127.0.0.1')
  await rowOf(page, 'Grafana').locator('.note').click()
  await untilExplained(face, /\/etc\/hosts:1 says “127\.0\.0\.1 grafana\.macula\.local”\./)
  await face.picture('acts-names-line')
  await strip(page).getByRole('button', { name: 'Take the line out…' }).click()
  await untilSaid(page, 'Read what will change')
  await page.getByRole('button', { name: /^Apply 1 change/ }).click()
  await untilSaid(page, 'The changes are made')
  expect(await readFile('/etc/hosts', 'utf8')).toBe(before)
  await page.getByRole('button', { name: 'Leave set-up' }).click()
  await fromPalette(page, 'check again')
  await untilGreen(page)
})
