import { PassThrough } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { ExecResult, ExecWish } from '../../engine/adapters.ts'
import { within, type Link } from './link.ts'

/** More than any of our programs says; the rest is dropped. */
const MOST_BYTES = 1024 * 1024

/** Collects what comes, up to a limit. */
function gathering(): { readonly into: PassThrough; text(): string } {
  const parts: Buffer[] = []
  let size = 0
  const into = new PassThrough()
  into.on('data', (data: Buffer) => {
    if (size < MOST_BYTES) parts.push(data)
    size += data.length
  })
  return { into, text: () => Buffer.concat(parts).subarray(0, MOST_BYTES).toString('utf8') }
}

/**
 * Runs a program in a running container, by argv. `input` comes by its stdin, which no list of processes shows. Throws what
 * dockerode throws, code TIMEOUT after `deadlineMs`.
 */
export async function execIn(
  link: Link,
  id: string,
  { argv, input = '', deadlineMs }: ExecWish,
): Promise<ExecResult> {
  return await within(deadlineMs, async (abortSignal) => {
    const exec = await link.long.getContainer(id).exec({
      Cmd: [...argv],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      abortSignal,
    })
    const stream = await exec.start({ hijack: true, stdin: true, abortSignal })
    const [out, err] = [gathering(), gathering()]
    link.long.modem.demuxStream(stream, out.into, err.into)
    stream.end(input)
    const close = (): void => void stream.destroy()
    abortSignal.addEventListener('abort', close)
    try {
      await finished(stream, { writable: false })
    } finally {
      abortSignal.removeEventListener('abort', close)
    }
    const { ExitCode: code } = await exec.inspect({ abortSignal })
    return { code: code ?? -1, out: out.text(), err: err.text() }
  })
}
