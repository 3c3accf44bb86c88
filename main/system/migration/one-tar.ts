import { MaculaError } from '../../model/errors.ts'

/** A tar (POSIX.1-1988, ustar) of one file is made of blocks of this size (bytes): a header, the content, two empty ones. */
const BLOCK = 512
const NAME = 100
const SIZE = { from: 124, to: 136 }
const SUM = { from: 148, to: 156 }
const TYPE = 156
const PREFIX = { from: 345, to: 500 }
/** Headers of a header (pax, GNU's long names): what they say is not needed, the name is given. */
const MORE = new Set(['x', 'g', 'L', 'K'])

/** Docker's archive of one file, with this whole path in place of its name. Throws MaculaError for what is none. */
export function withPath(tar: Buffer, path: string): Buffer {
  const relative = path.replace(/^\/+/, '')
  for (let at = 0; at + BLOCK <= tar.length;) {
    const header = Buffer.from(tar.subarray(at, at + BLOCK))
    const size = Number.parseInt(
      header.toString('latin1', SIZE.from, SIZE.to).replaceAll(/[^0-7]/g, '') || '0',
      8,
    )
    const end = at + BLOCK + Math.ceil(size / BLOCK) * BLOCK
    if (MORE.has(String.fromCharCode(header[TYPE] ?? 0))) {
      at = end
      continue
    }
    const name = Buffer.from(relative)
    return Buffer.concat([
      ...(name.length > NAME ? longName(header, relative) : []),
      called(header, name.subarray(0, NAME)),
      tar.subarray(at + BLOCK, end),
      Buffer.alloc(2 * BLOCK),
    ])
  }
  throw new MaculaError({ kind: 'internal', what: `${path} cannot be written as an archive.` })
}

/** A header with another name, and the sum that goes with it. */
function called(like: Buffer, name: Uint8Array): Buffer {
  const header = Buffer.from(like)
  header.fill(0, 0, NAME).set(name, 0)
  header.fill(0, PREFIX.from, PREFIX.to)
  // The sum is of the header with blanks in its place.
  header.fill(0x20, SUM.from, SUM.to)
  const sum = header.reduce((all, byte) => all + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, SUM.from)
  return header
}

/** What goes before an entry whose path its header cannot hold: an extended header (pax, POSIX.1-2001), whose path goes before. */
function longName(like: Buffer, path: string): readonly Buffer[] {
  const rest = ` path=${path}\n`
  // A record begins with its own length, the digits of that included.
  let length = Buffer.byteLength(rest)
  while (Buffer.byteLength(`${length}${rest}`) !== length) length = Buffer.byteLength(`${length}${rest}`)
  const record = Buffer.from(`${length}${rest}`)
  const header = Buffer.from(like)
  header.fill(0, SIZE.from, SIZE.to).write(record.length.toString(8).padStart(11, '0'), SIZE.from)
  header.write('x', TYPE)
  const filling = Buffer.alloc(Math.ceil(record.length / BLOCK) * BLOCK - record.length)
  return [called(header, Buffer.from('PaxHeaders.0/path')), record, filling]
}
