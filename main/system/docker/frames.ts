import type { LogLine } from '../../engine/ports.ts'

/** Longer lines are cut: one line of a gigabyte must not become a gigabyte of ours (faults.md row 36). */
export const MAX_LINE_BYTES = 64 * 1024

/**
 * Turns docker's log stream into lines. Without a TTY it comes in frames of 8 header bytes (stream, 0, 0, 0,
 * length big-endian) and a payload; with a TTY it is plain text (Docker Engine API, "Attach to a container").
 * Each line begins with its RFC 3339 time stamp, because it was asked for.
 */
export function lineReader(service: string, tty: boolean) {
  let head = Buffer.alloc(0)
  let left = 0
  let stream: 'out' | 'err' = 'out'
  const partial = { out: [] as Buffer[], err: [] as Buffer[] }
  const sizes = { out: 0, err: 0 }

  function finish(which: 'out' | 'err'): LogLine | undefined {
    const bytes = Buffer.concat(partial[which])
    const size = sizes[which]
    partial[which] = []
    sizes[which] = 0
    if (size === 0) return undefined
    const text = bytes.toString('utf8').replace(/\r$/, '')
    const space = text.indexOf(' ')
    const at = Date.parse(text.slice(0, space))
    const body = Number.isNaN(at) ? text : text.slice(space + 1)
    return {
      service,
      at: Number.isNaN(at) ? 0 : at,
      stream: which,
      text: size > MAX_LINE_BYTES ? `${body}… (cut, ${size} bytes)` : body,
    }
  }

  function take(which: 'out' | 'err', data: Buffer, lines: LogLine[]): void {
    let from = 0
    while (from < data.length) {
      const end = data.indexOf(10, from)
      const part = data.subarray(from, end < 0 ? data.length : end)
      const room = MAX_LINE_BYTES - Math.min(sizes[which], MAX_LINE_BYTES)
      if (room > 0) partial[which].push(Buffer.from(part.subarray(0, room)))
      sizes[which] += part.length
      if (end < 0) return
      const line = finish(which)
      if (line) lines.push(line)
      from = end + 1
    }
  }

  return {
    /** The whole lines that `chunk` completes. */
    push(chunk: Buffer): readonly LogLine[] {
      const lines: LogLine[] = []
      if (tty) {
        take('out', chunk, lines)
        return lines
      }
      let rest = chunk
      while (rest.length > 0) {
        if (left === 0) {
          const need = 8 - head.length
          head = Buffer.concat([head, rest.subarray(0, need)])
          rest = rest.subarray(need)
          if (head.length < 8) return lines
          stream = head[0] === 2 ? 'err' : 'out'
          left = head.readUInt32BE(4)
          head = Buffer.alloc(0)
          continue
        }
        const part = rest.subarray(0, left)
        left -= part.length
        rest = rest.subarray(part.length)
        take(stream, part, lines)
      }
      return lines
    },
    /** What is left at the end of the stream without its line end. */
    end(): readonly LogLine[] {
      return (['out', 'err'] as const).flatMap((which) => finish(which) ?? [])
    },
  }
}
