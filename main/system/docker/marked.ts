import { randomBytes } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { CALL_DEADLINE_MS, within, type Link } from './link.ts'

/** Docker ends nothing when a terminal is closed (moby issue 9098): its programs are known by this variable. */
const MARK = 'MACULA_TERMINAL'

/** Fixed text; the mark is an argument. A program that ignores a hang-up stays, as with any terminal. */
export const HANG_UP: readonly string[] = [
  'sh',
  '-c',
  'for p in /proc/[0-9]*; do if grep -q "$1" "$p/environ" 2>/dev/null; then kill -HUP "${p#/proc/}" 2>/dev/null; fi; done; exit 0',
  'sh',
]

/** A variable that marks a program and what it starts: "NAME=value". */
export function newMark(): string {
  return `${MARK}=${randomBytes(12).toString('hex')}`
}

/** Writes to a program; resolves when it took it, or is gone. */
export async function writeTo(stream: Duplex, data: string | Uint8Array): Promise<void> {
  if (stream.destroyed || stream.writableEnded || stream.write(data)) return
  await new Promise<void>((resolve) => {
    const done = (): void => {
      stream.off('drain', done)
      stream.off('close', done)
      resolve()
    }
    stream.on('drain', done)
    stream.on('close', done)
  })
}

/**
 * Ends what runs in a container with this mark; `inside`: further in than the container. An image without a shell has nobody to do
 * it: what reads its terminal ends all the same.
 */
export async function hangUp(
  link: Link,
  id: string,
  mark: string,
  inside: (argv: readonly string[]) => readonly string[] = (argv) => argv,
): Promise<void> {
  await within(CALL_DEADLINE_MS, async (abortSignal) => {
    const end = await link.long.getContainer(id).exec({
      Cmd: [...inside([...HANG_UP, mark])],
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
