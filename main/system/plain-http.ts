import { request } from 'node:http'
import { MOST_BYTES } from './files.ts'

/** A request to a program of ours on this machine, past all proxies. */
export interface PlainRequest {
  readonly address: string
  readonly port: number
  readonly method: 'GET' | 'HEAD' | 'POST'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** For the whole answer (ms). */
  readonly deadline: number
}

/**
 * One HTTP request; what it is answered, a redirect too, is the answer. Not by `fetch`, which takes longer to load than such a
 * question takes (25 ms of each command, measured by a CPU profile). Throws Node's error, or one that says that there was no answer
 * in time or too much of one.
 */
export async function askPlain(
  asked: PlainRequest,
): Promise<{ readonly status: number; readonly text: string }> {
  const { address, port, method, path, headers, body, deadline } = asked
  return await new Promise((resolve, reject) => {
    const call = request(
      {
        host: address,
        port,
        method,
        path,
        // No connection is kept, and the other side is told so.
        agent: false,
        headers: {
          ...headers,
          ...(body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }),
        },
        signal: AbortSignal.timeout(deadline),
      },
      (answer) => {
        const chunks: Buffer[] = []
        let bytes = 0
        answer.on('data', (chunk: Buffer) => {
          bytes += chunk.length
          chunks.push(chunk)
          if (bytes > MOST_BYTES) answer.destroy(new Error(`the answer is larger than ${MOST_BYTES} bytes`))
        })
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
        )
        answer.on('error', reject)
      },
    )
    call.on('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.name === 'AbortError' ? new Error(`no answer within ${deadline} ms`, { cause: error }) : error,
      ),
    )
    call.end(body)
  })
}
