/** Streams that become one, in the order in which their values come. */
export interface Merge<Value> {
  /** One more stream; its values are taken one at a time, so a slow reader holds it back. */
  readonly add: (stream: AsyncGenerator<Value>) => void
  /** What is there already is still given; then it ends. */
  readonly close: () => void
  /** The values, until it is closed or, with `endsAlone`, all streams have ended. Throws what a stream throws. */
  readonly values: () => AsyncGenerator<Value>
}

/**
 * Merges any number of streams in constant memory: a race of promises would keep something of every round with each
 * promise that waits, for as long as a quiet stream says nothing.
 */
export function createMerge<Value>(endsAlone: boolean): Merge<Value> {
  const streams = new Set<AsyncGenerator<Value>>()
  const ready: (() => { readonly stream: AsyncGenerator<Value>; readonly result: IteratorResult<Value> })[] =
    []
  let isClosed = false
  let wake = (): void => undefined

  async function pull(stream: AsyncGenerator<Value>): Promise<void> {
    try {
      const result = await stream.next()
      ready.push(() => ({ stream, result }))
    } catch (error) {
      ready.push(() => {
        throw error
      })
    }
    wake()
  }

  async function* values(): AsyncGenerator<Value> {
    try {
      for (;;) {
        const next = ready.shift()
        if (next) {
          const { stream, result } = next()
          if (result.done === true) streams.delete(stream)
          else {
            yield result.value
            void pull(stream)
          }
        } else if (isClosed || (endsAlone && streams.size === 0)) return
        else
          await new Promise<void>((resolve) => {
            wake = resolve
          })
      }
    } finally {
      // Not waited for: a stream may only end once its next value is there.
      for (const stream of streams) void stream.return(undefined).catch(() => undefined)
    }
  }

  return {
    add(stream) {
      streams.add(stream)
      void pull(stream)
    },
    close() {
      isClosed = true
      wake()
    },
    values,
  }
}
