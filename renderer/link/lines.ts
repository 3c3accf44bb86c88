/** The lines of a stream of UTF-8 text, as they get complete; what is behind the last line end is dropped. */
export async function* readLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = stream.getReader()
  const decoder = new TextDecoder()
  // Pieces, not one growing text: a long line in many pieces is put together once.
  let pieces: string[] = []
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      const [first = '', ...more] = decoder.decode(value, { stream: true }).split('\n')
      pieces.push(first)
      for (const begin of more) {
        yield pieces.join('')
        pieces = [begin]
      }
    }
  } finally {
    reader.releaseLock()
  }
}
