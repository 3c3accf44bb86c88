import type { IncomingMessage } from 'node:http'
import { MOST_BYTES, refuse, tooLong, type Refusal } from './border.ts'

/** The body as JSON; bounded, whatever its headers said. The time it may take is bounded by the server. */
export async function readBody(request: IncomingMessage): Promise<{ readonly value: unknown } | Refusal> {
  const bytes = await gather(request)
  if ('status' in bytes) return bytes
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return { value: JSON.parse(text) as unknown }
  } catch {
    return refuse(400, 'The body is not JSON in UTF-8.')
  }
}

/** By events: leaving an iteration early would end the connection, and the refusal would never arrive. */
async function gather(request: IncomingMessage): Promise<Buffer | Refusal> {
  const chunks: Buffer[] = []
  let size = 0
  return await new Promise((resolve) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= MOST_BYTES) return void chunks.push(chunk)
      chunks.length = 0
      resolve(tooLong)
    })
    request.on('end', () => resolve(Buffer.concat(chunks)))
    request.on('close', () => resolve(refuse(400, 'The body broke off.')))
  })
}
