import { createHash, randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { request as secureRequest } from 'node:https'
import type { Socket } from 'node:net'

/**
 * As much of a WebSocket as it takes to send a text and read one, with a host name of its own choice: the platform's
 * client takes that from the URL, and a test need not have its names in the resolver.
 */

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

export interface Opened {
  /** Sends a text of at most 125 bytes and returns the text that comes back. */
  say(text: string): Promise<string>
  close(): void
}

/** Rejects with the status when the upgrade is refused: `HTTP 400`. */
export async function openWebSocket(
  to: {
    readonly address: string
    readonly port: number
    readonly host: string
    readonly path: string
    /** With TLS, by an authority of this PEM. */
    readonly ca?: string
  },
  deadline = 120_000,
): Promise<Opened> {
  const key = randomBytes(16).toString('base64')
  const socket = await new Promise<Socket>((resolve, reject) => {
    const send = to.ca === undefined ? request : secureRequest
    const call = send({
      ...(to.ca === undefined ? {} : { ca: to.ca, servername: to.host }),
      host: to.address,
      port: to.port,
      path: to.path,
      timeout: deadline,
      headers: {
        Host: to.host,
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Key': key,
        'Sec-WebSocket-Version': '13',
      },
    })
    call.on('upgrade', (answer, found) => {
      const accept = createHash('sha1').update(`${key}${GUID}`).digest('base64')
      if (answer.headers['sec-websocket-accept'] === accept) resolve(found)
      else reject(new Error('the handshake was answered by somebody else'))
    })
    call.on('response', (answer) => {
      answer.resume()
      reject(new Error(`HTTP ${answer.statusCode ?? 0}`))
    })
    call.on('timeout', () => call.destroy(new Error('no answer')))
    call.on('error', reject)
    call.end()
  })
  socket.setTimeout(0)
  return {
    async say(text) {
      const payload = Buffer.from(text)
      const mask = randomBytes(4)
      const masked = payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0))
      const heard = new Promise<string>((resolve, reject) => {
        let bytes = Buffer.alloc(0)
        const take = (chunk: Buffer): void => {
          bytes = Buffer.concat([bytes, chunk])
          const length = (bytes[1] ?? 0) & 0x7f
          if (bytes.length < 2 + length) return
          end()
          resolve(bytes.subarray(2, 2 + length).toString())
        }
        const gone = (): void => {
          end()
          reject(new Error('the connection was closed'))
        }
        const end = (): void => {
          clearTimeout(timer)
          socket.off('data', take).off('close', gone)
        }
        const timer = setTimeout(() => {
          end()
          reject(new Error('no frame came back'))
        }, deadline)
        socket.on('data', take).on('close', gone)
      })
      socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | payload.length]), mask, masked]))
      return await heard
    },
    close: () => void socket.destroy(),
  }
}
