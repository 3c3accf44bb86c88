import type { Duplex } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import type { TerminalArgv, TerminalHandle } from '../../engine/adapters.ts'
import { execEnd } from './exec-end.ts'
import { CALL_DEADLINE_MS, within, type Link } from './link.ts'
import { newMark, writeTo } from './marked.ts'

/**
 * Opens a program with a terminal in a running container, by argv. Throws what dockerode throws, code TIMEOUT when Docker
 * does not answer.
 */
export async function openTerminal(
  link: Link,
  id: string,
  { argv, columns, rows }: TerminalArgv,
): Promise<TerminalHandle> {
  const mark = newMark()
  const exec = await within(
    CALL_DEADLINE_MS,
    async (abortSignal) =>
      await link.long.getContainer(id).exec({
        Cmd: [...argv],
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
        Tty: true,
        Env: ['TERM=xterm-256color', mark],
        abortSignal,
      }),
  )
  const stream: Duplex = await within(
    CALL_DEADLINE_MS,
    async (abortSignal) => await exec.start({ hijack: true, stdin: true, Tty: true, abortSignal }),
  )
  stream.on('error', () => undefined)
  let closed = false
  const { code, hangUp: end } = execEnd(link, exec, { id, mark })

  const size = async (width: number, height: number): Promise<void> => {
    if (closed) return
    await within(
      CALL_DEADLINE_MS,
      async (abortSignal) => void (await exec.resize({ w: width, h: height, abortSignal })),
    ).catch(() => undefined)
  }

  async function* read(): AsyncGenerator<string> {
    // A character may be cut between two pieces.
    const decoder = new StringDecoder('utf8')
    try {
      for await (const piece of stream as AsyncIterable<Buffer>) yield decoder.write(piece)
    } catch {
      // A stream that broke is at its end: the code says what became of the program.
    }
    const rest = decoder.end()
    if (rest !== '') yield rest
  }

  await size(columns, rows)
  return {
    output: read(),
    size,
    async type(text) {
      if (!closed) await writeTo(stream, text)
    },
    code,
    async close() {
      if (closed) return
      closed = true
      await end()
      stream.destroy()
    },
  }
}
