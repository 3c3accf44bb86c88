import { createServer, type Server, type Socket } from 'node:net'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
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

const noHost: TrayHost = { has: () => null, close: () => undefined }

describe('the icon before the rest of the shell', () => {
  test('what is known of the tray before Electron is ready makes the icon as soon as it is', async () => {
    const did: string[] = []
    let ready: () => void = () => undefined
    const opening = openIcon({
      host(tell) {
        tell(true)
        return noHost
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
      host(tell) {
        tell(true)
        return noHost
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
      host(hear) {
        tell = hear
        hear(true)
        return noHost
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

/** A message of the bus to us: an answer to `replyTo` with these bytes, or a signal of three texts. */
function message(type: number, fields: Buffer, signature: string, body: Buffer): Buffer {
  const parts =
    signature === '' ? [] : [8, 1, 'g'.charCodeAt(0), 0, signature.length, ...Buffer.from(signature), 0]
  const padded = Buffer.concat([fields, Buffer.alloc((8 - (fields.length % 8)) % 8), Buffer.from(parts)])
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
  ): Promise<{ heard: (boolean | null)[]; log: string[] }> {
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
    hosts.push(
      followTrayHost({
        platform: 'linux',
        env: { DBUS_SESSION_BUS_ADDRESS: `unix:path=${path}` },
        log: (line) => void log.push(line),
        tell: (has) => void heard.push(has),
      }),
    )
    return { heard, log }
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
