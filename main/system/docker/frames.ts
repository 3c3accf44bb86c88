import type { LogLine } from '../../model/log-line.ts'

/** Longer lines are cut: one line of a gigabyte must not become a gigabyte of ours (faults.md row 36). */
export const MAX_LINE_BYTES = 64 * 1024

/** Docker keeps a longer line in pieces of this size, each with a time stamp of its own (moby, daemon/logger/copier.go). */
const PIECE_BYTES = 16 * 1024

/** "2026-11-23T20:24:53.123456789Z ", as the daemon puts it before each piece when it is asked for time stamps. */
const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) /
const STAMP_BYTES = 40

type Stream = 'out' | 'err'

/** A time stamp as epoch ms with microseconds: Date knows milliseconds only. */
function instantOf(text: string): number {
  const micros = /\.\d{3}(\d{1,3})/.exec(text)?.[1]?.padEnd(3, '0') ?? '0'
  return (Date.parse(text) || 0) + Number(micros) / 1000
}

/** A line as it grows: the first 64 KiB are kept, the rest is counted. */
interface Growing {
  at: number
  parts: Buffer[]
  kept: number
  size: number
}

const nothing = (): Growing => ({ at: 0, parts: [], kept: 0, size: 0 })

/**
 * Turns docker's log stream into lines, in bounded memory. Without a TTY it comes in frames of 8 header bytes
 * (stream, 0, 0, 0, length big-endian) and a payload, one a piece; with a TTY it is plain text (Docker Engine API,
 * "Attach to a container").
 */
export function lineReader(service: string, tty: boolean) {
  let header = Buffer.alloc(0)
  let left = 0
  let stream: Stream = 'out'
  // The beginning of a piece, until there is enough of it to see its time stamp.
  let opening: Buffer | undefined = tty ? Buffer.alloc(0) : undefined
  const growing: Record<Stream, Growing> = { out: nothing(), err: nothing() }
  let lines: LogLine[] = []

  function finish(which: Stream): void {
    const line = growing[which]
    growing[which] = nothing()
    const text = Buffer.concat(line.parts).toString('utf8').replace(/\r$/, '')
    lines.push({
      service,
      at: line.at,
      stream: which,
      text: line.size > line.kept ? `${text}… (cut, ${line.size} bytes)` : text,
    })
  }

  function add(which: Stream, data: Buffer): void {
    const line = growing[which]
    const part = data.subarray(0, MAX_LINE_BYTES - line.kept)
    // A copy: the chunk it is part of would otherwise be kept as a whole.
    if (part.length > 0) line.parts.push(Buffer.from(part))
    line.kept += part.length
    line.size += data.length
  }

  /** Takes the time stamp off the beginning of a piece; the first of a line is the line's own. */
  function open(which: Stream, start: Buffer): Buffer {
    const match = stamp.exec(start.toString('latin1', 0, STAMP_BYTES))
    if (!match) return start
    if (growing[which].size === 0) growing[which].at = instantOf(match[1] ?? '')
    return start.subarray(match[0].length)
  }

  /** Text of a piece whose beginning was seen already. Returns what comes after its line, if that ended. */
  function take(which: Stream, data: Buffer): Buffer | undefined {
    const end = data.indexOf(10)
    add(which, end < 0 ? data : data.subarray(0, end))
    if (end < 0) return undefined
    finish(which)
    return data.subarray(end + 1)
  }

  /** A frame is one piece: its beginning has the time stamp, a line end in it can only be its last byte. */
  function pushFrames(chunk: Buffer): void {
    let rest = chunk
    while (rest.length > 0) {
      if (left === 0) {
        const need = 8 - header.length
        header = Buffer.concat([header, rest.subarray(0, need)])
        rest = rest.subarray(need)
        if (header.length < 8) return
        stream = header[0] === 2 ? 'err' : 'out'
        left = header.readUInt32BE(4)
        header = Buffer.alloc(0)
        opening = Buffer.alloc(0)
        continue
      }
      let data = rest.subarray(0, left)
      left -= data.length
      rest = rest.subarray(data.length)
      if (opening) {
        data = Buffer.concat([opening, data])
        opening = undefined
        if (data.length < STAMP_BYTES && left > 0) {
          opening = data
          continue
        }
        data = open(stream, data)
      }
      for (let more: Buffer | undefined = data; more && more.length > 0;) more = take(stream, more)
    }
  }

  /** Plain text: a piece begins after a line end, and after each 16 KiB of a line. */
  function pushText(chunk: Buffer): void {
    let rest: Buffer | undefined = opening ? Buffer.concat([opening, chunk]) : chunk
    let begins = opening !== undefined
    opening = undefined
    while (rest && rest.length > 0) {
      if (begins) {
        if (rest.length < STAMP_BYTES && !rest.includes(10)) {
          opening = Buffer.from(rest)
          return
        }
        rest = open('out', rest)
        begins = false
        continue
      }
      const room: number = PIECE_BYTES - (growing.out.size % PIECE_BYTES)
      const piece: Buffer = rest.subarray(0, room)
      const after = take('out', piece)
      begins = after !== undefined || piece.length === room
      rest = rest.subarray(piece.length - (after?.length ?? 0))
    }
    if (begins) opening = Buffer.alloc(0)
  }

  function taken(): readonly LogLine[] {
    const now = lines
    lines = []
    return now
  }

  return {
    /** The whole lines that `chunk` completes. */
    push(chunk: Buffer): readonly LogLine[] {
      if (tty) pushText(chunk)
      else pushFrames(chunk)
      return taken()
    },
    /** What is left at the end of the stream without its line end. */
    end(): readonly LogLine[] {
      let rest = opening && open(stream, opening)
      while (rest && rest.length > 0) rest = take(stream, rest)
      opening = undefined
      for (const which of ['out', 'err'] as const) if (growing[which].size > 0) finish(which)
      return taken()
    },
  }
}
