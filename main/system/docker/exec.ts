import { PassThrough } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { ExecResult, ExecWish } from '../../engine/adapters.ts'
import { MaculaError } from '../../model/errors.ts'
import { sayDuration } from '../../model/say.ts'
import { within, type Link } from './link.ts'
import { hangUp, newMark } from './marked.ts'

/** More than any of our programs says of one output. */
const MOST_BYTES = 1024 * 1024

/** Collects the end of what comes: that is where a program says why it ended. */
function gathering(): {
  readonly into: PassThrough
  end(): { readonly text: string; readonly dropped: number }
} {
  const parts: Buffer[] = []
  let size = 0
  let dropped = 0
  const into = new PassThrough()
  into.on('data', (data: Buffer) => {
    parts.push(data)
    size += data.length
    for (let first = parts[0]; first && size - first.length >= MOST_BYTES; first = parts[0]) {
      parts.shift()
      size -= first.length
      dropped += first.length
    }
  })
  return {
    into,
    end() {
      const all = Buffer.concat(parts)
      let from = Math.max(0, all.length - MOST_BYTES)
      // Half a character is none.
      if (dropped + from > 0) while (((all[from] ?? 0) & 0xc0) === 0x80) from += 1
      return { text: all.toString('utf8', from), dropped: dropped + from }
    },
  }
}

/**
 * Runs a program in a running container, by argv. `input` comes by its stdin, which no list of processes shows. Throws what
 * dockerode throws, code TIMEOUT when Docker does not begin it within `deadlineMs`; what takes longer is ended, and a
 * MaculaError `failed` says so. `where`: what the container is called.
 */
export async function execIn(
  link: Link,
  id: string,
  { argv, input = '', deadlineMs, signal }: ExecWish,
  where: string,
): Promise<ExecResult> {
  const mark = newMark()
  let isBegun = false
  const run = async (abortSignal: AbortSignal): Promise<ExecResult> => {
    const exec = await link.long.getContainer(id).exec({
      Cmd: [...argv],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      Env: [mark],
      abortSignal,
    })
    const stream = await exec.start({ hijack: true, stdin: true, abortSignal })
    isBegun = true
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
    const [said, told] = [out.end(), err.end()]
    const dropped = said.dropped + told.dropped
    return { code: code ?? -1, out: said.text, err: told.text, ...(dropped > 0 ? { dropped } : {}) }
  }
  try {
    return await within(deadlineMs, run, signal)
  } catch (error) {
    const { code } = error as { readonly code?: unknown }
    if (!isBegun || (code !== 'TIMEOUT' && signal?.aborted !== true)) throw error
    // Docker ends nothing when nobody listens any more.
    await hangUp(link, id, mark).catch(() => undefined)
    const how =
      code === 'TIMEOUT'
        ? `took longer than ${sayDuration(deadlineMs)} and was ended`
        : 'was ended before it was done'
    throw new MaculaError({
      kind: 'failed',
      what: `${argv[0] ?? 'A program'} in ${where} ${how}.`,
      todo: `A program that ignores a hang-up goes on: docker top ${where} shows it.`,
    })
  }
}
