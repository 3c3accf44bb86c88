import type { Duplex } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import type { TerminalArgv, TerminalHandle } from '../../engine/adapters.ts'
import { CALL_DEADLINE_MS, within, type Link } from './link.ts'
import { hangUp, newMark, writeTo } from './marked.ts'

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
    async code() {
      return await within(CALL_DEADLINE_MS, async (abortSignal) => {
        const { ExitCode: code } = await exec.inspect({ abortSignal })
        return code ?? null
      }).catch(() => null)
    },
    async close() {
      if (closed) return
      closed = true
      try {
        const runs = await within(
          CALL_DEADLINE_MS,
          async (abortSignal) => (await exec.inspect({ abortSignal })).Running,
        )
        if (runs) await hangUp(link, id, mark)
      } catch {
        // Without Docker, or without a container, there is nothing left to end.
      }
      stream.destroy()
    },
  }
}
