/** What has its instant (epoch ms). */
interface Timed {
  readonly at: number
}

/**
 * Streams that each come by time as one that does, in constant memory: of each stream one value is held, and the next is
 * read when that was given. Throws what a stream throws; whoever leaves early ends all streams.
 */
export async function* mergeByTime<Value extends Timed>(
  streams: readonly AsyncIterable<Value>[],
): AsyncGenerator<Value> {
  const all = streams.map((stream) => stream[Symbol.asyncIterator]())
  try {
    // All at once: each may have to be asked for over a network.
    const first = await Promise.all(all.map(async (stream) => ({ stream, head: await stream.next() })))
    const heads = first.filter(({ head }) => head.done !== true)
    for (;;) {
      let oldest: (typeof heads)[number] | undefined
      for (const one of heads)
        if (!oldest || (one.head.value as Value).at < (oldest.head.value as Value).at) oldest = one
      if (!oldest) return
      yield oldest.head.value as Value
      oldest.head = await oldest.stream.next()
      if (oldest.head.done === true) heads.splice(heads.indexOf(oldest), 1)
    }
  } finally {
    // Not waited for: a stream may only end once its next value is there.
    for (const stream of all) void stream.return?.().catch(() => undefined)
  }
}
