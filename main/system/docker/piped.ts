import type { Readable } from 'node:stream'
import type { PipedHandle } from '../../engine/adapters.ts'
import type { PipedPiece } from '../../model/terminal.ts'
import { execEnd } from './exec-end.ts'
import { CALL_DEADLINE_MS, within, type Link } from './link.ts'
import { newMark, writeTo } from './marked.ts'

/**
 * Runs a program in a running container, by argv, with its three streams apart and for as long as it likes. Throws what dockerode
 * throws, code TIMEOUT when Docker does not answer.
 */
export async function openPiped(link: Link, id: string, argv: readonly string[]): Promise<PipedHandle> {
  const mark = newMark()
  const exec = await within(
    CALL_DEADLINE_MS,
    async (abortSignal) =>
      await link.long.getContainer(id).exec({
        Cmd: [...argv],
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
        Env: [mark],
        abortSignal,
      }),
  )
  const stream = await within(
    CALL_DEADLINE_MS,
    async (abortSignal) => await exec.start({ hijack: true, stdin: true, abortSignal }),
  )
  stream.on('error', () => undefined)
  let closed = false
  const { code, hangUp: end } = execEnd(link, exec, { id, mark })

  return {
    output: framesOf(stream),
    write: async (data) => {
      if (!closed) await writeTo(stream, data)
    },
    end: () => void stream.end(),
    code,
    async close() {
      if (closed) return
      closed = true
      await end()
      stream.destroy()
    },
  }
}

/** Docker's frames: which output (1, 2), three zero bytes, the length; then the bytes. A frame may come in several pieces. */
async function* framesOf(stream: Readable): AsyncGenerator<PipedPiece> {
  let head = Buffer.alloc(0)
  let left = 0
  let from: PipedPiece['from'] = 'out'
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      let rest: Buffer = chunk
      while (rest.length > 0) {
        if (left === 0) {
          const need = HEAD - head.length
          head = Buffer.concat([head, rest.subarray(0, need)])
          rest = rest.subarray(need)
          if (head.length < HEAD) break
          from = head[0] === 2 ? 'err' : 'out'
          left = head.readUInt32BE(4)
          head = Buffer.alloc(0)
          continue
        }
        const data = rest.subarray(0, left)
        left -= data.length
        rest = rest.subarray(data.length)
        yield { from, data }
      }
    }
  } catch {
    // A stream that broke is at its end: the code says what became of the program.
  }
}

const HEAD = 8
