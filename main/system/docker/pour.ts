import { PassThrough, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { tarReader, type Manifest } from './tar.ts'

/** Told at most this often (ms). */
const TELL_EVERY_MS = 200

/**
 * Leads a tar from one half to the other and reads it as it passes by; returns what it held. A half that fails ends the other: the
 * daemon would wait for the rest for ever. `open`: where it comes from; `unpack`: where it goes to; `onBytes`: content bytes so far.
 */
export async function pour(
  open: (signal: AbortSignal) => Promise<AsyncIterable<Buffer>>,
  unpack: (packed: Readable, signal: AbortSignal) => Promise<void>,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<Manifest> {
  const reader = tarReader()
  const through = new PassThrough()
  let told = 0
  const stop = new AbortController()
  const either = AbortSignal.any([stop.signal, signal])
  const source = await open(either)
  const passing = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      await reader.push(chunk)
      if (performance.now() - told > TELL_EVERY_MS) {
        told = performance.now()
        onBytes(reader.bytes())
      }
      yield chunk
    }
  }
  const ending = (error: unknown): never => {
    stop.abort()
    throw error
  }
  const halves = await Promise.allSettled([
    pipeline(passing, through, { signal: either }).catch(ending),
    unpack(through, either).catch(ending),
  ])
  signal.throwIfAborted()
  // What came first is the reason; the other half was ended by it.
  const reasons = halves.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []))
  const reason = reasons.find(({ name }) => name !== 'AbortError') ?? reasons[0]
  if (reason) throw reason
  return await reader.end()
}
