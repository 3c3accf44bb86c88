import { randomBytes } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import type { TerminalArgv, TerminalHandle } from '../../engine/adapters.ts'
import { CALL_DEADLINE_MS, within, type Link } from './link.ts'

/** Docker ends nothing when a terminal is closed (moby issue 9098): its programs are known by this variable. */
const MARK = 'MACULA_TERMINAL'

/** Fixed text; the mark is an argument. A program that ignores a hang-up stays, as with any terminal. */
const HANG_UP = [
  'sh',
  '-c',
  'for p in /proc/[0-9]*; do if grep -q "$1" "$p/environ" 2>/dev/null; then kill -HUP "${p#/proc/}" 2>/dev/null; fi; done; exit 0',
  'sh',
]

/**
 * Opens a program with a terminal in a running container, by argv. Throws what dockerode throws, code TIMEOUT when Docker
 * does not answer.
 */
export async function openTerminal(
  link: Link,
  id: string,
  { argv, columns, rows }: TerminalArgv,
): Promise<TerminalHandle> {
  const mark = randomBytes(12).toString('hex')
  const exec = await within(
    CALL_DEADLINE_MS,
    async (abortSignal) =>
      await link.long.getContainer(id).exec({
        Cmd: [...argv],
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
        Tty: true,
        Env: ['TERM=xterm-256color', `${MARK}=${mark}`],
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
      if (closed || stream.destroyed || stream.writableEnded) return
      if (stream.write(text)) return
      await new Promise<void>((resolve) => {
        const done = (): void => {
          stream.off('drain', done)
          stream.off('close', done)
          resolve()
        }
        stream.on('drain', done)
        stream.on('close', done)
      })
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

/** Ends what runs in a container with this mark. An image without a shell has nobody to do it: what reads its terminal ends all the same. */
async function hangUp(link: Link, id: string, mark: string): Promise<void> {
  await within(CALL_DEADLINE_MS, async (abortSignal) => {
    const end = await link.long.getContainer(id).exec({
      Cmd: [...HANG_UP, `${MARK}=${mark}`],
      AttachStdout: true,
      AttachStderr: true,
      abortSignal,
    })
    const stream = await end.start({ abortSignal })
    stream.resume()
    await new Promise<void>((resolve) => {
      stream.on('end', resolve)
      stream.on('close', resolve)
      stream.on('error', () => resolve())
    })
  })
}
