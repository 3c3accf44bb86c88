import { randomBytes } from 'node:crypto'
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { afterEach, describe, expect, test } from 'vitest'
import { ask } from '../../../main/system/host/ask.ts'
import {
  offeredVersions,
  PROBE_BYTES,
  quicIds,
  quicProbe,
  sayVersions,
} from '../../../main/system/host/quic.ts'

/** The question and the answer of QUIC's version negotiation, by the words of RFC 9000. */

const random = randomBytes(PROBE_BYTES)
const ids = quicIds(random)

/** A version negotiation packet (17.2.1) for a client's first packet. */
function negotiation(
  first: Buffer,
  versions: readonly number[],
  part: { readonly from?: Buffer } = {},
): Buffer {
  const to = first.subarray(6, 6 + (first[5] ?? 0))
  const at = 6 + to.length
  const from = first.subarray(at + 1, at + 1 + (first[at] ?? 0))
  const list = Buffer.alloc(versions.length * 4)
  versions.forEach((version, index) => list.writeUInt32BE(version, index * 4))
  const back = part.from ?? from
  return Buffer.concat([
    Buffer.of(0x80 | 0x2a, 0, 0, 0, 0),
    Buffer.of(back.length),
    back,
    Buffer.of(to.length),
    to,
    list,
  ])
}

test('the question is a whole first datagram of a version that nobody speaks', () => {
  const probe = quicProbe(random)
  expect(probe).toHaveLength(1200)
  expect((probe[0] ?? 0) & 0xc0).toBe(0xc0)
  expect((probe.readUInt32BE(1) & 0x0f0f0f0f) >>> 0).toBe(0x0a0a0a0a)
  expect(probe[5]).toBeGreaterThanOrEqual(8)
})

describe('the answer', () => {
  const probe = quicProbe(random)
  test.each<readonly [string, Buffer, string | undefined]>([
    ['one version', negotiation(probe, [1]), 'QUIC answers, version 1'],
    [
      'two, and a reserved one',
      negotiation(probe, [0xdadadada, 1, 0x6b3343cf]),
      'QUIC answers, versions 1 and 2',
    ],
    [
      'a draft and one that has no name',
      negotiation(probe, [0xff00001d, 0xabcd]),
      'QUIC answers, versions draft 29 and 0x0000abcd',
    ],
    ['only reserved ones', negotiation(probe, [0x1a2a3a4a]), 'QUIC answers'],
    ['to another question', negotiation(probe, [1], { from: Buffer.alloc(8) }), undefined],
    ['without a version', negotiation(probe, []), undefined],
    ['cut in a version', negotiation(probe, [1]).subarray(0, -1), undefined],
    ['what was sent, given back', probe, undefined],
    ['a short header', Buffer.alloc(40, 0x41), undefined],
    ['nothing', Buffer.alloc(0), undefined],
  ])('%s', (_, answer, says) => {
    const versions = offeredVersions(answer, ids)
    expect(versions && sayVersions(versions)).toBe(says)
  })
})

describe('asked over real sockets', () => {
  const sockets: Socket[] = []
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.close()
  })
  async function serve(answer: (datagram: Buffer, turn: number) => Buffer | undefined): Promise<number> {
    const socket = createSocket('udp4')
    sockets.push(socket)
    let turn = 0
    socket.on('message', (datagram: Buffer, { port, address }: RemoteInfo) => {
      const back = answer(datagram, (turn += 1))
      if (back) socket.send(back, port, address)
    })
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
    return socket.address().port
  }
  async function freePort(): Promise<number> {
    const port = await serve(() => undefined)
    await new Promise<void>((resolve) => sockets.pop()?.close(resolve))
    return port
  }
  const asked = async (scheme: 'quic' | 'udp', port: number, deadline = 10_000) =>
    await ask({
      scheme,
      address: '127.0.0.1',
      port,
      host: 'x',
      probe: { path: '/', expect: [], headers: {} },
      deadline,
    })

  test('QUIC answers, also when the first datagrams are lost', async () => {
    const port = await serve((datagram, turn) => (turn > 2 ? negotiation(datagram, [1]) : undefined))
    expect(await asked('quic', port)).toMatchObject({ kind: 'answer', says: 'QUIC answers, version 1' })
  })
  test('an echo is not QUIC', async () => {
    const port = await serve((datagram) => datagram)
    expect(await asked('quic', port, 400)).toMatchObject({ kind: 'wrong', says: 'what answers is not QUIC' })
  })
  test('silence is no answer', async () => {
    const port = await serve(() => undefined)
    expect(await asked('quic', port, 400)).toMatchObject({ kind: 'timeout' })
    expect(await asked('udp', port)).toMatchObject({
      kind: 'answer',
      says: 'not refused (UDP shows no more)',
    })
  })
  test.each(['quic', 'udp'] as const)('%s: what nothing listens on refuses', async (scheme) => {
    expect(await asked(scheme, await freePort())).toMatchObject({
      kind: 'refused',
      code: 'ECONNREFUSED',
      datagram: true,
    })
  })
  test('a program that answers a datagram is told so', async () => {
    expect(await asked('udp', await serve(() => Buffer.from('x')))).toMatchObject({
      kind: 'answer',
      says: 'a datagram is answered',
    })
  })
})
