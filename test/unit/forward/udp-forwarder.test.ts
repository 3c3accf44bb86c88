import { createSocket, type Socket } from 'node:dgram'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openRestingPorts } from '../../../main/system/forward/resting-ports.ts'
import { openTold } from '../../../main/system/forward/told.ts'
import {
  openUdpForwarder,
  UDP_LIMITS,
  type UdpForwarder,
  type UdpLimits,
} from '../../../main/system/forward/udp-forwarder.ts'

/** The forwarder of UDP over real sockets, in this process. */

const address = '127.78.0.4'
const sockets: Socket[] = []
const forwarders: UdpForwarder[] = []
const said: string[] = []
/** What the service got: from which port, and what. */
let got: { readonly port: number; readonly text: string }[]
let service: Socket

async function bound(at = '127.0.0.1', port = 0): Promise<Socket> {
  const socket = createSocket('udp4')
  sockets.push(socket)
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(port, at, resolve)
  })
  return socket
}

async function gone(socket: Socket): Promise<void> {
  sockets.splice(sockets.indexOf(socket), 1)
  await new Promise<void>((resolve) => socket.close(resolve))
}

async function serve(port = 0): Promise<void> {
  service = await bound('127.78.1.1', port)
  service.on('message', (data: Buffer, from) => {
    got.push({ port: from.port, text: data.toString() })
    service.send(`to ${data.toString()}`, from.port, from.address)
  })
}

/** A forwarder on a free port. */
async function forwarding(
  limits: Partial<UdpLimits> = {},
): Promise<{ port: number; forwarder: UdpForwarder }> {
  const free = await bound(address)
  const { port } = free.address()
  await gone(free)
  const forwarder = await openUdpForwarder(
    { address, port, host: '127.78.1.1', toPort: service.address().port },
    (line) => void said.push(line),
    { ...UDP_LIMITS, ...limits },
  )
  forwarders.push(forwarder)
  return { port, forwarder }
}

function heardBy(client: Socket): readonly string[] {
  const heard: string[] = []
  client.on('message', (data: Buffer) => heard.push(data.toString()))
  return heard
}

/** Sends until the client has heard its answer: a datagram may be lost. */
async function exchange(client: Socket, heard: readonly string[], port: number, text: string): Promise<void> {
  await expect
    .poll(
      () => {
        client.send(text, port, address)
        return heard
      },
      { interval: 50 },
    )
    .toContain(`to ${text}`)
}

beforeEach(async () => {
  got = []
  said.length = 0
  await serve()
})
afterEach(async () => {
  for (const forwarder of forwarders.splice(0)) forwarder.close()
  await Promise.all(sockets.slice().map(gone))
})

test('each client has a port of its own at the service, and hears its own answers only', async () => {
  const { port, forwarder } = await forwarding()
  const clients = await Promise.all([bound(), bound(), bound()])
  const heard = clients.map(heardBy)
  await Promise.all(
    clients.map(async (client, index) => await exchange(client, heard[index] ?? [], port, `c${index}`)),
  )
  expect(forwarder.clients()).toBe(3)
  expect(new Set(got.map((one) => `${one.port} ${one.text}`)).size).toBe(3)
  heard.forEach((all, index) => expect(new Set(all)).toEqual(new Set([`to c${index}`])))
})

test('what a new client sends while its socket is made is led on, in its order', async () => {
  const { port } = await forwarding()
  const client = await bound()
  const all = Array.from({ length: 10 }, (_, index) => `d${index}`)
  for (const text of all) client.send(text, port, address)
  await expect.poll(() => got.map(({ text }) => text)).toEqual(all)
})

test('an empty datagram and one of 65,000 bytes are led on as they are', async () => {
  const { port } = await forwarding()
  const client = await bound()
  const heard = heardBy(client)
  await exchange(client, heard, port, '')
  await exchange(client, heard, port, 'x'.repeat(65_000))
})

test('a silent client is forgotten; whoever has its port then hears nothing that was meant for it', async () => {
  const { port, forwarder } = await forwarding({ idleMs: 300 })
  const first = await bound()
  const own = first.address().port
  await exchange(first, heardBy(first), port, 'first')
  const before = got[0]?.port ?? 0
  await expect.poll(() => forwarder.clients()).toBe(0)
  await gone(first)
  const second = await bound('127.0.0.1', own)
  const heard = heardBy(second)
  await exchange(second, heard, port, 'second')
  expect(got.at(-1)?.port).not.toBe(before)
  // The service still answers the first one, and then the second: only that arrives.
  for (let turn = 0; turn < 3; turn += 1) service.send('late', before, '127.0.0.1')
  await exchange(second, heard, port, 'third')
  expect(heard).not.toContain('late')
})

test('the port that led to the service for it rests from then on', async () => {
  const free = await bound(address)
  const { port } = free.address()
  await gone(free)
  const real = openRestingPorts(UDP_LIMITS.restMs, () => performance.now())
  const rested: number[] = []
  const forwarder = await openUdpForwarder(
    { address, port, host: '127.78.1.1', toPort: service.address().port },
    () => undefined,
    { ...UDP_LIMITS, idleMs: 300 },
    { ...real, rest: (one) => void rested.push(one) },
  )
  forwarders.push(forwarder)
  const client = await bound()
  await exchange(client, heardBy(client), port, 'x')
  expect(rested).toEqual([])
  await expect.poll(() => rested).toEqual([got[0]?.port])
})

test('answers alone keep a client, too', async () => {
  const { port, forwarder } = await forwarding({ idleMs: 500 })
  const client = await bound()
  await exchange(client, heardBy(client), port, 'once')
  const at = got[0]?.port ?? 0
  const until = performance.now() + 1500
  const alive: number[] = []
  await expect
    .poll(
      () => {
        service.send('still here', at, '127.0.0.1')
        alive.push(forwarder.clients())
        return performance.now() > until
      },
      { interval: 50 },
    )
    .toBe(true)
  // On a machine that stood still for half a second it may be forgotten; most of the time it is there.
  expect(alive.filter((count) => count === 1).length).toBeGreaterThan(alive.length / 2)
})

test('with no room a new client is turned away, and its log tells; the silent one gives way in time', async () => {
  const { port, forwarder } = await forwarding({ clients: 2, pressedMs: 400 })
  const [one, two, three] = await Promise.all([bound(), bound(), bound()])
  if (!one || !two || !three) throw new Error('no sockets')
  const heardByTwo = heardBy(two)
  await exchange(one, heardBy(one), port, 'one')
  await exchange(two, heardByTwo, port, 'two')
  three.send('three', port, address)
  await expect.poll(() => said).toHaveLength(1)
  expect(said[0]).toBe(
    `${address}:${port}/udp: 2 clients are served, which is the most at once; 127.0.0.1:${three.address().port} was turned away`,
  )
  const heard = heardBy(three)
  await expect
    .poll(
      async () => {
        three.send('three', port, address)
        await exchange(two, heardByTwo, port, 'two')
        return heard
      },
      { interval: 50 },
    )
    .toContain('to three')
  expect(forwarder.clients()).toBe(2)
  expect(said).toHaveLength(1)
})

test('a service that is not there ends nothing: when it is back its clients go on, from the same port', async () => {
  const { port, forwarder } = await forwarding()
  const client = await bound()
  const heard = heardBy(client)
  await exchange(client, heard, port, 'before')
  const [{ port: at } = { port: 0 }] = got
  const where = service.address().port
  await gone(service)
  const other = await bound()
  let turns = 0
  // Each is refused (ICMP), and the socket that sent it is told.
  await expect
    .poll(
      () => {
        client.send('nobody', port, address)
        other.send('a new one', port, address)
        return (turns += 1) > 10 && forwarder.clients()
      },
      { interval: 20 },
    )
    .toBe(2)
  await serve(where)
  await exchange(client, heard, port, 'after')
  expect(got.find(({ text }) => text === 'after')?.port).toBe(at)
  await exchange(other, heardBy(other), port, 'too')
})

test('nobody but the service is heard by a client', async () => {
  const { port } = await forwarding()
  const client = await bound()
  const heard = heardBy(client)
  await exchange(client, heard, port, 'x')
  const stranger = await bound('127.78.1.2')
  for (let turn = 0; turn < 5; turn += 1) stranger.send('strange', got[0]?.port ?? 0, '127.0.0.1')
  await exchange(client, heard, port, 'y')
  expect(heard).not.toContain('strange')
})

test('a port that somebody has is refused with its code', async () => {
  const holder = await bound(address)
  const { port } = holder.address()
  const forward = { address, port, host: '127.78.1.1', toPort: 1 }
  await expect(openUdpForwarder(forward, () => undefined)).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

describe('a port that led to the service for one client', () => {
  const kernel = (ports: readonly number[]) => {
    const left = [...ports]
    return async (): Promise<number> => await Promise.resolve(left.shift() ?? 0)
  }
  test('leads there for no other one before it has rested', async () => {
    let now = 0
    const dropped: number[] = []
    const ports = openRestingPorts(100, () => now)
    const fit = async (...given: readonly number[]) =>
      await ports.fit(
        kernel(given),
        (one) => one,
        (one) => void dropped.push(one),
      )
    ports.rest(5)
    expect(await fit(5, 5, 6)).toBe(6)
    expect(dropped).toEqual([5, 5])
    now = 99
    ports.sweep()
    expect(await fit(5, 7)).toBe(7)
    now = 100
    ports.sweep()
    expect(await fit(5, 7)).toBe(5)
  })
  test('with none but such the client is turned away, and nothing stays open', async () => {
    const dropped: number[] = []
    const ports = openRestingPorts(100, () => 0)
    ports.rest(5)
    const always = async (): Promise<number> => await Promise.resolve(5)
    await expect(
      ports.fit(
        always,
        (one) => one,
        (one) => void dropped.push(one),
      ),
    ).rejects.toThrow('no free port')
    expect(dropped).toHaveLength(32)
  })
})

test('a flood of the same is one line a minute, with how many there were', () => {
  let now = 0
  const lines: string[] = []
  const tell = openTold(
    'x:',
    (line) => void lines.push(line),
    () => now,
  )
  for (let turn = 0; turn < 1000; turn += 1) tell('full')
  now = 60_000
  tell('full')
  expect(lines).toEqual(['x: full', 'x: full (999 more since the last line)'])
})
