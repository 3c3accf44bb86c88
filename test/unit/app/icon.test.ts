import { createServer, type Server, type Socket } from 'node:net'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openIcon, type Icon } from '../../../main/app/icon.ts'
import { followTrayHost, type TrayHost } from '../../../main/app/tray-host.ts'

/** The icon comes first: whether there is a tray is known after one question to the bus, and presses wait for the rest. */

type Tray = Icon['tray']

function fakeTray(did: string[]): Tray {
  return {
    see: () => undefined,
    redraw: () => undefined,
    setShown: (shown) => void did.push(shown ? 'icon' : 'no icon'),
    close: () => undefined,
  }
}

const noHost: TrayHost = { has: () => null, tellsIcons: true, close: () => undefined }
const hasHost: TrayHost = { ...noHost, has: () => true }
/** As on macOS: nobody tells of icons. */
const silentHost: TrayHost = { ...hasHost, tellsIcons: false }

describe('the icon before the rest of the shell', () => {
  test('what is known of the tray before Electron is ready makes the icon as soon as it is', async () => {
    const did: string[] = []
    let ready: () => void = () => undefined
    const opening = openIcon({
      host({ tell }) {
        tell(true)
        return silentHost
      },
      tray: () => fakeTray(did),
      ready: new Promise<void>((resolve) => {
        ready = resolve
      }),
    })
    expect(did).toEqual([])
    ready()
    await opening
    expect(did).toEqual(['icon'])
  })

  test('a press that nobody can answer yet is answered once somebody can, once', async () => {
    const did: string[] = []
    let press: () => void = () => undefined
    const icon = await openIcon({
      host({ tell }) {
        tell(true)
        return silentHost
      },
      tray(on) {
        press = on.show
        return fakeTray([])
      },
      ready: Promise.resolve(),
    })
    press()
    icon.use({
      act: () => undefined,
      show: () => void did.push('shown'),
      host: (has) => void did.push(String(has)),
    })
    expect(did).toEqual(['true', 'shown'])
    press()
    expect(did).toEqual(['true', 'shown', 'shown'])
  })

  test('a tray that goes is followed, and whoever uses the icon is told', async () => {
    const did: string[] = []
    let tell: (has: boolean | null) => void = () => undefined
    const icon = await openIcon({
      host(on) {
        tell = on.tell
        tell(true)
        return silentHost
      },
      tray: () => fakeTray(did),
      ready: Promise.resolve(),
    })
    icon.use({ act: () => undefined, show: () => undefined, host: (has) => void did.push(String(has)) })
    tell(null)
    expect(did).toEqual(['icon', 'true', 'no icon', 'null'])
  })

  test('a bus that says nothing does not keep the rest of the shell waiting', async () => {
    const did: string[] = []
    const icon = await openIcon({ host: () => noHost, tray: () => fakeTray(did), ready: Promise.resolve() })
    icon.use({ act: () => undefined, show: () => undefined, host: (has) => void did.push(String(has)) })
    expect(did).toEqual([])
  })
})

describe('the rest of the shell', () => {
  /** Opens an icon on a desktop that has a tray; `came` tells of an icon that came there, `over` whether the rest goes on. */
  async function opening(host: TrayHost) {
    let came: () => void = () => undefined
    let makeReady: () => void = () => undefined
    let over = false
    const ready = new Promise<void>((resolve) => {
      makeReady = resolve
    })
    void openIcon({
      host(on) {
        came = on.came
        on.tell(true)
        return host
      },
      tray: () => fakeTray([]),
      ready,
    }).then(() => (over = true))
    const turns = async (): Promise<void> => void (await vi.advanceTimersByTimeAsync(0))
    await turns()
    return { came: () => came(), makeReady: () => makeReady(), over: () => over, turns }
  }
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('is read when the icon has come to the tray; those of others before it say nothing', async () => {
    const { came, makeReady, over, turns } = await opening(hasHost)
    came()
    makeReady()
    await turns()
    expect(over()).toBe(false)
    came()
    await turns()
    expect(over()).toBe(true)
  })

  test('does not wait for long for a tray that tells of no icon', async () => {
    const { makeReady, over } = await opening(hasHost)
    makeReady()
    await vi.advanceTimersByTimeAsync(299)
    expect(over()).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(over()).toBe(true)
  })

  test('does not wait where nobody tells of icons', async () => {
    const { makeReady, over, turns } = await opening(silentHost)
    makeReady()
    await turns()
    expect(over()).toBe(true)
  })
})

/** A message of the bus to us: an answer to `replyTo` with these bytes, or a signal of three texts. */
function message(type: number, fields: Buffer, signature: string, body: Buffer): Buffer {
  const parts =
    signature === '' ? [] : [8, 1, 'g'.charCodeAt(0), 0, signature.length, ...Buffer.from(signature), 0]
  const gap = parts.length === 0 ? 0 : (8 - (fields.length % 8)) % 8
  const padded = Buffer.concat([fields, Buffer.alloc(gap), Buffer.from(parts)])
  const head = Buffer.alloc(16)
  head.write('l', 0)
  head.writeUInt8(type, 1)
  head.writeUInt8(1, 3)
  head.writeUInt32LE(body.length, 4)
  head.writeUInt32LE(1, 8)
  head.writeUInt32LE(padded.length, 12)
  return Buffer.concat([head, padded, Buffer.alloc((8 - (padded.length % 8)) % 8), body])
}

function answer(replyTo: number, body: Buffer): Buffer {
  const field = Buffer.from([5, 1, 'u'.charCodeAt(0), 0, 0, 0, 0, 0])
  field.writeUInt32LE(replyTo, 4)
  return message(2, field, '', body)
}

function signal(member: string): Buffer {
  const text = Buffer.from(`${member}\0`)
  const length = Buffer.alloc(4)
  length.writeUInt32LE(member.length)
  const head = Buffer.from([3, 1, 's'.charCodeAt(0), 0])
  return message(4, Buffer.concat([head, length, text]), '', Buffer.alloc(0))
}

describe('whether the desktop shows tray icons', () => {
  const servers: Server[] = []
  const hosts: TrayHost[] = []
  afterEach(() => {
    for (const host of hosts.splice(0)) host.close()
    for (const server of servers.splice(0)) server.close()
  })

  /** A bus that says nothing until the text of the last question has come, then this. */
  async function follow(
    says: (socket: Socket) => void,
  ): Promise<{ heard: (boolean | null)[]; log: string[]; came: () => number }> {
    const path = join(await mkdtemp(join(tmpdir(), 'macula-bus-')), 'bus')
    const server = createServer((socket) => {
      let all = ''
      socket.on('data', (data) => {
        const before = all.includes('NameHasOwner')
        all += data.toString('latin1')
        if (!before && all.includes('NameHasOwner')) says(socket)
      })
      socket.on('error', () => undefined)
    })
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(path, resolve))
    const heard: (boolean | null)[] = []
    const log: string[] = []
    let icons = 0
    hosts.push(
      followTrayHost({
        platform: 'linux',
        env: { DBUS_SESSION_BUS_ADDRESS: `unix:path=${path}` },
        log: (line) => void log.push(line),
        tell: (has) => void heard.push(has),
        came: () => void (icons += 1),
      }),
    )
    return { heard, log, came: () => icons }
  }
  const yes = Buffer.from([1, 0, 0, 0])

  test('is known after one turn: all is asked before anything is answered', async () => {
    const { heard } = await follow((socket) =>
      socket.write(
        Buffer.concat([
          Buffer.from('OK 0123456789abcdef\r\n'),
          answer(1, Buffer.alloc(0)),
          answer(2, Buffer.alloc(0)),
          answer(3, yes),
        ]),
      ),
    )
    await expect.poll(() => heard).toEqual([true])
  })

  test('comes in whatever pieces the bus sends it', async () => {
    const bytes = Buffer.concat([
      Buffer.from('OK 0123456789abcdef\r\n'),
      answer(1, Buffer.alloc(0)),
      answer(2, Buffer.alloc(0)),
      answer(3, yes),
    ])
    const { heard } = await follow((socket) => {
      const send = (at: number): void => {
        if (at < bytes.length) socket.write(bytes.subarray(at, at + 7), () => setImmediate(send, at + 7))
      }
      send(0)
    })
    await expect.poll(() => heard).toEqual([true])
  })

  test('an icon that came to the tray is told, whoever has it', async () => {
    const { came } = await follow((socket) =>
      socket.write(
        Buffer.concat([
          Buffer.from('OK 0123456789abcdef\r\n'),
          answer(1, Buffer.alloc(0)),
          signal('NameLost'),
          signal('StatusNotifierItemRegistered'),
        ]),
      ),
    )
    await expect.poll(came).toBe(1)
  })

  test.each([
    ['refuses us', 'REJECTED EXTERNAL\r\n', 'the bus refused us: REJECTED EXTERNAL'],
    ['talks something else', 'x'.repeat(5000), 'the bus refused us: xxx'],
  ])('is not known where the bus %s, and the log says so', async (_what, line, says) => {
    const { heard, log } = await follow((socket) => void socket.write(line))
    await expect.poll(() => heard).toEqual([null])
    await expect.poll(() => log.join('\n')).toContain(says)
  })

  test('is not known any more when the bus is gone', async () => {
    const { heard } = await follow((socket) => {
      socket.write(
        Buffer.concat([
          Buffer.from('OK 0123456789abcdef\r\n'),
          answer(1, Buffer.alloc(0)),
          answer(2, Buffer.alloc(0)),
          answer(3, yes),
        ]),
      )
      void expect
        .poll(() => heard)
        .toEqual([true])
        .then(() => socket.destroy())
    })
    await expect.poll(() => heard).toEqual([true, null])
  })
})
