/** Which socat is of the old world, and which is started again, over real processes on ports that are free. */
import { spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isMaculasForwarder } from '../../../main/model/before/forwarders.ts'
import { socatArgs } from '../../../main/system/forward/socat.ts'
import { forwardersPart } from '../../../main/system/migration/forwarders.ts'
import { findSocats, isElsewhere, isListener } from '../../../main/system/migration/socats.ts'

let root: string
const children: ChildProcess[] = []
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'macula-socats-'))
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(root, { recursive: true, force: true })
})

const folders = () => ({ old: join(root, 'old'), stateHome: join(root, 'state') })

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Starts a socat with such words, and writes its pid where a script would. */
async function start(args: readonly string[], pidFile: (port: number) => string, port: number) {
  const child = spawn('socat', args, { stdio: 'ignore' })
  children.push(child)
  await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject))
  const file = pidFile(port)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, `${child.pid ?? 0}\n`)
  await expect.poll(async () => await reached(port), { timeout: 30_000 }).toBe(true)
  return child.pid ?? 0
}

async function reached(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

const script = (port: number) => [`TCP-LISTEN:${port},bind=127.0.0.1,fork,reuseaddr`, 'TCP:127.0.0.1:9']

describe('a socat with a script’s pid file', () => {
  const old = (port: number) => join(root, 'old', `forward-${port}.pid`)

  test('is of the old world', async () => {
    const port = await freePort()
    const pid = await start(script(port), old, port)
    expect((await findSocats(folders())).filter((one) => one.pid === pid)).toMatchObject([{ port }])
  })

  test('is none of it with the words of a Macula, or of what eject wrote', async () => {
    const port = await freePort()
    const args = socatArgs({ address: '127.0.0.1', port, host: '127.0.0.1', toPort: 9 })
    const pid = await start(args, old, port)
    expect((await findSocats(folders())).filter((one) => one.pid === pid)).toEqual([])
    expect(isMaculasForwarder(['socat', ...script(port)])).toBe(false)
    expect(isMaculasForwarder(['socat', 'TCP4-LISTEN:443,bind=127.0.0.2,reuseaddr,fork', 'TCP4:x:1'])).toBe(
      false,
    )
  })

  test('is none of it when a routing script of eject has it, and is when that file tells of another port', async () => {
    const port = await freePort()
    const pid = await start(script(port), old, port)
    const routing = (one: number) =>
      join(root, 'state', 'shop-infrastructure-routing', `127.0.0.1:${one}.pid`)
    mkdirSync(join(routing(port), '..'), { recursive: true })
    writeFileSync(routing(port + 1), `${pid}\n`)
    expect((await findSocats(folders())).map((one) => one.pid)).toContain(pid)
    rmSync(routing(port + 1))
    writeFileSync(routing(port), `${pid}\n`)
    expect((await findSocats(folders())).map((one) => one.pid)).not.toContain(pid)
  })
})

/** A row of /proc/net/tcp: 127.0.0.5:3100, in a state, with a socket's number. */
const row = (state: string, inode: number): string =>
  `  sl  local_address rem_address   st\n   0: 0500007F:0C1C 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0\n`

test.each<readonly [string, string | undefined, string | undefined, boolean]>([
  ['here', row('0A', 7), row('0A', 7), true],
  ['in another network, and nobody has it here', row('0A', 7), '', false],
  ['in another network, while somebody has the same one here', row('0A', 7), row('0A', 8), false],
  ['nowhere: it only carries a connection', row('01', 7), row('01', 7), false],
  ['somewhere that may not be read, and it is taken here', undefined, row('0A', 8), true],
  ['somewhere that may not be read, and it is free here', undefined, '', false],
])('a socat with its port %s', (_, its, here, is) =>
  expect(isListener({ address: '127.0.0.5', port: 3100 }, its, here)).toBe(is),
)

test.each([
  ['in a container', { container: 'abc', net: undefined }, { container: undefined, net: 'net:[1]' }, true],
  ['beside us in one', { container: 'abc', net: 'net:[1]' }, { container: 'abc', net: 'net:[1]' }, false],
  [
    'with ports of another network',
    { container: undefined, net: 'net:[2]' },
    { container: undefined, net: 'net:[1]' },
    true,
  ],
  [
    'of another user on this machine',
    { container: undefined, net: undefined },
    { container: undefined, net: 'net:[1]' },
    false,
  ],
])('a socat %s', (_, place, here, is) => expect(isElsewhere(place, here)).toBe(is))

describe('given back', () => {
  const part = () =>
    forwardersPart({ uid: 1000, pidFolder: join(root, 'old'), stateHome: join(root, 'state') })
  const kept = (argv: readonly string[]) => ({
    kind: 'forwarders',
    processes: [{ pid: 2, started: 'x/1', argv, pidFile: join(root, 'new.pid') }],
  })

  test('it listens itself, and its pid is written', async () => {
    const port = await freePort()
    const says = await part().giveBack(
      kept(['socat', ...script(port)]),
      () => {},
      new AbortController().signal,
    )
    const pid = Number(readFileSync(join(root, 'new.pid'), 'utf8'))
    process.kill(pid)
    expect(says).toBe('1 forwarder started again')
  })

  test('one that cannot be started keeps none of the others down; both are told', async () => {
    const port = await freePort()
    const process2 = {
      pid: 3,
      started: 'x/2',
      argv: ['socat', ...script(port)],
      pidFile: join(root, 'new.pid'),
    }
    const all = kept([join(root, 'no-such', 'socat'), ...script(await freePort())])
    const failed = await part()
      .giveBack({ ...all, processes: [...all.processes, process2] }, () => {}, new AbortController().signal)
      .catch((error: unknown) => error)
    process.kill(Number(readFileSync(join(root, 'new.pid'), 'utf8')))
    expect(failed).toMatchObject({
      trouble: {
        what: expect.stringContaining('could not be started again') as string,
        why: expect.stringContaining('1 forwarder started again.') as string,
      },
    })
  })

  test('a connection of the same address is no listener: what listens on nothing is told, and ended', async () => {
    // What is closed here first stays in the kernel's table for a while.
    const server = createServer((socket) => socket.end())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => connect(port, '127.0.0.1').resume().once('close', resolve))
    await new Promise((resolve) => server.close(resolve))
    const program = join(root, 'socat')
    writeFileSync(program, `#!/bin/sh\necho $$ >${join(root, 'pid')}\nexec sleep 60\n`)
    chmodSync(program, 0o755)
    await expect(
      part().giveBack(kept([program, ...script(port)]), () => {}, new AbortController().signal),
    ).rejects.toMatchObject({ trouble: { why: 'socat: it listens on nothing.' } })
    const pid = readFileSync(join(root, 'pid'), 'utf8').trim()
    await expect.poll(() => existsSync(`/proc/${pid}/fd/0`)).toBe(false)
  })
})
