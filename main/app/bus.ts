/**
 * As much of D-Bus as the shell needs, over the bus' own socket: call a method with texts, hear signals. Written out
 * because the programs that could be asked (gdbus, busctl) are not on every desktop, and asking them again and again
 * would cost a process each time.
 */
import { connect } from 'node:net'

export interface BusMessage {
  readonly type: number
  readonly member: string
  /** Serial of the call that this answers; 0: none. */
  readonly replyTo: number
  readonly body: Buffer
}

export interface Bus {
  /** Calls a method of the bus itself; resolves with the answer's body, rejects on an error or after a deadline. */
  call(member: string, ...texts: readonly string[]): Promise<Buffer>
  close(): void
}

const CALL = 1
const ANSWER = 2
const ERROR = 3
const SIGNAL = 4
const CALL_MS = 5000
/** No message that we ask for is longer. */
const MOST = 1024 * 1024
/** No answer to the sign-in is longer (characters). */
const LONGEST_LINE = 1000

const BUS = 'org.freedesktop.DBus'

/** The socket of an address like `unix:path=/run/user/1000/bus,guid=…`; undefined: not one that can be reached. */
export function socketOf(address: string): string | undefined {
  for (const one of address.split(';')) {
    const [transport, rest = ''] = one.split(/:(.*)/s)
    if (transport !== 'unix') continue
    for (const pair of rest.split(',')) {
      const [key, value = ''] = pair.split(/=(.*)/s)
      const text = value.replaceAll(/%([0-9a-fA-F]{2})/g, (_all, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      )
      if (key === 'path') return text
      if (key === 'abstract') return `\0${text}`
    }
  }
  return undefined
}

/**
 * Connects, says who we are and hello, all in one go: the bus takes what comes after the sign-in in its order (D-Bus
 * specification, "Authentication Protocol"), so that the first answer is one turn away. `onSignal` hears what was asked for
 * with AddMatch; `onEnd` that the bus is gone, or refused us. Throws when no bus can be reached at the address.
 */
export function openBus(
  address: string,
  onSignal: (message: BusMessage) => void,
  onEnd: (error: Error) => void,
): Bus {
  const path = socketOf(address)
  if (path === undefined) throw new Error(`no bus can be reached at ${address || 'an empty address'}`)
  const socket = connect({ path })
  const waiting = new Map<
    number,
    { readonly done: (body: Buffer) => void; readonly fail: (error: Error) => void }
  >()
  let serial = 0
  let over = false

  function end(error: Error): void {
    if (over) return
    over = true
    socket.destroy()
    for (const { fail } of waiting.values()) fail(error)
    waiting.clear()
    onEnd(error)
  }

  async function call(member: string, ...texts: readonly string[]): Promise<Buffer> {
    if (over) throw new Error('the bus is gone')
    const mine = ++serial
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(mine)
        reject(new Error(`${member}: no answer within ${CALL_MS / 1000} s`))
      }, CALL_MS)
      waiting.set(mine, {
        done(body) {
          clearTimeout(timer)
          resolve(body)
        },
        fail(error) {
          clearTimeout(timer)
          reject(error)
        },
      })
      socket.write(encodeCall(mine, member, texts))
    })
  }

  function take(message: BusMessage): void {
    const waits = waiting.get(message.replyTo)
    if (message.type === SIGNAL) onSignal(message)
    if (waits && (message.type === ANSWER || message.type === ERROR)) {
      waiting.delete(message.replyTo)
      if (message.type === ANSWER) waits.done(message.body)
      else waits.fail(new Error(textAt(message.body, 0)))
    }
  }

  socket.on('error', end)
  socket.on('close', () => end(new Error('the bus closed the connection')))
  socket.on('connect', () => socket.unref())
  let rest: Buffer = Buffer.alloc(0)
  let signedIn = false
  socket.on('data', (data: Buffer) => {
    rest = rest.length === 0 ? data : Buffer.concat([rest, data])
    if (!signedIn) {
      const line = answerOf(rest)
      if (line === undefined) return
      if (!line.startsWith('OK ')) {
        end(new Error(`the bus refused us: ${line}`))
        return
      }
      signedIn = true
      rest = rest.subarray(line.length + 2)
    }
    for (;;) {
      const found = decode(rest)
      if (found === 'more') return
      if (found === 'broken') {
        end(new Error('the bus sent what is no message'))
        return
      }
      rest = rest.subarray(found.length)
      take(found.message)
    }
  })
  socket.write(signIn())
  // Without an answer to it nothing else is answered: its end is told by `onEnd`.
  call('Hello').catch((error: unknown) => end(error instanceof Error ? error : new Error(String(error))))
  return { call, close: () => end(new Error('closed')) }
}

/** The authentication every bus knows: we are who the kernel says. */
function signIn(): string {
  const user = Buffer.from(String(process.getuid?.() ?? 0)).toString('hex')
  return `\0AUTH EXTERNAL ${user}\r\nBEGIN\r\n`
}

/** The line that answers the sign-in; undefined while it has not come. */
function answerOf(data: Buffer): string | undefined {
  const end = data.indexOf('\r\n')
  if (end >= 0) return data.toString('latin1', 0, end)
  return data.length > LONGEST_LINE ? data.toString('latin1', 0, LONGEST_LINE) : undefined
}

const aligned = (at: number, to: number): number => Math.ceil(at / to) * to

/** Writes little-endian D-Bus: only texts, object paths, signatures. */
function encodeCall(serial: number, member: string, texts: readonly string[]): Buffer {
  const body = texts.reduce<Buffer>(
    (all, text) => Buffer.concat([pad(all, 4), textOf(text)]),
    Buffer.alloc(0),
  )
  const fields: readonly (readonly [number, string, string])[] = [
    [1, 'o', '/org/freedesktop/DBus'],
    [2, 's', BUS],
    [3, 's', member],
    [6, 's', BUS],
    ...(texts.length === 0 ? [] : ([[8, 'g', 's'.repeat(texts.length)]] as const)),
  ]
  const header = fields.reduce<Buffer>((all, [code, type, value]) => {
    const kind = Buffer.concat([Buffer.from([code, 1]), Buffer.from(type), Buffer.from([0])])
    const start = Buffer.concat([pad(all, 8), kind])
    return type === 'g'
      ? Buffer.concat([start, Buffer.from([value.length]), Buffer.from(`${value}\0`)])
      : Buffer.concat([pad(start, 4), textOf(value)])
  }, Buffer.alloc(0))
  const head = Buffer.alloc(16)
  head.write('l', 0, 'latin1')
  head.writeUInt8(CALL, 1)
  head.writeUInt8(0, 2)
  head.writeUInt8(1, 3)
  head.writeUInt32LE(body.length, 4)
  head.writeUInt32LE(serial, 8)
  head.writeUInt32LE(header.length, 12)
  return Buffer.concat([pad(Buffer.concat([head, header]), 8), body])
}

function pad(buffer: Buffer, to: number): Buffer {
  return Buffer.concat([buffer, Buffer.alloc(aligned(buffer.length, to) - buffer.length)])
}

function textOf(text: string): Buffer {
  const bytes = Buffer.from(text)
  const length = Buffer.alloc(4)
  length.writeUInt32LE(bytes.length, 0)
  return Buffer.concat([length, bytes, Buffer.from([0])])
}

/** The first message of what has arrived, if it is whole. */
function decode(data: Buffer): { readonly message: BusMessage; readonly length: number } | 'more' | 'broken' {
  if (data.length < 16) return 'more'
  // Every bus of a machine speaks the machine's byte order; ours are little-endian.
  if (data[0] !== 0x6c) return 'broken'
  const bodyLength = data.readUInt32LE(4)
  const fieldsLength = data.readUInt32LE(12)
  if (bodyLength > MOST || fieldsLength > MOST) return 'broken'
  const bodyAt = aligned(16 + fieldsLength, 8)
  const length = bodyAt + bodyLength
  if (data.length < length) return 'more'
  let member = ''
  let replyTo = 0
  for (let at = 16; at < 16 + fieldsLength;) {
    at = aligned(at, 8)
    const code = data.readUInt8(at)
    const type = data.toString('latin1', at + 2, at + 3)
    at += 4
    switch (type) {
      case 's':
      case 'o':
        at = aligned(at, 4)
        if (code === 3) member = textAt(data, at)
        at += 4 + data.readUInt32LE(at) + 1
        break
      case 'u':
        at = aligned(at, 4)
        if (code === 5) replyTo = data.readUInt32LE(at)
        at += 4
        break
      case 'g':
        at += 1 + data.readUInt8(at) + 1
        break
      default:
        return 'broken'
    }
  }
  return {
    message: { type: data.readUInt8(1), member, replyTo, body: data.subarray(bodyAt, length) },
    length,
  }
}

/** The text that begins at an offset; empty when there is none. */
export function textAt(body: Buffer, at: number): string {
  if (body.length < at + 4) return ''
  return body.toString('utf8', at + 4, at + 4 + body.readUInt32LE(at))
}

/** All texts of a body that holds only texts. */
export function textsOf(body: Buffer): readonly string[] {
  const texts: string[] = []
  for (let at = 0; at + 4 <= body.length; at = aligned(at, 4)) {
    texts.push(textAt(body, at))
    at += 4 + body.readUInt32LE(at) + 1
  }
  return texts
}
