import { createHash } from 'node:crypto'

/**
 * How such a file lies: a tar whose every byte beside the contents follows from its manifest. So a reader compares headers instead
 * of trusting them: another name, a link, a path with "..", a second entry of the same name, or something behind the end is
 * another file than ours. Any tar program lists it, and `zstd -d` opens a part.
 */

export const BLOCK = 512

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex')

/** Room of the manifest, filled up with spaces, which JSON ignores: it is written last and stands first. */
export const MANIFEST_BYTES = 256 * 1024

export const MANIFEST_NAME = 'manifest.json'
const END_NAME = 'end.json'

/** Two blocks of zeros end a tar. */
const TAIL_BYTES = 2 * BLOCK

/** What ends a file: it says that all of it was written, and which manifest belongs to it. */
const endOf = (manifestSha256: string): Buffer =>
  Buffer.from(`${JSON.stringify({ manifest: manifestSha256 })}\n`)
const END_BYTES = endOf('0'.repeat(64)).length

/** Everything behind the last part, for a manifest (its bytes, with their room). */
export function endingOf(manifest: Buffer): Buffer {
  const end = endOf(sha256(manifest))
  return Buffer.concat([headerOf(END_NAME, end.length), end, Buffer.alloc(padding(end.length) + TAIL_BYTES)])
}

/** Bytes up to the next block. */
export const padding = (bytes: number): number => (BLOCK - (bytes % BLOCK)) % BLOCK

const room = (bytes: number): number => BLOCK + bytes + padding(bytes)

/** "parts/003.zst": numbers, so that no name of a person's becomes a path. */
export const partName = (index: number): string => `parts/${String(index + 1).padStart(3, '0')}.zst`

/** Where the header of each part lies, and of the end; the last is the size of the whole file. */
export function offsetsOf(parts: readonly { readonly packed: number }[]): {
  readonly parts: readonly number[]
  readonly end: number
  readonly size: number
} {
  let at = room(MANIFEST_BYTES)
  const offsets = parts.map(({ packed }) => {
    const here = at
    at += room(packed)
    return here
  })
  return { parts: offsets, end: at, size: at + room(END_BYTES) + TAIL_BYTES }
}

/** Largest size that 11 octal digits hold; above it the size is binary (GNU tar, "base-256"). */
const MOST_OCTAL = 0o77777777777

/** A header of the ustar format (POSIX.1-1988, IEEE Std 1003.1, "pax - ustar Interchange Format") for a plain file of nobody's. */
export function headerOf(name: string, bytes: number): Buffer {
  const header = Buffer.alloc(BLOCK)
  header.write(name, 0, 100, 'latin1')
  header.write('0000600\0', 100, 'latin1')
  header.write('0000000\0', 108, 'latin1')
  header.write('0000000\0', 116, 'latin1')
  if (bytes <= MOST_OCTAL) header.write(`${bytes.toString(8).padStart(11, '0')}\0`, 124, 'latin1')
  else {
    header[124] = 0x80
    header.writeBigUInt64BE(BigInt(bytes), 128)
  }
  header.write('00000000000\0', 136, 'latin1')
  header.write('0', 156, 'latin1')
  header.write('ustar\x0000', 257, 'latin1')
  // The sum is taken with its own field as spaces.
  header.write('        ', 148, 'latin1')
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return header
}
