import { StringDecoder } from 'node:string_decoder'

/** A longer line is none of the daemon's; it is dropped, so that a broken stream cannot fill memory. */
const MAX_LINE = 1024 * 1024

/** The JSON values of a stream with one in each line. Broken lines are left out: the stream may end in the middle. */
export async function* jsonLines(stream: AsyncIterable<Buffer>): AsyncGenerator {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  let skipping = false
  for await (const chunk of stream) {
    const lines = (rest + decoder.write(chunk)).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const value = skipping ? undefined : parse(line)
      skipping = false
      if (value !== undefined) yield value
    }
    if (rest.length > MAX_LINE) {
      rest = ''
      skipping = true
    }
  }
  const last = skipping ? undefined : parse(rest)
  if (last !== undefined) yield last
}

function parse(line: string): unknown {
  if (line.trim() === '') return undefined
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
