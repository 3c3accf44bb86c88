import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { createSocket, type Socket } from 'node:dgram'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Forward, ForwardersAdapter } from '../../../main/engine/adapters.ts'
import { openForwarders } from '../../../main/system/forward/open-forwarders.ts'
import { openHost } from '../../../main/system/host/open-host.ts'
import { pathsOf, type Paths } from '../../../main/system/paths.ts'
import { settledHolder } from '../../../main/system/process/sockets.ts'

/** The forwarder of UDP as a process of its own, before a real QUIC library (quic-go) and a plain echo. */

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..')
const self = [process.execPath, join(root, 'dist/maculactl.mjs')]
const listen = { address: '127.77.0.5', port: 24_433, protocol: 'udp' } as const
const target = '127.77.1.2'
const owner = { uid: process.getuid?.() ?? 0, project: `forward-udp-${process.pid}` }
const host = openHost(process.env, 5354)
const run = promisify(execFile)
const probe = { path: '/', expect: [], headers: {} }
let paths: Paths
let peer: string
const children: ChildProcess[] = []
const sockets: Socket[] = []

beforeAll(async () => {
  paths = pathsOf({ MACULA_HOME: await mkdtemp(join(tmpdir(), 'macula-udp-')) }, '/assets')
  const { stdout } = await run(join(root, 'test/images/quic-peer/build.sh'), [], { timeout: 280_000 })
  peer = stdout.trim()
})
afterEach(async () => {
  await open().stop()
  for (const socket of sockets.splice(0)) socket.close()
  for (const child of children.splice(0)) await ended(child)
  expect(await settledHolder(listen.address, listen.port, 'udp')).toBeUndefined()
})
afterAll(async () => {
  await rm(join(paths.state, '..'), { recursive: true, force: true })
})

const open = (): ForwardersAdapter => openForwarders(paths, owner, process.env, self)

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const over = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await over
}

/** A socket on an address of this machine; port 0: any. */
async function bound(address: string, port = 0): Promise<Socket> {
  const socket = createSocket('udp4')
  sockets.push(socket)
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(port, address, resolve)
  })
  return socket
}

/** A program that gives back what it gets, with `head` before it; returns the forward that leads to it. */
async function echo(head = '', port = 0): Promise<Forward> {
  const socket = await bound(target, port)
  socket.on('message', (datagram: Buffer, { address, port: to }) => {
    socket.send(Buffer.concat([Buffer.from(head), datagram]), to, address)
  })
  return { ...listen, host: target, toPort: socket.address().port }
}

/** Sends until an answer comes: a datagram may be lost. */
async function answerOf(client: Socket, text: string): Promise<string> {
  const answered = new Promise<string>((resolve) =>
    client.once('message', (data: Buffer) => resolve(data.toString())),
  )
  const send = (): void => client.send(text, listen.port, listen.address)
  const again = setInterval(send, 200)
  send()
  try {
    return await answered
  } finally {
    clearInterval(again)
  }
}

async function started(forward: Forward): Promise<number> {
  const [result] = await open().ensure([forward])
  if (result?.kind !== 'started') throw new Error(JSON.stringify(result))
  expect(result.program).toBe('macula-forward')
  return result.pid
}

/** A QUIC server on `target`; returns its forward. */
async function quic(port = 24_434): Promise<{ readonly forward: Forward; readonly child: ChildProcess }> {
  const child = spawn(peer, ['serve', `${target}:${port}`], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  await new Promise((resolve) => child.stdout?.once('data', resolve))
  return { forward: { ...listen, host: target, toPort: port }, child }
}

const ask = async (bytes: number): Promise<string> =>
  (await run(peer, ['ask', `${listen.address}:${listen.port}`, String(bytes)], { timeout: 180_000 })).stdout

describe('QUIC, by a real library', () => {
  test('a handshake and 0.5 MB there and back; asked by a version negotiation', async () => {
    const { forward } = await quic()
    await started(forward)
    const said = await ask(500_000)
    expect(said).toMatch(/^500000 bytes there and back in \d+ ms/)
    console.log(`through the forwarder: ${said.trim()}`)
    expect(await host.ask({ scheme: 'quic', ...listen, host: 'x', probe, deadline: 60_000 })).toMatchObject({
      kind: 'answer',
      says: expect.stringMatching(/^QUIC answers, versions? 1\b/) as unknown,
    })
  })

  test('the server ends and comes back: nobody starts the forwarder anew', async () => {
    const { forward, child } = await quic()
    const pid = await started(forward)
    await ask(1000)
    await ended(child)
    const asked = async () =>
      (await host.ask({ scheme: 'quic', ...listen, host: 'x', probe, deadline: 500 })).kind
    expect(await asked()).toBe('timeout')
    await quic()
    await expect.poll(asked).toBe('answer')
    expect(await ask(1000)).toContain('1000 bytes')
    expect(await open().list()).toMatchObject([{ ...forward, pid }])
  })
})

/** A datagram to the forwarder whose sender is made up, as only root can. */
async function spoofed(address: string, port: number, text: string): Promise<void> {
  const program = `
    socket(my $s, PF_INET, SOCK_RAW, 17) or die $!;
    bind($s, sockaddr_in(0, inet_aton($ARGV[0]))) or die $!;
    my $datagram = pack('n4a*', $ARGV[1], $ARGV[3], 8 + length $ARGV[4], 0, $ARGV[4]);
    send($s, $datagram, 0, sockaddr_in(0, inet_aton($ARGV[2]))) or die $!;`
  await run('perl', [
    '-MSocket',
    '-e',
    program,
    address,
    String(port),
    listen.address,
    String(listen.port),
    text,
  ])
}

test('a datagram of no port, or of its own, comes to nobody and ends nothing', async () => {
  const socket = await bound(target)
  const got: string[] = []
  socket.on('message', (datagram: Buffer, { address, port }) => {
    got.push(datagram.toString())
    socket.send(datagram, port, address)
  })
  const pid = await started({ ...listen, host: target, toPort: socket.address().port })
  await spoofed('127.0.0.1', 0, 'of no port')
  await spoofed(listen.address, listen.port, 'of its own')
  await spoofed('127.77.3.3', 4444, 'of a client that is not there')
  // In order: what came before was passed over.
  await expect.poll(() => got, { timeout: 60_000 }).toContain('of a client that is not there')
  expect(await answerOf(await bound('127.0.0.1'), 'hello')).toBe('hello')
  expect(new Set(got)).toEqual(new Set(['of a client that is not there', 'hello']))
  expect(await open().list()).toMatchObject([{ pid }])
})

describe('as a process of ours', () => {
  test('it is started, kept, known without its record, led elsewhere, and ended', async () => {
    const one = await echo('one ')
    const pid = await started(one)
    const client = await bound('127.0.0.1')
    expect(await answerOf(client, 'a')).toBe('one a')
    expect(await open().ensure([one])).toMatchObject([{ kind: 'kept', pid }])
    expect(await open().list()).toMatchObject([{ ...one, pid, program: 'macula-forward' }])
    expect(await host.listener(listen.address, listen.port, await open().list(), 'udp')).toMatchObject({
      kind: 'ours',
      pid,
    })
    await rm(join(paths.state, 'pids', `forward-${listen.address}-${listen.port}-udp.json`))
    expect(await open().list()).toMatchObject([{ ...one, pid }])
    expect(await open().ensure([one])).toMatchObject([{ kind: 'kept', pid }])
    const two = await echo('two ')
    expect(await open().ensure([two])).toMatchObject([{ kind: 'retargeted' }])
    // A datagram that was sent again for the first question may still be answered.
    await expect.poll(async () => await answerOf(client, 'b')).toBe('two b')
    await open().stop([{ ...listen, protocol: 'tcp' }])
    expect(await open().list()).toHaveLength(1)
    await open().stop([listen])
    expect(await open().list()).toEqual([])
  })

  test('killed, it is seen as gone and put back; the same client goes on', async () => {
    const one = await echo()
    const looker = open()
    const pid = await started(one)
    expect(await looker.list()).toHaveLength(1)
    const client = await bound('127.0.0.1')
    expect(await answerOf(client, 'before')).toBe('before')
    process.kill(pid, 'SIGKILL')
    await expect.poll(() => looker.someEnded()).toBe(true)
    await expect.poll(async () => await looker.list()).toEqual([])
    await started(one)
    expect(await answerOf(client, 'after')).toMatch(/^(before|after)$/)
  })

  test('suspended (SIGSTOP), it is told as ours that takes nothing, and replaced', async () => {
    const one = await echo()
    const pid = await started(one)
    process.kill(pid, 'SIGSTOP')
    await expect
      .poll(async () => await host.listener(listen.address, listen.port, await open().list(), 'udp'))
      .toMatchObject({ kind: 'hung', hung: 'suspended', pid })
    expect(await open().ensure([one])).toMatchObject([{ kind: 'started' }])
    expect(await answerOf(await bound('127.0.0.1'), 'x')).toBe('x')
  })

  test('a forwarder of TCP on the same address and port is another one', async () => {
    const one = await echo()
    const tcp = { address: listen.address, port: listen.port, host: target, toPort: 1 }
    expect((await open().ensure([one, tcp])).map(({ kind }) => kind)).toEqual(['started', 'started'])
    expect(await open().list()).toHaveLength(2)
    expect(await answerOf(await bound('127.0.0.1'), 'x')).toBe('x')
  })

  test.each([
    ['a program that waits for datagrams', ''],
    ['one that is connected to a single client', "socket.connect(('127.0.0.1', 9))"],
    [
      'one on all addresses',
      "socket.close(); socket = s.socket(s.AF_INET, s.SOCK_DGRAM); socket.bind(('0.0.0.0', int(sys.argv[2])))",
    ],
  ])('a foreign holder of its port is named with its program: %s', async (_, then) => {
    const script = `import socket as s, sys, time\nsocket = s.socket(s.AF_INET, s.SOCK_DGRAM)\nsocket.bind((sys.argv[1], int(sys.argv[2])))\n${then}\nprint(flush=True)\ntime.sleep(120)`
    const child = spawn('python3', ['-c', script, listen.address, String(listen.port)])
    children.push(child)
    await new Promise((resolve) => child.stdout.once('data', resolve))
    const [result] = await open().ensure([await echo()])
    expect(result).toMatchObject({
      kind: 'failed',
      code: 'EADDRINUSE',
      says: expect.stringMatching(
        new RegExp(`^${listen.address}:${listen.port}/udp is held by python3.*pid ${child.pid}`),
      ) as unknown,
    })
    expect(await host.listener(listen.address, listen.port, [], 'udp')).toMatchObject({
      kind: 'foreign',
      holder: { pid: child.pid },
    })
  })
})

/** Bytes of memory that a process has of its own and shared (VmRSS). */
async function memoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024
}

test(
  '500 clients at once: each hears its own datagrams and no other; the memory stays',
  { timeout: 120_000 },
  async () => {
    const pid = await started(await echo())
    const clients = await Promise.all(Array.from({ length: 500 }, async () => await bound('127.0.0.1')))
    const heard = clients.map(() => new Set<string>())
    let crossed = 0
    clients.forEach((client, index) =>
      client.on('message', (data: Buffer) => {
        const [of = '', round = ''] = data.toString().split(' ')
        if (of === String(index) && data.length === 1200) heard[index]?.add(round)
        else crossed += 1
      }),
    )
    const rounds = async (from: number, to: number): Promise<void> => {
      for (let round = from; round < to; round += 1) {
        const missing = (): readonly Socket[] =>
          clients.filter((_, index) => heard[index]?.has(String(round)) !== true)
        // What is lost is sent again: UDP promises nothing, and the queue of the kernel is small.
        await expect
          .poll(
            () => {
              for (const client of missing()) {
                const text = `${clients.indexOf(client)} ${round} `
                client.send(Buffer.from(text.padEnd(1200, '.')), listen.port, listen.address)
              }
              return missing().length
            },
            { timeout: 180_000, interval: 50 },
          )
          .toBe(0)
      }
    }
    // Not the whole command line, which would be twice as much for as long as a service lives.
    expect(await readFile(`/proc/${pid}/cmdline`, 'utf8')).toContain('/dist/forward.mjs\0__forward-udp\0')
    const before = await memoryOf(pid)
    await rounds(0, 3)
    const first = await memoryOf(pid)
    await rounds(3, 30)
    const after = await memoryOf(pid)
    expect(crossed).toBe(0)
    const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`
    console.log(
      `memory: ${mb(before)} alone, ${mb(first)} with 500 clients, ${mb(after)} after 15000 datagrams`,
    )
    expect(first - before).toBeLessThan(64e6)
    expect(after - first).toBeLessThan(48e6)
  },
)
