import dnsPacket from 'dns-packet'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { HostAdapter } from '../../../main/engine/adapters.ts'
import { ask } from '../../../main/system/host/ask.ts'
import { answersProbe, dnsProbe } from '../../../main/system/host/dns-probe.ts'

/** What is plainly said to port 53: a question that every name server answers; and how long a plain connection is watched. */

const ends: (() => void)[] = []
afterEach(() => {
  vi.useRealTimers()
  for (const end of ends.splice(0)) end()
})

type Question = Parameters<HostAdapter['ask']>[0]

const asked = async (port: number, part: Partial<Question>) =>
  await ask({
    scheme: 'udp',
    address: '127.0.0.1',
    port,
    host: 'x',
    probe: { path: '/', expect: [], headers: {} },
    deadline: 10_000,
    ...part,
  })

/** A server of UDP that answers with what `answer` makes of a datagram; returns its port. */
async function udp(answer: (datagram: Buffer) => Buffer | undefined): Promise<number> {
  const socket = createSocket('udp4')
  socket.on('message', (datagram, { port, address }) => {
    const back = answer(datagram)
    if (back) socket.send(back, port, address)
  })
  ends.push(() => socket.close())
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  return socket.address().port
}

async function tcp(onData: (socket: Socket, data: Buffer) => void): Promise<number> {
  const server = createServer((socket) => {
    ends.push(() => socket.destroy())
    socket.on('error', () => undefined)
    socket.on('data', (data) => onData(socket, data))
  })
  ends.push(() => server.close())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** As a name server that is nobody's for the root answers. */
const refusal = (question: Buffer): Buffer => {
  const { id, questions } = dnsPacket.decode(question)
  return dnsPacket.encode({ type: 'response', id: id ?? 0, flags: 5, questions: questions ?? [] })
}

test('it is one question for the root, without recursion', () => {
  expect(dnsPacket.decode(dnsProbe(513))).toMatchObject({
    id: 513,
    type: 'query',
    flag_rd: false,
    questions: [{ name: '.', type: 'NS', class: 'IN' }],
    answers: [],
  })
})

test('only a response to this very question answers it', () => {
  expect(answersProbe(refusal(dnsProbe(7)), 7)).toBe(true)
  expect(answersProbe(refusal(dnsProbe(7)), 8)).toBe(false)
  expect(answersProbe(dnsProbe(7), 7)).toBe(false)
  expect(answersProbe(refusal(dnsProbe(7)).subarray(0, 11), 7)).toBe(false)
})

describe('over UDP', () => {
  test('an answer of any kind is told', async () => {
    expect(await asked(await udp(refusal), { speaks: 'dns' })).toMatchObject({
      kind: 'answer',
      says: 'DNS answers',
    })
  })
  test.each<readonly [string, (datagram: Buffer) => Buffer | undefined]>([
    ['silence', () => undefined],
    ['an echo', (datagram) => datagram],
  ])('%s is what it is of any other program', async (_, answer) => {
    expect(await asked(await udp(answer), { speaks: 'dns' })).toMatchObject({
      kind: 'answer',
      says: 'not refused (UDP shows no more)',
    })
  })
  test('what nothing listens on refuses', async () => {
    const port = await udp(() => undefined)
    for (const end of ends.splice(0)) end()
    expect(await asked(port, { speaks: 'dns' })).toMatchObject({ code: 'ECONNREFUSED' })
  })
})

describe('over TCP', () => {
  test('an answer comes with its length before it', async () => {
    const port = await tcp((socket, data) => {
      const back = refusal(data.subarray(2))
      const length = Buffer.alloc(2)
      length.writeUInt16BE(back.length)
      if (data.readUInt16BE(0) === data.length - 2) socket.write(Buffer.concat([length, back]))
    })
    expect(await asked(port, { scheme: 'tcp', speaks: 'dns' })).toMatchObject({ says: 'DNS answers' })
  })
  test('what says something else takes connections, and so does what is silent', async () => {
    const speaking = await tcp((socket) => socket.write('hello, this is not DNS'))
    expect(await asked(speaking, { scheme: 'tcp', speaks: 'dns' })).toMatchObject({
      kind: 'answer',
      says: 'accepts connections',
    })
    const silent = await tcp(() => undefined)
    expect(await asked(silent, { scheme: 'tcp', speaks: 'dns' })).toMatchObject({
      kind: 'answer',
      says: 'accepts connections',
    })
  })
})

describe('a connection that is kept', () => {
  test.each([
    ['counts soon where the program itself was asked', { isItself: true } as const, true],
    ['past a forwarder it is watched for longer', {}, false],
  ])('%s', async (_, part, isOver) => {
    let taken = (): void => undefined
    const connected = new Promise<void>((resolve) => (taken = resolve))
    const server = createServer((socket) => {
      ends.push(() => socket.destroy())
      taken()
    })
    ends.push(() => server.close())
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    let seen: unknown
    const answer = (async () =>
      (seen = await asked((server.address() as AddressInfo).port, { scheme: 'tcp', ...part })))()
    await connected
    // The client knows of its connection by then.
    while (vi.getTimerCount() < 2) await new Promise((resolve) => setImmediate(resolve))
    await vi.advanceTimersByTimeAsync(30)
    expect(seen !== undefined).toBe(isOver)
    await vi.advanceTimersByTimeAsync(90)
    await answer
    expect(seen).toMatchObject({ kind: 'answer', says: 'accepts connections' })
  })
})
